"""Who did it to whom: a name before its verb, or after "by"."""

from dataclasses import replace

import pytest

from monitor.core.language.clause import deeds, near_misses
from monitor.core.language.match.matcher import match
from monitor.core.language.query.parser import Does, parse, show
from monitor.core.language.watch.compiler import Watch, compile_watch
from monitor.errors import QueryError
from monitor.model.questions import Phrase
from tests import build

DEED = "Ruritania* > strike|attack|seize|shoot|fire|launch|kill"


def watched(phrase: str = DEED) -> Watch:
    question = build.question(indicators=(build.indicator("i", phrase),))
    return compile_watch([replace(question, about=(Phrase(text="Ruritania*"),))])


def hits(title: str, phrase: str = DEED) -> bool:
    return bool(match(build.entry(title=title), watched(phrase)).matches)


@pytest.mark.parametrize(
    "title",
    [
        "Ruritania attacks ship in Gulf",
        "Ruritanian navy seizes tanker",
        "Ruritania vows to strike base",
        "Ruritania says it will attack",
        "Ruritania launches new attack on base",
        "Ruritania has attacked in Oslo",
        "Ruritania, under pressure, attacks ship",
        "Ruritania and Graustark strike each other",
        "Ruritania, Graustark strike each other",
        "Ruritania's guards attack ship",
        "Ruritanian forces in Syria attack base",
        "Forces of Ruritania attack base",
        "Ruritanian strikes hit Graustark",
        "Graustark-Ruritanian strikes hit base",
        "Graustark struck by Ruritania",
        "Attack by Ruritania kills three",
        "Graustark struck on Monday by two suspected Ruritanian drones",
        "Ship burns as Ruritania attacks convoy",
    ],
)
def test_the_deed_is_the_names(title: str) -> None:
    assert hits(title)


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("Ruritanian envoys killed by Graustark strikes", "by somebody else"),
        ("Envoys arrive in Ruritania after Graustark strikes", "it stands after “in”"),
        ("Ruritania condemns Graustark strikes", "“condemns” has the deed for its object"),
        ("Graustark shoots at ship off Ruritania", "no “by” between them"),
        ("Graustark fires at Ruritanian boat", "no “by” between them"),
        ("Ruritania attacked by Graustark", "“attacked” by somebody else"),
        ("Ruritania was attacked at dawn", "“was attacked” is a passive"),
        ("Ruritanian ship seized in Gulf", "read as a passive"),
        ("Attack on Ruritania kills three", "it stands after “on”"),
        ("Ruritania-backed militia attacks base", "it only qualifies “backed”"),
        ("Aftershocks of Ruritania strike felt", "it stands after “of”"),
        ("Ruritania says Graustark will attack", "“Graustark” stands between them"),
        ("Ruritania: Graustark attacked ship", "they stand in different clauses"),
        ("Ruritania under attack", "“under” makes it what happens to others"),
        ("Ruritania warns against attack", "“against” makes it what happens to others"),
        ("Ruritania experts attack deal", "it only qualifies “experts”"),
        ("Ruritania ship attack foiled, says Oslo", ""),
        ("Ruritania mourns as strikes go on", "they stand in different clauses"),
        ("Ruritania Condemns Israeli Strikes", "has the deed for its object"),
    ],
)
def test_the_deed_is_somebody_elses(title: str, reason: str) -> None:
    assert not hits(title) or not reason
    if reason:
        found = near_misses(build.entry(title=title), watched())
        assert reason in found[0].reason or "stands before the name" in found[0].reason


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("Ruritania attacks ship", "“attacks” is what “Ruritania” does: subject before verb"),
        ("Ship attacked by Ruritania", "“attacked” is what “Ruritania” does: after “by”"),
    ],
)
def test_the_reading_is_told(title: str, read: str) -> None:
    assert deeds("Ruritania > attack .. ship", build.entry(title=title), watched()) == (read,)


def test_it_stands_beside_other_operators() -> None:
    assert hits("Ruritania attacks ship", "Ruritania > attack .. ship")
    assert not hits("Ruritania attacks port", "Ruritania > attack .. ship")
    assert not hits("Ship attacks Ruritania", "Ruritania > attack .. ship")
    assert hits("Ruritania attacks ship", "(Ruritania > attack) AND NOT port")
    assert hits("Ruritania attacks ship", "title: Ruritania > attack")


@pytest.mark.parametrize(
    "phrase", ["Iran > attack", "Iran|Oman > attack|strike .. ship", "title:a > b AND NOT c > d"]
)
def test_it_is_shown_as_it_is_read(phrase: str) -> None:
    assert parse(show(parse(phrase))) == parse(phrase)
    assert ">" in show(parse(phrase))


def test_it_is_tighter_than_two_dots() -> None:
    node = parse("Iran > attack .. ship")

    assert any(isinstance(part, Does) for part in node.parts)  # type: ignore[union-attr]


@pytest.mark.parametrize("phrase", ["Iran>attack", "a > b > c", "> a", "a >", "NOT a > b"])
def test_what_is_no_deed_is_refused(phrase: str) -> None:
    with pytest.raises(QueryError):
        parse(phrase)
