"""Turns the words of a field into clauses and parts, and a cue's place into the words it reaches.

Only the shape of the sentence is read here: what a cue means is `cues`, and what comes of it is
`verdict`. Also read here is what no single word says of the past: a spent thing ("stalled talks"),
a relative clause ("the man who died"), a year gone by ("the 2015 deal"), an opening circumstance
("With talks stalled, …") and a prefix ("post-summit").
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from monitor.core.language.direction.cues import (
    ARTICLES,
    AS_FOLLOWERS,
    AS_LEADERS,
    ATTRIBUTES,
    CONJUNCTIONS,
    DATING,
    MATTERS,
    MODIFIERS,
    OBJECT_ENDS,
    PASSIVE,
    PREFIXES,
    RELATIVES,
    SPEAKING,
    SPENT,
    SPENT_NOUNS,
    TIMES,
    UNDER_WAY,
    CueKind,
    CueReach,
)
from monitor.core.language.text.tokens import Tokens
from monitor.core.memo import Memo

STRONG: Final = re.compile(r"[:;()\[\]|\u2014]|\s[-\u2013]+\s|--")
"""What parts two statements of one sentence from each other."""

OBJECT: Final = frozenset({CueReach.NEXT, CueReach.BESIDE})
"""The reaches of a verb that has the hit as its object."""

OPENERS: Final = CONJUNCTIONS | {"as", "and"}
"""The words that may open a clause."""

CACHE_SIZE: Final = 4_096
"""Distinct gaps between words remembered; nearly all are among the first dozen."""

_OPENING: Final = 3  # words before a date that still opens a sentence: "More than two years ago"
_WHERE: Final = frozenset({"in", "over", "during", "for", "by"})  # where a passive happened
_SPOKEN: Final = 4  # words after a comma in which somebody begins to speak: "envoy Lee warns"
_BESIDE: Final = 2  # tokens before a cue that it stands beside: at most one word between


@dataclass(frozen=True, slots=True)
class PlacedCue:
    """A cue, or a reason for background, that reaches tokens `start` to `end`.

    Its own words are tokens `first` to `last`. `governs`: what it reaches is its object, so that
    the thing is denied whole: "halts missile tests", "no deal".
    """

    kind: CueKind
    text: str
    first: int
    last: int
    start: int
    end: int
    governs: bool = False


@dataclass(frozen=True, slots=True)
class Bounds:
    """The number of each token's clause and part. What ends a part ends a clause."""

    clauses: Sequence[int]
    parts: Sequence[int]


def bounds(tokens: Tokens, words: Sequence[str], signs: Sequence[int], cued: set[int]) -> Bounds:
    """`words` are folded; `signs` are all that open something, `cued` those that begin a cue."""
    clauses: list[int] = []
    parts: list[int] = []
    clause = part = 0
    gaps, sentences = tokens.gaps, tokens.sentences
    openers = [place for place in signs if place and words[place] in OPENERS]
    marked = [place for place, gap in enumerate(gaps[:-1], 1) if gap != " "]
    for place in sorted({*openers, *marked}):
        strong, comma = _MARKS[gaps[place - 1]]
        if strong or sentences[place] != sentences[place - 1] or _conjunction(words, place):
            parts += [part] * (place - len(parts))
            part += 1
        # "fires missile and may test another": the second verb's cue says nothing of the first.
        elif not (
            (comma and words[place - 1] not in MODIFIERS)
            or (words[place] == "and" and place + 1 in cued)
        ):
            continue
        clauses += [clause] * (place - len(clauses))
        clause += 1
    length = len(words)
    clauses += [clause] * (length - len(clauses))
    parts += [part] * (length - len(parts))
    return Bounds(clauses, parts)


def _read_gap(gap: str) -> tuple[bool, bool]:
    """Whether `gap` parts two statements, and whether it has a comma that opens a clause.

    A comma after an adjective only joins it to the next one: "nuclear, long-range missile tests".
    """
    return bool(STRONG.search(gap)), "," in gap


_MARKS: Final = Memo(_read_gap, CACHE_SIZE)


