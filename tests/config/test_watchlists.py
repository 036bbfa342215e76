"""Watchlists: three forms of one thing, and references that name something that is there."""

import hashlib
from datetime import date, timedelta
from pathlib import Path

import pytest

from monitor.config import watchlists
from monitor.config.watchlists import Watchlists, places
from monitor.core.judging.likelihood import INFERRED
from monitor.core.language.watch.compiler import Entity, compile_watch
from monitor.errors import ConfigError
from monitor.model.questions import Assumption, Citation, Confidence, Direction, Quiet, Strength
from tests.config.watchlist_texts import FULL, MINIMAL, SHORT

ENTITIES = """\
entities:
  graustark: [Graustark*]
  ruritania:
    names: [Ruritania*, Strelsau regime]
    weak: [Strelsau]
"""


def parse(text: str) -> Watchlists:
    return watchlists.parse(text, "w.yaml")


# the three forms


def test_the_full_form() -> None:
    (question,) = parse(FULL).questions

    assert question.id == "pact"
    assert (question.opened, question.closes) == (date(2019, 3, 1), date(2019, 12, 31))
    assert question.resolves_yes_if == "Both governments sign a written text."
    assert (question.owner, question.notify) == ("balkan-desk", ("desk@example.org",))
    assert [phrase.text for phrase in question.about] == ["Ruritania*", "Graustark"]
    assert [phrase.text for phrase in question.ignore] == ["football"]
    assert [(item.name, item.direction, item.strength) for item in question.indicators] == [
        ("text", Direction.TOWARD, Strength.DECISIVE),
        ("talks", Direction.TOWARD, Strength.MODERATE),
        ("walkout", Direction.AWAY, Strength.STRONG),
    ]
    assert question.quiet == (
        Quiet(
            indicator="talks",
            by=date(2019, 7, 31),
            strength=Strength.STRONG,
            because="no round since spring",
        ),
    )


def test_the_brief_of_the_full_form() -> None:
    ((brief,),) = (question.briefs for question in parse(FULL).questions)

    assert (brief.key, brief.title, brief.url) == (
        "pact/march",
        "A pact is unlikely",
        "https://example.org/march",
    )
    assert brief.published == date(2019, 3, 20)
    assert brief.assumptions == (
        Assumption(id="holds-out", says="Ruritania holds out.", broken_by=("text",)),
    )
    assert brief.citations == (
        Citation(
            outlet="The Strelsau Post",
            title="Talks to go on",
            published=date(2019, 3, 18),
            link="https://example.org/1",
        ),
    )


def test_a_judgment_counts_its_own_indicators_or_all_that_point_somewhere() -> None:
    judgments = parse(FULL).questions[0].judgments

    assert [judgment.key for judgment in judgments] == ["pact/march/no-pact", "pact/march/talking"]
    assert judgments[0].directions == (
        ("text", Direction.TOWARD),
        ("talks", Direction.TOWARD),
        ("walkout", Direction.AWAY),
    )
    assert judgments[1].directions == (
        ("talks", Direction.TOWARD),
        ("walkout", Direction.AWAY),
        ("text", Direction.AWAY),
    )
    assert (judgments[0].event, judgments[0].review_every) == (
        "a pact is signed",
        timedelta(days=60),
    )
    assert (judgments[0].confidence, judgments[1].confidence) == (Confidence.HIGH, None)
    assert (judgments[0].likelihood.low, judgments[0].likelihood.high) == (0.05, 0.20)


def test_the_everyday_form() -> None:
    (question,) = parse(SHORT).questions

    assert question.id == "will-ruritania-and-graustark-sign-a-pact"
    assert [
        (item.name, item.direction, item.strength, [phrase.text for phrase in item.phrases])
        for item in question.indicators
    ] == [
        (
            "treaty-text",
            Direction.TOWARD,
            Strength.DECISIVE,
            ["treaty text", "peace declaration"],
        ),
        (
            "third-summit",
            Direction.TOWARD,
            Strength.MODERATE,
            ["third summit", "letter from Rudolf"],
        ),
        ("king-queen", Direction.TOWARD, Strength.STRONG, ['"king, queen"', "crown"]),
        ("walk-out", Direction.AWAY, Strength.SLIGHT, ["walk out"]),
    ]
    (judgment,) = question.judgments
    assert (judgment.says, judgment.event) == ("No pact will be signed.", "the answer is yes")
    assert judgment.confidence is Confidence.HIGH
    assert judgment.key == f"{question.id}/brief/no-pact-will-be-signed"
    assert question.briefs[0].title == "No pact will be signed."


def test_each_phrase_of_a_line_knows_its_own_column() -> None:
    line = SHORT.splitlines().index("  - treaty text, peace declaration: decisive") + 1
    phrases = parse(SHORT).questions[0].indicators[0].phrases

    assert [(phrase.line, phrase.column) for phrase in phrases] == [(line, 5), (line, 18)]


