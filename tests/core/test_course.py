"""The course of a ledger ends where the ledger stands, and fading is no news."""

from datetime import timedelta

import pytest

from monitor.core import course, weigh
from tests import build


def test_a_course_has_a_point_for_each_midnight_and_ends_at_the_ledgers_total() -> None:
    rows = [
        build.evidence("a", first=build.at(0)),
        build.evidence("b", first=build.at(50), points=4),
    ]
    now = build.at(80)
    found = course.course(rows, since=build.at(-30), now=now)

    moments = [at for at, _ in found]
    assert (moments[0], moments[-1]) == (build.at(-30), now)
    assert all(at.hour == at.minute == 0 for at in moments[1:-1])
    assert len(moments) == 6, "a start, four midnights, and now"
    assert moments == sorted(set(moments))
    assert [points for _, points in found][:2] == [0, 0], "nothing was known yet"
    assert found[-1][1] == pytest.approx(weigh.ledger(rows, since=None, now=now).total)


def test_a_course_begins_with_the_first_story_where_no_day_is_given() -> None:
    found = course.course([build.evidence(first=build.at(0))], since=None, now=build.at(1))

    assert found[0] == (build.at(0), -10.0)
    assert course.course([], since=None, now=build.at(1)) == ()


def test_a_long_past_is_left_out() -> None:
    old = build.evidence(first=build.at(0))
    now = build.at(24 * 500)

    found = course.course([old], since=build.at(0), now=now)

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
