"""Turns archives (JSON lines, folders of snapshots, the daemon's store) into batches of a replay.

A batch is what one poll of one feed brought. Batches come in order of time, and the same archive
gives the same batches however its lines or files are ordered. Reading the content of a batch is
left to `Batch.read`, a pure function of its file or rows, so that it can be done in any process.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

from sqlalchemy import Connection

from monitor.core.feeds import normalise
from monitor.core.feeds.normalise import Normalised
from monitor.core.feeds.recognise import Arrival
from monitor.core.stories.outlets import Outlets
from monitor.errors import NotFoundError, ParseError
from monitor.feeds import archive
from monitor.feeds.parse import parse
from monitor.model.entries import Entry
from monitor.model.feeds import Feed, ParsedFeed, RawEntry
from monitor.model.stories import Decision
from monitor.store import entries as store_entries
from monitor.store import stories as store_stories

TICK = timedelta(minutes=15)
"""Lines of one stretch of this length are assessed together, as by one poll."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """The entries of a batch. `doubles` were left out: listed twice, or empty."""

    found: Normalised
    doubles: int = 0
    refused: str = ""  # why the document could not be read at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one poll of one feed brought: rows, or a snapshot still to be parsed."""

    at: datetime
    feed: Feed
    rows: tuple[RawEntry, ...] = ()
    path: Path | None = None

    def read(self) -> Read:
        if self.path is None:
            document = ParsedFeed(format="jsonl", title=self.feed.outlet, entries=self.rows)
        else:
            try:
                document = parse(self.path.read_bytes(), url="")
            except ParseError as error:
                return Read(found=Normalised(arrivals=()), refused=f"{self.path.name}: {error}")
        found = normalise.entries(document, self.feed, first_poll=False, now=self.at)
        doubles = len(document.entries) - len(found.entries)
        return Read(found=found, doubles=doubles)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBatch:
    """One revision of an entry that the daemon stored, when it saw it."""

    at: datetime
    entry: Entry

    @property
    def feed(self) -> Feed:
        return Feed(id=self.entry.feed_id, url="", outlet=self.entry.outlet)

    def read(self) -> Read:
        return Read(found=Normalised(arrivals=(Arrival(self.entry, self.entry.key),)))


AnyBatch = Batch | StoredBatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An archive, ready to be replayed.

    `history`: the first batch of a feed is what lay there when it was first polled, and no news.
    """

    batches: Iterable[AnyBatch]
    outlets: int  # that speak in it
    ends: datetime | None = None  # about when its last batch is; None: it has none
    refused: tuple[str, ...] = ()  # lines that could not be read, and why
    history: bool = False
    decisions: tuple[Decision, ...] = ()  # of people about its stories, the oldest first

    def within(self, since: datetime | None, until: datetime | None) -> "Source":
        """The same from `since` to before `until`."""
        chosen = (
            batch
            for batch in self.batches
            if (since is None or batch.at >= since) and (until is None or batch.at < until)
        )
        return replace(self, batches=chosen)


def from_path(where: str, outlets: Outlets) -> Source:
    """A folder of snapshots, or rows: a file, a folder of files, an address."""
    if parts := archive.partitions(where):
        return from_rows(parts, outlets)
    if "://" in where:
        raise NotFoundError(f"{where}: no archive is there; expected .jsonl, .jsonl.gz or .parquet")
    return from_snapshots(Path(where), outlets)


def from_lines(path: Path, outlets: Outlets) -> Source:
    """A JSON lines archive in one file. Raises NotFoundError when it cannot be opened."""
    return from_rows((str(path),), outlets)


def from_rows(parts: Sequence[str], outlets: Outlets) -> Source:
    """An archive of JSON lines or Parquet. Raises NotFoundError when a file cannot be opened."""
    refused: list[str] = []
    rows = read_rows(parts, report=lambda bad: refused.append(str(bad)))
    names = {name: outlets.canonical(name) for name in {row.outlet for row in rows}}
    return Source(
        batches=batches_of(rows, names),
        outlets=len(set(names.values())),
        ends=rows[-1].at if rows else None,
        refused=tuple(refused),
    )


def read_rows(
    parts: Iterable[str], report: Callable[[archive.BadLine], None]
) -> list[archive.ArchivedEntry]:
    """The rows of these files in order of time, however files and lines are ordered."""
    rows = [row for part in parts for row in archive.read(part, report=report)]
    # beyond the time only so that the order of lines never matters
    rows.sort(key=lambda row: (row.at, row.outlet, row.link, row.title, row.summary))
    return rows


def tick(row: archive.ArchivedEntry) -> int:
    """Number of the stretch that a row falls into; those of one stretch are assessed together."""
    return int(row.at.timestamp() // TICK.total_seconds())


def batches_of(
    rows: Sequence[archive.ArchivedEntry], names: Mapping[str, str]
) -> Iterator[AnyBatch]:
    """One batch for each stretch and outlet; `names` are the outlets' canonical ones."""
    feeds = {name: Feed(id=f"archive:{name}", url="", outlet=name) for name in names.values()}
    for number, together in groupby(rows, key=tick):
        at = datetime.fromtimestamp((number + 1) * TICK.total_seconds(), tz=rows[0].at.tzinfo)
        by_outlet: dict[str, list[RawEntry]] = {}
        for row in together:
            by_outlet.setdefault(names[row.outlet], []).append(row.raw)
        for outlet, entries in sorted(by_outlet.items()):
            yield Batch(at=at, feed=feeds[outlet], rows=tuple(entries))


def from_snapshots(folder: Path, outlets: Outlets) -> Source:
    """A folder of feed snapshots. Raises NotFoundError when there is none in it."""
    found = archive.snapshots(folder)
    feeds = {
        name: Feed(id=name, url="", outlet=outlets.canonical(name))
        for name in {snapshot.feed for snapshot in found}
    }
    return Source(
        batches=[Batch(at=one.at, feed=feeds[one.feed], path=one.path) for one in found],
        outlets=len({feed.outlet for feed in feeds.values()}),
        ends=found[-1].at,
        history=True,
    )


def from_store(conn: Connection, since: datetime | None, until: datetime | None) -> Source:
    """The daemon's own archive: each revision of each entry at the time it was seen."""
    found = [
        StoredBatch(at=at, entry=entry) for at, entry in store_entries.history(conn, since, until)
    ]
    return Source(
        batches=found,
        outlets=len({batch.entry.outlet for batch in found}),
        ends=found[-1].at if found else None,
        decisions=store_stories.decisions(conn),
    )