def reach(
    how: CueReach, first: int, last: int, words: Sequence[str], limits: Bounds
) -> tuple[int, int]:
    """The first and the last token that a cue at tokens `first` to `last` speaks of."""
    onward = how is CueReach.ONWARD or (how is CueReach.DATES and _opens(first, limits))
    numbers = limits.parts if onward else limits.clauses
    after = bisect_right(numbers, numbers[last])
    onwards = range(last + 1, after)
    if how in OBJECT:
        ends = (place for place in onwards if _ends_object(words, place, after))
        after = next(ends, after)
    elif how is CueReach.ONWARD:
        ends = (place for place in onwards if _ends_wish(words, place, limits.clauses))
        after = next(ends, after)
    elif how in {CueReach.CLAUSE, CueReach.AFTER}:
        after = next((place for place in onwards if _ends_passive(words, place, last)), after)
    backward = first if how in {CueReach.CLAUSE, CueReach.DATES} else 0
    if first == last and words[first] == "not" and _negates_onward(words, first):
        backward = 0
    if how is CueReach.BESIDE and _has_no_object(words, first, last, after - 1):
        backward = _BESIDE
    start = max(bisect_left(numbers, numbers[first]), first - backward, 0)
    if backward:
        said = (place for place in range(first - 1, start - 1, -1) if words[place] in SPEAKING)
        start = next(said, start - 1) + 1  # "warns | sanctions could block deal"
    return start, after - 1


def _opens(place: int, limits: Bounds) -> bool:
    """Whether `place` is in the first clause of its part, and near its start: "40 years ago, "."""
    before = place - _OPENING - 1
    return before < 0 or limits.parts[before] != limits.parts[place]


def _has_no_object(words: Sequence[str], first: int, last: int, end: int) -> bool:
    """Whether it is the subject that is stopped: "talks halted Monday", not "envoys halt talks"."""
    if end == last or words[max(first - 1, 0)] in PASSIVE:
        return True
    following = words[last + 1]
    return following in TIMES or following.endswith(("ed", "ly"))


def _ends_object(words: Sequence[str], place: int, after: int) -> bool:
    """Whether the object of a verb is over before `place`: "halts tests | at site".

    A verb at the end has the object for its subject: "scrapping of permits | extended".
    """
    if words[place] in OBJECT_ENDS:
        return not _lists_modifiers(words, place)
    if not words[place].endswith("ed"):
        return False
    last = place + 1 == after or words[place + 1] in OBJECT_ENDS
    return last and words[place - 1] not in PASSIVE


def _negates_onward(words: Sequence[str], place: int) -> bool:
    """Whether "not" leaves alone what stands before it: "vows not to", "crime not implicating"."""
    following = words[place + 1] if place + 1 < len(words) else ""
    return following == "to" or following.endswith("ing")


def _ends_passive(words: Sequence[str], place: int, last: int) -> bool:
    """Where it happened is not denied with it: "won't be charged | in investigation"."""
    if words[place] not in _WHERE:
        return False
    return place - 2 >= last and words[place - 1].endswith("ed") and words[place - 2] in PASSIVE


def _ends_wish(words: Sequence[str], place: int, clauses: Sequence[int]) -> bool:
    """Whether what is wished for is over before `place`.

    Its matter is no wish ("pushes for support | on deal"), nor is what somebody says after a comma
    ("urges calm, | warns of strike").
    """
    if words[place] in MATTERS:
        return words[min(place + 1, len(words) - 1)] not in TIMES
    opens = clauses[place] != clauses[place - 1]
    return opens and not SPEAKING.isdisjoint(words[place : place + _SPOKEN])


def _lists_modifiers(words: Sequence[str], place: int) -> bool:
    """Whether the "and" at `place` joins adjectives: "nuclear and missile tests"."""
    joins = words[place] in {"and", "or"}
    return joins and not ATTRIBUTES.isdisjoint((words[place - 1], *words[place + 1 : place + 2]))


def _conjunction(words: Sequence[str], place: int) -> bool:
    if words[place] != "as":
        return words[place] in CONJUNCTIONS
    following = words[place + 1] if place + 1 < len(words) else ""
    return following not in AS_FOLLOWERS and words[place - 1] not in AS_LEADERS


