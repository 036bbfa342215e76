"""Turns a judgment's evidence into its ledger's course: where it stood at each of some moments.

The same numbers as `weigh.ledger` at each moment, worked out in one pass: evidence fades together.
Every row counts with the points it has today. Must never read a clock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from math import fsum

from monitor.core.judging import weigh
from monitor.model.flags import Evidence

DAY = timedelta(days=1)
MOST_DAYS = 120
"""A chart shows no more days than this, the newest ones: an older past has faded to a thirtieth."""


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
    moments: Sequence[datetime],
    *,
    counted_from: datetime | None = None,
    resets: Sequence[datetime] = (),
) -> tuple[Point, ...]:
    """The ledger at each of the moments, which are in order.

    Rows are the current ones of one judgment; those whose story began before `counted_from` never
    counted. At each reset the ledger starts anew, as after a review that it stands or was revised.
    """
    happened = [
        (row.first_at, True, row.points)
        for row in rows
        if counted_from is None or row.first_at >= counted_from
    ]
    happened += [(at, False, 0.0) for at in resets]
    happened.sort()  # a reset comes before what happened at its moment
    points: list[Point] = []
    toward = away = 0.0
    before = min([*moments[:1], *(at for at, _, _ in happened[:1])], default=None)
    place = 0
    for at in moments:
        while place < len(happened) and happened[place][0] <= at:
            moment, counts, worth = happened[place]
            fading = weigh.fading(moment - (before or moment)) if counts else 0.0
            toward = toward * fading + max(worth, 0.0)
            away = away * fading + min(worth, 0.0)
            before, place = moment, place + 1
        fading = weigh.fading(at - (before or at))
        toward, away, before = toward * fading, away * fading, at
        points.append(Point(at=at, toward=toward, away=away))
    return tuple(points)


def evenly(start: datetime, end: datetime, steps: int) -> tuple[datetime, ...]:
    """`steps` ≥ 2 moments from `start` to `end`, both included."""
    step = (end - start) / (steps - 1)
    return tuple(start + number * step for number in range(steps))


def daily(
    rows: Sequence[Evidence], *, since: datetime | None, now: datetime
) -> tuple[tuple[datetime, float], ...]:
    """The total at each midnight UTC from `since` (or the first story) on, and now.

    Empty without evidence.
    """
    if not rows:
        return ()
    first = since or min(row.first_at for row in rows)
    start = max(first, now - MOST_DAYS * DAY)
    midnight = datetime.combine(start.astimezone(UTC).date(), time(), tzinfo=UTC) + DAY
    days = max(0, -(-(now - midnight) // DAY))
    moments = (start, *(midnight + n * DAY for n in range(days)), now)
    return tuple((point.at, point.total) for point in course(rows, moments))


def news(rows: Sequence[Evidence], before: Sequence[Evidence], *, now: datetime) -> float:
    """What changed between two readings of the same ledger: new stories, and stories that grew.

    Both are faded to `now`, so that mere fading is no news.
    """
    return _total(rows, now) - _total(before, now)


def _total(rows: Sequence[Evidence], at: datetime) -> float:
    return fsum(weigh.faded(row, at) for row in rows if row.first_at <= at)
