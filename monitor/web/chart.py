"""Turns the course of a ledger into the lines of a small or a large drawing.

Pure arithmetic on points; the templates draw them as SVG with a text beside it for those who do
not see it. Must never colour alone: toward is above the zero line, away below.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from monitor.core.judging.ledger import Point

SMALLEST_SCALE = 10.0
"""Points at the edge of a sparkline at least: a ripple must not look like a wave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A polyline in the units of its viewBox, y downward."""

    width: int
    height: int
    zero: float  # y of zero points
    path: str  # d of the line
    area: str  # d of what lies between the line and zero
    end: tuple[float, float]
    limit: float  # points at the upper edge; −limit at the lower
    ticks: tuple[tuple[float, float], ...] = ()  # (y, points)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """A course in words' reach: its length, where it began and ended, and how far it went."""

    days: int
    first: float
    last: float
    highest: float
    lowest: float


def ends(points: Sequence[Point]) -> Ends:
    totals = [point.total for point in points]
    return Ends(
        days=(points[-1].at - points[0].at).days,
        first=totals[0],
        last=totals[-1],
        highest=max(totals),
        lowest=min(totals),
    )


def line(
    points: Sequence[Point],
    *,
    width: int,
    height: int,
    margin: int = 2,
    smallest: float = SMALLEST_SCALE,
) -> Line:
    """The totals of a course, from the left edge to the right one."""
    limit = max(smallest, *(abs(point.total) for point in points))
    if smallest > SMALLEST_SCALE:
        limit = ceil(limit / 5) * 5
    zero = height / 2
    reach = zero - margin
    step = width / (len(points) - 1)
    spots = [
        (round(place * step, 1), round(zero - point.total / limit * reach, 1))
        for place, point in enumerate(points)
    ]
    path = "M" + " L".join(f"{x:g} {y:g}" for x, y in spots)
    return Line(
        width=width,
        height=height,
        zero=zero,
        path=path,
        area=f"{path} L{width} {zero:g} L0 {zero:g} Z",
        end=spots[-1],
        limit=limit,
        ticks=tuple((zero - worth / limit * reach, worth) for worth in _ticks(limit)),
    )


def _ticks(limit: float) -> tuple[float, ...]:
    step = 5 if limit <= 10 else 10 if limit <= 30 else 20 if limit <= 60 else 50
    most = int(limit // step)
    return tuple(float(number * step) for number in range(-most, most + 1))


def across(at: datetime, points: Sequence[Point], width: int) -> float | None:
    """Where a moment is on the x axis; None outside."""
    start, end = points[0].at, points[-1].at
    if not start <= at <= end:
        return None
    return round((at - start) / (end - start) * width, 1)