_PASSING: Final = 3  # tokens from a spent thing's adjective to its noun: at most two words between
_NOT_PASSING: Final = OBJECT_ENDS | ARTICLES  # "stalled the talks" is news
_TOLD: Final = 5  # tokens of a relative clause: its end has no mark ("who died in Rome named")
_DATED: Final = 2  # tokens that a year dates: "2015 nuclear deal", "sanctions imposed in 2015"
_FRESH: Final = 2  # up to this month, an event of last year is still news
_YEARS: Final = frozenset(map(str, range(1900, 2100)))
_SIGNS: Final = (SPENT | PREFIXES | RELATIVES | _YEARS) - {"that"}
TELLING: Final = _SIGNS | {"that", "with"}
"""The words that `past` begins at."""


def past(
    tokens: Tokens,
    words: Sequence[str],
    signs: Sequence[int],
    limits: Bounds,
    told_at: datetime,
) -> Iterator[PlacedCue]:
    """What the words tell as past or standing. `words` are folded; `told_at` dates the headline.

    `signs` are the places to look at: at least those of TELLING.
    """
    for place in signs:
        word = words[place]
        if word in SPENT:
            yield from _spent(tokens, words, limits, place)
        elif word in RELATIVES:
            yield from _relative(tokens, words, limits, place)
        elif word == "with":
            yield from _opening(tokens, words, limits, place)
        elif word in PREFIXES and place in tokens.joins:
            yield _aside(tokens, place, place, place + 1)
        elif gone(word, told_at):
            yield _dated(tokens, words, limits, place)


def may_tell(tokens: Tokens, words: Sequence[str], signs: Sequence[int]) -> bool:
    """Whether `past` has anything to look at."""
    for place in signs:
        word = words[place]
        if (
            word in _SIGNS
            or (word == "with" and tokens.words[place] == "With")
            or (word == "that" and "had" in words)
        ):
            return True
    return False


def _aside(tokens: Tokens, first: int, start: int, end: int, last: int | None = None) -> PlacedCue:
    stop = end if last is None else last
    phrase = tokens.text[tokens.starts[first] : tokens.ends[stop]]
    return PlacedCue(CueKind.SETS_ASIDE, f"in “{phrase}”", first, stop, start, end)


def _spent(tokens: Tokens, words: Sequence[str], limits: Bounds, place: int) -> Iterator[PlacedCue]:
    for last in range(place + 1, min(place + _PASSING + 1, len(words))):
        if words[last] in _NOT_PASSING or limits.clauses[last] != limits.clauses[place]:
            return
        if words[last] in SPENT_NOUNS:
            yield _aside(tokens, place, place, last)
            return


def _relative(
    tokens: Tokens, words: Sequence[str], limits: Bounds, place: int
) -> Iterator[PlacedCue]:
    """Who did what, said of somebody who is in the news for something else."""
    opens = place == 0 or tokens.sentences[place - 1] != tokens.sentences[place]
    following = words[place + 1] if place + 1 < len(words) else ""
    if opens or not following or following in UNDER_WAY:
        return
    if words[place] == "that" and following != "had":  # "says that talks resumed"
        return
    _, end = reach(CueReach.AFTER, place, place, words, limits)
    if end > place:
        yield _aside(tokens, place, place, min(end, place + _TOLD), place + 1)


def _opening(
    tokens: Tokens, words: Sequence[str], limits: Bounds, place: int
) -> Iterator[PlacedCue]:
    """A circumstance before the comma: "With talks stalled, North fires missile"."""
    opens = place == 0 or tokens.sentences[place - 1] != tokens.sentences[place]
    _, end = reach(CueReach.AFTER, place, place, words, limits)
    if opens and "," in tokens.gap(end):
        yield _aside(tokens, place, place, end, place)


def gone(word: str, told_at: datetime) -> bool:
    """Whether `word` is a year that was over, and no longer news, when this was told."""
    return word in _YEARS and int(word) < told_at.year - (told_at.month <= _FRESH)


def _dated(tokens: Tokens, words: Sequence[str], limits: Bounds, place: int) -> PlacedCue:
    """The thing that the year stands before or after: "2015 nuclear deal", "test in 2017"."""
    _, end = reach(CueReach.NEXT, place, place, words, limits)
    end = min(end, place + _DATED)
    start = place
    if place and words[place - 1] in DATING:
        start -= 1
        floor = max(0, start - _DATED)
        while (
            start > floor
            and limits.clauses[start - 1] == limits.clauses[place]
            and words[start - 1] not in OBJECT_ENDS
        ):
            start -= 1
    return _aside(tokens, place, start, end, place)
