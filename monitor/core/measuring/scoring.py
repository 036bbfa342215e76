"""Turns interruptions and a list of turning points into the measures of a back-test.

By the strict rule an interruption serves a turning point if it points its way, or nowhere, is about
its judgment, and comes between 6 hours before its first headline and 60 hours after; and it serves
one alone, with those within 12 hours of it. By the lenient rule it need only come between 12 hours
before the calendar day begins (UTC) and 60 hours after: within 48 hours, whatever time zone the
date was written in. Precision is a floor, since no list of turning points is complete. Must never
read a clock.
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
EARLY = timedelta(hours=6)
"""Before the first headline: clocks of outlets differ, and a list names the first that it knows."""

TOGETHER = timedelta(hours=12)
"""Turning points so near to each other may be served by one interruption."""

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
class StrictScore:
    """The same by the rule that does not flatter. `served` pairs each turning point with the one
    interruption that it counts as told by, None where there is none.
    """

    recall: Share
    precision: Share
    served: tuple[tuple[TurningPoint, Interruption | None], ...]
    unmatched: tuple[Interruption, ...]

    @property
    def missed(self) -> tuple[TurningPoint, ...]:
        """Those that had to be told and were not."""
        return tuple(point for point, one in self.served if one is None and point.must)


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
    strict: "StrictScore"

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


def opens(point: TurningPoint) -> datetime:
    """From when on an interruption counts for it, by the strict rule."""
    return begins(point) - BEFORE if point.first is None else point.first - EARLY


def serves(one: Interruption, point: TurningPoint) -> bool:
    """Whether an interruption may count for a turning point, by the strict rule."""
    ends = (point.first or begins(point)) + AFTER
    if not opens(point) <= one.at <= ends:
        return False
    ways = {one.direction, point.direction}
    if Direction.NONE not in ways and len(ways) > 1:
        return False
    return _about(one, point)


def _about(one: Interruption, point: TurningPoint) -> bool:
    if not one.judgments:  # whatever spoke knows no judgments
        return True
    within = f"{point.question}/" if point.question else ""
    keys = [key for key in one.judgments if key.startswith(within)]
    return any(
        not point.judgment or key == point.judgment or key.rsplit("/", 1)[-1] == point.judgment
        for key in keys
    )


def strict(interruptions: Sequence[Interruption], points: Sequence[TurningPoint]) -> StrictScore:
    """Each interruption, in order of time, is given to what it serves best and to no other.

    That is the nearest turning point that had to be told and was not, else the nearest that was
    not, and those within `TOGETHER` of it.
    """
    ordered = sorted(points, key=lambda point: (_began(point), point.says))
    served: dict[int, Interruption] = {}
    unmatched: list[Interruption] = []
    hits = 0
    for one in sorted(interruptions, key=lambda one: one.at):
        may = [place for place, point in enumerate(ordered) if serves(one, point)]
        hits += bool(may)
        unmatched += [] if may else [one]
        free = [place for place in may if place not in served]
        if free:
            own = min(free, key=lambda place: _distance(one, ordered[place]))
            at = _began(ordered[own])
            near = (place for place in free if abs(_began(ordered[place]) - at) <= TOGETHER)
            served |= dict.fromkeys(near, one)
    musts = [place for place, point in enumerate(ordered) if point.must]
    return StrictScore(
        recall=Share(hits=sum(place in served for place in musts), of=len(musts)),
        precision=Share(hits=hits, of=len(interruptions)),
        served=tuple((point, served.get(place)) for place, point in enumerate(ordered)),
        unmatched=tuple(unmatched),
    )


def _distance(one: Interruption, point: TurningPoint) -> tuple[bool, timedelta, str]:
    return not point.must, abs(one.at - _began(point)), point.says


def _began(point: TurningPoint) -> datetime:
    return point.first or begins(point)


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
        strict=strict(ordered, points),
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
