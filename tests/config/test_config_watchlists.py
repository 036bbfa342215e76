"""Watchlists: three forms of one thing, and references that name something that is there."""

import hashlib
from datetime import date, timedelta
from pathlib import Path

import pytest

from monitor.config import watchlists
from monitor.config.watchlists import Watchlists
from monitor.core.likelihood import INFERRED
from monitor.core.watch import Entity, compile_watch
from monitor.errors import ConfigError
from monitor.model.questions import Assumption, Citation, Confidence, Direction, Quiet, Strength

FULL = """\
questions:
- id: pact
  ask: Will Ruritania and Graustark sign a pact?
  opened: 2019-03-01
  closes: 2019-12-31
  resolves_yes_if: >
    Both governments sign
    a written text.
  owner: balkan-desk
  notify: [desk@example.org]
  about: [Ruritania*, Graustark]
  briefs:
  - id: march
    title: A pact is unlikely
    published: 2019-03-20
    url: https://example.org/march
    judgments:
    - id: no-pact
      says: No pact will be signed.
      event: a pact is signed
      likelihood: very unlikely
      confidence: high
      review_every: 60d
    - id: talking
      says: The talks will go on.
      event: talks go on
      likelihood: likely
      toward: [talks]
      away: [walkout, text]
    assumptions:
    - {id: holds-out, says: Ruritania holds out., broken_by: [text]}
    cites:
    - {outlet: The Strelsau Post, date: 2019-03-18, title: "Talks to go on", link: "https://example.org/1"}
  toward:
    decisive: {text: ["sign* .. pact", treaty text]}
    moderate: {talks: ["resum* .. talks"]}
  away:
    strong: {walkout: [walk* out, "quit* .. talks"]}
  quiet:
  - {indicator: talks, by: 2019-07-31, strength: strong, because: no round since spring}
  ignore: [football]
"""

SHORT = """\
questions:
- ask: Will Ruritania and Graustark sign a pact?
  closes: 2019-12-31
  judgment: No pact will be signed.
  likelihood: very unlikely
  confidence: high
  about: [Ruritania]
  toward:
  - treaty text, peace declaration: decisive
  - third summit, letter from Rudolf
  - "\\"king, queen\\", crown: Strong"
  away:
  - walk out: slight
"""

MINIMAL = """\
questions:
- ask: Will Ruritania and Graustark sign a pact?
  judgment: No pact will be signed.
  likelihood: very unlikely
  watch: [sanctions, liaison office]
"""


def parse(text: str) -> Watchlists:
    return watchlists.parse(text, "w.yaml")


