"""The measures of a back-test, on cases that can be checked by hand."""

from dataclasses import replace
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


def at(hours: float, **more: object) -> TurningPoint:
    """A turning point whose first headline came so many hours after the beginning of 8 March."""
    first = DAY + timedelta(hours=hours)
    made = TurningPoint(on=first.date(), says=f"At {hours}", direction=TOWARD, first=first)
    return replace(made, **more)  # type: ignore[arg-type]  # the tests know the field names


@pytest.mark.parametrize(
    ("hours", "direction", "hits"),
    [
        (3.9, TOWARD, 0),
        (4, TOWARD, 1),
        (70, TOWARD, 1),
        (70.1, TOWARD, 0),
        (12, AWAY, 0),
        (12, Direction.NONE, 1),
    ],
)
def test_the_strict_rule_counts_from_the_first_headline_and_asks_for_the_way(
    hours: float, direction: Direction, hits: int
) -> None:
    found = scoring.strict([spoken(hours, direction)], [at(10)])

    assert (found.recall.hits, found.precision.hits) == (hits, hits)


def test_one_interruption_serves_only_what_happened_together() -> None:
    """It is given to the nearest that must be told, and to what came within 12 hours of that."""
    points = [at(0), at(11), at(24), at(10, must=False)]
    found = scoring.strict([spoken(12)], points)

    assert {point.says: one is not None for point, one in found.served} == {
        "At 0": True,
        "At 11": True,
        "At 24": False,
        "At 10": True,
    }
    assert [point.says for point in found.missed] == ["At 24"]
    assert scoring.strict([spoken(12), spoken(25)], points).missed == ()


def test_a_point_of_one_judgment_is_not_served_by_news_of_another() -> None:
    point = at(10, question="q", judgment="no-deal")
    own = replace(spoken(12), judgments=("q/b/no-deal",))
    other = replace(spoken(12), judgments=("q/b/talks-alive", "r/b/no-deal"))

    assert scoring.strict([own], [point]).recall.hits == 1
    assert scoring.strict([other], [point]).recall.hits == 0
    assert scoring.strict([other], [replace(point, judgment="", question="r")]).recall.hits == 1


def test_what_may_be_flagged_is_never_missed() -> None:
    found = scoring.strict([], [at(10, must=False)])

    assert (found.recall.of, found.missed) == (0, ())
