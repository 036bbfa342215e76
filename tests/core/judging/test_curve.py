"""A ledger over time: what was not yet decided, or superseded, or reviewed, does not count."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.core.judging.curve import curve
from monitor.model.flags import FlagState, Review
from tests import build


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
        [other, grown, first],
        [review],
        start=build.at(days=-1),
        end=build.at(days=3),
        step=timedelta(days=1),
    )
    totals = [(one.ledger.away, one.ledger.toward) for one in standing]
    assert totals == [
        (0.0, 0.0),
        (pytest.approx(-4), 0.0),
        (pytest.approx(-4 * 0.5 ** (1 / 21)), 0.0),
        (pytest.approx(-8 * 0.5 ** (2 / 21)), 0.0),
        (0.0, pytest.approx(6)),
    ]
