"""Compares what two watchlists made of one archive: flags and stories gained and lost, and why.

Two reasons are the same when they are of one kind and direction, on one judgment, and share an
entry or were raised within twelve hours. A story is the same, however its entries were grouped,
when one of them counts for the judgment in both.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from monitor.model.matches import Match, Matched
from monitor.model.replays import Counted, Summary, ToldReason

NEAR = timedelta(hours=12)

Matches = Mapping[str, Matched]
"""What entries hit, by their ids; entries outside every scope are not in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayChange:
    """A story that counts in one replay alone, and why."""

    story: Counted
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    gained: tuple[ToldReason, ...]
    lost: tuple[ToldReason, ...]
    stories_gained: tuple[ReplayChange, ...]
    stories_lost: tuple[ReplayChange, ...]

    def __bool__(self) -> bool:
        return any((self.gained, self.lost, self.stories_gained, self.stories_lost))


def difference(old: Summary, new: Summary, *, before: Matches | None, now: Matches) -> Difference:
    """What `new` has and `old` has not, and the other way round, in order of time.

    `before` is None when only the result of the old watchlist is known.
    """
    return Difference(
        gained=_unlike(new.told, old.told),
        lost=_unlike(old.told, new.told),
        stories_gained=tuple(
            ReplayChange(story=story, why=_gained(story, before, now))
            for story in _uncounted(new.counted, old.counted)
        ),
        stories_lost=tuple(
            ReplayChange(story=story, why=_why_not(story, now))
            for story in _uncounted(old.counted, new.counted)
        ),
    )


def _unlike(these: Sequence[ToldReason], others: Sequence[ToldReason]) -> tuple[ToldReason, ...]:
    """Those of `these` without a partner; each of the others is a partner once."""
    free = list(others)
    alone: list[ToldReason] = []
    for told in these:
        partner = next((other for other in free if _same(told, other)), None)
        if partner is None:
            alone.append(told)
        else:
            free.remove(partner)
    return tuple(alone)


def _same(a: ToldReason, b: ToldReason) -> bool:
    if (a.judgment, a.kind, a.direction) != (b.judgment, b.kind, b.direction):
        return False
    return abs(a.at - b.at) <= NEAR or not set(a.entries).isdisjoint(b.entries)


def _uncounted(these: Sequence[Counted], others: Iterable[Counted]) -> list[Counted]:
    counting = {(other.judgment, entry) for other in others for entry in other.entries}
    found = [
        story
        for story in these
        if not any((story.judgment, entry) in counting for entry in story.entries)
    ]
    return sorted(found, key=lambda story: (story.at, story.judgment, story.indicator))


def _gained(story: Counted, before: Matches | None, now: Matches) -> str:
    hits = _hits(story, now)
    phrases = dict.fromkeys(span.phrase for hit in hits for span in hit.spans)
    by = f"counts for {story.indicator}"
    if phrases:
        by += f" by {', '.join(f'“{phrase}”' for phrase in phrases)}"
    return by if before is None else f"{by}; before, {_why_not(story, before)}"


def _why_not(story: Counted, matches: Matches) -> str:
    """Why a story does not count where these matches were found."""
    question = story.judgment.split("/", 1)[0]
    found = [matches[entry] for entry in story.entries if entry in matches]
    if not any(question in item.questions for item in found):
        return "it is out of scope"
    hits = _hits(story, matches, any_indicator=True)
    if not hits:
        return "it hits nothing"
    vetoed = next((hit.veto for hit in hits if hit.veto), "")
    counting = dict.fromkeys(hit.indicator for hit in hits if hit.counts)
    if not counting and vetoed:
        return f"it does not count: {vetoed}"
    return f"it counts for {', '.join(counting)}, which this judgment does not weigh"


def _hits(story: Counted, matches: Matches, *, any_indicator: bool = False) -> list[Match]:
    question = story.judgment.split("/", 1)[0]
    return [
        hit
        for entry in story.entries
        if entry in matches
        for hit in matches[entry].matches
        if hit.question == question and (any_indicator or hit.indicator == story.indicator)
    ]
