"""Turns archives (JSON lines, folders of snapshots, the daemon's store) into batches of a replay.

A batch is what one poll of one feed brought. Batches come in order of time, and the same archive
gives the same batches however its lines or files are ordered. Reading the content of a batch is
left to `Batch.read`, a pure function of its file or rows, so that it can be done in any process.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

from sqlalchemy import Connection

from monitor.core import normalise
from monitor.core.normalise import Normalised
from monitor.core.outlets import Outlets
from monitor.core.recognise import Arrival
from monitor.errors import ParseError
from monitor.feeds import archive
from monitor.feeds.parse import parse
from monitor.model.entries import Entry
from monitor.model.feeds import Feed, ParsedFeed, RawEntry
from monitor.store import entries as store_entries

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

    def within(self, since: datetime | None, until: datetime | None) -> "Source":
        """The same from `since` to before `until`."""
        chosen = (
            batch
            for batch in self.batches
            if (since is None or batch.at >= since) and (until is None or batch.at < until)
        )
        return replace(self, batches=chosen)


def from_path(path: Path, outlets: Outlets) -> Source:
    """A folder of snapshots, or a file of JSON lines."""
    return from_snapshots(path, outlets) if path.is_dir() else from_lines(path, outlets)


def from_lines(path: Path, outlets: Outlets) -> Source:
    """A JSON lines archive. Raises NotFoundError when the file cannot be opened."""
    refused: list[str] = []
    rows = list(archive.read_jsonl(path, report=lambda bad: refused.append(str(bad))))
    # beyond the time only so that the order of lines never matters
    rows.sort(key=lambda row: (row.at, row.outlet, row.link, row.title, row.summary))
    names = {name: outlets.canonical(name) for name in {row.outlet for row in rows}}
    return Source(
        batches=_line_batches(rows, names),
        outlets=len(set(names.values())),
        ends=rows[-1].at if rows else None,
        refused=tuple(refused),
    )


def _line_batches(
    rows: Sequence[archive.ArchivedEntry], names: dict[str, str]
) -> Iterator[AnyBatch]:
    def tick(row: archive.ArchivedEntry) -> int:
        return int(row.at.timestamp() // TICK.total_seconds())

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
    )
