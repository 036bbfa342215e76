"""Whole briefs: what a draft must hold, and that every draft is a watchlist without mistakes."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config import watchlists
from monitor.core.drafting.draft import draft
from monitor.core.drafting.writing import TO_WRITE, as_values, as_yaml
from monitor.core.language.watch.compiler import Entity
from monitor.feeds import brief_file
from monitor.model.drafts import Draft
from monitor.model.questions import Confidence, Direction
from tests.core.drafting import briefs

ENTITIES = {"borduria": Entity(names=("Borduria*", "Szohôd"), weak=("Musztar",))}


def drafted(text: str) -> Draft:
    found = draft(brief_file.text_of(text.encode()), ENTITIES)
    assert found is not None
    return found


def judged(found: Draft) -> list[tuple[str, str, Confidence | None]]:
    return [(each.event, each.likelihood, each.confidence) for each in found.judgments]


def pointing(found: Draft, way: Direction) -> str:
    return " ; ".join(" ".join(each.phrases) for each in found.indicators if each.direction is way)


@pytest.mark.parametrize("text", briefs.ALL.values(), ids=briefs.ALL.keys())
def test_a_draft_is_a_watchlist_without_mistakes(text: str) -> None:
    written = as_yaml(drafted(text), ENTITIES)
    checked = watchlists.check(written, "draft.yaml")
    assert checked.errors == ()
    assert checked.value is not None


@pytest.mark.parametrize("text", briefs.ALL.values(), ids=briefs.ALL.keys())
def test_every_proposal_names_a_sentence_of_the_brief(text: str) -> None:
    plain = " ".join(
        re.sub(r"[*_]|\]\([^)]*\)|\[(?=\w)", "", brief_file.text_of(text.encode())).split()
    )
    found = drafted(text)
    sources = [
        *(each.source for each in found.judgments),
        *(each.source for each in found.assumptions),
        *(each.source for each in found.indicators),
        *(each.source for each in found.unread),
    ]
    assert sources
    for source in sources:
        part = source.sentence.partition(" | ")[0]
        assert part in plain, part


def test_an_estimate_paper_with_bullets_is_read() -> None:
    found = drafted(briefs.COALITION)
    assert (
        found.question.text
        == "Will Prime Minister Musztar's coalition survive until the end of 2026?"
    )
    assert str(found.closes and found.closes.day) == "2026-12-31"
    assert found.author is not None
    assert found.author.text == "Cabinet desk"
    assert judged(found) == [
        ("Musztar's coalition collapses before the end of 2026", "probable", Confidence.MODERATE),
        ("early elections within six months of a collapse", "likely", Confidence.LOW),
        ("the army intervenes", "remote chance", None),
        ("King Muskar dissolves parliament on his own", "remote chance", None),
    ]
    assert [each.says for each in found.assumptions] == [
        "The central bank does not raise rates before summer"
    ]
    assert [(each.outlet, str(each.published)) for each in found.citations] == [
        ("Szohôd Gazette", "2026-02-13"),
        ("Bordurian Times", "2026-02-20"),
    ]
    assert "ministers .. resign" in pointing(found, Direction.TOWARD)
    assert "motion .. table" in pointing(found, Direction.TOWARD)
    assert "sign .. " in pointing(found, Direction.AWAY)


def test_a_letter_is_read() -> None:
    found = drafted(briefs.STRIKE)
    assert found.question.text == "Will the port strike at Klow end before July?"
    assert str(found.closes and found.closes.day) == "2026-06-30"
    assert judged(found) == [
        ("the strike ends before 1 July 2026", "unlikely", Confidence.HIGH),
        ("a settlement in June", "15%", None),
    ]
    assert "guess" in found.judgments[0].guesses[0]
    toward = pointing(found, Direction.TOWARD)
    assert "accept .. mediation" in toward
    assert "withdraw .. dismissal notices" in toward
    assert [each.outlet for each in found.citations] == ["AP", "Lloyd's List"]
    assert "according to the exporters" not in " ".join(each.says for each in found.judgments)


def test_a_table_of_signposts_and_a_likelihood_of_its_own_are_read() -> None:
    found = drafted(briefs.CEASEFIRE)
    assert str(found.published and found.published.day) == "2026-09-05"
    assert judged(found) == [
        ("the ceasefire is extended beyond 30 September 2026", "70-80%", Confidence.MODERATE)
    ]
    assert "monitors .. expel" in pointing(found, Direction.AWAY)
    assert "recall .. negotiators" in pointing(found, Direction.AWAY)
    assert "prisoner exchange .. complete" in pointing(found, Direction.TOWARD)
    assert [each.says for each in found.assumptions] == [
        "Neither side receives new long-range artillery",
        "Elphberg stays in office",
    ]


def test_a_page_is_read() -> None:
    found = drafted(briefs.PIPELINE)
    assert found.question.text.startswith("Will the Trans-Sylvania pipeline resume")
    assert judged(found) == [
        (
            "the pipeline resumes deliveries before 1 May 2027",
            "highly unlikely",
            Confidence.MODERATE,
        ),
        ("Sylvania imposes an export levy by the end of March", "likely", None),
    ]
    assert {each.scale for each in found.judgments} == {"phia"}
    assert "repair crews" in pointing(found, Direction.TOWARD)
    assert "explosion" in pointing(found, Direction.AWAY)
    assert found.citations[1].link == "https://example.org/levy"


def test_names_that_an_entity_knows_become_the_entity() -> None:
    found = draft(
        "Question: Will Borduria hold elections by May 2027?\n\nIt is likely that Borduria votes.",
        ENTITIES,
    )
    assert found is not None
    assert [(each.entity, each.seen) for each in found.scope] == [("borduria", ("Borduria",))]
    written = as_yaml(found, ENTITIES)
    assert '"entity:borduria"' in written
    assert watchlists.parse(written, "draft.yaml").entities == ENTITIES


def test_what_a_brief_lacks_is_said_and_not_invented() -> None:
    found = drafted("Question: Will the bridge at Zenda open?\n\nWork went on.\n")
    written = as_yaml(found, ENTITIES)
    assert found.judgments == ()
    assert TO_WRITE in written
    assert "# closes: no horizon was found" in written
    assert "# published: the brief does not say when" in written
    assert watchlists.check(written, "draft.yaml").errors == ()


def test_a_judgment_of_the_other_kind_turns_the_indicators_round() -> None:
    found = drafted(
        "Question: Will the ceasefire be extended by 1 May 2027?\n\n"
        "It is likely that the ceasefire will be extended. "
        "It is unlikely that attacks on the border increase.\n\n"
        "Talks resumed last week.\n"
    )
    assert [each.contrary for each in found.judgments] == [False, True]
    (question,) = watchlists.parse(as_yaml(found), "draft.yaml").questions
    first, second = question.judgments
    assert dict(first.directions)["resume-talks"] is Direction.TOWARD
    assert dict(second.directions)["resume-talks"] is Direction.AWAY


def test_nothing_is_drafted_from_nothing() -> None:
    assert draft("") is None
    assert draft("\n\n") is None
    assert draft("Hello.") is None


def test_a_huge_text_is_read_up_to_a_limit() -> None:
    text = "Question: Will it rain?\n\n" + "- It is likely that a storm comes.\n" * 20_000
    found = drafted(text)
    assert [each.event for each in found.judgments] == ["a storm comes"]
    assert draft("A" * 200_000) is None


def test_values_are_plain() -> None:
    values = as_values(drafted(briefs.STRIKE))
    assert values["judgments"][0]["confidence"] == "high"
    assert values["indicators"][0]["strength"] == "strong"
    assert values["published"]["day"] == "2026-06-02"


PIECES = st.sampled_from(
    [
        *"\"':#-[]{}&*!|>%@`\\\t\n ,.?()“”‘’…—=+0",
        "\u00a0", "\u2028", "\ufeff", "\x00", "\x85", "\U0001f600", "é", "北京", "\ud7ff", "NOT ",
        "AND ", "no", "12:30", "Question: ", "# Indicators\n", "- ", "It is likely that ",
        "will not ", "We judge with low confidence that ", "unless the dyke fails, ",
        "would change our view if ",
        "Reuters, 2 May 2026", "| a | b |\n", "entity:x", "Ruritania ", "sanctions ",
        "talks resumed. ", "(25-35%) ", "150% ", "31 February 2027 ", "https://a.b/c ",
    ]
)  # fmt: skip


@given(st.lists(PIECES, min_size=1, max_size=60).map("".join))
@settings(max_examples=150, deadline=None)
def test_whatever_is_pasted_the_draft_passes_check(text: str) -> None:
    found = draft(text, ENTITIES)
    if found is not None:
        checked = watchlists.check(as_yaml(found, ENTITIES), "draft.yaml")
        assert checked.errors == ()
