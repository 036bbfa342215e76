"""Turns a hit and the sentence around it into a verdict: does it count, and is it hedged.

A headline that says a thing will not happen is no news of it happening. Three things are read off
the words around a hit: whether it is negated ("won't resume talks"), which matters only to a hit
that points toward the event; whether all of it is background ("amid stalled talks"); and whether it
is hedged ("may resume talks", a question). The table of cues is in `direction_cues`; this module
knows how far each one reaches. It never judges what a hit means, and every verdict names the cue
that decided.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.core.direction_cues import (
    ARTICLES,
    AS_FOLLOWERS,
    AS_LEADERS,
    ATTRIBUTES,
    CONJUNCTIONS,
    CUES,
    MODIFIERS,
    OBJECT_ENDS,
    PRESUMING,
    SPENT,
    SPENT_NOUNS,
    Cue,
    Kind,
    Reach,
)
from monitor.core.text import Tokens, fold

_STRONG = re.compile(r"[:;()\[\]|\u2014]|\s[-\u2013]+\s|--")
_CAPITALISED_ENOUGH = 0.6
_BESIDE = 2  # tokens back to a hit that a cue stands beside: at most one word between
_PASSING = 3  # tokens from a spent thing's adjective to its noun: at most two words between
_NOT_PASSING = OBJECT_ENDS | ARTICLES  # "stalled the talks" is news


@dataclass(frozen=True, slots=True)
class Verdict:
    """`hedge` is the cue, `veto` the reason why the hit does not count; empty if there is none."""

    hedge: str = ""
    veto: str = ""

    @property
    def rank(self) -> tuple[bool, bool]:
        """Lower is better: counting before vetoed, unhedged before hedged."""
        return (bool(self.veto), bool(self.hedge))


@dataclass(frozen=True, slots=True)
class Placed:
    """A cue, or a reason for background, that reaches tokens `start` to `end`.

    Its own words are tokens `first` to `last`.
    """

    kind: Kind
    text: str
    first: int
    last: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What the words of one field do to each other. `asked`: the tokens inside a question."""

    cues: tuple[Placed, ...]
    asked: frozenset[int]


@dataclass(frozen=True, slots=True)
class Place:
    """A phrase hit at tokens `first` to `last` of the field that `reading` is of."""

    reading: Reading
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Bounds:
    """The number of each token's clause and part. What ends a part ends a clause."""

    clauses: Sequence[int]
    parts: Sequence[int]


def judge(places: Sequence[Place], *, toward: bool) -> Verdict:
    """The verdict on hits that together satisfy one phrase. No hits: nothing to be said."""
    reasons = [_background(place) for place in places]
    if reasons and all(reasons):
        return Verdict(veto=reasons[0])
    hedge = _first_cue(places, Kind.HEDGES) or _question(places)
    negator = _first_cue(places, Kind.NEGATES) if toward else ""
    return Verdict(hedge=hedge, veto=f"negated by “{negator}”" if negator else "")


def read(tokens: Tokens) -> Reading:
    """The cues of one field with what they reach, and what it asks."""
    words = [fold(word) for word in tokens.words]
    found = [(place, cue) for place, cue in _cues(tokens, words) if cue.kind is not Kind.NOTHING]
    if not found and SPENT.isdisjoint(words):  # nothing would ask for bounds
        return Reading((), _asked(tokens, words))
    bounds = _bounds(tokens, words, {place for place, _ in found})
    placed = (_placed(place, cue, words, bounds) for place, cue in found)
    return Reading((*placed, *_spent(tokens, words, bounds.clauses)), _asked(tokens, words))


def _background(place: Place) -> str:
    for placed in place.reading.cues:
        aside = placed.kind is Kind.SETS_ASIDE
        if aside and placed.start <= place.first and place.last <= placed.end:
            return f"background {placed.text}"
    return ""


def _question(places: Sequence[Place]) -> str:
    return "?" if any(place.last in place.reading.asked for place in places) else ""


def _first_cue(places: Sequence[Place], kind: Kind) -> str:
    """The first cue of this kind that reaches one of the places and is part of none of them."""
    for place in places:
        for placed in place.reading.cues:
            reached = placed.start <= place.last and place.first <= placed.end
            if placed.kind is kind and reached and not _inside(placed, places):
                return placed.text
    return ""


def _inside(placed: Placed, places: Sequence[Place]) -> bool:
    return any(
        placed in place.reading.cues and placed.first <= place.last and place.first <= placed.last
        for place in places
    )


def _cues(tokens: Tokens, words: Sequence[str]) -> Iterator[tuple[int, Cue]]:
    """The cues in order; none overlap."""
    place = 0
    while place < len(words):
        cue = _cue_at(words, place)
        if cue is None or _is_no_cue(tokens, place, cue):
            place += 1
            continue
        yield place, cue
        place += len(cue.words)


def _cue_at(words: Sequence[str], place: int) -> Cue | None:
    for cue in CUES.get(words[place], ()):
        if tuple(words[place : place + len(cue.words)]) == cue.words:
            return cue
    return None


