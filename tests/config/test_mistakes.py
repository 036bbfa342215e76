"""Mistakes in watchlists: what was found, what was expected, did you mean, and where."""

from collections.abc import Callable
from functools import partial

import pytest

from monitor.config import delivery, feeds, watchlists
from monitor.deliver.channels.table import TYPES
from monitor.errors import ConfigError
from tests.config.watchlist_texts import FULL, MINIMAL, SHORT

NAMED = "expected the name of an indicator of this question"
STRENGTHS = "slight, moderate, strong, decisive"
APART = "confidence says how good the basis is, likelihood how likely the event is"


def refusals(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        watchlists.parse(text, "w.yaml")
    return str(caught.value).splitlines()


def changed(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, "a case changes one place"
    return text.replace(old, new)


def placed(text: str, at: str, message: str) -> str:
    """The message at the place of `at`, or of what follows the “¦” in it."""
    before = text[: text.index(at.replace("¦", "")) + max(at.find("¦"), 0)]
    return f"w.yaml:{before.count(chr(10)) + 1}:{len(before.rpartition(chr(10))[2]) + 1}: {message}"


Case = tuple[str, str, str, str]
"""Old text, new text, where the mistake is, and the message."""

CASES: list[Case] = [
    (
        "closes: 2019-12-31",
        "closes: 2019-03-01",
        "closes: ¦2019-03-01",
        "it closes on 2019-03-01; expected a day after 2019-03-01, when it was opened",
    ),
    (
        "closes: 2019-12-31",
        "closes: 2019-02-30",
        "2019-02-30",
        "“2019-02-30”, which is no day of the calendar; "
        "expected “closes” as a date like 2019-03-26",
    ),
    (
        "closes: 2019-12-31",
        "closes: 31.12.2019",
        "31.12.2019",
        "“31.12.2019”; expected “closes” as a date like 2019-03-26",
    ),
    (
        "owner: balkan-desk",
        "ownr: balkan-desk",
        "ownr",
        "unknown key “ownr”; expected a key that is known here; did you mean “owner”?",
    ),
    (
        "  ask: Will Ruritania and Graustark sign a pact?\n",
        "",
        "id: pact",
        "a question without “ask”; expected “ask: …”",
    ),
    (
        "id: pact",
        "id: The Pact",
        "The Pact",
        "“The Pact”; expected an id of a–z, 0–9 and -; for example “the-pact”",
    ),
    (
        "id: talking",
        "id: no-pact",
        "id: ¦no-pact\n      says: The talks",
        "“no-pact” is taken (line 18); expected a name of its own",
    ),
    (
        "likelihood: likely",
        "likelihood: lickely",
        "lickely",
        "“lickely”; expected a word of the scale icd203, “10%” or “5-15%”; did you mean “likely”?",
    ),
    (
        "likelihood: likely",
        "likelihood: 60",
        "likelihood: ¦60",
        "“60”; expected a word of the scale icd203, “10%” or “5-15%”; write “60%”",
    ),
    (
        "likelihood: likely",
        "likelihood: 0.6",
        "0.6",
        "“0.6”; expected a word of the scale icd203, “10%” or “5-15%”; write “60%”",
    ),
    (
        "likelihood: likely",
        "likelihood: high",
        "likelihood: ¦high",
        f"“high”, which states a confidence; expected a likelihood of the event alone; {APART}",
    ),
    (
        "likelihood: likely",
        "likelihood: likely, with high confidence",
        "likely, with",
        "“likely, with high confidence”, which states a confidence; "
        f"expected a likelihood of the event alone; {APART}",
    ),
    *(
        (
            "likelihood: likely",
            f"likelihood: {percentages}",
            percentages,
            f"“{percentages}”; expected a word of the scale icd203, “10%” or “5-15%”; "
            "percentages lie between 0 and 100, and a range runs upward",
        )
        for percentages in ("101%", "90-110%", "15-5 %")
    ),
    (
        "confidence: high",
        "confidence: very likely",
        "very likely",
        "“very likely”, which is a likelihood; expected a confidence: low, moderate or high; "
        + APART,
    ),
    (
        "confidence: high",
        "confidence: hihg",
        "hihg",
        "“hihg”; expected a confidence: low, moderate or high; did you mean “high”?",
    ),
    (
        "review_every: 60d",
        "review_every: 60 days",
        "60 days",
        "“60 days”; expected “review_every” as a time like 15m, 2h or 60d",
    ),
    (
        "review_every: 60d",
        "review_every: 999999w",
        "999999w",
        "“999999w”; expected “review_every” as a time like 15m, 2h or 60d",
    ),
    (
        "      event: talks go on\n",
        "",
        "id: talking",
        "a judgment without “event”; "
        "expected “event: …”, which its lists “toward” and “away” point to",
    ),
    (
        "away: [walkout, text]",
        "away: [walkuot, text]",
        "walkuot",
        f"no indicator is called “walkuot”; {NAMED}; did you mean “walkout”?",
    ),
    (
        "away: [walkout, text]",
        "away: [walkout, talks]",
        "away: [walkout, ¦talks]",
        "“talks” is under toward and under away; expected it in one of the two lists, once",
    ),
    (
        "away: [walkout, text]",
        "away: [walkout, walkout]",
        "away: [walkout, ¦walkout]",
        "“walkout” is named twice; expected it in one of the two lists, once",
    ),
    (
        "broken_by: [text]",
        "broken_by: [deal]",
        "broken_by: [¦deal]",
        f"no indicator is called “deal”; {NAMED}; it has “text”, “talks”, “walkout”",
    ),
    (
        "indicator: talks, by",
        "indicator: talk, by",
        "indicator: ¦talk, by",
        f"no indicator is called “talk”; {NAMED}; did you mean “talks”?",
    ),
    (
        "indicator: talks, by",
        "indicator: walkout, by",
        "indicator: ¦walkout",
        "“walkout” does not point toward the event; expected an indicator under “toward”: "
        "only its silence is evidence against the event",
    ),
    (
        "by: 2019-07-31",
        "by: 2020-01-01",
        "2020-01-01",
        "expected by 2020-01-01; expected a day up to 2019-12-31, the close",
    ),
    (
        "about: [Ruritania*, Graustark]",
        "about: []",
        "about: ¦[]",
        "an empty list; expected the names that an entry must mention",
    ),
    (
        '    strong: {walkout: [walk* out, "quit* .. talks"]}\n',
        "    {}\n",
        "{}",
        "an empty mapping; expected indicators, by strength",
    ),
    (
        "[walk* out, ",
        "[walk* out, treaty  text, ",
        "treaty  text",
        "“treaty text” stands under “text” too (line 35); expected each phrase once; "
        "that is under toward, this under away",
    ),
    (
        "- {indicator: talks, by",
        "- {sign: talks, by",
        "sign: talks",
        "unknown key “sign”; expected a key that is known here; "
        "an expectation knows indicator, by, strength or because",
    ),
    (
        "strong: {walkout:",
        "strnog: {walkout:",
        "strnog",
        "“strnog”; expected a strength: slight, moderate, strong or decisive; "
        "did you mean “strong”?",
    ),
    (
        "strong: {walkout:",
        "strong: {talks: [a b], walkout:",
        "talks: [a b]",
        "“talks” is under toward and under away; "
        "expected each indicator once; the first is on line 36",
    ),
    (
        "{talks: [",
        "{text: [a b], talks: [",
        "text: [a b]",
        "a second indicator “text”; expected each indicator once; the first is on line 35",
    ),
    (
        "strong: {walkout: [walk* out, ",
        "strong: {leaving: [], walkout: [walk* out, ",
        "leaving: ¦[]",
        "an empty list; expected phrases for “leaving”",
    ),
    (
        "strong: {walkout:",
        "strong: [leaving]\n    moderate: {walkout:",
        "[leaving]",
        "a list of 1; expected a mapping of indicator names to phrases",
    ),
    (
        "[football]",
        "[football AND]",
        "football AND¦]",
        "in “football AND”: nothing; expected a word or phrase",
    ),
    (
        "[football]",
        "{a: b}",
        "{a: b}",
        "a mapping with “a”; expected a list of phrases; begin each line with “- ”",
    ),
    (
        "  - {indicator: talks, by",
        "  - talks\n  - {indicator: talks, by",
        "- ¦talks\n",
        "“talks”; expected an expectation with “indicator: …” and “by: …”",
    ),
    (
        "title: A pact is unlikely",
        'title: "A pact\\u0007"',
        '"A pact',
        "the invisible control character U+0007; expected a title; delete it",
    ),
]


@pytest.mark.parametrize(("old", "new", "at", "message"), CASES, ids=[case[1] for case in CASES])
def test_a_mistake_is_told_at_its_place(old: str, new: str, at: str, message: str) -> None:
    text = changed(FULL, old, new)

    assert placed(text, at, message) in refusals(text)


@pytest.mark.parametrize(
    ("old", "new", "at", "message"),
    [
        (
            "declaration: decisive",
            "declaration: decisve",
            "decisve",
            f"“decisve” after “: ”; expected a strength: {STRENGTHS}; did you mean “decisive”?",
        ),
        (
            "third summit, letter",
            "third summit, (letter",
            "(letter",
            "in “(letter from Rudolf”: a “(” that is never closed; expected a “)”",
        ),
        (
            "  judgment: No pact will be signed.\n",
            "",
            "ask:",
            "a question without a judgment; "
            "expected “judgment: …”, or “briefs” that hold judgments",
        ),
        (
            "  - walk out: slight\n",
            "  - walk out: slight\n  briefs: []\n",
            "No pact",
            "“judgment” beside “briefs”; expected “judgment” inside a brief of the list",
        ),
    ],
)
def test_a_mistake_in_the_everyday_form(old: str, new: str, at: str, message: str) -> None:
    text = changed(SHORT, old, new)

    assert placed(text, at, message) in refusals(text)


LIST = "begin each line with “- ”"


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        ("a: b", "a", "the file without “questions”; expected “questions: …”"),
        ("questions: []", "[]", "an empty list; expected at least one question"),
        ("questions:", "questions:¦", f"nothing; expected a list of questions; {LIST}"),
        ("questions:\n- x", "x", "“x”; expected a question with “ask: …”"),
        (
            changed(MINIMAL, "sanctions, liaison office", "entity:dprk"),
            "entity:dprk",
            "in “entity:dprk”: no entity is called “dprk”; expected a name under “entities”; "
            "define it at the top of the file: “entities: {name: [phrases]}”",
        ),
        (
            changed(MINIMAL, "  watch: [sanctions, liaison office]\n", ""),
            "ask:",
            "a question without anything to look for; "
            "expected phrases under “toward”, “away” or “watch”",
        ),
        (
            changed(MINIMAL, "[sanctions, liaison office]", "[]"),
            "[]",
            "an empty list; expected at least one phrase",
        ),
        (
            changed(MINIMAL, "very unlikely", "remote\n  scale: phia"),
            "remote",
            "“remote”; expected a word of the scale phia, “10%” or “5-15%”; "
            "did you mean “remote chance”?",
        ),
        (
            changed(MINIMAL, "very unlikely", "likely\n  scale: percent"),
            "likely",
            "“likely”; expected “10%” or “5-15%”",
        ),
        (
            changed(MINIMAL, "very unlikely", "likely\n  scale: icd"),
            "icd",
            "“icd”; expected a scale: icd203, phia, kent or percent; did you mean “icd203”?",
        ),
        (
            f"entities: {{dprk: []}}\n{MINIMAL}",
            "[]",
            "an empty list; expected the names of the entity",
        ),
        (
            f"entities: {{dprk: [a AND b]}}\n{MINIMAL}",
            "a AND b",
            "“a AND b” as the name of an entity; expected words, or a|b",
        ),
    ],
)
def test_a_file_that_cannot_work(text: str, at: str, message: str) -> None:
    assert placed(text, at, message) in refusals(text)


def test_all_mistakes_are_told_at_once_and_in_order() -> None:
    """One wrong value hides no other: references are checked beside wrong values."""
    text = changed(FULL, "closes: 2019-12-31", "closes: soon")
    text = changed(text, "60d", "often")
    text = changed(text, "broken_by: [text]", "broken_by: [deal]")
    text = changed(text, "walk* out", "wa*")
    places = [text[: text.index(what)].count("\n") + 1 for what in ("soon", "often", "deal", "wa*")]

    assert [int(message.split(":")[1]) for message in refusals(text)] == places


def test_warnings_are_no_mistakes() -> None:
    """A refused file tells only what has to be changed."""
    assert len(refusals(changed(MINIMAL, "very unlikely", "lickely"))) == 1


@pytest.mark.parametrize(
    "parse", [watchlists.parse, feeds.parse, partial(delivery.parse, types=TYPES)]
)
def test_a_key_given_twice_refuses_each_of_the_files(
    parse: Callable[[str, str], object],
) -> None:
    with pytest.raises(ConfigError, match="“nonsense” is given a second time"):
        parse("nonsense: 1\nnonsense: 2\n", "w.yaml")
