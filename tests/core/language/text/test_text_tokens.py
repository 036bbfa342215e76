"""Tokens, sentence numbers and spans of a text, and the forms in which words are compared."""
# ruff: noqa: RUF001 - letters of other scripts are what is tested

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.language.text import fold as text_fold
from monitor.core.language.text.tokens import fold, frequencies, keys, shape, tokenise


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("— ! …", []),
        ("U.S.-led talks", ["U.S.", "led", "talks"]),
        ("J.K.Rowling", ["J.K.", "Rowling"]),
        ("Kim's, the Kims’ and KIM’S", ["Kim", "the", "Kims", "and", "KIM"]),
        ("won't don’t O'Brien", ["won't", "don’t", "O'Brien"]),
        ("rock 'n' roll", ["rock", "n", "roll"]),
        ("10.5bn 1,000 5G F-16", ["10.5", "bn", "1,000", "5G", "F", "16"]),
        ("#Iran @agency snake_case", ["Iran", "agency", "snake", "case"]),
        ("dell’Iran d'accord qu'Ankara", ["dell", "Iran", "d", "accord", "qu", "Ankara"]),
        ("G7정상회의에서", ["G7", "정상회의에서"]),
        ("米国US制裁", ["米", "国", "US", "制", "裁"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("می\u200cخواهد", ["می\u200cخواهد"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert tokenise(text).words == words


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One thing. Another thing", 2),
        ("He saw Kim. Trump left", 2),
        ("Gen. Park met Dr. Lee of Haeyang Co. Ltd", 1),
        ("The U.S. North is cold", 1),
        ("Talks? Yes! Now; or later", 4),
        ("first\nsecond", 2),
        ("Up 3.5 per cent", 1),
        ("item No. 5 sold", 1),
        ("He said no. They left", 2),
        ("the co. said", 1),
        ("“Enough.” They left", 2),
        ("制裁。朝鲜！米国", 3),
        ("Ends here.", 1),
        ("Really?! Yes", 2),
        ("one • two", 2),
    ],
)
def test_sentences(text: str, count: int) -> None:
    assert len(set(tokenise(text).sentences)) == count


def test_a_single_hyphen_joins_two_words_into_a_third_reading() -> None:
    assert tokenise("cease-fire, cease – fire, cease--fire").joins == {0: "ceasefire"}


@pytest.mark.parametrize(
    ("text", "shouting"),
    [("TELL US MORE", True), ("US, EU", False), ("Tell US more", False), ("US制裁", False)],
)
def test_only_text_in_capitals_is_shouting(text: str, shouting: bool) -> None:
    assert tokenise(text).shouting is shouting


@pytest.mark.parametrize(
    ("word", "kept", "folded"),
    [
        ("U.S.", "US", "us"),
        ("won’t", "wont", "wont"),
        ("Erdoğan", "Erdogan", "erdogan"),
        ("İstanbul", "Istanbul", "istanbul"),
        ("ıraq", "iraq", "iraq"),
        ("Straße", "Straße", "strasse"),
        ("Ærø", "Aero", "aero"),
        ("Αθήνας", "Αθηνας", "αθηνασ"),
        ("Йод", "Йод", "йод"),
        ("И\u0306од", "Йод", "йод"),
        ("ёж", "еж", "еж"),
        ("إيران", "ايران", "ايران"),
        ("1,000.5", "1000.5", "1000.5"),
        ("ﬁre", "fire", "fire"),
        ("北京", "北京", "北京"),
    ],
)
def test_compared_forms(word: str, kept: str, folded: str) -> None:
    assert (shape(word), fold(word)) == (kept, folded)


def test_letters_that_only_look_alike_to_a_transliterator_stay_apart() -> None:
    assert len({fold("北京"), fold("背景")}) == 2
    assert len({fold("мой"), fold("мои")}) == 2
    assert len({fold("їх"), fold("іх")}) == 2


def test_keys_are_the_distinct_folded_words() -> None:
    assert keys("Talks, talks in the U.S.") == {"talks", "in", "the", "us"}


def test_frequencies_count_each_text_once() -> None:
    texts = ["Talks, talks\nin Seoul", "U.S. talks", ""]

    assert frequencies(texts) == {"talks": 2, "in": 1, "seoul": 1, "us": 1}


@given(st.text())
def test_spans_are_ordered_disjoint_and_give_the_words_back(text: str) -> None:
    """For any text whatever: words are slices of the given text, in order, never empty."""
    tokens = tokenise(text)

    spans = list(zip(tokens.starts, tokens.ends, strict=True))

    assert [text[start:end] for start, end in spans] == tokens.words
    assert all(start < end for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    assert tokens.sentences == sorted(tokens.sentences)


@given(st.text(min_size=1))
def test_folding_a_folded_word_changes_nothing(text: str) -> None:
    for word in tokenise(text).words:
        assert fold(fold(word) or "x") == (fold(word) or "x")


def test_the_caches_are_bounded() -> None:
    """More distinct words than the cache holds must not make it grow past its size."""
    for number in range(text_fold.CACHE_SIZE + 500):
        fold(f"w{number}é")

    assert 0 < len(text_fold.SHAPES) <= text_fold.CACHE_SIZE
    assert 0 < len(text_fold.FOLDS) <= text_fold.CACHE_SIZE


def test_a_very_long_word_is_one_token() -> None:
    """Hostile text must not recurse or backtrack: a megabyte of letters is one match."""
    for text in ("a" * 1_000_000, "a-" * 200_000, "a." * 200_000, "a'" * 200_000, "1," * 200_000):
        assert tokenise(text).ends[-1] <= len(text)
