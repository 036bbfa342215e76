"""Words of likelihood: the published tables, and their points."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.judging import likelihood

ICD203 = {
    ("almost no chance", "remote"): (1, 5),
    ("very unlikely", "highly improbable"): (5, 20),
    ("unlikely", "improbable"): (20, 45),
    ("roughly even", "roughly even chance", "roughly even odds"): (45, 55),
    ("likely", "probable"): (55, 80),
    ("very likely", "highly probable"): (80, 95),
    ("almost certain", "almost certainly", "nearly certain"): (95, 99),
}
PHIA = {
    ("remote chance",): (1, 5),
    ("highly unlikely",): (10, 20),
    ("unlikely",): (25, 35),
    ("realistic possibility",): (40, 49),
    ("likely", "probable"): (55, 75),
    ("highly likely",): (80, 90),
    ("almost certain",): (95, 99),
}
KENT = {
    ("almost certainly not",): (7 - 5, 7 + 5),
    ("probably not",): (30 - 10, 30 + 10),
    ("chances about even",): (50 - 10, 50 + 10),
    ("probable",): (75 - 12, 75 + 12),
    ("almost certain",): (93 - 6, 93 + 6),
}
Table = dict[tuple[str, ...], tuple[int, int]]


@pytest.mark.parametrize(("scale", "table"), [("icd203", ICD203), ("phia", PHIA), ("kent", KENT)])
def test_a_table_has_the_published_words_and_numbers_and_no_others(
    scale: str, table: Table
) -> None:
    """Percent, as published; where a scale ends at 0 or 100, or below 50, one point inside."""
    published = {word: band for words, band in table.items() for word in words}

    assert {
        word: (round(100 * low), round(100 * high))
        for word, (low, high) in likelihood.SCALES[scale].items()
    } == published


def test_the_bands_of_icd203_leave_no_gap_and_those_of_phia_do() -> None:
    def gaps(scale: str) -> int:
        bands = sorted(set(likelihood.SCALES[scale].values()))
        return sum(low[1] < high[0] for low, high in pairwise(bands))

    assert gaps("icd203") == 0
    assert gaps("phia") == 6


@pytest.mark.parametrize(
    ("words", "scale", "low", "high"),
    [
        ("very unlikely", "icd203", 5, 20),
        ("Almost  Certain", "icd203", 95, 99),
        ("realistic possibility", "phia", 40, 49),
        ("probable", "kent", 63, 87),
        ("10%", "icd203", 8, 12),
        ("10 %", "phia", 8, 12),
        ("99.9%", "kent", 97.9, 99.5),
        ("0%", "percent", 0.5, 2),
        ("5-15 %", "icd203", 5, 15),
        ("5–15%", "percent", 5, 15),
        ("5% to 15%", "percent", 5, 15),
        ("0-100%", "percent", 0.5, 99.5),
    ],
)
def test_words_mean_what_the_tables_say(words: str, scale: str, low: float, high: float) -> None:
    found = likelihood.parse(words, scale)

    assert found is not None
    assert (found.low, found.high) == pytest.approx((low / 100, high / 100))


def test_a_word_of_another_scale_is_not_understood() -> None:
    """One word means different things on different scales: they must not be mixed."""
    assert likelihood.parse("realistic possibility", "icd203") is None
    assert likelihood.parse("roughly even", "phia") is None
    assert likelihood.parse("likely", "percent") is None


@pytest.mark.parametrize(
    "words", ["lickely", "high", "", "15-5 %", "120-130 %", "103%", "10", "0.1", "-5%", "5-5%"]
)
def test_what_is_no_likelihood(words: str) -> None:
    assert likelihood.parse(words) is None


@pytest.mark.parametrize(
    ("words", "low", "middle", "high"),
    [
        ("almost no chance", -20.0, -16.4, -12.8),
        ("very unlikely", -12.8, -9.4, -6.0),
        ("unlikely", -6.0, -3.4, -0.9),
        ("roughly even", -0.9, 0.0, 0.9),
        ("likely", 0.9, 3.4, 6.0),
        ("very likely", 6.0, 9.4, 12.8),
        ("almost certain", 12.8, 16.4, 20.0),
    ],
)
def test_a_band_in_points(words: str, low: float, middle: float, high: float) -> None:
    found = likelihood.parse(words)
    assert found is not None

    assert likelihood.band(found) == pytest.approx((low, middle, high), abs=0.06)


@settings(deadline=None)
@given(st.floats(0.001, 0.999))
def test_points_are_decibans(probability: float) -> None:
    """Ten points are ten-fold odds; the opposite of an event has the negative."""
    points = likelihood.points(probability)

    assert 10 ** (points / 10) == pytest.approx(probability / (1 - probability))
    assert likelihood.points(1 - probability) == pytest.approx(-points, abs=1e-9)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("very unlikely", "very unlikely (5–20 %)"),
        ("Very Unlikely", "Very Unlikely (5–20 %)"),
        ("10%", "10%"),
        ("10 %", "10 %"),
        ("7.5-15%", "7.5–15 %"),
        ("5-15 %", "5–15 %"),
    ],
)
def test_the_analysts_words_are_printed_back(words: str, shown: str) -> None:
    found = likelihood.parse(words)
    assert found is not None

    assert likelihood.show(found) == shown


def test_an_inferred_likelihood_says_so() -> None:
    assert likelihood.show(likelihood.INFERRED) == "very unlikely (5–20 %), inferred"


@settings(deadline=None)
@given(st.integers(0, 100), st.integers(0, 100))
def test_every_upward_range_is_a_band_inside_0_and_1(low: int, high: int) -> None:
    found = likelihood.parse(f"{low}-{high}%")

    assert (found is not None) == (low < high)
    if found is not None:
        assert 0 < found.low < found.high < 1
