"""Turns the entries behind a story into its standing: how many independent sources it has.

Twenty outlets that carry one wire text, or quote one newspaper, know what one source knows. What
makes one source of several entries: the same outlet, one wire's credit, one text, or one origin
that most of the titles name. Must never depend on the order of the entries.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from rapidfuzz import fuzz

from monitor.core.stories.headline import reader as headline
from monitor.core.stories.origins import REPORT, STATE_MEDIA, Origin, is_state, origin, wire
from monitor.model.standing import StandingKind, StoryStanding
from monitor.model.stories import Member, Relation

SHARE: Final = 0.6
"""Of the sources' titles that must name one origin for all to rest on it (design: tradecraft)."""

CONFIRMED: Final = 3
"""Independent sources for digit 1; two are digit 2, one is 3 (Admiralty code, as adapted there)."""

_UNKNOWN: Final = 6
_SAME_LEAD: Final = 12  # words of two leads that must agree for one text
_SAME_TITLE: Final = 4  # content words below which equal titles may be chance ("Talks resume")


def standing(members: Iterable[Member], *, hedged: bool = False) -> StoryStanding:
    """What stands behind these entries. `hedged`: all of them hedge what they say.

    The digit is never 4, contradicted: see docs/decisions.md.
    """
    told = sorted(members, key=lambda member: (member.at, member.outlet, member.entry_id))
    if not told:
        return StoryStanding(sources=0, origin="", kind=StandingKind.SINGLE, digit=_UNKNOWN)
    sources = _sources(told)
    quoted = _quoted(sources)
    outlets = tuple(dict.fromkeys(member.outlet for member in told))
    found = _stands(sources, quoted, outlets)
    return StoryStanding(
        sources=found.sources,
        origin=found.origin,
        kind=found.kind,
        digit=_digit(found, hedged=hedged),
        reason=f"{found.reason}; hedged by all of them" if hedged else found.reason,
    )


def _stands(
    sources: Sequence[Sequence[Member]], quoted: Origin | None, outlets: Sequence[str]
) -> StoryStanding:
    """The standing before hedging; the digit is filled in later."""
    count, name = len(sources), quoted.name if quoted else ""
    if quoted and quoted.official:
        kind, reason = StandingKind.OFFICIAL, f"what {name} says, told by {_listed(outlets)}"
    elif quoted and count > 1:
        count, kind = 1, StandingKind.SINGLE
        reason = f"{len(outlets)} outlets quote one origin, {name}"
    elif count > 1:
        kind, reason = StandingKind.CORROBORATED, f"{count} independent sources: {_firsts(sources)}"
    else:
        kind, reason = StandingKind.SINGLE, _single(sources[0], outlets, name)
    return StoryStanding(sources=count, origin=name, kind=kind, digit=_UNKNOWN, reason=reason)


def _digit(found: StoryStanding, *, hedged: bool) -> int:
    """An authority speaks for itself, so its statement is never confirmed by being carried."""
    if hedged or found.sources < CONFIRMED - 1:
        return 3
    return 1 if found.sources >= CONFIRMED and found.kind is StandingKind.CORROBORATED else 2


def _single(members: Sequence[Member], outlets: Sequence[str], name: str) -> str:
    quoting = f", quoting {name}" if name else ""
    if len(outlets) == 1:
        return f"one outlet, {outlets[0]}{quoting}"
    agency = next(filter(None, map(_wire, members)), "")
    return f"{len(outlets)} outlets carry one {agency + ' ' if agency else ''}text{quoting}"


def _firsts(sources: Sequence[Sequence[Member]]) -> str:
    return _listed([_wire(members[0]) or members[0].outlet for members in sources])


def _listed(names: Sequence[str]) -> str:
    """The first three names, and how many more."""
    distinct = tuple(dict.fromkeys(names))
    more = f" +{len(distinct) - 3}" if len(distinct) > 3 else ""
    return ", ".join(distinct[:3]) + more


def _quoted(sources: Sequence[Sequence[Member]]) -> Origin | None:
    """The origin that at least SHARE of the sources name, by the first title of each.

    “State media” and “a report” name nobody in full: they count for the one named origin that they
    may mean, and only for each other where there is none.
    """
    named = [found for members in sources if (found := _origin(members))]
    if len(named) < SHARE * len(sources):
        return None
    counts = Counter(named)
    top = min(counts, key=lambda each: (-_backing(each, counts), _vague(each), each.name))
    return top if _backing(top, counts) >= SHARE * len(sources) else None


def _origin(members: Sequence[Member]) -> Origin | None:
    return next(filter(None, (origin(member.title) for member in members)), None)


def _backing(candidate: Origin, counts: Counter[Origin]) -> int:
    """How many sources name the candidate, or nobody but somebody like it."""
    total = counts[candidate]
    if candidate.official or candidate.name == REPORT:
        return total
    if candidate.name != STATE_MEDIA:
        total += counts[Origin(REPORT)]
        total += counts[Origin(STATE_MEDIA)] if is_state(candidate.name) else 0
    return total


def _vague(candidate: Origin) -> bool:
    return candidate.name in {REPORT, STATE_MEDIA}


def _wire(member: Member) -> str:
    return wire(member.title, member.summary)


def _sources(told: Sequence[Member]) -> list[list[Member]]:
    """The entries by source, sources and entries in order of time."""
    joined = _Joined(len(told))
    seen: dict[tuple[str, object], int] = {}
    for place, member in enumerate(told):
        for mark in _marks(member):
            joined.join(seen.setdefault(mark, place), place)
    if len(told) > 1:
        for place, member in enumerate(told):
            if member.relation is Relation.COPY:
                joined.join(_copied(told, place), place)
    groups: dict[int, list[Member]] = {}
    for place, member in enumerate(told):
        groups.setdefault(joined.first(place), []).append(member)
    return list(groups.values())


class _Joined:
    """Places that are joined into sets, each known by its first place (union-find)."""

    def __init__(self, size: int) -> None:
        self._before = list(range(size))

    def first(self, place: int) -> int:
        while self._before[place] != place:
            place = self._before[place]
        return place

    def join(self, one: int, other: int) -> None:
        low, high = sorted((self.first(one), self.first(other)))
        self._before[high] = low


def _marks(member: Member) -> Iterable[tuple[str, object]]:
    """What two entries of one source have in common: any one of these."""
    read = headline.read(member.title, member.summary, member.outlet)
    yield "who", member.outlet.casefold()
    if agency := _wire(member):
        yield "who", agency.casefold()
    if read.substance >= _SAME_TITLE:
        yield "title", read.text
    if len(read.lead) >= _SAME_LEAD:
        yield "lead", read.lead[:_SAME_LEAD]


def _copied(told: Sequence[Member], place: int) -> int:
    """The entry that a copy most resembles: grouping has said that it repeats one of them."""
    own = headline.read(told[place].title, told[place].summary, told[place].outlet)
    others = (other for other in range(len(told)) if other != place)

    def likeness(other: int) -> tuple[float, int]:
        read = headline.read(told[other].title, told[other].summary, told[other].outlet)
        titles = fuzz.token_sort_ratio(own.text, read.text)
        leads = fuzz.token_sort_ratio(" ".join(own.lead), " ".join(read.lead))
        return max(titles, leads), -other

    return max(others, key=likeness)
