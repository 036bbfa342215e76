"""Turns an archive and a watchlist into the flags the daemon's own code would have raised.

Simulated time only: the result depends on archive, watchlist and version of the program. A flag
is answered "stands" some time after it opened, as an analyst would, so that later news can raise
the next one. Works on a database of its own in memory; the daemon's is never written.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

from sqlalchemy import Connection

from monitor.core import normalise
from monitor.core.outlets import Outlets
from monitor.core.rules import Rules
from monitor.errors import ParseError
from monitor.feeds import archive
from monitor.feeds.parse import parse
from monitor.model.entries import Entry
from monitor.model.feeds import Feed, ParsedFeed, RawEntry
from monitor.model.flags import Flag, FlagState, Review
from monitor.model.outcome import Outcome
from monitor.service import ingest
from monitor.service.recognise import recognise
from monitor.store import engine as store_engine
from monitor.store import entries as store_entries
from monitor.store import feeds as store_feeds
from monitor.store import flags as store_flags
from monitor.store import migrate

TICK = timedelta(minutes=15)
"""Entries of one stretch of this length are assessed together, as by one poll."""

REVIEW_AFTER = timedelta(hours=48)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one poll of one feed brought. `first` marks a feed's first: history, not news."""

    at: datetime
    feed: Feed
    document: ParsedFeed
    first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Entries of a replay by what became of them."""

    new: int = 0
    revised: int = 0
    unchanged: int = 0
    doubles: int = 0  # left out within their document: listed twice, or empty
    refused: tuple[str, ...] = ()  # documents or lines that could not be read, and why

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            new=self.new + other.new,
            revised=self.revised + other.revised,
            unchanged=self.unchanged + other.unchanged,
            doubles=self.doubles + other.doubles,
            refused=self.refused + other.refused,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    flags: tuple[Flag, ...]
    tally: Tally
    relevant: int
    stories: int
    start: datetime | None
    end: datetime | None
    rules: Rules

    @property
    def judgment_months(self) -> float:
        """Judgments times months replayed: what alert rates are measured in."""
        if self.start is None or self.end is None:
            return 0.0
        months = (self.end - self.start) / timedelta(days=30.44)
        return len(self.rules.pairs()) * months


def from_lines(path: Path, outlets: Outlets) -> tuple[Iterator[Batch], int, list[str]]:
    """Batches of a JSON lines archive, the number of its outlets, and what could not be read."""
    refused: list[str] = []
    rows = list(archive.read_jsonl(path, report=lambda bad: refused.append(str(bad))))
    # beyond the time only so that the order of lines never matters
    rows.sort(key=lambda row: (row.at, row.outlet, row.link, row.title, row.summary))
    count = len({outlets.canonical(row.outlet) for row in rows})
    return _line_batches(rows, outlets), count, refused


def _line_batches(rows: Sequence[archive.ArchivedEntry], outlets: Outlets) -> Iterator[Batch]:
    def tick(row: archive.ArchivedEntry) -> int:
        return int(row.at.timestamp() // TICK.total_seconds())

    for number, together in groupby(rows, key=tick):
        at = datetime.fromtimestamp((number + 1) * TICK.total_seconds(), tz=rows[0].at.tzinfo)
        by_outlet: dict[str, list[RawEntry]] = {}
        for row in together:
            by_outlet.setdefault(outlets.canonical(row.outlet), []).append(row.raw)
        for outlet, entries in sorted(by_outlet.items()):
            feed = Feed(id=f"archive:{outlet}", url="", outlet=outlet)
            document = ParsedFeed(format="jsonl", title=outlet, entries=tuple(entries))
            yield Batch(at=at, feed=feed, document=document)


def from_snapshots(folder: Path, outlets: Outlets) -> tuple[Iterator[Batch], int, list[str]]:
    """Batches of a folder of feed snapshots. A snapshot that is no feed is listed as refused."""
    found = archive.snapshots(folder)
    refused: list[str] = []
    count = len({outlets.canonical(snapshot.feed) for snapshot in found})
    return _snapshot_batches(found, outlets, refused), count, refused


def _snapshot_batches(
    found: Iterable[archive.Snapshot], outlets: Outlets, refused: list[str]
) -> Iterator[Batch]:
    seen: set[str] = set()
    for snapshot in found:
        feed = Feed(id=snapshot.feed, url="", outlet=outlets.canonical(snapshot.feed))
        try:
            document = parse(snapshot.path.read_bytes(), url="")
        except ParseError as error:
            refused.append(f"{snapshot.path.name}: {error}")
            continue
        yield Batch(at=snapshot.at, feed=feed, document=document, first=feed.id not in seen)
        seen.add(feed.id)


def from_store(conn: Connection, since: datetime, until: datetime) -> Iterator[Batch]:
    """Batches of the daemon's own archive, as first seen."""
    for entry in store_entries.stream(conn, since, until):
        raw = RawEntry(
            guid=entry.key,
            link=entry.link,
            title=entry.title,
            summary=entry.summary,
            published=entry.published_at,
        )
        feed = Feed(id=entry.feed_id, url="", outlet=entry.outlet)
        document = ParsedFeed(format="store", title="", entries=(raw,))
        yield Batch(at=entry.seen_at, feed=feed, document=document, first=not entry.alerts)


