"""Turns the entries of a document and what is known of their feed into new, revised and unchanged.

Must never compare dates, and never take an entry for new only because its guid is: a guid that
changed is not news, and a guid seen before is no reason to stay silent.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain, count

from monitor.core.feeds.identity import apart, entry_id, pages
from monitor.core.stories.conflict import REVISED, conflict
from monitor.core.stories.headline import bare, read
from monitor.core.stories.similarity import Rarity, novelty
from monitor.model.entries import DateTrust, Entry, KnownEntry
from monitor.model.stories import WordCounts

NOVELTY = 0.30
"""Share of a title's weight that its predecessor did not tell, above which it is another
development. With the guards of `conflict`: 45 of 46 substantive changes found, 33 of 107 cosmetic
ones taken for substantive, on 176 real changes read by hand."""

CHANGE_LIMIT = 24
"""Changes of one entry that are taken in; lemon24/reader bounds flapping entries alike."""

CHANGE_WINDOW = timedelta(hours=24)
"""Different developments under one guid are bounded within this time, for a live page has many."""

_MOMENT = timedelta(microseconds=1)
"""What parts two entries of a line at least."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An entry of a document. `base` is the best name its publisher gives it (identity.Named),
    `guid` the one it came under.
    """

    entry: Entry
    base: str
    guid: str = ""


@dataclass(frozen=True, slots=True)
class SettledEntry:
    """An entry under the key it has, and what was known of it: None when it is new."""

    entry: Entry
    base: str
    before: KnownEntry | None = None
    renamed: bool = False  # it came under another guid than before

    @property
    def unchanged(self) -> bool:
        return self.before is not None and self.before.content_hash == self.entry.content_hash

    @property
    def displaced(self) -> bool:
        """Whether it is a known entry under another guid or on another page than before."""
        if self.before is None:
            return False
        page = self.before.canonical_link
        return self.renamed or (bool(page) and page != self.entry.canonical_link)


def doubtful(arrivals: Sequence[Arrival], known: Mapping[str, KnownEntry]) -> tuple[Arrival, ...]:
    """Those that are not plainly the entry known by their base: for these, more is to be read."""
    often = Counter(arrival.base for arrival in arrivals)
    return tuple(
        arrival for arrival in arrivals if often[arrival.base] > 1 or not _plain(arrival, known)
    )


def _plain(arrival: Arrival, known: Mapping[str, KnownEntry]) -> bool:
    one = known.get(arrival.base)
    return one is not None and _same_words(arrival.entry, one)


def names(arrival: Arrival) -> tuple[str, ...]:
    """The keys that an entry may be known by, the surest first."""
    entry = arrival.entry
    by_link = apart(arrival.base, entry.canonical_link, entry.title)
    by_title = apart(arrival.base, arrival.base, entry.title)
    return tuple(dict.fromkeys((by_link, entry.key, arrival.base, by_title)))


def settle(
    arrivals: Sequence[Arrival],
    known: Mapping[str, KnownEntry],
    on_page: Sequence[KnownEntry],
) -> tuple[SettledEntry, ...]:
    """Which known entry each arrival is, if any. A known entry is claimed once.

    `known` maps keys to what is known by them, `on_page` holds what the feed had on the same pages.
    The surest sign goes first: the same words under a name of the entry, the same words on its
    page whatever the guid, a name on the same page, the same title on a page of its own, a name.
    """
    shelf = _Shelf(arrivals, known, on_page)
    if not known and not on_page:
        return shelf.settled()  # nothing to claim
    shelf.claim_plain()
    for sign in (
        lambda a: shelf.named(a, _same_words),
        lambda a: shelf.nearby(a, _same_words),
        lambda a: shelf.named(a, _same_page),
        lambda a: shelf.nearby(a, shelf.same_title),
        lambda a: shelf.named(a, lambda _entry, _known: True),
    ):
        shelf.claim(sign)
    return shelf.settled()


@dataclass(frozen=True, slots=True)
class WordingChange:
    """What a change of the words under one guid is. `why`: what makes it another development."""

    entry: Entry | None = None  # None: nothing that counts as new
    why: str = ""
    flaps: bool = False  # it changes so often that this change was left out


def develop(
    one: SettledEntry,
    line: Sequence[Entry],
    told: frozenset[str],
    *,
    free: Callable[[Iterator[str]], str] = next,
    beside: bool = False,
) -> WordingChange:
    """What became of an entry that is known and does not say what it said.

    `line` are the entries under its guid so far, from its very first on; it is empty when they were
    pruned. `told` holds the content hashes of all they ever said: what comes back is no news. A
    title that contradicts its predecessor, or tells mostly new things, is an entry of its own that
    supersedes the last of the line; anything else is the last one's next revision. `free` picks the
    first of some keys that no entry of the feed has: a key taken twice would lose the newer entry,
    or close the line to a ring. `beside`: the last of the line is in this very document, so that a
    further row is an entry of its own whatever it says.
    """
    entry, before = one.entry, one.before
    if before is None or one.unchanged or entry.content_hash in told:
        return WordingChange()
    if not line:
        return WordingChange(revision(entry, before))
    head = line[-1]
    why = difference(head, entry) or ("another row of one document" if beside else "")
    if not why:
        return (
            WordingChange(revision(entry, head))
            if head.revision <= CHANGE_LIMIT
            else WordingChange(flaps=True)
        )
    since = entry.seen_at - CHANGE_WINDOW
    if sum(other.seen_at > since for other in line) > CHANGE_LIMIT:
        return WordingChange(flaps=True)
    return WordingChange(_superseding(entry, line, free(_keys(entry, line, one.base))), why)


def difference(before: Entry, after: Entry) -> str:
    """Why the later title tells of another development than the earlier; "" when it does not."""
    a, b = (read(e.title, e.summary, e.outlet) for e in (before, after))
    if a.text == b.text or not a.words or not b.words:
        return ""
    return conflict(a, b, REVISED) or (
        "new words" if novelty(b, a, Rarity(WordCounts())) > NOVELTY else ""
    )


def revision(entry: Entry, before: Entry | KnownEntry) -> Entry:
    """The entry as the next revision of what was known: first seen when that was."""
    claimed = entry.date_trust is DateTrust.CLAIMED
    return replace(
        entry,
        key=before.key,
        id=before.id,
        revision=before.revision + 1,
        seen_at=before.seen_at,
        published_at=entry.published_at if claimed else before.published_at,
        # a late correction must not silence what was news, and new words can be news themselves
        alerts=entry.alerts or before.alerts,
        supersedes=before.supersedes if isinstance(before, Entry) else "",
    )


def _superseding(entry: Entry, line: Sequence[Entry], key: str) -> Entry:
    """The entry at the end of the line, first seen after all of it: so a line is never a ring."""
    head, last = line[-1], max(other.seen_at for other in line)
    seen = max(entry.seen_at, last + _MOMENT)  # in one document, and when a clock was set back
    own = replace(entry, key=key, id=entry_id(entry.feed_id, key), seen_at=seen, supersedes=head.id)
    if entry.date_trust is DateTrust.CLAIMED and entry.published_at > head.published_at:
        return own
    return replace(own, published_at=entry.seen_at, date_trust=DateTrust.REUSED, alerts=True)


def _keys(entry: Entry, line: Sequence[Entry], base: str) -> Iterator[str]:
    """The keys that another development may have, the best first; none of its line has one."""
    head, held = line[-1], {other.key for other in line}
    moved = bool(entry.canonical_link) and not {*pages(entry.link)} & {*pages(head.link)}
    stem = apart(base, entry.canonical_link, entry.title) if moved else base
    numbered = (f"{stem} +{number}" for number in count(2))
    first = (stem,) if stem != base else ()
    return (key for key in chain(first, numbered) if key not in held)


Test = Callable[[Entry, KnownEntry], bool]


def _same_words(entry: Entry, known: KnownEntry) -> bool:
    return entry.content_hash == known.content_hash


def _same_page(entry: Entry, known: KnownEntry) -> bool:
    return entry.canonical_link == known.canonical_link or not known.canonical_link


def _bears(key: str, base: str) -> bool:
    """Whether a key is that base, or was made of it."""
    return key == base or key.startswith(f"{base} ")


class _Shelf:
    """What is known, findable by name and by page, and who claimed it."""

    def __init__(
        self,
        arrivals: Sequence[Arrival],
        known: Mapping[str, KnownEntry],
        on_page: Sequence[KnownEntry],
    ) -> None:
        self._arrivals = arrivals
        self._known = known
        self._by_page: dict[str, list[KnownEntry]] = defaultdict(list)
        for one in on_page:
            self._by_page[one.canonical_link].append(one)
        self._crowd = Counter(page for a in arrivals for page in pages(a.entry.link)[:1])
        self._claimed: dict[int, KnownEntry] = {}
        self._taken: set[str] = set()

    def named(self, arrival: Arrival, test: Test) -> Iterator[KnownEntry]:
        for name in names(arrival):
            if (one := self._known.get(name)) and test(arrival.entry, one):
                yield one

    def nearby(self, arrival: Arrival, test: Test) -> Iterator[KnownEntry]:
        for page in pages(arrival.entry.link):
            for one in self._by_page.get(page, ()):
                if test(arrival.entry, one):
                    yield one

    def same_title(self, entry: Entry, known: KnownEntry) -> bool:
        """The posts of a live page share page and title: then a title says nothing."""
        there = pages(entry.link)
        crowded = self._crowd[there[0]] > 1 or sum(len(self._by_page[p]) for p in there) > 1
        return not crowded and bare(entry.title) == bare(known.title)

    def claim_plain(self) -> None:
        """The same words under a base that only one arrival has: nearly all there are."""
        doubted = {id(arrival) for arrival in doubtful(self._arrivals, self._known)}
        for place, arrival in enumerate(self._arrivals):
            if id(arrival) not in doubted:
                self._claimed[place] = self._known[arrival.base]
                self._taken.add(self._known[arrival.base].id)

    def claim(self, sign: Callable[[Arrival], Iterator[KnownEntry]]) -> None:
        for place, arrival in enumerate(self._arrivals):
            if place in self._claimed:
                continue
            free = (one for one in sign(arrival) if one.id not in self._taken)
            if one := next(free, None):
                self._claimed[place] = one
                self._taken.add(one.id)

    def settled(self) -> tuple[SettledEntry, ...]:
        used = {*self._known, *(one.key for one in self._claimed.values())}
        out: list[SettledEntry] = []
        for place, arrival in enumerate(self._arrivals):
            before, entry = self._claimed.get(place), arrival.entry
            key = before.key if before else self._free(arrival, used)
            used.add(key)
            own = replace(entry, key=key, id=entry_id(entry.feed_id, key))
            renamed = before is not None and not _bears(before.key, arrival.base)
            out.append(SettledEntry(own, arrival.base, before, renamed=renamed))
        return tuple(out)

    @staticmethod
    def _free(arrival: Arrival, used: set[str]) -> str:
        if arrival.entry.key not in used:
            return arrival.entry.key
        last = f"{arrival.base} {arrival.entry.content_hash}"
        return next((key for key in names(arrival) if key not in used), last)
