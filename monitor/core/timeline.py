"""Turns evidence into the way a ledger went: its points at even steps of time.

The same numbers as `weigh.ledger` at each step, worked out in one pass. Must never read a clock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.core.weigh import HALF_LIFE
from monitor.model.flags import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """The ledger at one moment: points toward ≥ 0, away ≤ 0."""

    at: datetime
    toward: float
    away: float

    @property
    def total(self) -> float:
        return self.toward + self.away


def course(
    rows: Iterable[Evidence],
    *,
    start: datetime,
    end: datetime,
    steps: int,
    counted_from: datetime | None = None,
    resets: Sequence[datetime] = (),
) -> tuple[Point, ...]:
    """The ledger at `steps` ≥ 2 even moments from `start` to `end`, both included.

    Rows are the current ones of one judgment; those whose story began before `counted_from` never
    counted. At each reset the ledger starts anew, as after a review that it stands or was revised.
    """
    happened: list[tuple[datetime, float | None]] = [
        (row.first_at, row.points)
        for row in rows
        if counted_from is None or row.first_at >= counted_from
    ]
    happened += [(at, None) for at in resets]
    happened.sort(key=lambda item: (item[0], item[1] is not None))
    step = (end - start) / (steps - 1)
    points: list[Point] = []
    toward = away = 0.0
    before = min([start, *(at for at, _ in happened[:1])])
    place = 0
    for at in (start + number * step for number in range(steps)):
        while place < len(happened) and happened[place][0] <= at:
            moment, worth = happened[place]
            fading = _fading(moment - before)
            toward, away, before = toward * fading, away * fading, moment
            if worth is None:
                toward = away = 0.0
            else:
                toward, away = toward + max(worth, 0.0), away + min(worth, 0.0)
            place += 1
        fading = _fading(at - before)
        toward, away, before = toward * fading, away * fading, at
        points.append(Point(at=at, toward=toward, away=away))
    return tuple(points)


def _fading(age: timedelta) -> float:
    return float(0.5 ** (age / HALF_LIFE))
