"""The numbers behind grouping: what they mean at their ends, and in between."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.stories.headline import read
from monitor.core.stories.similarity import (
    Rarity,
    leads_agree,
    novelty,
    resemblance,
    token_sort,
    unmatched,
)
from monitor.model.stories import WordCounts

NONE = timedelta()
RARE = Rarity(WordCounts())

TITLES = st.text(max_size=80)


def test_order_of_words_does_not_matter_to_token_sort() -> None:
    assert token_sort(read("Envoys leave Kaesong"), read("Kaesong: envoys leave")) == 100


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("imposes", "imposing"),
        ("tests", "testing"),
        ("policy", "policies"),
        ("korean", "korea"),
        ("modernisation", "modernization"),
        ("hits", "hit"),
    ],
)
def test_forms_of_one_word_match(word: str, known: str) -> None:
    assert unmatched([word], frozenset({known})) == ()
    assert unmatched([known], frozenset({word})) == ()


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("iran", "iraq"),
        ("austria", "australia"),
        ("part", "party"),
        ("plan", "plane"),
        ("police", "policy"),
        ("state", "station"),
        ("5100", "5101"),
        ("lift", "list"),
    ],
)
def test_different_words_do_not(word: str, known: str) -> None:
    assert unmatched([word], frozenset({known})) == (word,)
    assert unmatched([known], frozenset({word})) == (known,)


def test_a_word_in_every_entry_weighs_less_than_one_in_few() -> None:
    quake = [read(f"Quake toll reaches {number}00") for number in range(1, 200)]
    rare = Rarity(WordCounts(), quake)
    assert rare["quake"] < rare["dam"] / 4


def test_stopwords_weigh_little_even_unseen() -> None:
    assert RARE["the"] < RARE["harbour"] / 4


def test_leads_agree_when_one_is_cut_shorter() -> None:
    whole = "Nine guards were hurt early on Sunday when gunmen attacked a prison near the border"
    a, b = read("x", f"{whole}, officials said."), read("y", f"JUAREZ (AP) -- {whole}.")
    assert leads_agree(a, b)
    assert not leads_agree(read("x", "Nine guards hurt."), read("y", "Nine guards hurt."))


def test_novelty_is_the_share_that_is_not_told_yet() -> None:
    a = read("Envoys leave liaison office", "They crossed at Kaesong.")
    assert novelty(read("Envoys leave liaison office"), a, RARE) == 0
    assert novelty(read("Envoys leave Kaesong office"), a, RARE) == 0
    assert novelty(read("Envoys leave Kaesong office"), a, RARE, with_lead=False) == 0.25
    assert novelty(read("Harvest fails"), a, RARE) == 1


def test_a_day_apart_and_more_fades() -> None:
    a, b = read("Storm floods Derna"), read("Derna flooded by storm")
    scores = [resemblance(a, b, RARE, timedelta(hours=hours)) for hours in (0, 24, 48, 72)]
    assert scores[0] == scores[1] > scores[2] > scores[3]


@given(TITLES, TITLES, TITLES, TITLES)
def test_scores_are_symmetric_and_bounded(a: str, b: str, lead_a: str, lead_b: str) -> None:
    one, other = read(a, lead_a), read(b, lead_b)
    score = resemblance(one, other, RARE, NONE)
    assert 0 <= score <= 100
    assert score == pytest.approx(resemblance(other, one, RARE, NONE))
    assert 0 <= novelty(one, other, RARE) <= 1
    assert token_sort(one, other) == token_sort(other, one)
    assert leads_agree(one, other) == leads_agree(other, one)


@given(TITLES)
def test_nothing_is_new_in_itself(title: str) -> None:
    headline = read(title)
    assert novelty(headline, headline, RARE) == 0