def refusals(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse(text)
    return str(caught.value).splitlines()


def changed(text: str, old: str, new: str) -> list[str]:
    """What is refused after one change."""
    assert text.count(old) == 1, "the test changes one place"
    return refusals(text.replace(old, new))


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
    assert question.judgments[0].directions == ()
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
    entities = "entities:\n  graustark: [Graustark*]\n  ruritania:\n    names: [Ruritania*, Strelsau regime]\n    weak: [Strelsau]\n"
    found = parse(entities + MINIMAL.replace("sanctions,", "entity:ruritania .. sanctions,"))

    assert found.entities == {
        "graustark": Entity(names=("Graustark*",)),
        "ruritania": Entity(names=("Ruritania*", "Strelsau regime"), weak=("Strelsau",)),
    }
    assert compile_watch(found.questions, entities=found.entities).rules


# mistakes

SAYS = "expected the name of an indicator of this question"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "closes: 2019-12-31",
            "closes: 2019-03-01",
            "5:11: it closes on 2019-03-01; expected a day after 2019-03-01, when it was opened",
        ),
        (
            "closes: 2019-12-31",
            "closes: 2019-02-30",
            "5:11: “2019-02-30”; expected “closes” as a date like 2019-03-26",
        ),
        (
            "  owner: balkan-desk",
            "  ownr: balkan-desk",
            "9:3: unknown key “ownr”; expected a key that is known here; did you mean “owner”?",
        ),
        ("  ask: Will Ruritania and Graustark sign a pact?\n", "", "2:3: a question without “ask”; expected “ask: …”"),
        (
            "id: pact",
            "id: The Pact",
            "2:7: “The Pact”; expected an id of a–z, 0–9 and -; for example “the-pact”",
        ),
        ("id: talking", "id: no-pact", "24:11: “no-pact” is taken (line 18); expected a name of its own"),
        (
            "likelihood: likely",
            "likelihood: lickely",
            "27:19: “lickely”; expected a word of the scale icd203, “10%” or “5-15%”; "
            "did you mean “likely”?",
        ),
        (
            "likelihood: likely",
            "likelihood: 60",
            "27:19: “60”; expected a word of the scale icd203, “10%” or “5-15%”; write “60%”",
        ),
        (
            "likelihood: likely",
            "likelihood: 0.6",
            "27:19: “0.6”; expected a word of the scale icd203, “10%” or “5-15%”; write “60%”",
        ),
        (
            "likelihood: likely",
            "likelihood: high",
            "27:19: “high”, which is a confidence; expected a likelihood of the event; "
            "confidence says how good the basis is, likelihood how likely the event is",
        ),
        (
            "confidence: high",
            "confidence: very likely",
            "22:19: “very likely”, which is a likelihood; "
            "expected a confidence: low, moderate or high; "
            "confidence says how good the basis is, likelihood how likely the event is",
        ),
        (
            "confidence: high",
            "confidence: hihg",
            "22:19: “hihg”; expected a confidence: low, moderate or high; did you mean “high”?",
        ),
        (
            "review_every: 60d",
            "review_every: 60 days",
            "23:21: “60 days”; expected “review_every” as a time like 15m, 2h or 60d",
        ),
        (
            "      event: talks go on\n",
            "",
            "24:7: a judgment without “event”; "
            "expected “event: …”, which its lists “toward” and “away” point to",
        ),
        ("away: [walkout, text]", "away: [walkuot, text]", f"29:14: no indicator is called “walkuot”; {SAYS}; did you mean “walkout”?"),
        (
            "away: [walkout, text]",
            "away: [walkout, talks]",
            "29:23: “talks” is under toward and under away; "
            "expected it in one of the two lists, once",
        ),
        ("broken_by: [text]", "broken_by: [deal]", f"31:66: no indicator is called “deal”; {SAYS}"),
        ("indicator: talks, by", "indicator: talk, by", f"41:17: no indicator is called “talk”; {SAYS}; did you mean “talks”?"),
        (
            "indicator: talks, by",
            "indicator: walkout, by",
            "41:17: “walkout” does not point toward the event; expected an indicator under "
            "“toward”: only its silence is evidence against the event",
        ),
        (
            "strong: {walkout:",
            "strnog: {walkout:",
            "39:5: “strnog”; expected a strength: slight, moderate, strong or decisive; "
            "did you mean “strong”?",
        ),
        (
            "strong: {walkout:",
            "strong: {talks: [a b], walkout:",
            "39:14: “talks” is under toward and under away; "
            "expected each indicator once; the first is on line 37",
        ),
        ("{talks: [", "{text: [a b], talks: [", "37:16: a second indicator “text”; expected each indicator once; the first is on line 36"),
        ("[football]", "[football AND]", "42:24: in “football AND”: nothing; expected a word or phrase"),
        ("[football]", "{a: b}", "42:11: a mapping with “a”; expected a list of phrases; begin each line with “- ”"),
        ("  away:\n", "  away: []\n  watch:\n", "38:9: an empty list; expected at least one phrase"),
        ("  - {indicator: talks, by", "  - talks\n  - {indicator: talks, by", "41:5: “talks”; expected an expectation with “indicator: …” and “by: …”"),
        (
            "title: A pact is unlikely",
            'title: "A pact\\u0007"',
            "14:12: the invisible control character U+0007; expected a title; delete it",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_its_place(old: str, new: str, message: str) -> None:
    messages = changed(FULL, old, new)

    assert f"w.yaml:{message}" in messages


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("declaration: decisive", "declaration: decisve", "9:39: “decisve” after “: ”; expected a strength: slight, moderate, strong, decisive; did you mean “decisive”?"),
        ("third summit, letter", "third summit, (letter", "10:19: in “(letter from Rudolf”: a parenthesis that is never closed; expected )"),
        ("  judgment: No pact will be signed.\n", "", "2:3: a question without a judgment; expected “judgment: …”, or “briefs” that hold judgments"),
        ("  - walk out: slight\n", "  - walk out: slight\n  briefs: []\n", "4:13: “judgment” beside “briefs”; expected “judgment” inside a brief of the list"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_everyday_form(old: str, new: str, message: str) -> None:
    assert changed(SHORT, old, new)[0] == f"w.yaml:{message}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: b", "1:1: the file without “questions”; expected “questions: …”"),
        ("questions: []", "1:12: an empty list; expected at least one question"),
        ("questions:", "1:11: nothing; expected a list of questions; begin each line with “- ”"),
        ("questions:\n- x", "2:3: “x”; expected a question with “ask: …”"),
        (MINIMAL.replace("[sanctions, liaison office]", "[entity:dprk]"), "5:11: in “entity:dprk”: no entity is called “dprk”; expected a name under “entities”; define it at the top of the file: “entities: {name: [phrases]}”"),
        (MINIMAL.replace("  watch: [sanctions, liaison office]\n", ""), "2:3: a question without anything to look for; expected phrases under “toward”, “away” or “watch”"),
        (MINIMAL.replace("very unlikely", "remote\n  scale: phia"), "4:15: “remote”; expected a word of the scale phia, “10%” or “5-15%”; did you mean “remote chance”?"),
        (MINIMAL.replace("very unlikely", "likely\n  scale: percent"), "4:15: “likely”; expected “10%” or “5-15%”"),
        (MINIMAL.replace("very unlikely", "likely\n  scale: icd"), "5:10: “icd”; expected a scale: icd203, phia, kent or percent"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_work(text: str, message: str) -> None:
    assert f"w.yaml:{message}" in refusals(text)


def test_all_mistakes_are_told_at_once_and_in_order() -> None:
    """One wrong value hides no other: also references are checked beside wrong values."""
    text = FULL.replace("closes: 2019-12-31", "closes: soon").replace("60d", "often")
    text = text.replace("broken_by: [text]", "broken_by: [deal]").replace("walk* out", "wa*")
    messages = refusals(text)

    assert [int(message.split(":")[1]) for message in messages] == [5, 23, 31, 39]


def test_warnings_are_no_mistakes() -> None:
    """A refused file tells only what has to be changed."""
    text = MINIMAL.replace("likelihood: very unlikely", "likelihood: lickely")

    assert len(refusals(text)) == 1
