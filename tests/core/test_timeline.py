"""The course of a ledger is the ledger itself, at each of its moments."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core import weigh
from monitor.core.timeline import course
from monitor.model.flags import Evidence
from monitor.model.questions import Direction

START = datetime(2026, 1, 1, tzinfo=UTC)

ROW = Evidence(
    judgment="q/b/j", story_id="s", indicator="i", direction=Direction.TOWARD, weight=5,
    outlets=("Courier",), entry_ids=("e",), hedged=False, prior_credit=0.0, credit=0.5,
    points=3.0, title="t", link="", first_at=START, last_at=START, decided_at=START, rules="r",
)  # fmt: skip

rows = st.lists(
    st.tuples(st.integers(-40, 60), st.floats(-30, 30)).map(
        lambda pair: replace(ROW, first_at=START + timedelta(days=pair[0]), points=pair[1])
    ),
    max_size=12,
)


@given(rows, st.integers(2, 40))
def test_each_point_is_the_ledger_of_its_moment(given_rows: list[Evidence], steps: int) -> None:
    end = START + timedelta(days=50)
    for point in course(given_rows, start=START, end=end, steps=steps):
        known = [row for row in given_rows if row.first_at <= point.at]
        ledger = weigh.ledger(known, since=None, now=point.at)
        assert point.toward == pytest.approx(ledger.toward, abs=1e-6)
        assert point.away == pytest.approx(ledger.away, abs=1e-6)


@given(rows, st.integers(0, 49))
def test_a_reset_starts_anew(given_rows: list[Evidence], day: int) -> None:
    end, reset = START + timedelta(days=50), START + timedelta(days=day, hours=1)
    last = course(given_rows, start=START, end=end, steps=11, resets=[reset])[-1]
    known = [row for row in given_rows if row.first_at <= end]
    ledger = weigh.ledger(known, since=reset, now=end)
    assert last.total == pytest.approx(ledger.total, abs=1e-6)


def test_what_came_before_the_brief_never_counts() -> None:
    early = replace(ROW, first_at=START - timedelta(days=1))
    points = course(
        [early], start=START, end=START + timedelta(days=1), steps=2, counted_from=START
    )
    assert [point.total for point in points] == [0.0, 0.0]
