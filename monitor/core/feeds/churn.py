"""Turns the successive documents of one feed into what happened to its entries, counted.

This is what an operator asks of an archive before trusting a feed: how much is new, how much is
the same thing said again. Must never tell entries apart otherwise than polling does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from monitor.core.feeds import recognise
from monitor.core.feeds.identity import pages
from monitor.core.feeds.normalise import Normalised
from monitor.core.feeds.recognise import SettledEntry, difference
from monitor.model.entries import DateTrust, Entry, KnownEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Churn:
    """Entries by what became of them between one document and the next.

    Each listing of an entry is one of new, revised, re-dated or unchanged; `developed` are those
    of the revised whose title tells of another development. `reguided` came under another guid
    than the last time, whatever else they did. `vanished` were listed by the document before and
    are not any more; `returned` are among those that vanished earlier.
    """

    documents: int = 0
    new: int = 0
    revised: int = 0
    developed: int = 0
    redated: int = 0
    unchanged: int = 0
    reguided: int = 0
    vanished: int = 0
    returned: int = 0

    def __add__(self, other: "Churn") -> "Churn":
        return Churn(**{name: getattr(self, name) + getattr(other, name) for name in NAMES})


NAMES = tuple(Churn.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class _Listing:
    """An entry as its feed listed it last."""

    entry: Entry
    guid: str

    @property
    def claimed(self) -> datetime | None:
        trusted = self.entry.date_trust is DateTrust.CLAIMED
        return self.entry.published_at if trusted else None


@dataclass(slots=True)
class History:
    """What one feed's documents have listed so far. Feed it documents in order of time."""

    _listings: dict[str, _Listing] = field(default_factory=dict)  # by entry id
    _known: dict[str, KnownEntry] = field(default_factory=dict)  # by key
    _by_page: dict[str, dict[str, KnownEntry]] = field(default_factory=dict)  # by key within
    _present: frozenset[str] = frozenset()

    def take(self, document: Normalised) -> Churn:
        """What the next document of the feed did."""
        places = {page for one in document.arrivals for page in pages(one.entry.link)}
        nearby = [one for page in sorted(places) for one in self._by_page.get(page, {}).values()]
        settled = recognise.settle(document.arrivals, self._known, nearby)
        guids = {one.entry.key: one.guid for one in document.arrivals}
        churn = Churn(documents=1)
        for one, arrival in zip(settled, document.arrivals, strict=True):
            churn += self._became(_Listing(one.entry, guids[arrival.entry.key]), one)
        present = frozenset(one.entry.id for one in settled)
        vanished = len(self._present - present)
        for one, arrival in zip(settled, document.arrivals, strict=True):
            self._remember(_Listing(one.entry, guids[arrival.entry.key]))
        self._present = present
        return churn + Churn(vanished=vanished)

    def _became(self, now: _Listing, one: SettledEntry) -> Churn:
        if one.before is None:
            return Churn(new=1)
        before = self._listings[one.before.id]
        moved = None not in {before.claimed, now.claimed} and before.claimed != now.claimed
        revised = not one.unchanged
        return Churn(
            revised=revised,
            developed=revised and bool(difference(before.entry, now.entry)),
            redated=one.unchanged and moved,
            unchanged=one.unchanged and not moved,
            reguided=before.guid != now.guid,
            returned=one.before.id not in self._present,
        )

    def _remember(self, listing: _Listing) -> None:
        entry = listing.entry
        self._listings[entry.id] = listing
        before = self._known.get(entry.key)
        if before is not None:
            self._by_page.get(before.canonical_link, {}).pop(entry.key, None)
        known = KnownEntry(**{name: getattr(entry, name) for name in _FACTS})
        self._known[entry.key] = known
        self._by_page.setdefault(entry.canonical_link, {})[entry.key] = known


_FACTS = tuple(KnownEntry.__dataclass_fields__)


def total(parts: Mapping[str, Churn]) -> Churn:
    """All feeds together."""
    return sum(parts.values(), start=Churn())
