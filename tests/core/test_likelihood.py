"""Words of likelihood: the published tables, and their points."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core import likelihood


@pytest.mark.parametrize(
    ("words", "scale", "low", "high"),
    [
        ("very unlikely", "icd203", 5, 20),
        ("Almost  Certain", "icd203", 95, 99),
        ("remote", "icd203", 1, 5),
        ("realistic possibility", "phia", 40, 49),
        ("highly likely", "phia", 80, 90),
        ("probable", "kent", 63, 87),
        ("10%", "icd203", 8, 12),
        ("5-15 %", "icd203", 5, 15),
        ("5–15%", "percent", 5, 15),
        ("5% to 15%", "percent", 5, 15),
    ],
)
def test_words_mean_what_the_tables_say(words: str, scale: str, low: int, high: int) -> None:
    found = likelihood.parse(words, scale)

    assert found is not None
    assert (found.low, found.high) == pytest.approx((low / 100, high / 100))


@pytest.mark.parametrize("words", ["lickely", "high", "", "15-5 %", "120-130 %", "10"])
def test_what_is_no_likelihood(words: str) -> None:
    assert likelihood.parse(words) is None


def test_the_published_table_in_points() -> None:
    found = likelihood.parse("very unlikely")
    assert found is not None

    assert likelihood.band(found) == pytest.approx((-12.8, -9.4, -6.0), abs=0.05)
    assert likelihood.points(0.5) == 0


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("very unlikely", "very unlikely (5–20 %)"),
        ("10%", "10%"),
        ("5-15 %", "5–15 %"),
    ],
)
def test_the_analysts_words_are_printed_back(words: str, shown: str) -> None:
    found = likelihood.parse(words)
    assert found is not None

    assert likelihood.show(found) == shown


def test_an_inferred_likelihood_says_so() -> None:
    assert likelihood.show(likelihood.INFERRED) == "very unlikely (5–20 %), inferred"


@given(st.integers(0, 100), st.integers(0, 100))
def test_every_upward_range_is_a_band_inside_0_and_1(low: int, high: int) -> None:
    found = likelihood.parse(f"{low}-{high}%")

    assert (found is not None) == (low < high)
    if found is not None:
        assert 0 < found.low < found.high < 1
