"""Turns a hit and the sentence around it into a verdict: does it count, and is it hedged.

A headline that says a thing will not happen is no news of it happening. Three things are read off
the words around a hit: whether it is negated ("won't resume talks"), which matters only to a hit
that points toward the event; whether all of it is background ("amid stalled talks"); and whether it
is hedged ("may resume talks", a question). The table of cues is in `direction_cues`; this module
knows clauses. It never judges what a hit means, and every verdict names the cue that decided.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.core.direction_cues import (
    AMID,
    AS_FOLLOWERS,
    AS_LEADERS,
    CONJUNCTIONS,
    CUES,
    PLAIN_BREAKERS,
    SPENT,
    SPENT_NOUNS,
    Cue,
    Kind,
    Reach,
)
from monitor.core.text import Tokens, fold

_STRONG = re.compile(r"[:;()\[\]|\u2014]|\s[-\u2013]+\s|--")
_CAPITALISED_ENOUGH = 0.6
_BESIDE = 1
_PASSING = AMID | SPENT


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
    """A cue at tokens `first` to `last`."""

    cue: Cue
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Background:
    """Tokens `first` to `last` are told in passing."""

    first: int
    last: int
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What the words of one field do to each other. Clauses and parts are numbered per token."""

    clauses: Sequence[int]
    parts: Sequence[int]
    sentences: Sequence[int]
    cues: tuple[Placed, ...]
    background: tuple[Background, ...]
    asked: frozenset[int]  # sentences that end in a question mark


@dataclass(frozen=True, slots=True)
class Place:
    """A phrase hit at tokens `first` to `last` of the field that `reading` is of."""

    reading: Reading
    first: int
    last: int


def judge(places: Sequence[Place], *, toward: bool) -> Verdict:
    """The verdict on hits that together satisfy one phrase. No hits: nothing to be said."""
    reasons = [_background(place) for place in places]
    if reasons and all(reasons):
        return Verdict(veto=reasons[0])
    hedge = _first_cue(places, Kind.HEDGES) or _question(places)
    negator = _first_cue(places, Kind.NEGATES) if toward else ""
    return Verdict(hedge=hedge, veto=f"negated by “{negator}”" if negator else "")


def read(tokens: Tokens) -> Reading:
    """The clauses, cues and background of one field."""
    words = [fold(word) for word in tokens.words]
    cues = tuple(_cues(tokens, words))
    if cues or not _PASSING.isdisjoint(words):
        clauses, parts = _boundaries(tokens, words, {placed.first for placed in cues})
    else:  # nothing would ask
        clauses = parts = [0] * len(words)
    return Reading(
        clauses=clauses,
        parts=parts,
        sentences=tokens.sentences,
        cues=tuple(placed for placed in cues if placed.cue.kind is not Kind.NOTHING),
        background=(*_after_amid(words, clauses), *_spent(tokens, words, clauses)),
        asked=frozenset(
            sentence for place, sentence in enumerate(tokens.sentences) if "?" in tokens.gap(place)
        ),
    )


def _background(place: Place) -> str:
    for stretch in place.reading.background:
        if stretch.first <= place.first and place.last <= stretch.last:
            return stretch.reason
    return ""


def _question(places: Sequence[Place]) -> str:
    asked = any(place.reading.sentences[place.last] in place.reading.asked for place in places)
    return "?" if asked else ""


def _first_cue(places: Sequence[Place], kind: Kind) -> str:
    """The first cue of this kind that reaches one of the places and is part of none of them."""
    for place in places:
        for placed in place.reading.cues:
            if placed.cue.kind is kind and _reaches(placed, place) and not _inside(placed, places):
                return placed.cue.text
    return ""


def _inside(placed: Placed, places: Sequence[Place]) -> bool:
    return any(
        placed in place.reading.cues and placed.first <= place.last and place.first <= placed.last
        for place in places
    )


def _reaches(placed: Placed, place: Place) -> bool:
    reading = place.reading
    reach = placed.cue.reach
    if reach is not Reach.CLAUSE and reach is not Reach.BESIDE and placed.first > place.last:
        return False
    if reach is Reach.ONWARD:
        return reading.parts[place.last] == reading.parts[placed.last]
    if reading.clauses[place.last] not in {
        reading.clauses[placed.first],
        reading.clauses[placed.last],
    }:
        return False
    between = max(place.first - placed.last, placed.first - place.last) - 1
    return reach in {Reach.CLAUSE, Reach.AFTER} or between <= _BESIDE


def _cues(tokens: Tokens, words: Sequence[str]) -> Iterator[Placed]:
    """The cues in order; none overlap."""
    place = 0
    while place < len(words):
        cue = _cue_at(words, place)
        if cue is None or _is_no_cue(tokens, place, cue):
            place += 1
            continue
        yield Placed(cue, place, place + len(cue.words) - 1)
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


def _boundaries(
    tokens: Tokens, words: Sequence[str], cued: set[int]
) -> tuple[list[int], list[int]]:
    """The number of each token's clause and part. What ends a part ends a clause."""
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
        elif "," in gap or (words[place] == "and" and place + 1 in cued):
            clause += 1
        clauses[place], parts[place] = clause, part
    return clauses, parts


def _conjunction(words: Sequence[str], place: int) -> bool:
    if words[place] != "as":
        return words[place] in CONJUNCTIONS
    following = words[place + 1] if place + 1 < len(words) else ""
    return following not in AS_FOLLOWERS and words[place - 1] not in AS_LEADERS


def _after_amid(words: Sequence[str], clauses: Sequence[int]) -> Iterator[Background]:
    for place, word in enumerate(words):
        if word in AMID:
            last = place
            while last + 1 < len(words) and clauses[last + 1] == clauses[place]:
                last += 1
            yield Background(place, last, f"background after “{word}”")


def _spent(tokens: Tokens, words: Sequence[str], clauses: Sequence[int]) -> Iterator[Background]:
    for place, word in enumerate(words):
        if word not in SPENT:
            continue
        for last in range(place + 1, min(place + 4, len(words))):
            if words[last] in PLAIN_BREAKERS or clauses[last] != clauses[place]:
                break
            if words[last] in SPENT_NOUNS:
                phrase = tokens.text[tokens.starts[place] : tokens.ends[last]]
                yield Background(place, last, f"background in “{phrase}”")
                break
