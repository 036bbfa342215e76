"""Configures structured logs: JSON lines in a container, readable lines on a terminal.

Event names are dotted and past tense ("feed.polled"). Secrets are masked wherever they turn up.
"""

import logging
import sys
from collections.abc import Iterable
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

MASK = "***"


_JSON = structlog.processors.JSONRenderer(ensure_ascii=False)


def _in_order(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """When, how bad and what first, as a person scans the line."""
    first = {key: event[key] for key in ("timestamp", "level", "event") if key in event}
    return first | {key: value for key, value in event.items() if key not in first}


class Masker:
    """Replaces every known secret in the values of an event."""

    def __init__(self, secrets: Iterable[str]) -> None:
        # a very short secret would mask ordinary words; such a one is no secret anyway
        self._secrets = tuple(secret for secret in secrets if len(secret) >= 6)

    def __call__(self, _logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
        for key, value in event.items():
            if isinstance(value, str):
                event[key] = self.mask(value)
        return event

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
        [structlog.processors.dict_tracebacks, masker, _in_order, _JSON]
        if as_json
        else [masker, structlog.dev.ConsoleRenderer(colors=out.isatty())]
    )
    structlog.configure(
        processors=[*shared, *finish],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=out),
        cache_logger_on_first_use=False,
    )
    _route_libraries(out, shared, finish)


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
    for old in root.handlers:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    # a step that is still running when its next time comes is skipped by design
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