def test_the_minimal_form_watches_without_a_direction() -> None:
    found = parse(MINIMAL)
    (question,) = found.questions

    assert [(item.name, item.direction) for item in question.indicators] == [
        ("sanctions", Direction.NONE),
        ("liaison-office", Direction.NONE),
    ]
    assert question.judgments[0].directions == (
        ("sanctions", Direction.NONE),
        ("liaison-office", Direction.NONE),
    )
    assert [str(problem) for problem in found.warnings] == [
        "w.yaml:2:3: a question without “about”; expected the names that an entry must mention; "
        "until then its phrases count wherever they stand"
    ]


def test_a_missing_likelihood_is_inferred_and_asked_for() -> None:
    found = parse(SHORT.replace("  likelihood: very unlikely\n", ""))

    assert found.questions[0].judgments[0].likelihood == INFERRED
    assert [str(problem) for problem in found.warnings] == [
        "w.yaml:2:3: “No pact will be signed.” (line 2) states no likelihood; "
        "expected a likelihood of the event, such as “very unlikely”, “10%” or “5-15%”; "
        "until then it is treated as very unlikely (5–20 %), inferred"
    ]


def test_the_version_is_that_of_the_text() -> None:
    found = parse(SHORT)

    assert found.text == SHORT
    assert found.version == hashlib.sha256(SHORT.encode()).hexdigest()[:12]
    assert parse(f"{SHORT}# more\n").version != found.version


def test_a_file_is_named_in_its_messages(tmp_path: Path) -> None:
    path = tmp_path / "watchlists.yaml"
    path.write_text(MINIMAL)

    assert watchlists.load(path) == watchlists.parse(MINIMAL, "watchlists.yaml")


def test_two_questions_with_one_text_have_two_ids() -> None:
    found = parse(MINIMAL + MINIMAL.removeprefix("questions:\n"))

    first, second = (question.id for question in found.questions)
    assert second == f"{first}-2"


def test_indicators_in_any_script_keep_apart() -> None:
    found = parse(MINIMAL.replace("[sanctions, liaison office]", "[대북제재, 회담재개]"))

    assert [item.name for item in found.questions[0].indicators] == ["대북제재", "회담재개"]


def test_entities_may_be_named_in_phrases() -> None:
    found = parse(ENTITIES + MINIMAL.replace("sanctions,", "entity:ruritania .. sanctions,"))

    assert found.entities == {
        "graustark": Entity(names=("Graustark*",)),
        "ruritania": Entity(names=("Ruritania*", "Strelsau regime"), weak=("Strelsau",)),
    }
    assert compile_watch(found.questions, entities=found.entities).rules


def test_sensitivity_and_what_resolves_are_read_and_their_mistakes_named() -> None:
    own = "  sensitivity: high\n  deputy: night desk\n  resolves: [text]\n  toward:\n    dec"
    text = FULL.replace("  toward:\n    dec", own)
    (question,) = parse(text).questions

    assert (question.sensitivity.value, question.deputy) == ("high", "night desk")
    assert question.resolves == ("text",)
    wrong = text.replace("sensitivity: high", "sensitivity: highest").replace(
        "resolves: [text]", "resolves: [txet]"
    )
    with pytest.raises(ConfigError) as caught:
        parse(wrong)
    told = "\n".join(map(str, caught.value.problems))
    assert "“highest”; expected a sensitivity: low, normal or high" in told
    assert "no indicator is called “txet”" in told


def test_what_only_breaks_an_assumption_is_watched_for_the_first_judgment() -> None:
    text = FULL.replace("[text]}", "[walkout]}").replace("[walkout, text]\n", "[text]\n")
    text = text.replace("- id: no-pact\n", "- id: no-pact\n      toward: [text]\n")
    first, second = parse(text).questions[0].judgments

    assert first.directions == (("text", Direction.TOWARD), ("walkout", Direction.NONE))
    assert "walkout" not in dict(second.directions)


@pytest.mark.parametrize("other", ["one", "two"])
def test_an_entity_names_no_entity_so_that_none_names_itself(other: str) -> None:
    text = f"entities:\n  one: [Graustark, 'entity:{other}']\n  two: ['entity:one']\n"
    with pytest.raises(ConfigError) as caught:
        parse(text + MINIMAL)
    told = "\n".join(map(str, caught.value.problems))
    assert f"“entity:{other}”" in told
    assert "“entity:one”" in told


def test_dates_are_found_where_they_are_written() -> None:
    found = places(watchlists.parse(FULL, "w.yaml"))
    lines = FULL.splitlines()

    assert set(found) == {("pact", "closes"), ("pact", "talks")}
    line, column = found["pact", "closes"]
    assert lines[line - 1][column - 1 :] == "2019-12-31"
    line, column = found["pact", "talks"]
    assert lines[line - 1][column - 1 :].startswith("2019-07-31, strength")


def test_a_watchlist_without_dates_has_none() -> None:
    assert places(watchlists.parse(MINIMAL, "w.yaml")) == {}
