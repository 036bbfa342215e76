"""Turns interruptions and a list of turning points into the measures of a back-test.

A turning point is caught by an interruption from 12 hours before its calendar day begins (UTC) to
60 hours after: within 48 hours, whatever time zone its date was written in. Precision is a floor,
since no list of turning points is complete. Must never read a clock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from statistics import median

from monitor.core.measuring import intervals
from monitor.model.questions import Direction
from monitor.model.replays import Interruption, TurningPoint

BEFORE = timedelta(hours=12)
AFTER = timedelta(hours=60)

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A count out of a count, with its 95 % interval by Wilson."""

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        return self.hits / self.of if self.of else None

    @property
    def interval(self) -> Interval:
        return intervals.share(self.hits, self.of)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How a set of interruptions did. Counts of turning points are of those that must be flagged.

    `points` pairs every listed turning point with the interruptions in its window, in order.
    """

    interruptions: int
    months: float  # judgment-months
    recall: Share
    precision: Share
    direction: Share  # of the interruptions that hit and point somewhere
    delay: timedelta | None  # median from the beginning of the day to the first interruption
    repeats: float  # interruptions beyond the first, per turning point that was hit
    points: tuple[tuple[TurningPoint, tuple[Interruption, ...]], ...]
    unmatched: tuple[Interruption, ...]

    @property
    def per_month(self) -> float:
        return self.interruptions / self.months if self.months else 0.0

    @property
    def per_month_interval(self) -> Interval:
        return intervals.rate(self.interruptions, self.months) if self.months else (0.0, 0.0)


def begins(point: TurningPoint) -> datetime:
    return datetime.combine(point.on, time(), tzinfo=UTC)


def falls(point: TurningPoint, start: datetime, end: datetime) -> bool:
    """Whether some of its day is between these moments."""
    return begins(point) < end and begins(point) + timedelta(days=1) > start


def holds(point: TurningPoint, at: datetime) -> bool:
    return -BEFORE <= at - begins(point) <= AFTER


def score(
    interruptions: Sequence[Interruption], points: Sequence[TurningPoint], *, months: float
) -> Score:
    """Measure `interruptions` over `months` judgment-months against all of `points`.

    Leave out points and interruptions of other times first (`within`).
    """
    ordered = sorted(interruptions, key=lambda one: one.at)
    paired = tuple(
        (point, tuple(one for one in ordered if holds(point, one.at)))
        for point in sorted(points, key=lambda point: point.on)
    )
    unmatched = tuple(one for one in ordered if not any(holds(p, one.at) for p in points))
    musts = [(point, hits) for point, hits in paired if point.must]
    caught = [hits[0].at - begins(point) for point, hits in musts if hits]
    pointing = [one for one in ordered if one.direction is not Direction.NONE]
    hitting = [(one, _directions(one, points)) for one in pointing]
    said = [(one, ways) for one, ways in hitting if ways]
    hits, occasions = len(ordered) - len(unmatched), _occasions(paired)
    return Score(
        interruptions=len(ordered),
        months=months,
        recall=Share(hits=len(caught), of=len(musts)),
        precision=Share(hits=hits, of=len(ordered)),
        direction=Share(hits=sum(one.direction in ways for one, ways in said), of=len(said)),
        delay=_median(caught),
        repeats=(hits - occasions) / occasions if occasions else 0.0,
        points=paired,
        unmatched=unmatched,
    )


def _median(times: Sequence[timedelta]) -> timedelta | None:
    seconds = [one.total_seconds() for one in times]
    return timedelta(seconds=median(seconds)) if seconds else None


def _directions(one: Interruption, points: Iterable[TurningPoint]) -> set[Direction]:
    """Where the turning points that it may stand for point; nothing where the list says nothing."""
    found = {point.direction for point in points if holds(point, one.at)}
    return found - {Direction.NONE}


def _occasions(paired: Iterable[tuple[TurningPoint, Sequence[Interruption]]]) -> int:
    """Turning points that have an interruption of their own, each serving one where it can.

    Windows overlap: two interruptions in two windows are one each, and no repeat.
    """
    free = [list(hits) for _, hits in paired if hits]
    used: set[int] = set()
    for hits in free:
        own = next((one for one in hits if id(one) not in used), None)
        if own is not None:
            used.add(id(own))
    return len(used)


def within(
    interruptions: Iterable[Interruption],
    points: Iterable[TurningPoint],
    *,
    start: datetime,
    end: datetime,
) -> tuple[tuple[Interruption, ...], tuple[TurningPoint, ...]]:
    """Interruptions from `start` to before `end`, and the turning points of days in it."""
    return (
        tuple(one for one in interruptions if start <= one.at < end),
        tuple(point for point in points if falls(point, start, end)),
    )
