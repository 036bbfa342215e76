"""Bounds a whole exchange with a receiver: a library's time-out bounds each read alone.

A receiver that sends a byte every few seconds would hold its channel for as long as it likes. Must
never end later than the lease of a delivery (`outbox.send.LEASE`).
"""

import threading
from collections.abc import Callable
from typing import Final, TypeVar

T = TypeVar("T")

WHOLE: Final = 60.0
"""Seconds for connecting, asking, and the answer to its last byte."""


class OverdueError(TimeoutError):
    """The exchange was not over in time; what became of it is not known."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"timed out: the exchange was not over after {seconds:g} s")


def within(seconds: float, call: Callable[[], T]) -> T:
    """What `call` returns or raises. Raises OverdueError; then it is left alone in its thread."""
    found: list[T] = []
    failed: list[BaseException] = []

    def work() -> None:
        try:
            found.append(call())
        except BaseException as error:  # noqa: BLE001  # raised where it is waited for
            failed.append(error)

    thread = threading.Thread(target=work, name="exchange", daemon=True)
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed[0]
    if not found:
        raise OverdueError(seconds)
    return found[0]
