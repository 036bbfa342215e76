"""Turns a judgment's evidence into its ledger's course: day by day, and what the news added."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from math import fsum

from monitor.core import weigh
from monitor.model.flags import Evidence

DAY = timedelta(days=1)
MOST_DAYS = 120
"""A chart shows no more days than this, the newest ones: an older past has faded to a thirtieth."""


def course(
    rows: Sequence[Evidence], *, since: datetime | None, now: datetime
) -> tuple[tuple[datetime, float], ...]:
    """The ledger's total at each midnight UTC from `since` (or the first story) on, and now.

    Faded as it was at the time; every row with the points it has today. Empty without evidence.
    """
    if not rows:
        return ()
    first = since or min(row.first_at for row in rows)
    start = max(first, now - MOST_DAYS * DAY)
    midnight = datetime.combine(start.astimezone(UTC).date(), time(), tzinfo=UTC) + DAY
    days = max(0, -(-(now - midnight) // DAY))
    moments = (start, *(midnight + n * DAY for n in range(days)), now)
    return tuple((at, _total(rows, at)) for at in moments)


def news(rows: Sequence[Evidence], before: Sequence[Evidence], *, now: datetime) -> float:
    """What changed between two readings of the same ledger: new stories, and stories that grew.

    Both are faded to `now`, so that mere fading is no news.
    """
    return _total(rows, now) - _total(before, now)


def _total(rows: Sequence[Evidence], at: datetime) -> float:
    return fsum(weigh.faded(row, at) for row in rows if row.first_at <= at)
