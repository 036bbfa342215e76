"""Remembers entries in dictionaries, with the answers that the tables would give."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from monitor.model.citations import Snapshot
from monitor.model.entries import Entry, KnownEntry
from monitor.polling.citations import Revision


@dataclass(slots=True)
class MemoryEntries:
    """Every entry as it is now, and all its revisions."""

    _entries: dict[str, Entry] = field(default_factory=dict)  # by id
    _ids: dict[tuple[str, str], str] = field(default_factory=dict)  # by feed and key
    _pages: dict[tuple[str, str], list[str]] = field(default_factory=dict)  # by feed and link
    _later: dict[str, str] = field(default_factory=dict)  # by the id that was superseded
    _revisions: dict[str, list[Entry]] = field(default_factory=dict)
    _feeds: set[str] = field(default_factory=set)
    _of_outlet: dict[str, list[str]] = field(default_factory=dict)  # ids, as they came

    def known(self, feed_id: str, keys: Sequence[str]) -> dict[str, KnownEntry]:
        ids = self._ids
        return {
            key: _known(self._entries[ids[feed_id, key]]) for key in keys if (feed_id, key) in ids
        }

    def on_pages(self, feed_id: str, links: Sequence[str]) -> tuple[KnownEntry, ...]:
        ids = {one for link in links for one in self._pages.get((feed_id, link), ())}
        entries = (self._entries[one] for one in sorted(ids))
        return tuple(_known(entry) for entry in entries if entry.canonical_link in links)

    def lines(self, entry_ids: Sequence[str]) -> dict[str, tuple[Entry, ...]]:
        return {one: tuple(self._line(one)) for one in entry_ids if one in self._entries}

    def _line(self, entry_id: str) -> Iterable[Entry]:
        """The entry and its successors, up to one that was there already."""
        walked: set[str] = set()
        while entry_id and entry_id not in walked:
            walked.add(entry_id)
            yield self._entries[entry_id]
            entry_id = self._later.get(entry_id, "")

    def firsts(self, entry_ids: Sequence[str]) -> dict[str, str]:
        return {one: self._first(one) for one in entry_ids if one in self._entries}

    def _first(self, entry_id: str) -> str:
        walked = {entry_id}
        while (before := self._entries[entry_id].supersedes) in self._entries:
            if before in walked:
                break
            walked.add(before)
            entry_id = before
        return entry_id

    def told(self, entry_ids: Sequence[str]) -> dict[str, frozenset[str]]:
        return {
            one: frozenset(entry.content_hash for entry in self._revisions.get(one, ()))
            for one in entry_ids
        }

    def revisions(self, entry_id: str) -> tuple[Revision, ...]:
        return tuple(
            (number, entry.title, entry.summary, entry.seen_at)
            for number, entry in enumerate(self._revisions.get(entry_id, ()), start=1)
        )

    def candidates(
        self, *, key: str, links: Iterable[str], outlet: str, since: datetime, until: datetime
    ) -> tuple[tuple[Entry, tuple[str, ...]], ...]:
        """Entries with this key or link, and those of the outlet first seen in this time."""
        ids = {self._ids.get((feed, key), "") for feed in self._feeds} if key else set[str]()
        ids |= {
            one
            for feed in self._feeds
            for link in links
            for one in self._pages.get((feed, link), ())
        }
        ids.discard("")
        chosen = (*ids, *self._of_outlet.get(outlet, ()))
        first = {one: self._revisions[one][0] for one in chosen}
        wanted = (
            one for one, entry in first.items() if one in ids or since <= entry.seen_at < until
        )
        ordered = sorted(wanted, key=lambda one: (first[one].seen_at, one))
        return tuple(
            (self._entries[one], tuple(entry.title for entry in self._revisions[one]))
            for one in ordered
        )

    def keep(self, entries: Iterable[Entry]) -> None:
        """New entries, and revised ones in the place of what they were."""
        for entry in entries:
            self._entries[entry.id] = entry
            self._ids[entry.feed_id, entry.key] = entry.id
            if entry.canonical_link:
                self._pages.setdefault((entry.feed_id, entry.canonical_link), []).append(entry.id)
            if entry.supersedes:
                self._later[entry.supersedes] = entry.id
            known = self._revisions.get(entry.id)
            if known is None:
                self._revisions[entry.id] = [entry]
                self._feeds.add(entry.feed_id)
                self._of_outlet.setdefault(entry.outlet, []).append(entry.id)
            else:
                known.append(entry)


@dataclass(slots=True)
class MemoryArticles:
    """Where cited articles are found, and the snapshots of them."""

    entries: MemoryEntries
    _snapshots: list[Snapshot] = field(default_factory=list)
    _marks: set[str] = field(default_factory=set)

    def snapshots(self) -> Sequence[Snapshot]:
        return tuple(self._snapshots)

    def add(self, taken: Sequence[Snapshot]) -> None:
        self._snapshots += taken

    def candidates(
        self, *, key: str, links: Iterable[str], outlet: str, since: datetime, until: datetime
    ) -> Sequence[tuple[Entry, tuple[str, ...]]]:
        return self.entries.candidates(
            key=key, links=links, outlet=outlet, since=since, until=until
        )

    def lines(self, entry_ids: Sequence[str]) -> dict[str, tuple[Entry, ...]]:
        return self.entries.lines(entry_ids)

    def revisions(self, entry_id: str) -> Sequence[Revision]:
        return self.entries.revisions(entry_id)

    def searched(self, mark: str, now: datetime) -> bool:  # noqa: ARG002  # as the tables ask
        found = mark in self._marks
        self._marks.add(mark)
        return found


def _known(entry: Entry) -> KnownEntry:
    return KnownEntry(
        id=entry.id,
        feed_id=entry.feed_id,
        key=entry.key,
        content_hash=entry.content_hash,
        revision=entry.revision,
        seen_at=entry.seen_at,
        published_at=entry.published_at,
        alerts=entry.alerts,
        canonical_link=entry.canonical_link,
        title=entry.title,
    )
