"""The course of a ledger is the ledger itself at each of its moments, and fading is no news."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.judging import course, weigh
from monitor.model.flags import Evidence
from tests import build

START = build.at(0)
END = START + timedelta(days=50)

rows = st.lists(
    st.tuples(st.integers(-40, 60), st.floats(-30, 30)).map(
        lambda pair: build.evidence(first=START + timedelta(days=pair[0]), points=pair[1])
    ),
    max_size=12,
)


@given(rows, st.integers(2, 40))
def test_each_point_is_the_ledger_of_its_moment(given_rows: list[Evidence], steps: int) -> None:
    for point in course.course(given_rows, course.evenly(START, END, steps)):
        known = [row for row in given_rows if row.first_at <= point.at]
        ledger = weigh.ledger(known, since=None, now=point.at)
        assert point.toward == pytest.approx(ledger.toward, abs=1e-6)
        assert point.away == pytest.approx(ledger.away, abs=1e-6)


@given(rows, st.integers(0, 49))
def test_a_reset_starts_anew(given_rows: list[Evidence], day: int) -> None:
    reset = START + timedelta(days=day, hours=1)
    last = course.course(given_rows, course.evenly(START, END, 11), resets=[reset])[-1]
    known = [row for row in given_rows if row.first_at <= END]
    ledger = weigh.ledger(known, since=reset, now=END)
    assert last.total == pytest.approx(ledger.total, abs=1e-6)


@given(rows, st.randoms())
def test_the_order_in_which_rows_were_read_does_not_matter(
    given_rows: list[Evidence], random: Random
) -> None:
    shuffled = random.sample(given_rows, len(given_rows))
    moments = course.evenly(START, END, 5)
    assert course.course(shuffled, moments) == course.course(given_rows, moments)


def test_what_came_before_the_brief_never_counts() -> None:
    early = replace(build.evidence(points=3.0), first_at=START - timedelta(days=1))
    points = course.course([early], course.evenly(START, END, 2), counted_from=START)
    assert [point.total for point in points] == [0.0, 0.0]


def test_a_course_has_a_point_for_each_midnight_and_ends_at_the_ledgers_total() -> None:
    rows = [
        build.evidence("a", first=build.at(0)),
        build.evidence("b", first=build.at(50), points=4),
    ]
    now = build.at(80)
    found = course.daily(rows, since=build.at(-30), now=now)

    moments = [at for at, _ in found]
    assert (moments[0], moments[-1]) == (build.at(-30), now)
    assert all(at.hour == at.minute == 0 for at in moments[1:-1])
    assert len(moments) == 6, "a start, four midnights, and now"
    assert moments == sorted(set(moments))
    assert [points for _, points in found][:2] == [0, 0], "nothing was known yet"
    assert found[-1][1] == pytest.approx(weigh.ledger(rows, since=None, now=now).total)


def test_a_course_begins_with_the_first_story_where_no_day_is_given() -> None:
    found = course.daily([build.evidence(first=build.at(0))], since=None, now=build.at(1))

    assert found[0] == (build.at(0), -10.0)
    assert course.daily([], since=None, now=build.at(1)) == ()


def test_a_long_past_is_left_out() -> None:
    old = build.evidence(first=build.at(0))
    now = build.at(24 * 500)

    found = course.daily([old], since=build.at(0), now=now)

    assert found[0][0] == now - course.MOST_DAYS * timedelta(days=1)
    assert len(found) <= course.MOST_DAYS + 2


def test_news_is_what_came_and_what_grew_and_never_what_faded() -> None:
    old = build.evidence("a", points=-10)
    grown = build.evidence("a", points=-12, number=2)
    new = build.evidence("b", points=3, first=build.at(24))
    later = build.at(240)

    assert course.news([old], [old], now=later) == 0
    assert course.news([grown], [old], now=build.at(0)) == pytest.approx(-2)
    assert course.news([old, new], [old], now=build.at(24)) == pytest.approx(3)
