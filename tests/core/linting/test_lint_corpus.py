"""What a line caught in the archive, and when that says that the line should be changed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from monitor.core.language.watch.compiler import RuleRole
from monitor.core.linting.lint_corpus import Caught, lint_corpus
from monitor.errors import Severity
from monitor.model.questions import Direction, Phrase


def days(*numbers: int) -> frozenset[date]:
    return frozenset(date(2019, 3, 1) + timedelta(days=number) for number in numbers)


def caught(
    indicator: str = "talks",
    *,
    line: int = 1,
    inside: int = 0,
    outside: int = 0,
    on: frozenset[date] = frozenset(),
    role: RuleRole = RuleRole.INDICATOR,
) -> Caught:
    return Caught(
        question="q",
        role=role,
        indicator=indicator if role is RuleRole.INDICATOR else "",
        direction=Direction.TOWARD,
        phrase=Phrase(text=f"phrase {line}", line=line, column=3),
        entries=inside,
        counted=inside,
        outside=outside,
        days=on,
        examples_outside=("A headline outside",) if outside else (),
    )


def found(*lines: Caught, archive: int = 30) -> list[tuple[str, str, int]]:
    return [
        (item.code.value, item.severity.value, item.line)
        for item in lint_corpus(lines, days=archive)
    ]


def test_an_indicator_that_never_hit_is_told_at_its_first_phrase() -> None:
    assert found(caught(line=1), caught(line=2)) == [("silent", "hint", 1)]


def test_a_short_archive_proves_nothing() -> None:
    lines = (caught(line=1), caught("b", line=2, inside=9, on=days(*range(9))))

    assert found(*lines, archive=13) == []
    assert len(found(*lines, archive=14)) == 2


def test_one_phrase_that_hits_is_enough() -> None:
    assert found(caught(line=1), caught(line=2, inside=1, on=days(1))) == []


@pytest.mark.parametrize(("busy", "codes"), [(4, []), (5, ["too-frequent"])])
def test_more_than_fifteen_per_cent_of_the_days_tell_nothing(busy: int, codes: list[str]) -> None:
    """Of 30 days 4 are 13 %, 5 are 17 %."""
    line = caught(inside=busy, on=days(*range(busy)))

    assert [code for code, _, _ in found(line)] == codes


def test_the_days_of_all_phrases_count_and_the_busiest_is_named() -> None:
    lines = (
        caught(line=1, inside=2, on=days(1, 2)),
        caught(line=2, inside=4, on=days(2, 3, 4, 5)),
    )
    (finding,) = lint_corpus(lines, days=30)

    assert (finding.line, finding.severity) == (2, Severity.WARNING)
    assert finding.sentence == (
        "“talks” hit on 5 of 30 days, “phrase 2” alone on 4: not diagnostic"
    )
    assert finding.advice == "tighten it or demote it"


@pytest.mark.parametrize(
    ("inside", "outside", "expected"),
    [
        (0, 2, [("silent", "hint", 1)]),
        (0, 3, [("hidden-by-scope", "warning", 1)]),
        (1, 9, []),
        (1, 10, [("hidden-by-scope", "hint", 1)]),
        (4, 39, []),
    ],
)
def test_hits_outside_the_scope_put_the_scope_in_doubt(
    inside: int, outside: int, expected: list[tuple[str, str, int]]
) -> None:
    line = caught(inside=inside, outside=outside, on=days(1) if inside else days())

    assert found(line) == expected


def test_a_scope_that_nothing_is_in_is_told() -> None:
    about = caught(role=RuleRole.ABOUT, line=21)

    assert found(about) == [("silent", "hint", 21)]
    assert found(about, caught(role=RuleRole.ABOUT, line=22, inside=1)) == []
    assert found(caught(role=RuleRole.IGNORE)) == []


def test_questions_are_judged_apart() -> None:
    one, other = caught(inside=1, on=days(1)), replace(caught(line=5), question="r")

    assert found(one, other) == [("silent", "hint", 5)]


def test_a_name_is_told_with_what_it_caught_in_small_letters() -> None:
    line = replace(
        caught(role=RuleRole.ABOUT, inside=5),
        phrase=Phrase(text="Turkey", line=4, column=3),
        small=2,
        example_small="How to carve a turkey",
    )
    (item,) = lint_corpus([line], days=3)

    assert (item.code.value, item.severity, item.line) == ("namesake", Severity.HINT, 4)
    assert "caught “turkey” in 2 entries, such as “How to carve a turkey”" in item.sentence
