"""Says how long each step took and what it came to, if anybody listens.

Spans begin and end on the event loop, around what is awaited, so threads and parser processes need
not know of them. They hold names, numbers and codes, never an address, the text of an error or a
person's name: a collector is somebody else's memory.
"""

import contextlib
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

Value: TypeAlias = str | int | float | bool

PREFIX = "signpost."
"""Before the name of each attribute, as the conventions of OpenTelemetry ask for."""

_tracer: "ContextVar[Tracer | None]" = ContextVar("tracer", default=None)
"""Of the collector that is open around what runs, and around every task begun from there."""


class Tell(Protocol):
    """Takes what a step came to."""

    def __call__(self, **found: Value) -> None: ...


@contextlib.contextmanager
def listening(tracer: "Tracer") -> Iterator[None]:
    """Steps are told to `tracer` until the end of the block."""
    before = _tracer.set(tracer)
    try:
        yield
    finally:
        _tracer.reset(before)


@contextlib.contextmanager
def step(name: str, **known: Value) -> Iterator[Tell]:
    """A span around the block, inside that of the step it is part of. Exceptions pass through."""
    tracer = _tracer.get()
    if tracer is None:
        yield _nobody
        return
    from opentelemetry.trace import Status, StatusCode  # noqa: PLC0415  # an extra

    # the library would record an exception's text, and with it perhaps an address or a key
    with tracer.start_as_current_span(
        name, attributes=_named(known), record_exception=False, set_status_on_exception=False
    ) as span:

        def tell(**found: Value) -> None:
            span.set_attributes(_named(found))

        try:
            yield tell
        except Exception as error:
            span.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


def _nobody(**found: Value) -> None:
    """Nobody listens."""


def _named(values: Mapping[str, Value]) -> dict[str, Value]:
    return {f"{PREFIX}{name}": value for name, value in values.items()}
