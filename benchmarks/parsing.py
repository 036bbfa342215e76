"""Turns feed documents into numbers: what an entry costs from bytes to the database, and elsewhere.

The whole way is that of a poll: the bytes go to a parser process, the rows are normalised, told
apart from what is known, matched against the example watchlist, grouped, and stored in SQLite, one
transaction a document. Beside it, parsers alone, as their users call them.

`python -m benchmarks.parsing [--repeat N]`. Reads real feeds from the shared data; without them it
writes documents of its own. CPU time of this process and its children; nothing is left on disk.
"""

import argparse
import asyncio
import os
import re
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from monitor.core.feeds import normalise
from monitor.core.feeds.normalise import Normalised
from monitor.core.judging.rules import Rules
from monitor.errors import ParseError
from monitor.feeds.parse import parse
from monitor.feeds.pool import ParserPool
from monitor.model.feeds import Feed, ParsedFeed, PollRecord
from monitor.polling import ingest
from monitor.polling.recognise import recognise
from monitor.runtime import plan
from monitor.store import engine as store_engine
from monitor.store import feeds as store_feeds
from monitor.store import migrate

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("SIGNPOST_SHARED_DATA", ROOT / "../shared/data"))
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
URL = "https://feeds.example/rss"
DOCUMENTS, ENTRIES = 40, 50
"""What is invented where there are no real feeds."""


@dataclass(frozen=True, slots=True)
class Result:
    name: str
    seconds: float  # CPU
    entries: int
    refused: int = 0

    @property
    def rate(self) -> float:
        return self.entries / self.seconds


def documents() -> tuple[str, list[bytes]]:
    """What is measured with, and its name."""
    paths = sorted([*SHARED.glob("feeds/*.xml"), *SHARED.glob("snapshots/*/*.xml")])
    if paths:
        return "real feeds, 2012 to 2024", [path.read_bytes() for path in paths]
    return "invented feeds", [_invented(number) for number in range(DOCUMENTS)]


_WORDS = "border treaty talks envoy minister sanctions summit flood harvest election court"


def _invented(number: int) -> bytes:
    items = "".join(_item(number, place) for place in range(ENTRIES))
    return f"<rss version='2.0'><channel><title>N</title>{items}</channel></rss>".encode()


def _item(number: int, place: int) -> str:
    words = _WORDS.split()
    title = " ".join(words[(number * 7 + place * step) % len(words)] for step in range(1, 9))
    return (
        f"<item><title>{title} {place}</title><guid>g{number}-{place}</guid>"
        f"<link>https://news.example/{number}/{place}?utm_source=rss</link>"
        f"<description>&lt;p&gt;{_WORDS} {_WORDS}&lt;/p&gt;</description>"
        f"<pubDate>{NOW - timedelta(minutes=place):%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
    )


# --- the whole way --------------------------------------------------------------------------------


def whole(bodies: Sequence[bytes], rules: Rules) -> Iterator[Result]:
    """Every document as the second poll of a feed of its own, and once more with nothing new."""
    with tempfile.TemporaryDirectory() as folder:
        engine = store_engine.open_engine(f"sqlite:///{folder}/parsing.db")
        migrate.upgrade(engine)
        yield _timed("all the way, all new", lambda: asyncio.run(_polls(engine, bodies, rules)))
        again = [
            re.sub(rb"(?=</channel>|</feed>)", b"<!-- built anew -->", body) for body in bodies
        ]
        yield _timed("all the way, all known", lambda: asyncio.run(_polls(engine, again, rules)))
        engine.dispose()


async def _polls(engine: Engine, bodies: Sequence[bytes], rules: Rules) -> int:
    count = 0
    async with ParserPool(workers=1) as pool:
        for number, body in enumerate(bodies):
            feed = Feed(id=f"feed-{number}", url=f"{URL}/{number}", outlet=f"Outlet {number}")
            parsed = await pool.parse(body, url=URL)
            found = normalise.entries(parsed, feed, first_poll=False, now=NOW)
            with store_engine.write(engine) as conn:
                count += _store(conn, feed, found, rules)
    return count


