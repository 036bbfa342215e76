"""The ledger: its start, its sums, its course, and what was known of it at each moment."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.judging import ledger
from monitor.core.judging.ledger import LedgerStart, curve
from monitor.model.flags import Evidence, FlagState, Review
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
    for point in ledger.course(given_rows, ledger.evenly(START, END, steps)):
        known = [row for row in given_rows if row.first_at <= point.at]
        sums = ledger.summed(known, point.at)
        assert point.toward == pytest.approx(sums.toward, abs=1e-6)
        assert point.away == pytest.approx(sums.away, abs=1e-6)


@given(rows, st.integers(0, 49))
def test_a_reset_starts_anew(given_rows: list[Evidence], day: int) -> None:
    reset = START + timedelta(days=day, hours=1)
    last = ledger.course(given_rows, ledger.evenly(START, END, 11), resets=[reset])[-1]
    known = [row for row in given_rows if row.first_at <= END]
    found = ledger.ledger("q/b/no-deal", known, LedgerStart(at=reset), END)
    assert last.total == pytest.approx(found.total, abs=1e-6)


@given(rows, st.randoms())
def test_the_order_in_which_rows_were_read_does_not_matter(
    given_rows: list[Evidence], random: Random
) -> None:
    shuffled = random.sample(given_rows, len(given_rows))
    moments = ledger.evenly(START, END, 5)
    assert ledger.course(shuffled, moments) == ledger.course(given_rows, moments)


def test_what_came_before_the_brief_never_counts() -> None:
    early = replace(build.evidence(points=3.0), first_at=START - timedelta(days=1))
    points = ledger.course([early], ledger.evenly(START, END, 2), counted_from=START)
    assert [point.total for point in points] == [0.0, 0.0]


def test_a_course_has_a_point_for_each_midnight_and_ends_at_the_ledgers_total() -> None:
    rows = [
        build.evidence("a", first=build.at(0)),
        build.evidence("b", first=build.at(50), points=4),
    ]
    now = build.at(80)
    found = ledger.daily(rows, since=build.at(-30), now=now)

    moments = [at for at, _ in found]
    assert (moments[0], moments[-1]) == (build.at(-30), now)
    assert all(at.hour == at.minute == 0 for at in moments[1:-1])
    assert len(moments) == 6, "a start, four midnights, and now"
    assert moments == sorted(set(moments))
    assert [points for _, points in found][:2] == [0, 0], "nothing was known yet"
    assert found[-1][1] == pytest.approx(ledger.summed(rows, now).total)


def test_a_course_begins_with_the_first_story_where_no_day_is_given() -> None:
    found = ledger.daily([build.evidence(first=build.at(0))], since=None, now=build.at(1))

    assert found[0] == (build.at(0), -10.0)
    assert ledger.daily([], since=None, now=build.at(1)) == ()


def test_a_long_past_is_left_out() -> None:
    old = build.evidence(first=build.at(0))
    now = build.at(24 * 500)

    found = ledger.daily([old], since=build.at(0), now=now)

    assert found[0][0] == now - ledger.MOST_DAYS * timedelta(days=1)
    assert len(found) <= ledger.MOST_DAYS + 2


def test_news_is_what_came_and_what_grew_and_never_what_faded() -> None:
    old = build.evidence("a", points=-10)
    grown = build.evidence("a", points=-12, number=2)
    new = build.evidence("b", points=3, first=build.at(24))
    later = build.at(240)

    def news(rows: list[Evidence], before: list[Evidence], now: datetime) -> float:
        return ledger.summed(rows, now).total - ledger.summed(before, now).total

    assert news([old], [old], later) == 0
    assert news([grown], [old], build.at(0)) == pytest.approx(-2)
    assert news([old, new], [old], build.at(24)) == pytest.approx(3)


def test_the_ledger_as_it_stood_at_each_moment() -> None:
    brief = build.question().briefs[0]
    first = build.evidence("a", points=-4, first=build.at())
    grown = replace(first, number=2, points=-8.0, decided_at=build.at(days=2))
    other = build.evidence("b", points=6, first=build.at(days=3))
    review = Review(
        flag_id=1, brief="q/b", decision=FlagState.STANDS, by="x", at=build.at(days=2, hours=12)
    )
    standing = curve(
        brief,
        "q/b/no-deal",
        [other, grown, first],
        [review],
        start=build.at(days=-1),
        end=build.at(days=3),
        step=timedelta(days=1),
    )
    totals = [(one.away, one.toward) for one in standing]
    assert totals == [
        (0.0, 0.0),
        (pytest.approx(-4), 0.0),
        (pytest.approx(-4 * 0.5 ** (1 / 21)), 0.0),
        (pytest.approx(-8 * 0.5 ** (2 / 21)), 0.0),
        (0.0, pytest.approx(6)),
    ]


@given(st.permutations([build.evidence(str(n), points=0.1 * n - 0.35) for n in range(8)]))
def test_the_ledger_does_not_depend_on_the_order_of_rows(rows: list[Evidence]) -> None:
    in_order = sorted(rows, key=lambda row: row.story_id)

    assert ledger.summed(rows, build.at(5)) == ledger.summed(in_order, build.at(5))


def test_the_ledger_starts_anew_at_a_review() -> None:
    rows = [build.evidence("a", points=-5), build.evidence("b", points=3, first=build.at(days=2))]
    start = LedgerStart(at=build.at(days=1))
    sums = ledger.ledger("q/b/no-deal", rows, start, build.at(days=2))

    assert (sums.toward, sums.away, sums.total) == (3, 0, 3)
