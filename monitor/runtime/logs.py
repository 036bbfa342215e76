"""Configures structured logs: JSON lines in a container, readable lines on a terminal.

Event names are dotted and past tense ("feed.polled"). Secrets are masked wherever they turn up.
"""

import logging
import sys
from collections.abc import Iterable
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

MASK = "***"


_JSON = structlog.processors.JSONRenderer(ensure_ascii=False)

# tracebacks become values before they are masked, and without the local variables of each frame
_TRACE_VALUES = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)
_TRACE_TEXT = structlog.processors.format_exc_info


def _in_order(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """When, how bad and what first, as a person scans the line."""
    first = {key: event[key] for key in ("timestamp", "level", "event") if key in event}
    return first | {key: value for key, value in event.items() if key not in first}


class Masker:
    """Replaces every known secret in an event, however deep it is and whatever holds it."""

    def __init__(self, secrets: Iterable[str]) -> None:
        # a very short secret would mask ordinary words; such a one is no secret anyway
        long = [secret for secret in secrets if len(secret) >= 6]
        # also as repr() writes them inside other values; the longest first, since one may be the
        # beginning of another
        forms = {form for secret in long for form in (secret, repr(secret)[1:-1])}
        self._secrets = tuple(sorted(forms, key=len, reverse=True))

    def __call__(self, _logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
        return {self.mask(key): self._masked(value) for key, value in event.items()}

    def _masked(self, value: Any) -> Any:
        match value:
            case str():
                return self.mask(value)
            case dict():
                return {self._masked(key): self._masked(part) for key, part in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self._masked(part) for part in value]
            case _:
                shown = repr(value)
                masked = self.mask(shown)
                return value if masked == shown else masked

    def mask(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        return text


def configure(
    *,
    style: str = "auto",
    level: str = "info",
    stream: TextIO | None = None,
    secrets: Iterable[str] = (),
) -> None:
    """Set up logging once per process. `style` is "json", "console" or "auto" (by the stream)."""
    out = stream or sys.stderr
    as_json = style == "json" or (style == "auto" and not out.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    masker = Masker(secrets)
    finish: list[Processor] = (
        [_TRACE_VALUES, masker, _in_order, _JSON]
        if as_json
        else [_TRACE_TEXT, masker, _console(colors=out.isatty())]
    )
    structlog.configure(
        processors=[*shared, *finish],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=out),
        cache_logger_on_first_use=False,
    )
    _route_libraries(out, shared, finish)


def _console(*, colors: bool) -> Processor:
    plain = structlog.dev.plain_traceback
    return structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=plain)


def _route_libraries(out: TextIO, shared: list[Processor], finish: list[Processor]) -> None:
    """Libraries speak through the same processors, and only when something is wrong."""
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *finish],
        )
    )
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
