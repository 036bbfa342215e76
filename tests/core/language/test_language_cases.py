"""Kinds of headline that were misread, on the shipped watchlist and on small ones."""

from dataclasses import replace
from pathlib import Path

import pytest

from monitor.core.language.match.matcher import match
from monitor.core.language.watch.compiler import Watch, compile_watch
from monitor.model.matches import Match
from monitor.model.questions import Direction, Phrase
from monitor.runtime import plan
from tests import build

CONFIG = Path(__file__).parents[3] / "config"


@pytest.fixture(scope="module")
def shipped() -> Watch:
    return plan.load_plan(CONFIG).rules.watch


def counting(title: str, watch: Watch, outlet: str = "Reuters") -> dict[str, Match]:
    found = match(build.entry(title=title, outlet=outlet), watch).matches
    return {hit.indicator: hit for hit in found if hit.counts}


def small(phrase: str, about: str = "Ruritania*|Graustark*") -> Watch:
    indicator = build.indicator("i", phrase, direction=Direction.TOWARD)
    question = replace(build.question(indicators=(indicator,)), about=(Phrase(text=about),))
    return compile_watch([question])


@pytest.mark.parametrize(
    ("title", "indicator"),
    [
        ("North Korea peace treaty faces significant hurdles", "treaty-text"),
        ("Significant hurdles remain before North Korea peace treaty", "treaty-text"),
        ("Signals mixed on North Korea nuclear deal", "treaty-text"),
        ("Easter prayers in Pyongyang as sanctions bite", "sanctions-relief"),
        ("Eastern sanctions on Pyongyang considered", "sanctions-relief"),
        ("Pyongyang endorses nuclear talks", "talks-ended"),
        ("Endless nuclear talks tire Pyongyang", "talks-ended"),
        ("Pyongyang closely watches Yongbyon", "yongbyon-offer"),
        ("Pyongyang testimony on missile released", "test-short-range"),
    ],
)
def test_prefixes_of_the_shipped_watchlist_find_no_other_words(
    title: str, indicator: str, shipped: Watch
) -> None:
    assert indicator not in counting(title, shipped)


@pytest.mark.parametrize(
    ("title", "indicator"),
    [
        ("North Korea signs peace treaty", "treaty-text"),
        ("North Korea nuclear deal signed in Hanoi", "treaty-text"),
        ("White House eases sanctions on Pyongyang", "sanctions-relief"),
        ("Pyongyang ends nuclear talks", "talks-ended"),
        ("North Korea tests missile, fires projectiles", "test-short-range"),
        ("Pyongyang broke off talks", "talks-suspended"),
        ("North Koreans left liaison office", "liaison-pullout"),
        ("Resumption of North Korea talks agreed", "talks-date"),
    ],
)
def test_plain_verbs_of_the_shipped_watchlist_find_their_forms(
    title: str, indicator: str, shipped: Watch
) -> None:
    assert indicator in counting(title, shipped)


@pytest.mark.parametrize(
    "title",
    [
        "Hoax letter says Ruritania signed treaty with Graustark",
        "False: Ruritania has signed treaty",
        "Ruritania misses deadline to sign treaty",
        "Ruritania says no to signing treaty",
    ],
)
def test_what_is_denied_does_not_count(title: str) -> None:
    assert not counting(title, small("treaty .. sign*"))


@pytest.mark.parametrize(
    "title",
    [
        "Not only did Ruritania sign the treaty, it cheered",
        "No surprise as Ruritania signs treaty",
        "Ruritania signs treaty despite protests",
    ],
)
def test_what_only_sounds_like_a_denial_counts(title: str) -> None:
    (hit,) = counting(title, small("treaty .. sign*")).values()

    assert hit.hedge == ""


def test_the_outlets_name_does_not_put_a_headline_into_scope() -> None:
    watch = small("kill", about="China")
    title = "Typhoon kills 3 in Hong Kong - South China Morning Post"

    assert not match(build.entry(title=title, outlet="South China Morning Post"), watch).questions
    assert match(build.entry(title=f"China: {title}"), watch).questions


def test_a_hedging_word_alone_is_hedged() -> None:
    (hit,) = counting("Graustark signals interest in treaty", small("signal*")).values()

    assert hit.hedge == "signals"


def test_who_did_it_to_whom() -> None:
    watch = small("Ruritania* > strike*")

    assert not counting("Ruritanian envoys killed by Graustark strikes", watch)
    assert counting("Graustark struck by Ruritania", small("Ruritania > strike"))


def test_an_accord_is_not_according() -> None:
    assert not counting("Graustark strike leader acquitted, according to court", small("accord"))
