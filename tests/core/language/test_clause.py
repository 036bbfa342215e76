"""What each clause of a phrase hit, and why a phrase did not hit whose words are all there."""

from dataclasses import replace

import pytest

from monitor.core.language.clause import Clause, clauses, near_misses
from monitor.core.language.match.matcher import match
from monitor.core.language.watch.compiler import Entity, RuleRole, compile_watch
from monitor.model.entries import Entry
from monitor.model.questions import Phrase
from tests import build

ENTITIES = {"dprk": Entity(names=("North Korea*", "DPRK"), weak=("Pyongyang", "the North"))}


def words(entry: Entry, clause: Clause) -> list[str]:
    texts = {"title": entry.title, "summary": entry.summary}
    return [texts[span.field][span.start : span.end] for span in clause.spans]


@pytest.mark.parametrize(
    ("phrase", "title", "expected"),
    [
        ("liaison office", "Liaison office opens", [("liaison office", ["Liaison office"])]),
        ("talk*|meet* .. oslo", "Talks in Oslo", [("talk*|meet*", ["Talks"]), ("oslo", ["Oslo"])]),
        ("talks NEAR/3 oslo", "Talks in Oslo", [("talks", ["Talks"]), ("oslo", ["Oslo"])]),
        (
            "talks AND (sign* OR seal*) AND NOT shipping",
            "Talks sealed, accord signed",
            [("talks", ["Talks"]), ("sign* OR seal*", ["sealed", "signed"]), ("NOT shipping", [])],
        ),
        (
            "entity:dprk .. talks",
            "DPRK talks",
            [("entity:dprk", ["DPRK"]), ("talks", ["talks"])],
        ),
    ],
)
def test_clauses_are_told_with_the_words_that_hit(
    phrase: str, title: str, expected: list[tuple[str, list[str]]]
) -> None:
    entry = build.entry(title=title)
    found = clauses(phrase, entry, compile_watch((), entities=ENTITIES))

    assert [(clause.text, sorted(words(entry, clause))) for clause in found] == expected
    assert [clause.excludes for clause in found] == ["NOT" in text for text, _ in expected]


@pytest.mark.parametrize(
    ("phrase", "title", "summary", "reason"),
    [
        (
            "sanctions AND NOT shipping|ports",
            "Sanctions hit shipping lines",
            "",
            "excluded by “shipping” (NOT shipping|ports)",
        ),
        (
            "talks AND NOT title:oslo",
            "Talks in Oslo, says Oslo",
            "",
            "excluded by “Oslo” (NOT title:oslo)",
        ),
        (
            "sanctions NEAR/1 relief",
            "Sanctions stay and there is no relief",
            "",
            "“Sanctions” and “relief” are more than 1 word apart, or in different sentences",
        ),
        (
            "sanctions .. relief",
            "News",
            "Sanctions stay. Relief is far.",
            "“Sanctions” and “Relief” are in different sentences, or sharing a word",
        ),
        ("summary:treaty", "Treaty signed", "", "“Treaty” is not in the summary"),
        (
            "entity:dprk .. talks",
            "Pyongyang talks",
            "",
            "“Pyongyang” is a weak name of entity:dprk and needs another beside it",
        ),
        (
            "treaty OR (sanctions AND NOT ports)",
            "Sanctions close ports",
            "",
            "excluded by “ports” (NOT ports)",
        ),
    ],
)
def test_a_near_miss_names_what_kept_it_from_hitting(
    phrase: str, title: str, summary: str, reason: str
) -> None:
    asked = build.question(indicators=(build.indicator("x", phrase), build.indicator("y", "news*")))
    entry = build.entry(title=f"{title} newsroom", summary=summary)
    (found,) = near_misses(entry, compile_watch([asked], entities=ENTITIES))

    assert (found.indicator, found.role, found.reason) == ("x", RuleRole.INDICATOR, reason)
    assert found.spans


@pytest.mark.parametrize(
    ("phrase", "title"),
    [
        ("sanctions AND NOT shipping", "Sanctions hit trade"),
        ("sanctions AND shipping", "Sanctions hit trade"),
        ("treaty .. sign*", "Treaty signed"),
        ("entity:dprk .. talks", "DPRK and Pyongyang talks"),
        ("treaty", "Cats sleep"),
    ],
)
def test_what_hits_or_lacks_its_words_is_no_near_miss(phrase: str, title: str) -> None:
    asked = build.question(indicators=(build.indicator("x", phrase),))

    assert near_misses(build.entry(title=title), compile_watch([asked], entities=ENTITIES)) == ()


def test_outside_the_scope_only_the_scope_itself_is_told() -> None:
    asked = build.question(indicators=(build.indicator("x", "talks AND NOT oslo"),))
    scoped = replace(asked, about=(Phrase(text="entity:dprk"),))
    watch = compile_watch([scoped], entities=ENTITIES)
    entry = build.entry(title="Pyongyang talks with Oslo")

    assert not match(entry, watch).questions
    assert [found.role for found in near_misses(entry, watch)] == [RuleRole.ABOUT]
