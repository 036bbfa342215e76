"""Turns the words of a field into clauses and parts, and a cue's place into the words it reaches.

Only the shape of the sentence is read here: what a cue means is `direction_cues`, and what comes of
it is `direction`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from monitor.core.direction_cues import Kind, Reach
from monitor.core.direction_words import (
    AS_FOLLOWERS,
    AS_LEADERS,
    ATTRIBUTES,
    CONJUNCTIONS,
    MODIFIERS,
    OBJECT_ENDS,
    PASSIVE,
    TIMES,
)
from monitor.core.text import Tokens

STRONG: Final = re.compile(r"[:;()\[\]|\u2014]|\s[-\u2013]+\s|--")
"""What parts two statements of one sentence from each other."""

OBJECT: Final = frozenset({Reach.NEXT, Reach.BESIDE})
"""The reaches of a verb that has the hit as its object."""

_OPENING: Final = 3  # words before a date that still opens a sentence: "More than two years ago"
_BESIDE: Final = 2  # tokens before a cue that it stands beside: at most one word between


@dataclass(frozen=True, slots=True)
class Placed:
    """A cue, or a reason for background, that reaches tokens `start` to `end`.

    Its own words are tokens `first` to `last`. `governs`: what it reaches is its object, so that
    the thing is denied whole: "halts missile tests", "no deal".
    """

    kind: Kind
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


def bounds(tokens: Tokens, words: Sequence[str], cued: set[int]) -> Bounds:
    """`words` are folded; `cued` are the tokens at which a cue begins."""
    clauses, parts = [0] * len(words), [0] * len(words)
    clause = part = 0
    for place in range(1, len(words)):
        gap = tokens.gap(place - 1)
        if (
            (gap != " " and bool(STRONG.search(gap)))
            or _conjunction(words, place)
            or tokens.sentences[place] != tokens.sentences[place - 1]
        ):
            part += 1
            clause += 1
        # "fires missile and may test another": the second verb's cue says nothing of the first.
        elif _comma(gap, words[place - 1]) or (words[place] == "and" and place + 1 in cued):
            clause += 1
        clauses[place], parts[place] = clause, part
    return Bounds(clauses, parts)


def reach(
    how: Reach, first: int, last: int, words: Sequence[str], limits: Bounds
) -> tuple[int, int]:
    """The first and the last token that a cue at tokens `first` to `last` speaks of."""
    start, end = first, last
    onward = how is Reach.ONWARD or (how is Reach.DATES and _opens(first, limits))
    numbers = limits.parts if onward else limits.clauses
    while end + 1 < len(words) and numbers[end + 1] == numbers[last]:
        if how in OBJECT and _ends_object(words, end + 1):
            break
        end += 1
    backward = first if how in {Reach.CLAUSE, Reach.DATES} else 0
    if how is Reach.BESIDE and _has_no_object(words, first, last, end):
        backward = _BESIDE
    while start > max(0, first - backward) and numbers[start - 1] == numbers[first]:
        start -= 1
    return start, end


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


def _ends_object(words: Sequence[str], place: int) -> bool:
    """Whether the object of a verb is over before `place`: "halts tests | at site"."""
    return words[place] in OBJECT_ENDS and not _lists_modifiers(words, place)


def _lists_modifiers(words: Sequence[str], place: int) -> bool:
    """Whether the "and" at `place` joins adjectives: "nuclear and missile tests"."""
    joins = words[place] in {"and", "or"}
    return joins and not ATTRIBUTES.isdisjoint((words[place - 1], *words[place + 1 : place + 2]))


def _comma(gap: str, before: str) -> bool:
    """A comma after an adjective joins it to the next one: "nuclear, long-range missile tests"."""
    return "," in gap and before not in MODIFIERS


def _conjunction(words: Sequence[str], place: int) -> bool:
    if words[place] != "as":
        return words[place] in CONJUNCTIONS
    following = words[place + 1] if place + 1 < len(words) else ""
    return following not in AS_FOLLOWERS and words[place - 1] not in AS_LEADERS
