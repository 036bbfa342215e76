"""What is typed becomes terms, and terms become spans of the stored text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.search import MOST_TERMS, parse, spans
from monitor.model.search import Term, Terms, words


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("", Terms()),
        ("*** -- ()", Terms()),
        ("Treaty talks", Terms((Term(("treaty",)), Term(("talks",))))),
        ('"Treaty talks"', Terms((Term(("treaty", "talks")),))),
        ("“Treaty talks”", Terms((Term(("treaty", "talks")),))),
        ('"Treaty talks', Terms((Term(("treaty", "talks")),))),
        ("cease-fire", Terms((Term(("cease", "fire")),))),
        ("sanction*", Terms((Term(("sanction",), ending=True),))),
        ("to*", Terms((Term(("to",)),))),
        ("talks -Hanoi", Terms((Term(("talks",)),), (Term(("hanoi",)),))),
        ('-"in Hanoi"', Terms((), (Term(("in", "hanoi")),))),
        ("a a", Terms((Term(("a",)),))),
        ("北京", Terms((Term(("北", "京")),))),
    ],
)
def test_what_is_typed_becomes_terms(typed: str, wanted: Terms) -> None:
    assert parse(typed) == wanted


@pytest.mark.parametrize(
    ("text", "typed", "marked"),
    [
        ("Talks in Hanoi, talks at home", "talks", ["Talks", "talks"]),
        ("Talks in Hanoi", '"in hanoi"', ["in Hanoi"]),
        ("Sanctions and sanctioned", "sanction*", ["Sanctions", "sanctioned"]),
        ("Kraków, cease-fire", "krakow cease-fire", ["Kraków", "cease-fire"]),
        ("北京宣布", "宣布", ["宣布"]),
        ("Nothing here", "talks -nothing", []),
    ],
)
def test_terms_are_found_in_a_text(text: str, typed: str, marked: list[str]) -> None:
    assert [text[span.start : span.end] for span in spans(text, parse(typed))] == marked


@given(st.text())
def test_any_string_is_understood_and_words_are_letters_and_digits(typed: str) -> None:
    terms = parse(typed)

    assert len(terms.wanted) + len(terms.unwanted) <= MOST_TERMS
    for term in (*terms.wanted, *terms.unwanted):
        assert all(word.isalnum() and word == word.lower() for word in term.words)
    for span in spans(typed, terms):
        assert 0 <= span.start < span.end <= len(typed)


@given(st.text())
def test_words_stand_where_they_are_said_to_stand(text: str) -> None:
    """What is cut out there is the same word again."""
    for found in words(text):
        assert found.word in [again.word for again in words(text[found.start : found.end])]
