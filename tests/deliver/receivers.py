"""What each channel is tried with: receivers that take, refuse, stall, or take and hang up.

Each channel ships its own beside its tests, as `WAYS` in `tests/deliver/channels/NAME/double.py`.
"""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import TypeAlias

from monitor.deliver.channel import AnyChannelType, Channel
from monitor.deliver.channels.table import CHANNELS

SHORT = 0.5
"""Seconds that an exchange may take with a receiver that stalls."""

HIDDEN = "a-secret-of-more-than-twenty-four-letters"
"""What channels of these tests use as their secret; no error may repeat it."""

Form: TypeAlias = tuple[str, str]
"""What kind of text arrived (“line”, “text”, “html”, “slack”), and the text."""


class Fault(StrEnum):
    """What a receiver does with the first message."""

    NONE = "takes it"
    REFUSES = "refuses it"
    STALLS = "begins an answer and never ends it"
    LOSES = "takes it and hangs up before the answer"


@dataclass(frozen=True, kw_only=True)
class Rig:
    """A channel that is ready to send, and what its receiver has got."""

    channel: Channel
    arrived: Callable[[], int]
    read: Callable[[], list[Form]]  # of the first message, as its reader sees it


Way: TypeAlias = Callable[[Path, Fault], AbstractContextManager[Rig]]
"""Opens the receiver in a folder that is empty."""


@contextmanager
def trickling() -> Iterator[int]:
    """The port of a server that begins an answer of any protocol and never ends it."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer(line: socket.socket) -> None:
            with line:
                while not over.wait(0.1):  # each byte well within any time-out of a read
                    try:
                        line.sendall(b"2")
                    except OSError:
                        return

        def accept() -> None:
            while True:
                try:
                    line, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=answer, args=(line,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield server.getsockname()[1]
        finally:
            over.set()
            server.shutdown(socket.SHUT_RDWR)


def nothing() -> int:
    """How much arrives at a receiver that never reads a message."""
    return 0


def tried() -> Iterator[tuple[AnyChannelType, str, Way]]:
    """Every way of every channel of the table, by the double that it ships."""
    for row in CHANNELS:
        double = import_module(f"tests.deliver.channels.{row.config.type}.double")
        for name, way in double.WAYS.items():
            yield row, f"{row.config.type} {name}", way


WAYS = {name: way for _, name, way in tried()}
FAR = {
    name: way
    for row, name, way in tried()
    if "after_unknown" in {key.name for key in row.config.keys}
}
"""Those that go over a network: delivery.yaml says what is done when an answer was lost."""

ADDRESSED = {name for row, name, _ in tried() if row.config.addresses is not None}
"""Those whose every message is one person's own."""
