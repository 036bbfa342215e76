"""Remembers entries in dictionaries, with the answers that the tables would give."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from monitor.model.entries import Entry, KnownEntry


@dataclass(slots=True)
class MemoryEntries:
    """Every entry as it is now, and the content hashes of all its revisions."""

    _entries: dict[str, Entry] = field(default_factory=dict)  # by id
    _ids: dict[tuple[str, str], str] = field(default_factory=dict)  # by feed and key
    _pages: dict[tuple[str, str], list[str]] = field(default_factory=dict)  # by feed and link
    _later: dict[str, str] = field(default_factory=dict)  # by the id that was superseded
    _told: dict[str, frozenset[str]] = field(default_factory=dict)

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
        yield self._entries[entry_id]
        while entry_id in self._later:
            entry_id = self._later[entry_id]
            yield self._entries[entry_id]

    def told(self, entry_ids: Sequence[str]) -> dict[str, frozenset[str]]:
        return {one: self._told.get(one, frozenset()) for one in entry_ids}

    def keep(self, entries: Iterable[Entry]) -> None:
        """New entries, and revised ones in the place of what they were."""
        for entry in entries:
            self._entries[entry.id] = entry
            self._ids[entry.feed_id, entry.key] = entry.id
            if entry.canonical_link:
                self._pages.setdefault((entry.feed_id, entry.canonical_link), []).append(entry.id)
            if entry.supersedes:
                self._later[entry.supersedes] = entry.id
            self._told[entry.id] = self._told.get(entry.id, frozenset()) | {entry.content_hash}


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
