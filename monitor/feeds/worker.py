"""Turns framed requests on standard input into framed answers on standard output: one parser.

Runs as a child process of feeds.pool with an address-space limit, so that a hostile document can
only end this process. Must never fetch anything, and writes nothing but answers to its output.
"""

import json
import resource
import signal
import sys
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from monitor.errors import ParseError
from monitor.feeds.parse import parse
from monitor.model.feeds import FeedFormat, ItemMarks, ParsedFeed, RawEntry

LENGTH_BYTES = 4


def frame(data: bytes) -> bytes:
    """`data` with its length before it, as four bytes, most significant first."""
    return len(data).to_bytes(LENGTH_BYTES) + data


def request(
    url: str,
    content_type: str,
    format: FeedFormat,  # noqa: A002 as in parse
    items: bytes = b"",
    salt: str = "",
) -> bytes:
    """The first of a request's two frames; the second holds the document."""
    return frame(json.dumps([url, content_type, format.value, items.hex(), salt]).encode())


def answer(parsed: ParsedFeed) -> dict[str, Any]:
    """`parsed` as values that JSON can carry; `read_answer` is the inverse."""
    entries = [
        {**asdict(entry), "published": entry.published and entry.published.isoformat()}
        for entry in parsed.entries
    ]
    ttl = parsed.ttl.total_seconds() if parsed.ttl else None
    return {
        "format": parsed.format,
        "title": parsed.title,
        "entries": entries,
        "ttl": ttl,
        "skip_hours": parsed.skip_hours,
        "skip_days": parsed.skip_days,
        "warnings": parsed.warnings,
        "sitemaps": parsed.sitemaps,
        "items": parsed.items and asdict(parsed.items),
    }


def read_answer(data: bytes) -> ParsedFeed:
    """The ParsedFeed of an answer. Raises ParseError when the answer is an error."""
    fields = json.loads(data)
    if "error" in fields:
        raise ParseError(fields["error"], fields["message"])
    return ParsedFeed(
        format=fields["format"],
        title=fields["title"],
        entries=tuple(_entry(entry) for entry in fields["entries"]),
        ttl=None if fields["ttl"] is None else timedelta(seconds=fields["ttl"]),
        skip_hours=tuple(fields["skip_hours"]),
        skip_days=tuple(fields["skip_days"]),
        warnings=tuple(fields["warnings"]),
        sitemaps=tuple(fields["sitemaps"]),
        items=fields["items"] and _marks(fields["items"]),
    )


def _marks(fields: dict[str, Any]) -> ItemMarks:
    return ItemMarks(**fields | {name: tuple(fields[name]) for name in ("read", "known")})


def _entry(fields: dict[str, Any]) -> RawEntry:
    published = fields.pop("published")
    return RawEntry(published=published and datetime.fromisoformat(published), **fields)


def main(memory_bytes: int, cpu_seconds: float) -> None:
    """Answers requests until standard input ends. A first empty frame says: ready.

    A document that takes more than `cpu_seconds` of this process ends it by SIGPROF. The kernel
    counts and kills: a regular expression that holds the interpreter would never let us look.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the daemon, which ends us
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    answers.write(frame(b""))
    answers.flush()
    while (head := _read(requests)) is not None and (body := _read(requests)) is not None:
        signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
        said = frame(json.dumps(_answer(json.loads(head), body)).encode())
        signal.setitimer(signal.ITIMER_PROF, 0)
        answers.write(said)
        answers.flush()


def _answer(head: list[str], body: bytes) -> dict[str, Any]:
    url, content_type, kind, items, salt = head
    try:
        return answer(
            parse(
                body,
                url=url,
                content_type=content_type,
                format=FeedFormat(kind),
                items=bytes.fromhex(items),
                salt=salt,
            )
        )
    except ParseError as exc:
        return {"error": exc.code, "message": str(exc)}


def _read(stream: BinaryIO) -> bytes | None:
    """The next frame, or None when the other side has closed."""
    length = stream.read(LENGTH_BYTES)
    return stream.read(int.from_bytes(length)) if len(length) == LENGTH_BYTES else None


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
