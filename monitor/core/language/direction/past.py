"""Turns turns of phrase that tell of something past or standing into background; knows no hit.

"Amid" and its like are in the table of cues. Here is what no single word says: a spent thing
("stalled talks"), a relative clause ("the man who died"), a year gone by ("the 2015 deal"), an
opening circumstance ("With talks stalled, …") and a prefix ("post-summit").
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from monitor.core.language.direction.bounds import Bounds, PlacedCue, reach
from monitor.core.language.direction.cues import CueKind, CueReach
from monitor.core.language.direction.words import (
    ARTICLES,
    DATING,
    OBJECT_ENDS,
    PREFIXES,
    RELATIVES,
    SPENT,
    SPENT_NOUNS,
    UNDER_WAY,
)
from monitor.core.language.text.tokens import Tokens

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
