"""Phrases of any length and number are read, or refused with a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import watchlists
from monitor.config.phrases import LONGEST
from monitor.config.reader import MOST_SUGGESTIONS
from monitor.config.suggest import LONGEST_SHOWN, shown
from monitor.config.watchlists import Watchlists
from monitor.errors import ConfigError
from tests.config.watchlist_texts import SHORT

QUESTION = """\
questions:
- ask: Will it happen?
  judgment: It will not.
  likelihood: unlikely
  about: [Ruritania]
"""
WATCH = f"{QUESTION}  watch:\n  "


def parse(text: str) -> Watchlists:
    return watchlists.parse(text, "w.yaml")


def refusals(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse(text)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    "line",
    [
        f"- {'ab ' * LONGEST}",
        f"- {'ab, ' * LONGEST}",
        f"- '{'(' * (LONGEST + 1)}'",
        f"- query: >-\n      {'ab OR ' * LONGEST}ab",
    ],
    ids=["words", "commas", "brackets", "query"],
)
def test_a_value_of_absurd_length_is_a_mistake(line: str) -> None:
    (message,) = refusals(f"{WATCH}{line}\n")

    assert message.endswith(
        f"in one value; expected at most {LONGEST}; divide it into several phrases"
    )


def test_a_list_of_two_hundred_names_is_no_mistake() -> None:
    names = " OR ".join(f"Graustark number {number}" for number in range(200))

    (question,) = parse(f"{WATCH}- query: >-\n      {names}\n").questions

    assert len(names) <= LONGEST
    assert question.indicators[0].phrases[0].text == names


@pytest.mark.parametrize("line", ['","', "' , '"])
def test_a_line_without_a_phrase_is_a_mistake(line: str) -> None:
    (message,) = refusals(f"{WATCH}- {line}\n")

    assert message == "w.yaml:7:5: “,”; expected a phrase"


def test_a_phrase_of_several_lines_is_told_on_one() -> None:
    (message,) = refusals(f"{WATCH}- query: |\n      treaty OR\n      ab*\n")

    assert message == (
        "w.yaml:9:7: in “treaty OR ab*”: “ab*” has too few letters before the *; "
        "expected at least 3 letters; write the forms out: “aid|aids|aided”"
    )


def test_a_phrase_in_two_indicators_of_one_direction_is_told() -> None:
    found = parse(SHORT.replace("- third summit,", "- third summit, peace  declaration,"))

    assert [str(problem) for problem in found.warnings] == [
        "w.yaml:10:19: “peace declaration” stands under “treaty-text” too (line 9); "
        "expected each phrase once; its stories count twice"
    ]


def test_a_phrase_may_be_watched_and_point_somewhere() -> None:
    """What has no direction is not weighed, so nothing is counted twice."""
    assert parse(f"{SHORT}  watch: [peace declaration]\n").warnings == ()


def test_after_very_many_mistakes_nothing_more_is_suggested() -> None:
    """Each suggestion is a search through all names; all mistakes are told nevertheless."""
    broken = ", ".join(["acord"] * 500)
    messages = refusals(
        f"""\
questions:
- ask: Will it happen?
  about: [Ruritania]
  toward: [treaty, accord]
  briefs:
  - judgments: [{{says: It will not., likelihood: unlikely}}]
    assumptions: [{{says: It rests on this., broken_by: [{broken}]}}]
"""
    )

    assert len(messages) == 500
    assert sum("did you mean “accord”?" in message for message in messages) == MOST_SUGGESTIONS


def test_judgments_share_what_they_do_not_list_themselves() -> None:
    """A thousand judgments on a thousand indicators take the room of both, not of each pair."""
    judged = "".join(
        f"    - {{says: Statement {number}., likelihood: likely}}\n" for number in range(3)
    )
    text = f"""\
questions:
- ask: Will it happen?
  about: [Ruritania]
  toward: [treaty, accord]
  briefs:
  - judgments:
{judged}"""

    first, *others = parse(text).questions[0].judgments

    assert len(first.directions) == 2
    assert all(judgment.directions is first.directions for judgment in others)


@given(st.text())
def test_what_a_message_shows_is_one_short_line(text: str) -> None:
    found = shown(text)

    assert len(found) <= LONGEST_SHOWN + 1
    assert len(found.splitlines()) <= 1
    assert found.removesuffix("…") in " ".join(text.split())
