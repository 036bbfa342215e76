"""Turns a hit and the sentence around it into a verdict: does it count, and is it hedged.

A headline that says a thing will not happen is no news of it happening. Three things are read off
the words around a hit: whether it is negated ("won't resume talks"), which matters only to a hit
that points toward the event; whether all of it is background ("amid stalled talks"); and whether it
is hedged ("may resume talks", a question). The table of cues is in `cues`; this module
knows how far each one reaches. It never judges what a hit means, and every verdict names the cue
that decided.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, compress, count
from typing import Final

from monitor.core.language.direction.bounds import (
    OBJECT,
    OPENERS,
    STRONG,
    TELLING,
    Bounds,
    PlacedCue,
    bounds,
    may_tell,
    past,
    reach,
)
from monitor.core.language.direction.cues import (
    COUNTED,
    CUES,
    LONGER,
    PASSIVE,
    PRESUMING,
    SINGLE,
    TURNS,
    Cue,
    CueKind,
)
from monitor.core.language.direction.labels import label
from monitor.core.language.text.tokens import Tokens, fold
from monitor.model.questions import Direction

_CAPITALISED_ENOUGH = 0.6
_SIGNS: Final = OPENERS | TELLING | CUES.keys()
"""The words that anything below begins with: most words of a field are not looked at again."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`hedge` is the cue, `veto` the reason why the hit does not count; empty if there is none.

    `denied` numbers those of the places judged that a stop or an absence is about ("halts missile
    tests").
    """

    hedge: str = ""
    veto: str = ""
    denied: tuple[int, ...] = ()

    @property
    def rank(self) -> tuple[bool, bool]:
        """Lower is better: counting before vetoed, unhedged before hedged."""
        return (bool(self.veto), bool(self.hedge))


@dataclass(frozen=True, slots=True)
class FieldReading:
    """What the words of one field do to each other.

    `asked`: the tokens inside a question. `touched`: those that a question holds or a cue reaches;
    elsewhere a hit is plain news. `names`: whether words written like names are names: not where
    the headline capitalises all its words, nor told where nothing could be a cue. `label`: what
    stands before the whole, and governs the entry if the field is its title.
    """

    tokens: Tokens
    names: bool
    cues: tuple[PlacedCue, ...]
    asked: frozenset[int]
    touched: frozenset[int]
    label: PlacedCue | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A phrase hit at tokens `first` to `last` of the field that `reading` is of."""

    reading: FieldReading
    first: int
    last: int


def judge(places: Sequence[Place], direction: Direction, *, own: Sequence[Place] = ()) -> Verdict:
    """The verdict on hits that together satisfy one phrase. No hits: nothing to be said.

    `own` are all places where the phrase has a word, which is never a cue against the phrase. A
    hit that points neither way is watched for whatever is said of it: it is never negated.
    """
    own = own or places
    background = _background(places, own)
    if background:
        return Verdict(veto=background)
    hedge = _hedge(places, own) or _question(places)
    negator = _negator(places, direction, own)
    if negator is None:
        return Verdict(hedge)
    reached = [place.first <= negator.end and negator.start <= place.last for place in places]
    denied = tuple(compress(count(), reached)) if negator.governs else ()
    return Verdict(hedge, f"negated by “{negator.text}”", denied)


def read(tokens: Tokens, told_at: datetime, title: PlacedCue | None = None) -> FieldReading:
    """The cues of one field with what they reach, and what it asks. `told_at`: when it was said.

    `title` is the label of the entry's title where another field is read: it governs this one too.
    """
    words = [*map(fold, tokens.words)]
    own = label(tokens, told_at)
    labels = [own] if own else []
    if title:
        labels.append(replace(title, first=-1, last=-1, end=len(words) - 1))
    asked = _asked(tokens, words)
    signs = [*compress(count(), map(_SIGNS.__contains__, words))]
    found = _cues(tokens, words, signs)
    if not (found or labels) and not may_tell(tokens, words, signs):  # nothing asks for bounds
        return FieldReading(tokens, False, (), asked, asked)
    limits = bounds(tokens, words, signs, {place for place, _ in found})
    placed = labels + [_placed(place, cue, words, limits) for place, cue in found]
    placed += _conditions(found, limits)
    placed += past(tokens, words, signs, limits, told_at)
    touched = asked.union(*[range(cue.start, cue.end + 1) for cue in placed])
    return FieldReading(tokens, not _title_case(tokens), tuple(placed), asked, touched, own)


def _background(places: Sequence[Place], own: Sequence[Place]) -> str:
    """Why all of the hit is set aside, leaving out names that the rest of the headline is about.

    "Trump tweets ahead of meeting": "Trump" alone outside does not make the meeting news.
    """
    asides = [_aside(place, own) for place in places]
    if not all(asides):
        asides = [aside for place, aside in zip(places, asides, strict=True) if not _is_name(place)]
    return asides[0] if asides and all(asides) else ""


def _aside(place: Place, own: Sequence[Place]) -> str:
    for placed in place.reading.cues:
        aside = placed.kind is CueKind.SETS_ASIDE
        named = placed is place.reading.label and _inside(placed, own)
        if aside and not named and placed.start <= place.first and place.last <= placed.end:
            return f"background {placed.text}"
    return ""


def _is_name(place: Place) -> bool:
    words = place.reading.tokens.words[place.first : place.last + 1]
    return place.reading.names and all(word[0].isupper() for word in words)


def _question(places: Sequence[Place]) -> str:
    return "?" if any(place.last in place.reading.asked for place in places) else ""


def _negator(
    places: Sequence[Place], direction: Direction, own: Sequence[Place]
) -> PlacedCue | None:
    """Of a hit that points away, only what denies the thing whole: "halts missile tests".

    A stop that is itself denied leaves the thing as it was: "won't agree to halt tests", "until
    the threat is removed".
    """
    toward = direction is Direction.TOWARD
    negators = [*_reaching(places, CueKind.NEGATES, own)] if direction is not Direction.NONE else []
    undone = [
        (outer, stop)
        for stop in negators
        for outer in negators
        if stop.governs and not outer.governs and outer.last < stop.first <= outer.end
    ]
    spent = set(chain.from_iterable(undone))
    return next(
        (
            cue
            for cue in negators
            if cue not in spent and (_denied(cue, places) if cue.governs else toward)
        ),
        None,
    )


def _denied(placed: PlacedCue, places: Sequence[Place]) -> bool:
    """Whether the object is what the hit is about, and not only named in it.

    The object's last word says what it is: in "suspends missile tests, to close site" the hit
    "missile … site" is not what is suspended.
    """
    named = {placed.end, placed.first - 1} if placed.start < placed.first else {placed.end}
    about = any(place.first <= word <= place.last for place in places for word in named)
    return about or all(
        placed.start <= place.first and place.last <= placed.end for place in places
    )


def _hedge(places: Sequence[Place], own: Sequence[Place]) -> str:
    """A hedge of what a name does elsewhere in the headline says nothing of the hit.

    A hit that consists of hedging words ("signals", for `signal`) is no more than a hedge.
    """
    what = [place for place in places if not _is_name(place)] or places
    found = next((cue.text for cue in _reaching(what, CueKind.HEDGES, own)), "")
    if found or not places:
        return found
    hedging = [*map(_hedging, places)]
    return hedging[0] if all(hedging) else ""


def _hedging(place: Place) -> str:
    """The cue that the words of the hit are, if they are one that weakens."""
    for placed in place.reading.cues:
        same = (placed.first, placed.last) == (place.first, place.last)
        if same and placed.kind is CueKind.HEDGES:
            return placed.text
    return ""


def _reaching(places: Sequence[Place], kind: CueKind, own: Sequence[Place]) -> Iterator[PlacedCue]:
    """The cues of this kind that reach one of the places and are no word of the phrase itself."""
    for place in places:
        for placed in place.reading.cues:
            reached = placed.start <= place.last and place.first <= placed.end
            if placed.kind is kind and reached and not _inside(placed, own):
                yield placed


def _inside(placed: PlacedCue, places: Sequence[Place]) -> bool:
    return any(
        placed in place.reading.cues and placed.first <= place.last and place.first <= placed.last
        for place in places
    )


def _cues(tokens: Tokens, words: Sequence[str], signs: Sequence[int]) -> list[tuple[int, Cue]]:
    """The cues in order, but for those that only look like one; none overlap."""
    found: list[tuple[int, Cue]] = []
    after = 0
    for place in signs:
        if place < after:
            continue
        cue = _cue_at(words, place)
        if cue is not None and not _is_no_cue(tokens, place, cue):
            if cue.kind is not CueKind.NOTHING:
                found.append((place, cue))
            after = place + len(cue.words)
    return found


def _cue_at(words: Sequence[str], place: int) -> Cue | None:
    """The longest cue that begins at `place`."""
    start = tuple(words[place : place + 2])
    if start in LONGER:
        for cue in LONGER[start]:
            if tuple(words[place : place + len(cue.words)]) == cue.words:
                return cue
    return SINGLE.get(words[place])


def _is_no_cue(tokens: Tokens, place: int, cue: Cue) -> bool:
    """May the month or a name, "No. 2", and half of a compound ("no-fly zone", "must-see")."""
    if len(cue.words) == 1 and (place in tokens.joins or place - 1 in tokens.joins):
        return True
    following = tokens.words[place + 1 : place + 2]
    numbered = bool(following) and following[0][0].isdigit()
    if cue.words[0] in COUNTED and len(cue.words) == 1:
        return numbered
    return cue.words == ("may",) and (numbered or _names_may(tokens, place))


def _names_may(tokens: Tokens, place: int) -> bool:
    """A capital May is the verb only inside a headline that capitalises all its words."""
    if tokens.words[place] != "May":
        return False
    first = place == 0 or tokens.sentences[place] != tokens.sentences[place - 1]
    return first or tokens.words[place - 1].isdigit() or not _title_case(tokens)


def _conditions(found: Sequence[tuple[int, Cue]], limits: Bounds) -> Iterator[PlacedCue]:
    """The clause before "unless" is said on a condition: "will withdraw unless it is fixed"."""
    for place, cue in found:
        if cue.text != "unless" or place == 0:
            continue
        start = place - 1
        while start and limits.clauses[start - 1] == limits.clauses[place - 1]:
            start -= 1
        yield PlacedCue(CueKind.HEDGES, cue.text, place, place, start, place - 1)


def _title_case(tokens: Tokens) -> bool:
    long = [word for word in tokens.words if len(word) > 3 and word.isalpha()]
    capitals = sum(word[0].isupper() for word in long)
    return capitals >= _CAPITALISED_ENOUGH * len(long)


def _placed(place: int, cue: Cue, words: Sequence[str], limits: Bounds) -> PlacedCue:
    last = place + len(cue.words) - 1
    start, end = reach(cue.reach, place, last, words, limits)
    governs = cue.reach in OBJECT
    if cue.kind is not CueKind.SETS_ASIDE or _still_to_come(cue, words[last + 2 : end + 1]):
        kind = CueKind.HEDGES if cue.kind is CueKind.HEDGES else CueKind.NEGATES
        return PlacedCue(kind, cue.text, place, last, start, end, governs)
    return PlacedCue(cue.kind, f"after “{cue.text}”", place, last, start, end, governs)


def _still_to_come(cue: Cue, following: Sequence[str]) -> bool:
    """Before a summit is background; before sanctions are lifted they are not lifted yet."""
    done = any(word.endswith("ed") or word in PASSIVE for word in following)
    return cue.words == ("before",) and done


def _asked(tokens: Tokens, words: Sequence[str]) -> frozenset[int]:
    """The tokens of each question, from its sentence's last colon on: "Talks: will they resume?".

    "Why did talks resume?" asks about something else than whether they did; and in "Talks resume,
    but will they last?" the first half is told.
    """
    if "?" not in tokens.text:
        return frozenset()
    asked: set[int] = set()
    start = 0
    for place in range(len(words)):
        gap = tokens.gap(place)
        if "?" in gap and words[start] not in PRESUMING:
            asked.update(range(start, place + 1))
        following = tokens.sentences[place + 1 : place + 2]
        turns = "," in gap and words[min(place + 1, len(words) - 1)] in TURNS
        if following != [tokens.sentences[place]] or STRONG.search(gap) or turns:
            start = place + 1
    return frozenset(asked)
