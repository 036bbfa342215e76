"""Intervals: known values, and that they hold what they promise."""

from math import comb, exp, factorial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.measuring import intervals


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (0, 10, 0.000, 0.278),  # Newcombe, Statistics in Medicine 17 (1998) 857, and by hand
        (1, 10, 0.018, 0.404),
        (81, 263, 0.255, 0.366),
        (15, 148, 0.0624, 0.1605),
        (10, 10, 0.722, 1.000),
    ],
)
def test_wilson_gives_the_published_values(hits: int, of: int, low: float, high: float) -> None:
    assert intervals.share(hits, of) == pytest.approx((low, high), abs=5e-4)


def test_nothing_shared_may_be_any_share() -> None:
    assert intervals.share(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0.0, 3.689), (1, 0.0253, 5.572), (5, 1.623, 11.668), (20, 12.217, 30.888)],
)
def test_the_exact_interval_of_a_count(count: int, low: float, high: float) -> None:
    """Garwood's table; per month it is divided by the months."""
    assert intervals.rate(count, 1.0) == pytest.approx((low, high), abs=2e-3)
    assert intervals.rate(count, 4.0) == pytest.approx((low / 4, high / 4), abs=1e-3)


def test_large_counts_do_not_overflow() -> None:
    low, high = intervals.rate(4_000, 1.0)
    assert 3_870 < low < 4_000 < high < 4_130


EXACT = [intervals.rate(count, 1.0) for count in range(40)]


@given(st.floats(0.1, 12))
@settings(deadline=None)
def test_the_interval_covers_the_truth_nineteen_times_in_twenty(mean: float) -> None:
    """Summed over the counts likely at this mean: an exact interval covers 95 % or more."""
    covered = 0.0
    for count, (low, high) in enumerate(EXACT):
        if low <= mean <= high:
            covered += exp(-mean) * mean**count / factorial(count)
    assert covered >= 0.95 - 1e-6


@given(st.floats(0.1, 0.9), st.integers(20, 60))
@settings(deadline=None)
def test_wilson_covers_about_as_often(share: float, of: int) -> None:
    """Not exact, but near it: never far below the nominal 95 %."""
    covered = 0.0
    for hits in range(of + 1):
        low, high = intervals.share(hits, of)
        if low <= share <= high:
            covered += comb(of, hits) * share**hits * (1 - share) ** (of - hits)
    assert covered > 0.91


def test_a_paired_interval_is_narrow_where_both_miss_the_same() -> None:
    """What is hard for both is no difference, however many cases there are of it."""
    hard = [False] * 10
    assert intervals.paired([*hard, True], [*hard, True], seed=1) == (0.0, 0.0)
    low, high = intervals.paired([True] * 12 + hard, [False] * 12 + hard, seed=1)
    assert 0.25 < low < 12 / 22 < high < 0.8
    assert intervals.paired([], [], seed=1) == (0.0, 0.0)
