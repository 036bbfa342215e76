"""The measures of a back-test, on cases that can be checked by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest

from monitor.core.measuring import scoring
from monitor.model.questions import Direction
from monitor.model.replays import Interruption, TurningPoint

TOWARD, AWAY = Direction.TOWARD, Direction.AWAY
DAY = datetime(2018, 3, 8, tzinfo=UTC)


def point(day: int, direction: Direction = TOWARD, *, must: bool = True) -> TurningPoint:
    return TurningPoint(
        on=date(2018, 3, day), says=f"Event of {day}", direction=direction, must=must
    )


def spoken(hours: float, direction: Direction = TOWARD) -> Interruption:
    """So many hours after the beginning of 8 March."""
    return Interruption(at=DAY + timedelta(hours=hours), direction=direction)


@pytest.mark.parametrize(
    ("hours", "caught"), [(-12.1, 0), (-12, 1), (0, 1), (23, 1), (60, 1), (60.1, 0)]
)
def test_a_turning_point_is_caught_within_48_hours(hours: float, caught: int) -> None:
    """The window runs from 12 hours before the day to 60 hours after it began."""
    got = scoring.score([spoken(hours)], [point(8)], months=1)
    assert (got.recall.hits, got.recall.of) == (caught, 1)
    assert got.precision.hits == caught
    assert len(got.unmatched) == 1 - caught


def test_each_measure_on_a_small_case() -> None:
    """Three must-flag points, one may; five interruptions, of which one matches nothing."""
    points = [point(1), point(8), point(20, AWAY), point(28, must=False)]
    said = [
        spoken(5),
        spoken(30),  # a repeat
        spoken(24 * 12 + 10, TOWARD),  # on the 20th, the wrong way
        spoken(24 * 20 + 2),  # the one that may be flagged
        spoken(24 * 16),  # nothing
    ]
    got = scoring.score(said, points, months=2.5)
    assert got.per_month == 2.0
    assert (got.recall.hits, got.recall.of) == (2, 3)
    assert (got.precision.hits, got.precision.of) == (4, 5)
    assert (got.direction.hits, got.direction.of) == (3, 4)
    assert got.delay == timedelta(hours=7.5), "the median of 5 and 10"
    assert got.repeats == pytest.approx(1 / 3)
    assert got.unmatched == (said[4],)
    assert [len(hits) for _, hits in got.points] == [0, 2, 1, 1]


def test_two_points_on_one_day_that_point_both_ways() -> None:
    """Either direction is right, and two interruptions are no repeat."""
    points = [point(8, TOWARD), point(8, AWAY)]
    got = scoring.score([spoken(5, AWAY), spoken(9, TOWARD)], points, months=1)
    assert (got.recall.hits, got.direction.hits, got.repeats) == (2, 2, 0)


def test_nothing_said_and_nothing_listed() -> None:
    silent = scoring.score([], [point(8)], months=1)
    assert (silent.recall.value, silent.precision.value, silent.delay) == (0.0, None, None)
    assert silent.per_month_interval[1] == pytest.approx(3.69, abs=0.01)
    listless = scoring.score([spoken(1)], [], months=1)
    assert (listless.recall.value, listless.precision.value) == (None, 0.0)
    assert scoring.score([], [], months=0).per_month == 0.0


def test_what_is_outside_the_time_measured_is_left_out() -> None:
    points, said = [point(7), point(8)], [spoken(-1), spoken(3)]
    own, due = scoring.within(said, points, start=DAY, end=DAY + timedelta(days=1))
    assert (own, due) == ((said[1],), (points[1],))