def replay(
    batches: Iterable[Batch],
    *,
    rules: Rules,
    review_after: timedelta = REVIEW_AFTER,
    progress: Callable[[datetime], None] = lambda _at: None,
) -> Replayed:
    """Run the batches, which must come in order of time, through the daemon's own intake."""
    tally, relevant, stories = Tally(), 0, set[str]()
    start = end = None
    engine = store_engine.open_engine("sqlite://")
    migrate.upgrade(engine)
    for at, together in groupby(batches, key=lambda batch: batch.at):
        with store_engine.write(engine) as conn:
            _review(conn, at - review_after, at)
            part, outcome = _take_in(conn, list(together), rules, at)
        tally += part
        relevant += sum(item.relevant for item in outcome.matched)
        stories |= {story.id for story in outcome.stories}
        start, end = start or at, at
        progress(at)
    with store_engine.read(engine) as conn:
        flags = store_flags.listing(conn, live_only=False)
    engine.dispose()
    return Replayed(
        flags=tuple(sorted(flags, key=lambda flag: flag.id)),
        tally=tally,
        relevant=relevant,
        stories=len(stories),
        start=start,
        end=end,
        rules=rules,
    )


def _review(conn: Connection, opened_before: datetime, now: datetime) -> None:
    for flag in store_flags.live(conn):
        if flag.opened_at <= opened_before:
            store_flags.decide(
                conn,
                Review(
                    flag_id=flag.id,
                    brief=flag.brief,
                    decision=FlagState.STANDS,
                    by="replay",
                    at=now,
                    note="answered by the replay",
                ),
            )


def _take_in(
    conn: Connection, batches: Sequence[Batch], rules: Rules, at: datetime
) -> tuple[Tally, Outcome]:
    new: list[Entry] = []
    revised: list[Entry] = []
    tally = Tally()
    for batch in batches:
        _know_feed(conn, batch.feed, at)
        result = normalise.entries(batch.document, batch.feed, first_poll=batch.first, now=at)
        parts = recognise(conn, batch.feed.id, result, rules)
        new += parts.new
        revised += parts.revised
        tally += Tally(
            new=len(parts.new),
            revised=len(parts.revised),
            unchanged=len(parts.unchanged),
            doubles=len(batch.document.entries) - len(result.entries),
        )
    return tally, ingest.take_in(conn, new, revised, rules=rules, now=at)


def _know_feed(conn: Connection, feed: Feed, at: datetime) -> None:
    if store_feeds.state(conn, feed.id) is None:
        store_feeds.add(conn, feed, now=at)
