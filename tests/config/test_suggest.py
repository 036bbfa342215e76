"""Near misses are offered; far ones are not."""

import pytest

from monitor.config.slug import LONGEST, made, slug, unused
from monitor.config.suggest import did_you_mean, either
from monitor.core.judging.likelihood import ICD203

STRENGTHS = ("slight", "moderate", "strong", "decisive")


@pytest.mark.parametrize(
    ("word", "known", "offered"),
    [
        ("decisve", STRENGTHS, "decisive"),
        ("very strong", STRENGTHS, "strong"),
        ("lickely", ICD203, "likely"),
        ("very unlickely", ICD203, "very unlikely"),
        ("judgement", ("ask", "judgment"), "judgment"),
        ("BBC News", ("NPR", "BBC"), "BBC"),
        ("reuters", ("BBC", "Reuters"), "Reuters"),
        ("New York", ("America/Denver", "America/New_York"), "America/New_York"),
        ("sohe", ("talks-date", "sohae"), "sohae"),
    ],
)
def test_a_near_word_is_offered(word: str, known: tuple[str, ...], offered: str) -> None:
    assert did_you_mean(word, known) == f"did you mean “{offered}”?"


@pytest.mark.parametrize("word", ["deal", "x", "", "medium", "…", "北"])
def test_a_far_word_is_not(word: str) -> None:
    assert did_you_mean(word, STRENGTHS) == ""


def test_without_known_words_nothing_is_offered() -> None:
    assert did_you_mean("deal", ()) == ""


def test_options_are_listed_as_a_sentence() -> None:
    assert either(["a"]) == "a"
    assert either(["a", "b", "c"]) == "a, b or c"


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("Treaty text", "treaty-text"),
        ("Élysée & Co.", "elysee-co"),
        ("sanction*|embargo", "sanction-embargo"),
        ("x" * 60, "x" * LONGEST),
        (
            "Will a nuclear treaty be signed between the US and North Korea this year?",
            "will-a-nuclear-treaty-be-signed-between",
        ),
        ("제재", ""),
    ],
)
def test_an_id_is_made_from_words(text: str, id_: str) -> None:
    assert slug(text) == id_


def test_every_script_gets_an_id_and_always_the_same() -> None:
    assert made("제재") == made("제재") != made("회담")
    assert slug(made("제재")) == made("제재")


def test_taken_ids_are_numbered() -> None:
    taken: dict[str, int] = {}

    assert [unused("a", taken) for _ in range(3)] == ["a", "a-2", "a-3"]