def _is_no_cue(tokens: Tokens, place: int, cue: Cue) -> bool:
    """May the month or a name, "No. 2", and half of a compound ("no-fly zone", "must-see")."""
    if len(cue.words) == 1 and (place in tokens.joins or place - 1 in tokens.joins):
        return True
    following = tokens.words[place + 1 : place + 2]
    numbered = bool(following) and following[0][0].isdigit()
    if cue.words == ("no",):
        return numbered
    return cue.words == ("may",) and (numbered or _names_may(tokens, place))


def _names_may(tokens: Tokens, place: int) -> bool:
    """A capital May is the verb only inside a headline that capitalises all its words."""
    if tokens.words[place] != "May":
        return False
    first = place == 0 or tokens.sentences[place] != tokens.sentences[place - 1]
    return first or tokens.words[place - 1].isdigit() or not _title_case(tokens)


def _title_case(tokens: Tokens) -> bool:
    long = [word for word in tokens.words if len(word) > 3 and word.isalpha()]
    capitals = sum(word[0].isupper() for word in long)
    return capitals >= _CAPITALISED_ENOUGH * len(long)


def _placed(place: int, cue: Cue, words: Sequence[str], bounds: _Bounds) -> Placed:
    last = place + len(cue.words) - 1
    start, end = _reach(cue.reach, place, last, words, bounds)
    text = f"after “{cue.text}”" if cue.kind is Kind.SETS_ASIDE else cue.text
    return Placed(cue.kind, text, place, last, start, end)


def _reach(
    reach: Reach, first: int, last: int, words: Sequence[str], bounds: _Bounds
) -> tuple[int, int]:
    """The first and the last token that a cue at tokens `first` to `last` speaks of."""
    start, end = first, last
    numbers = bounds.parts if reach is Reach.ONWARD else bounds.clauses
    while end + 1 < len(words) and numbers[end + 1] == numbers[last]:
        if reach in {Reach.NEXT, Reach.BESIDE} and _ends_object(words, end + 1):
            break
        end += 1
    backward = {Reach.CLAUSE: first, Reach.BESIDE: _BESIDE}.get(reach, 0)
    while start > max(0, first - backward) and numbers[start - 1] == numbers[first]:
        start -= 1
    return start, end


def _ends_object(words: Sequence[str], place: int) -> bool:
    """Whether the object of a verb is over before `place`: "halts tests | at site"."""
    return words[place] in OBJECT_ENDS and not _lists_modifiers(words, place)


def _lists_modifiers(words: Sequence[str], place: int) -> bool:
    """Whether the "and" at `place` joins adjectives: "nuclear and missile tests"."""
    joins = words[place] in {"and", "or"}
    return joins and not ATTRIBUTES.isdisjoint((words[place - 1], *words[place + 1 : place + 2]))


def _bounds(tokens: Tokens, words: Sequence[str], cued: set[int]) -> _Bounds:
    clauses, parts = [0] * len(words), [0] * len(words)
    clause = part = 0
    for place in range(1, len(words)):
        gap = tokens.gap(place - 1)
        if (
            (gap != " " and bool(_STRONG.search(gap)))
            or _conjunction(words, place)
            or tokens.sentences[place] != tokens.sentences[place - 1]
        ):
            part += 1
            clause += 1
        # "fires missile and may test another": the second verb's cue says nothing of the first.
        elif _comma(gap, words[place - 1]) or (words[place] == "and" and place + 1 in cued):
            clause += 1
        clauses[place], parts[place] = clause, part
    return _Bounds(clauses, parts)


def _comma(gap: str, before: str) -> bool:
    """A comma after an adjective joins it to the next one: "nuclear, long-range missile tests"."""
    return "," in gap and before not in MODIFIERS


def _conjunction(words: Sequence[str], place: int) -> bool:
    if words[place] != "as":
        return words[place] in CONJUNCTIONS
    following = words[place + 1] if place + 1 < len(words) else ""
    return following not in AS_FOLLOWERS and words[place - 1] not in AS_LEADERS


def _asked(tokens: Tokens, words: Sequence[str]) -> frozenset[int]:
    """The tokens of each question, from its sentence's last colon on: "Talks: will they resume?".

    "Why did talks resume?" asks about something else than whether they did.
    """
    asked: set[int] = set()
    start = 0
    for place in range(len(words) if "?" in tokens.text else 0):
        gap = tokens.gap(place)
        if "?" in gap and words[start] not in PRESUMING:
            asked.update(range(start, place + 1))
        following = tokens.sentences[place + 1 : place + 2]
        if following != [tokens.sentences[place]] or _STRONG.search(gap):
            start = place + 1
    return frozenset(asked)


def _spent(tokens: Tokens, words: Sequence[str], clauses: Sequence[int]) -> Iterator[Placed]:
    for place, word in enumerate(words):
        if word not in SPENT:
            continue
        for last in range(place + 1, min(place + _PASSING + 1, len(words))):
            if words[last] in _NOT_PASSING or clauses[last] != clauses[place]:
                break
            if words[last] in SPENT_NOUNS:
                phrase = tokens.text[tokens.starts[place] : tokens.ends[last]]
                yield Placed(Kind.SETS_ASIDE, f"in “{phrase}”", place, last, place, last)
                break