def _store(conn: Connection, feed: Feed, found: Normalised, rules: Rules) -> int:
    store_feeds.add(conn, feed, now=NOW)
    parts = recognise(conn, feed.id, found, rules)
    ingest.take_in(conn, parts.new, parts.revised, rules=rules, now=NOW)
    record = PollRecord(
        polled_at=NOW, next_poll_at=NOW + feed.interval, ok=True, status=200, new=len(parts.new)
    )
    state = store_feeds.state(conn, feed.id)
    assert state is not None  # noqa: S101  # it was added
    store_feeds.save_poll(conn, state, record)
    return len(parts.new) + len(parts.revised) + len(parts.unchanged)


# --- parts of it, and others ----------------------------------------------------------------------


def parsers() -> Iterator[tuple[str, Callable[[bytes], int]]]:
    """What turns a document into a number of entries, by name; what is not installed says so."""
    yield "ours: parse, in this process", lambda body: len(parse(body, url=URL).entries)
    yield "ours: parse and normalise", _normalised
    feedparser = import_module("feedparser")
    yield "feedparser", lambda body: len(feedparser.parse(BytesIO(body)).entries)
    for name, make in (("atoma", _atoma), ("fastfeedparser", _fastfeedparser)):
        try:
            yield name, make(import_module(name))
        except ImportError:
            print(f"{name} is not installed")


def _normalised(body: bytes) -> int:
    parsed: ParsedFeed = parse(body, url=URL)
    feed = Feed(id="f", url=URL, outlet="O")
    return len(normalise.entries(parsed, feed, first_poll=False, now=NOW).entries)


def _atoma(library: Any) -> Callable[[bytes], int]:
    def read(body: bytes) -> int:
        atom = b"<feed" in body[:1_000]
        if atom:
            return len(library.parse_atom_bytes(body).entries)
        return len(library.parse_rss_bytes(body).items)

    return read


def _fastfeedparser(library: Any) -> Callable[[bytes], int]:
    return lambda body: len(library.parse(body).entries)


def alone(name: str, read: Callable[[bytes], int], bodies: Sequence[bytes]) -> Result:
    refused = 0

    def run() -> int:
        nonlocal refused
        count = refused = 0
        for body in bodies:
            try:
                count += read(body)
            except (ParseError, ValueError, LookupError, TypeError, AttributeError):
                refused += 1
            except Exception as exc:  # atoma has errors of its own
                if not type(exc).__module__.startswith("atoma"):
                    raise
                refused += 1
        return count

    return _timed(name, run, refused=lambda: refused)


def _cpu() -> float:
    """CPU seconds of this process and of the children that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _timed(name: str, run: Callable[[], int], refused: Callable[[], int] = lambda: 0) -> Result:
    start = _cpu()
    entries = run()
    return Result(name, _cpu() - start, entries, refused())


def best(results: Sequence[Result]) -> Result:
    return min(results, key=lambda result: result.seconds)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--repeat", type=int, default=3, help="the best of so many runs is told")
    repeat = arguments.parse_args().repeat
    what, bodies = documents()
    rules = plan.load_plan(ROOT / "config").rules
    size = sum(map(len, bodies)) / 1e6
    print(f"{what}: {len(bodies)} documents, {size:.1f} MB; CPU time, best of {repeat}")
    runs = [list(whole(bodies, rules)) for _ in range(repeat)]
    results = [best(same) for same in zip(*runs, strict=True)]
    for name, read in parsers():
        results.append(best([alone(name, read, bodies) for _ in range(repeat)]))
    (base,) = (result for result in results if result.name == "feedparser")
    print(f"{'':30} {'entries/s':>10} {'µs/entry':>9} {'ms/doc':>7} {'time':>7}  refused")
    for result in results:
        print(
            f"{result.name:30} {result.rate:10,.0f} {1e6 / result.rate:9,.0f} "
            f"{1e3 * result.seconds / len(bodies):7.1f} {base.rate / result.rate:6.2f}×  "
            f"{result.refused or ''}"
        )


if __name__ == "__main__":
    main()
