"""What of a stored text is no news, and that nothing else is taken off."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.language.match.matcher import match
from monitor.core.language.text.boilerplate import without_boilerplate
from monitor.core.language.text.tokens import tokenise
from monitor.core.language.watch.compiler import compile_watch
from monitor.model.questions import Direction, Indicator, Phrase, Question
from tests import build

OUTLET = "Oslo Bladet"


def about(name: str, indicator: Indicator) -> Question:
    return replace(build.question(indicators=(indicator,)), about=(Phrase(text=name),))


def news(text: str, *, title: bool = False) -> str:
    given = (text, "") if title else ("", text)
    return "".join(left(*given)).strip()


def left(title: str, summary: str) -> tuple[str, str]:
    words = [tokenise(text).words for text in (title, summary)]
    return without_boilerplate(title, summary, OUTLET, words=words)


@pytest.mark.parametrize(
    ("title", "rest"),
    [
        ("Typhoon kills 3 - South China Morning Post", "Typhoon kills 3"),
        ("Typhoon kills 3 | China Daily", "Typhoon kills 3"),
        ("Typhoon kills 3 – Oslo Bladet", "Typhoon kills 3"),
        ("Typhoon kills 3 | World news | The Guardian", "Typhoon kills 3 | World news"),
        ("Missile launched — Iran International", "Missile launched"),
        ("Typhoon kills 3 - Times of Israel", "Typhoon kills 3"),
        ("Vote held - Georgia Today", "Vote held"),
        ("Iran International: typhoon kills 3", "typhoon kills 3"),
        ("Oslo Bladet | Typhoon kills 3", "Typhoon kills 3"),
        ("Rain falls. Also in the news: Iran signs treaty", "Rain falls."),
    ],
)
def test_outlets_and_pointers_are_taken_off_a_title(title: str, rest: str) -> None:
    assert news(title, title=True) == rest


@pytest.mark.parametrize(
    "title",
    [
        "Iran: missile kills three",
        "China - Russia talks open",
        "US - China Trade Talks Resume Today",
        "Talks resume - China Foreign Ministry",
        "Missile launched - Iran State TV",
        "South China Morning Post editor freed",
        "China Daily",
        "Source: Iran signs treaty",
        "Related: Iran",
        "Children read more books about China",
        "Sign of the times: Iran signs",
        "Follow the money: Iran signs treaty",
    ],
)
def test_the_headline_itself_stays(title: str) -> None:
    assert news(title, title=True) == title


@pytest.mark.parametrize(
    "tail",
    [
        "The post Rain falls appeared first on Iran International.",
        "The post “Rain falls” first appeared on China Daily.",
        "This article was originally published on Iran International",
        "Related: Iran signs treaty with Oslo",
        "Related stories: Iran signs treaty. China too",
        "RELATED: Iran signs treaty",
        "Read more: Iran signs treaty",
        "Read More About Iran: treaty signed",
        "READ ALSO: Iran signs treaty",
        "Also in the news: Iran signs treaty",
        "See also: Iran",
        "Read more on Iran's treaty here",
        "Continue reading Iran's treaty…",
        "Sign up for our China newsletter",
        "Follow China Daily on Twitter",
        "(Reporting by Kim in Tehran; Editing by Lee in Beijing)",
        "© 2024 Iran International",
        "Source: Iran International",
    ],
)
def test_pointers_and_footers_are_taken_off_a_summary(tail: str) -> None:
    assert news(f"Rain falls in Oslo. {tail}") == "Rain falls in Oslo."


@pytest.mark.parametrize(
    "text",
    [
        "Ministers read more reports: Iran signs.",
        "This week ministers read more: Iran signs.",
        "The post office in Iran burnt. It first appeared on maps in 1900.",
        "First published in 1900, the Iran atlas sells.",
        "The treaty is related: Iran signs it.",
        "Rain falls. Follow Ruritania on its way to a treaty.",
        "He wants to subscribe to the treaty.",
    ],
)
def test_sentences_stay(text: str) -> None:
    assert news(text) == text


def test_what_stands_after_a_pointer_at_the_start_stays() -> None:
    assert news("Related: Iran signs. Rain falls in Oslo.") == "Rain falls in Oslo."


TEXTS = st.text(alphabet="aA Rr-|:.\n©", max_size=40)


@given(TEXTS, TEXTS)
def test_nothing_moves(title: str, summary: str) -> None:
    for news_of, text in zip(left(title, summary), (title, summary), strict=True):
        assert len(news_of) <= len(text)
        assert all(kept in {char, "\n"} for kept, char in zip(news_of, text, strict=False))


def test_the_outlet_of_the_title_is_taken_off_the_summary_too() -> None:
    title, summary = left("Rain falls - China Daily", "Rain falls China Daily")

    assert (title, summary.rstrip()) == ("Rain falls", "Rain falls")


def test_boilerplate_neither_puts_into_scope_nor_hits() -> None:
    indicator = build.indicator("i", "kill", direction=Direction.TOWARD)
    watch = compile_watch([about("China", indicator)])
    outside = build.entry(
        title="Typhoon kills 3 - South China Morning Post",
        summary="It rains. The post Typhoon kills 3 appeared first on China Daily.",
    )

    assert match(outside, watch).questions == ()


def test_spans_point_into_the_stored_text() -> None:
    indicator = build.indicator("i", "kill", direction=Direction.TOWARD)
    watch = compile_watch([about("Oslo", indicator)])
    entry = build.entry(
        title="China Daily: Typhoon kills 3 in Oslo",
        summary="Related: killed in China. It killed three in Oslo. Read more: Killer storm",
    )
    (found,) = match(entry, watch).matches
    texts = {"title": entry.title, "summary": entry.summary}

    assert [texts[span.field][span.start : span.end] for span in found.spans] == [
        "kills",
        "killed",
    ]
