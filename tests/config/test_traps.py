"""What YAML silently makes of an analyst's words is refused, with advice that works."""

import pytest

from monitor.config import watchlists
from monitor.errors import ConfigError

QUESTION = """\
questions:
- ask: Will it happen?
  judgment: It will not.
  likelihood: unlikely
  about: [Ruritania]
"""
IN_WATCH = f"{QUESTION}  watch:\n  "
IN_SCOPE = QUESTION.replace("  about: [Ruritania]\n", "  watch: [treaty]\n  about:\n  ")
IN_FULL = f"{QUESTION}  toward:\n    strong:\n      talks:\n      "

QUOTES = "put the text in quotes"

TRAPS = [
    (
        "- NO",
        '“NO”, which YAML reads as true or false; expected a phrase; put it in quotes: "NO"',
    ),
    (
        "- on",
        '“on”, which YAML reads as true or false; expected a phrase; put it in quotes: "on"',
    ),
    (
        "- 2019-03-21",
        "“2019-03-21”, which YAML reads as a date; expected a phrase; "
        'put it in quotes: "2019-03-21"',
    ),
    (
        "- 12:30",
        '“12:30”, which YAML reads as a number; expected a phrase; put it in quotes: "12:30"',
    ),
    (
        "- 007",
        '“007”, which YAML reads as a number; expected a phrase; put it in quotes: "007"',
    ),
    (
        "- null",
        '“null”, which YAML reads as nothing; expected a phrase; put it in quotes: "null"',
    ),
    ("- !US", f"“!US”, which is a tag to YAML; expected text; {QUOTES}"),
    ("- *clear", f"“*clear”, which is an alias to YAML; expected text; {QUOTES}"),
    ("- &clear x", f"“&clear”, which is an anchor to YAML; expected text; {QUOTES}"),
    *(
        (
            f"- {sign}x",
            f"“{sign}” at the start, which has a meaning of its own to YAML; "
            f"expected valid YAML; {QUOTES}",
        )
        for sign in "@`%"
    ),
]


def refusals(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        watchlists.parse(text, "w.yaml")
    return str(caught.value).splitlines()


@pytest.mark.parametrize("place", [IN_WATCH, IN_SCOPE, IN_FULL], ids=["line", "scope", "full"])
@pytest.mark.parametrize(("line", "message"), TRAPS, ids=[line for line, _ in TRAPS])
def test_a_trap_is_refused_alike_wherever_phrases_stand(
    place: str, line: str, message: str
) -> None:
    column = len(place.rpartition("\n")[2]) + 3

    assert refusals(place + line) == [f"w.yaml:{place.count(chr(10)) + 1}:{column}: {message}"]


@pytest.mark.parametrize("place", [IN_WATCH, IN_SCOPE, IN_FULL], ids=["line", "scope", "full"])
def test_a_hashtag_is_nothing(place: str) -> None:
    (message,) = refusals(f"{place}- #DPRK\n")

    assert message.endswith(
        ": nothing; expected a phrase; text that begins with “#” goes in quotes"
    )


def test_a_query_that_begins_with_a_quotation_is_told_its_form() -> None:
    assert refusals(f'{IN_WATCH}- "liaison office" OR (sanction* NEAR/5 relief)') == [
        "w.yaml:7:22: more text after a closing quote; expected valid YAML; "
        "write a query as “query: >-” with the query on the next line"
    ]


def test_that_form_works() -> None:
    query = '- query: >-\n      "liaison office" OR\n      (sanction* NEAR/5 relief)\n'
    found = watchlists.parse(IN_WATCH + query, "w.yaml")

    (indicator,) = found.questions[0].indicators
    assert indicator.phrases[0].text == '"liaison office" OR (sanction* NEAR/5 relief)'
    assert (indicator.phrases[0].line, indicator.phrases[0].column) == (8, 7)


def test_a_slip_in_a_query_over_lines_is_shown_in_its_own_line() -> None:
    query = "- query: >-\n      treaty OR\n      (sanction* NEAR relief)\n"

    assert refusals(IN_WATCH + query) == [
        "w.yaml:9:18: in “treaty OR (sanction* NEAR relief)”: “NEAR” without a distance; "
        "expected NEAR/0 to NEAR/99; write NEAR/5"
    ]


def test_a_colon_in_a_listed_phrase_is_a_mapping() -> None:
    (message,) = refusals(f"{IN_FULL}- Iran: deal\n")

    assert message == "w.yaml:9:9: “: ” inside the text; expected a phrase; put the text in quotes"


def test_a_colon_in_a_line_is_taken_for_a_strength() -> None:
    (message,) = refusals(f"{IN_WATCH}- Iran: deal\n")

    assert message == (
        "w.yaml:7:11: “deal” after “: ”; expected a strength: slight, moderate, strong, decisive; "
        "a phrase with “: ” in it goes in quotes"
    )


def test_a_hashtag_after_a_phrase_is_asked_about() -> None:
    """YAML cuts it off; a comment with a space after its “#” is meant as one."""
    found = watchlists.parse(f"{IN_WATCH}- Kim #Hanoi\n  - Lee # the envoy\n", "w.yaml")

    assert [item.phrases[0].text for item in found.questions[0].indicators] == ["Kim", "Lee"]
    assert [str(problem) for problem in found.warnings] == [
        "w.yaml:7:5: “#Hanoi” after “Kim” is a comment to YAML; expected a phrase without “ #”; "
        "if it belongs to the phrase, put the whole in quotes"
    ]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ('"NO"', "NO"),
        ("'12:30'", "12:30"),
        ('"#DPRK"', "#DPRK"),
        ('"Iran: deal"', "Iran: deal"),
    ],
)
def test_the_advised_quotes_are_taken_by_yaml(written: str, text: str) -> None:
    """What remains to be said about the text is the phrase language's business."""
    place = QUESTION.replace("It will not.", written) + "  watch: [treaty]\n"
    found = watchlists.parse(place, "w.yaml")

    assert found.questions[0].judgments[0].says == text


@pytest.mark.parametrize("key", ["ask", "judgment", "event", "owner", "resolves_yes_if"])
def test_traps_are_caught_in_every_text(key: str) -> None:
    others = {"ask": "Will it happen?", "judgment": "It will not.", "likelihood": "unlikely"}
    keys = {**others, "about": "[Ruritania]", "watch": "[treaty]", key: "NO"}
    first, *more = (f"{name}: {value}" for name, value in keys.items())
    (message,) = refusals("\n  ".join((f"questions:\n- {first}", *more)))

    assert "“NO”, which YAML reads as true or false" in message
