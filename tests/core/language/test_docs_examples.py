"""The worked examples in docs/watchlists.md come out as the page says."""

import re
from pathlib import Path

import pytest

from monitor.core.language.match.matcher import Explanation, explain
from monitor.core.language.watch.compiler import Entity, compile_watch
from monitor.core.linting.lint import Code
from monitor.model.questions import Direction
from tests import build

PAGE = Path(__file__).parents[3] / "docs" / "watchlists.md"
DPRK = Entity(names=("North Korea*", "DPRK"), weak=("Pyongyang", "the North"))


def examples() -> list[tuple[str, str, str]]:
    """Phrase, headline, and what the page says of them."""
    section = PAGE.read_text(encoding="utf-8").split("## Worked examples")[1]
    rows = re.findall(r"^\| `(.+?)` \| (.+?) \| (.+?) \| .+ \|$", section, re.MULTILINE)
    return [
        (phrase.replace(r"\|", "|"), headline, told)
        for phrase, headline, told in rows
        if headline != "headline"
    ]


def outcome(headline: str, found: tuple[Explanation, ...]) -> str:
    if not found:
        return "no"
    (hit,) = found
    if hit.veto:
        return f"found, not counted: {hit.veto}"
    if hit.hedge:
        return f"half: hedged by “{hit.hedge}”"
    return f"yes: {', '.join(headline[span.start : span.end] for span in hit.spans)}"


@pytest.mark.parametrize(("phrase", "headline", "told"), examples())
def test_an_example_comes_out_as_told(phrase: str, headline: str, told: str) -> None:
    indicator = build.indicator("i", phrase, direction=Direction.TOWARD)
    watch = compile_watch([build.question(indicators=(indicator,))], entities={"dprk": DPRK})

    assert outcome(headline, explain(build.entry(title=headline), watch)) == told


def test_there_are_twenty_and_more_of_every_outcome() -> None:
    kinds = [told.partition(":")[0] for _, _, told in examples()]

    assert len(kinds) >= 20
    assert set(kinds) == {"yes", "no", "half", "found, not counted"}


def test_every_operator_has_an_example() -> None:
    phrases = " ".join(phrase for phrase, _, _ in examples())

    for operator in (
        '"',
        "*",
        "=",
        "|",
        " .. ",
        " > ",
        "NEAR/",
        " AND ",
        " OR ",
        "NOT ",
        "(",
        ":",
        "entity:",
    ):
        assert operator in phrases, operator


def test_every_finding_is_in_the_table() -> None:
    section = PAGE.read_text(encoding="utf-8").split("## What is surely not meant")[1]
    codes = re.findall(r"^\| `([a-z-]+)`( \(hint\))? \|", section, re.MULTILINE)

    assert [code for code, _ in codes] == [code.value for code in Code]
