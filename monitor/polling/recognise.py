"""Turns one document's entries into new, revised and unchanged, by what the store knows of them.

Reads only. Nearly always one query is enough: an entry that says what it said is looked up by its
guid alone. More is read only for those that seem new or changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from sqlalchemy import Connection

from monitor.core.feeds import recognise as core
from monitor.core.feeds.identity import pages
from monitor.core.feeds.normalise import Normalised
from monitor.core.feeds.recognise import Change, Settled
from monitor.core.judging.rules import Rules
from monitor.core.language.match.matcher import match
from monitor.model.entries import Entry, KnownEntry, Sorted
from monitor.store import entries as store_entries


class Seen(Protocol):
    """What is known of entries: the tables, or a replay's memory."""

    def known(self, feed_id: str, keys: Sequence[str]) -> dict[str, KnownEntry]: ...

    def on_pages(self, feed_id: str, links: Sequence[str]) -> tuple[KnownEntry, ...]: ...

    def lines(self, entry_ids: Sequence[str]) -> dict[str, tuple[Entry, ...]]: ...

    def told(self, entry_ids: Sequence[str]) -> dict[str, frozenset[str]]: ...


@dataclass(frozen=True, slots=True)
class Stored:
    """The tables."""

    conn: Connection

    def known(self, feed_id: str, keys: Sequence[str]) -> dict[str, KnownEntry]:
        return store_entries.known(self.conn, feed_id, keys)

    def on_pages(self, feed_id: str, links: Sequence[str]) -> tuple[KnownEntry, ...]:
        return store_entries.on_pages(self.conn, feed_id, links)

    def lines(self, entry_ids: Sequence[str]) -> dict[str, tuple[Entry, ...]]:
        return store_entries.lines(self.conn, entry_ids)

    def told(self, entry_ids: Sequence[str]) -> dict[str, frozenset[str]]:
        return store_entries.told(self.conn, entry_ids)


def recognise(conn: Connection, feed_id: str, found: Normalised, rules: Rules) -> Sorted:
    """The entries of a document of this feed against the store. Each is in exactly one part."""
    return against(Stored(conn), feed_id, found, rules)


def against(seen: Seen, feed_id: str, found: Normalised, rules: Rules) -> Sorted:
    """The same against whatever knows what was seen."""
    settled = _settle(seen, feed_id, found)
    changed = {
        one.before.id: one for one in settled if one.before is not None and not one.unchanged
    }
    lines = seen.lines(tuple(changed))
    told = seen.told([entry.id for line in lines.values() for entry in line])
    changes = {
        known: _change(one, lines.get(known, ()), told, rules) for known, one in changed.items()
    }
    own = [change.entry for change in changes.values() if change.entry and change.why]
    left = [known for known, change in changes.items() if change.entry is None]
    return Sorted(
        new=(*(one.entry for one in settled if one.before is None), *own),
        revised=tuple(c.entry for c in changes.values() if c.entry and not c.why),
        unchanged=(*(one.before.id for one in settled if one.before and one.unchanged), *left),
        notes=_notes(
            len(settled),
            renamed=sum(one.renamed for one in settled),
            superseding=len(own),
            flapping=sum(change.flaps for change in changes.values()),
        ),
    )


def _settle(seen: Seen, feed_id: str, found: Normalised) -> tuple[Settled, ...]:
    arrivals = found.arrivals
    known = seen.known(feed_id, [arrival.base for arrival in arrivals])
    doubtful = core.doubtful(arrivals, known)
    others = {name for arrival in doubtful for name in core.names(arrival)} - known.keys()
    known |= seen.known(feed_id, sorted(others))
    links = {page for arrival in doubtful for page in pages(arrival.entry.link)}
    return core.settle(arrivals, known, seen.on_pages(feed_id, sorted(links)))


def _change(
    one: Settled, line: tuple[Entry, ...], told: dict[str, frozenset[str]], rules: Rules
) -> Change:
    said = frozenset[str]().union(*(told[entry.id] for entry in line))
    change = core.develop(one, line, said)
    if change.entry is None or change.why or not line:
        return change
    return replace(change, entry=_hushed(change.entry, line[-1], rules))


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
