"""Numbers as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model.numbers import plural, signed


@pytest.mark.parametrize(
    ("points", "words"),
    [(2.62, "+2.6"), (-12.06, "−12.1"), (0.0, "±0.0"), (-0.04, "±0.0"), (0.05, "+0.1")],
)
def test_points_show_their_sign(points: float, words: str) -> None:
    assert signed(points) == words


@given(st.floats(-1000, 1000))
def test_points_never_use_a_hyphen_for_minus(points: float) -> None:
    assert signed(points)[0] in "+−±"
    assert signed(points, 0)[0] in "+−±"


@pytest.mark.parametrize(
    ("number", "nouns", "words"),
    [
        (1, ("story", "stories"), "1 story"),
        (1204, ("entry", "entries"), "1,204 entries"),
        (0, ("flag",), "0 flags"),
        (3.0, ("outlet",), "3 outlets"),
    ],
)
def test_a_number_has_its_noun(number: float, nouns: tuple[str, ...], words: str) -> None:
    assert plural(number, *nouns) == words
