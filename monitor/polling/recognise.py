"""Turns one document's entries into new, revised and unchanged, by what the store knows of them.

Reads only. Nearly always one query is enough: an entry that says what it said is looked up by its
guid alone. More is read only for those that seem new or changed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Protocol

from sqlalchemy import Connection

from monitor.core.feeds import recognise as core
from monitor.core.feeds.identity import pages
from monitor.core.feeds.normalise import Normalised
from monitor.core.feeds.recognise import SettledEntry, WordingChange
from monitor.core.judging.rules import Rules
from monitor.core.language.match.matcher import match
from monitor.model.entries import Entry, KnownEntry, Sorted
from monitor.store import entries as store_entries

_KEYS = 8
"""Keys that are looked up at once."""


class EntryMemory(Protocol):
    """What is known of entries: the tables, or a replay's memory."""

    def known(self, feed_id: str, keys: Sequence[str]) -> dict[str, KnownEntry]: ...

    def on_pages(self, feed_id: str, links: Sequence[str]) -> tuple[KnownEntry, ...]: ...

    def firsts(self, entry_ids: Sequence[str]) -> dict[str, str]: ...

    def lines(self, entry_ids: Sequence[str]) -> dict[str, tuple[Entry, ...]]: ...

    def told(self, entry_ids: Sequence[str]) -> dict[str, frozenset[str]]: ...


@dataclass(frozen=True, slots=True)
class StoredEntries:
    """The tables."""

    conn: Connection

    def known(self, feed_id: str, keys: Sequence[str]) -> dict[str, KnownEntry]:
        return store_entries.known(self.conn, feed_id, keys)

    def on_pages(self, feed_id: str, links: Sequence[str]) -> tuple[KnownEntry, ...]:
        return store_entries.on_pages(self.conn, feed_id, links)

    def firsts(self, entry_ids: Sequence[str]) -> dict[str, str]:
        return store_entries.firsts(self.conn, entry_ids)

    def lines(self, entry_ids: Sequence[str]) -> dict[str, tuple[Entry, ...]]:
        return store_entries.lines(self.conn, entry_ids)

    def told(self, entry_ids: Sequence[str]) -> dict[str, frozenset[str]]:
        return store_entries.told(self.conn, entry_ids)


def recognise(conn: Connection, feed_id: str, found: Normalised, rules: Rules) -> Sorted:
    """The entries of a document of this feed against the store. Each is in exactly one part."""
    return against(StoredEntries(conn), feed_id, found, rules)


def against(seen: EntryMemory, feed_id: str, found: Normalised, rules: Rules) -> Sorted:
    """The same against whatever knows what was seen."""
    settled = _settle(seen, feed_id, found)
    lines = _Lines(seen, feed_id, {one.entry.key for one in settled})
    changed = [one for one in settled if one.before is not None and not one.unchanged]
    listed = frozenset(one.before.id for one in settled if one.before and one.unchanged)
    changes = lines.grown(changed, listed, rules)
    own = [change.entry for change in changes.values() if change.entry and change.why]
    left = [known for known, change in changes.items() if change.entry is None]
    flapping = sum(change.flaps for change in changes.values())
    return Sorted(
        new=(*(one.entry for one in settled if one.before is None), *own),
        revised=tuple(c.entry for c in changes.values() if c.entry and not c.why),
        unchanged=(*(one.before.id for one in settled if one.before and one.unchanged), *left),
        displaced=sum(one.displaced for one in settled),
        flapping=flapping,
        notes=_notes(
            len(settled),
            renamed=sum(one.renamed for one in settled),
            superseding=len(own),
            flapping=flapping,
        ),
    )


def _settle(seen: EntryMemory, feed_id: str, found: Normalised) -> tuple[SettledEntry, ...]:
    arrivals = found.arrivals
    known = seen.known(feed_id, [arrival.base for arrival in arrivals])
    doubtful = core.doubtful(arrivals, known)
    others = {name for arrival in doubtful for name in core.names(arrival)} - known.keys()
    known |= seen.known(feed_id, sorted(others))
    links = {page for arrival in doubtful for page in pages(arrival.entry.link)}
    return core.settle(arrivals, known, seen.on_pages(feed_id, sorted(links)))


@dataclass(slots=True)
class _Line:
    """The entries that had one guid, the oldest first, and the content hashes of all they said."""

    entries: tuple[Entry, ...] = ()
    told: frozenset[str] = frozenset()
    grown: bool = False  # its last entry is in this document


@dataclass(slots=True)
class _Lines:
    """The lines that a document's changed entries belong to, and the keys that are taken."""

    _seen: EntryMemory
    _feed_id: str
    _used: set[str]  # the keys of this document's entries
    _by_first: dict[str, _Line] = field(default_factory=dict)

    def grown(
        self, changed: Sequence[SettledEntry], listed: frozenset[str], rules: Rules
    ) -> dict[str, WordingChange]:
        """What each became, by the id it was known by. Of two on one line the later row follows
        on the earlier one: an entry is superseded once. `listed` are entries that this document
        tells unchanged: a row beside one is no revision of it, or each poll would undo the last.
        """
        ids = [one.before.id for one in changed if one.before is not None]
        firsts = self._seen.firsts(ids)
        lines = self._seen.lines(sorted({*firsts.values()}))
        told = self._seen.told([entry.id for line in lines.values() for entry in line])
        for first, line in lines.items():
            said = frozenset[str]().union(*(told[entry.id] for entry in line))
            self._by_first[first] = _Line(line, said, grown=bool(line) and line[-1].id in listed)
        return {
            known: self._grow(one, firsts.get(known, ""), rules)
            for known, one in zip(ids, changed, strict=True)
        }

    def _grow(self, one: SettledEntry, first: str, rules: Rules) -> WordingChange:
        line = self._by_first.get(first, _Line())
        head = line.entries[-1:]
        change = core.develop(one, line.entries, line.told, free=self._free, beside=line.grown)
        if change.entry is None or not head:
            return change
        if not change.why:
            change = replace(change, entry=_hushed(change.entry, head[0], rules))
        if change.entry is not None:
            kept = line.entries if change.why else line.entries[:-1]
            line.entries = (*kept, change.entry)
            line.told |= {change.entry.content_hash}
            line.grown = True
        return change

    def _free(self, keys: Iterator[str]) -> str:
        """The first key that is free. Entries that were pruned keep theirs."""
        while run := tuple(islice(keys, _KEYS)):
            taken = {*self._seen.known(self._feed_id, run), *self._used}
            if free := next((key for key in run if key not in taken), ""):
                self._used.add(free)
                return free
        raise AssertionError("keys are numbered without end")


def _hushed(entry: Entry, before: Entry, rules: Rules) -> Entry:
    """A revision of what never alerts stays silent unless its new words hit something more."""
    if before.alerts or not entry.alerts:
        return entry
    more = match(entry, rules.watch).signature - match(before, rules.watch).signature
    return replace(entry, alerts=bool(more))


def _notes(of: int, *, renamed: int, superseding: int, flapping: int) -> tuple[str, ...]:
    told = (
        (renamed, "known already, under another guid; they are not taken for new"),
        (superseding, "another development under a guid seen before; taken for new"),
        (flapping, f"changed more than {core.CHANGE_LIMIT} times; the change was left out"),
    )
    return tuple(f"{count} of {of} entries: {what}" for count, what in told if count)
