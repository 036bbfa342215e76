"""What loads and is surely not meant: each kind of finding, and what must not be found."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from monitor.core.language.watch.compiler import Entity
from monitor.core.linting.lint import Code, Finding, lint, silence, silenced
from monitor.errors import Severity
from monitor.model.questions import Direction, Phrase, Question, Quiet, Strength
from tests import build

TODAY = date(2019, 4, 1)


def phrases(*texts: str, line: int = 1) -> tuple[Phrase, ...]:
    """Each phrase on a line of its own."""
    return tuple(
        Phrase(text=text, line=number, column=5) for number, text in enumerate(texts, line)
    )


def asked(
    *toward: str, away: Sequence[str] = (), about: Sequence[str] = (), ignore: Sequence[str] = ()
) -> Question:
    """Toward on lines 1…, away on 11…, about on 21…, ignore on 31…"""
    indicators = [
        replace(build.indicator("to", direction=Direction.TOWARD), phrases=phrases(*toward)),
        replace(build.indicator("fro"), phrases=phrases(*away, line=11)),
    ]
    return replace(
        build.question(indicators=tuple(item for item in indicators if item.phrases)),
        about=phrases(*about, line=21),
        ignore=phrases(*ignore, line=31),
    )


def found(question: Question) -> list[tuple[str, int]]:
    """Code and line of each finding."""
    return [(finding.code.value, finding.line) for finding in lint([question], today=TODAY)]


# never-matches


@pytest.mark.parametrize(
    ("phrase", "ignore"),
    [
        ("talks AND NOT talks", ()),
        ("talks AND NOT talk", ()),
        ("sanctions relief AND NOT sanction*", ()),
        ("(a1|b1) AND (c1|d1) AND NOT a1 AND NOT b1", ()),
        ("title: treaty AND NOT title: treaty", ()),
        ("satellite photos", ("photo*",)),
        ("photos .. site", ("site|photo*",)),
        ("trade talks|trade deal", ("trade",)),
        ("amid talks", ()),
    ],
)
def test_a_phrase_that_can_never_count(phrase: str, ignore: Sequence[str]) -> None:
    assert found(asked(phrase, "parade", ignore=ignore)) == [("never-matches", 1)]


@pytest.mark.parametrize(
    ("phrase", "ignore"),
    [
        ("talks AND NOT trade", ()),
        ('talk AND NOT "talks"', ()),
        ("(a1|b1) AND (c1|d1) AND NOT a1 AND NOT c1", ()),
        ("talks AND NOT title: talks", ()),
        ("photos|parade", ("photo*",)),
        ("rocket site", ("rocket site visit",)),
        ("outlet: Herald AND talks", ()),
        ("no deal", ()),
        ("refus* .. talks", ()),
    ],
)
def test_a_phrase_that_can_count_is_left_alone(phrase: str, ignore: Sequence[str]) -> None:
    assert found(asked(phrase, ignore=ignore)) == []


def test_an_indicator_without_any_phrase_that_can_count_is_told_once() -> None:
    (finding,) = lint([asked("photo album", "old photos", ignore=["photo*"])], today=TODAY)

    assert finding == Finding(
        code=Code.NEVER_MATCHES,
        severity=Severity.WARNING,
        line=1,
        column=5,
        sentence="“to” can never count: none of its phrases can: “photo album”, for one, finds "
        "only what “photo*” under “ignore” takes away",
        advice="change it or take it out",
    )


def test_a_scope_that_is_ignored_whole_is_told() -> None:
    assert found(asked("parade", about=["Kim Jong Un"], ignore=["Kim"])) == [("never-matches", 21)]


def test_nothing_is_claimed_of_a_phrase_with_too_many_ways_of_saying_it() -> None:
    many = " OR ".join(f"w{number}" for number in range(300))

    assert found(asked(f"({many}) AND ({many}) AND NOT ({many})")) == []


# both-ways


@pytest.mark.parametrize(
    ("toward", "away", "line"),
    [
        ("resume talks", "resumes talks", 11),
        ("sanctions|embargo", "embargo|sanctions", 11),
        ("resum* .. talks", "talks", 1),
        ("talks", "peace talks", 11),
        ("end NEAR/5 embargo", "embargo .. end|halt", 1),
        ("talks", "talks AND NOT trade", 11),
    ],
)
def test_what_is_found_toward_and_away(toward: str, away: str, line: int) -> None:
    assert found(asked(toward, away=[away])) == [("both-ways", line)]


def test_an_entity_is_compared_by_all_its_names() -> None:
    entities = {"dprk": Entity(names=("North Korea", "DPRK"), weak=("Pyongyang", "the North"))}
    one = asked("entity:dprk NEAR/3 talks", away=["North Korea .. talks"])
    every = asked("entity:dprk NEAR/3 talks", away=["talks|parade"])

    assert lint([one], today=TODAY, entities=entities) == ()
    assert [item.code for item in lint([every], today=TODAY, entities=entities)] == ["both-ways"]


def test_the_sentence_names_both_lines() -> None:
    (finding,) = lint([asked("resume talks", away=["talks"])], today=TODAY)

    assert str(finding) == (
        "what “resume talks” finds toward as “to”, “talks” (line 11) finds away as “fro”; "
        "narrow one of the two [both-ways]"
    )


@pytest.mark.parametrize(
    ("toward", "away"),
    [
        ("resume talks", "suspend talks"),
        ("resum* .. talks", "refus* .. resum* .. talks"),  # toward is negated where away hits
        ("talks AND NOT trade", "talks .. failure"),  # would stop at “talks on trade a failure”
        ("lift|ease .. sanctions", "ease|tighten .. sanctions"),  # each finds more than the other
    ],
)
def test_what_points_one_way_only(toward: str, away: str) -> None:
    assert found(asked(toward, away=[away])) == []


# redundant


@pytest.mark.parametrize(
    ("first", "second", "line"),
    [
        ("sanctions", "sanctions", 2),
        ("sanction*", "sanctions", 2),
        ("sanctions", "sanction*", 1),
        ("engine test", "test", 1),
        ("talks .. resume", "resum* .. talks", 1),
        ("resume talks", "resum* NEAR/3 talks", 1),
        ("cease-fire", "ceasefire", 2),
        ("title: treaty", "treaty", 1),
        ("a1 AND b1", "b1", 1),
        ("a1 OR b1", "a1|b1|c1", 1),
        ("U.S.", "US", 2),
    ],
)
def test_a_phrase_that_adds_nothing(first: str, second: str, line: int) -> None:
    assert found(asked(first, second)) == [("redundant", line)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("resume talks", "resume .. talk show"),
        ("resum* .. talks", "talks .. suspend*"),
        ("a1 .. b1", "a1 AND c1"),
        ("a1 .. b1", "a1 NEAR/98 c1"),
        ("=Sanctions", '"sanction"'),
        ("US", "Us Weekly"),
        ("title: treaty", "summary: treaty"),
        ("a1 AND NOT b1", "a1 AND c1"),
    ],
)
def test_phrases_that_overlap_are_both_needed(first: str, second: str) -> None:
    assert found(asked(first, second)) == []


def test_a_redundant_phrase_is_a_hint_and_names_the_other() -> None:
    (finding,) = lint([asked("sanction*", "sanctions")], today=TODAY)

    assert finding.severity is Severity.HINT
    assert str(finding) == (
        "“sanctions” adds nothing to “sanction*” beside it; take one of them out [redundant]"
    )


def test_scope_and_ignored_words_are_compared_too() -> None:
    question = asked(
        "parade", about=["North Korea*", "North Korean"], ignore=["podcast", "podcasts"]
    )

    assert found(question) == [("redundant", 22), ("redundant", 32)]


def test_phrases_of_two_indicators_of_one_way_may_overlap() -> None:
    one = build.indicator("one", "talks")
    other = build.indicator("other", "peace talks")

    assert lint([build.question(indicators=(one, other))], today=TODAY) == ()


# wording


@pytest.mark.parametrize(
    ("phrase", "code"),
    [
        ("us", "pronoun"),
        ("us sanctions", "pronoun"),
        ("cut .. us aid", "pronoun"),
        ("who chief|doctors", "pronoun"),
        ("title: it outage", "pronoun"),
        ("deal reached|signed", "loose-or"),
        ("suspend*|halt* talks", "loose-or"),
        ("title: nuclear deal|agree*", "loose-or"),
        ("talks NEAR/5 talks", "same-twice"),
        ("missile .. launch* .. missile", "same-twice"),
    ],
)
def test_slips_of_wording(phrase: str, code: str) -> None:
    assert found(asked(phrase)) == [(code, 1)]


@pytest.mark.parametrize(
    "phrase",
    [
        "US",
        "U.S. sanctions",
        "tell us",
        "WHO chief",
        "=us",
        "nuclear deal .. reached|signed",
        "drill*|exercise*|war games .. cancel*",
        "deal reached|deal signed",
        "denuclearization|nuclear disarmament",
        "sohae|rocket site",
        "signed|agreed",
        "talks .. talk show",
    ],
)
def test_wording_that_is_meant(phrase: str) -> None:
    assert found(asked(phrase)) == []


# prefixes, namesakes, compounds


@pytest.mark.parametrize(
    ("phrase", "told", "verb"),
    [
        ("sign* .. treaty", ("significant", "signal"), "sign"),
        ("eas* .. sanctions", ("east", "eastern"), "ease"),
        ("end* .. talks", ("endured", "endorse"), "end"),
        ("clos* .. site", ("closer", "closure"), "close"),
    ],
)
def test_a_prefix_that_finds_other_words(phrase: str, told: tuple[str, ...], verb: str) -> None:
    (item,) = lint([asked(phrase)], today=TODAY)

    assert (item.code, item.severity) == (Code.WIDE_PREFIX, Severity.WARNING)
    assert all(f"“{word}" in item.sentence for word in told)
    assert item.sentence.count("“") <= 5
    assert f"write “{verb}”" in item.advice


@pytest.mark.parametrize("phrase", ["denuclear*", "suspend*", "negotiat*", "sanction*", "NATO*"])
def test_a_prefix_that_finds_its_own_word_alone(phrase: str) -> None:
    assert found(asked(phrase)) == []


def test_the_archive_says_which_words_are_frequent() -> None:
    (item,) = lint([asked("sign* .. deal")], today=TODAY, frequencies={"signatories": 900})

    assert "finds “signatories”" in item.sentence


def test_namesakes_are_hinted_at_once() -> None:
    found = lint(
        [asked("Turkey", "Oslo", "Turkey AND Graustark|Ruritania", "Georgia")], today=TODAY
    )
    items = [item for item in found if item.code is not Code.REDUNDANT]

    assert [(item.code, item.severity, item.line) for item in items] == [
        (Code.NAMESAKE, Severity.HINT, 1),
        (Code.NAMESAKE, Severity.HINT, 4),
    ]
    assert "“=Turkey”" in items[0].advice
    assert lint([asked("=Turkey", "Turkey talks")], today=TODAY) == ()


def test_a_korean_term_is_hinted_at_once() -> None:
    asked_for = asked("제재", "북한")
    (item,) = lint([asked_for], today=TODAY, frequencies={"대북제재를": 3, "제재": 9})

    assert (item.code, item.severity) == (Code.COMPOUND, Severity.HINT)
    assert "“대북제재를”" in item.sentence
    assert "“*제재”" in item.advice
    assert lint([asked("*제재")], today=TODAY) == ()


# past


def test_dates_in_the_past_are_hints_at_their_place() -> None:
    quiet = Quiet(indicator="to", by=date(2019, 3, 1), strength=Strength.MODERATE)
    question = replace(asked("parade"), quiet=(quiet,), closes=date(2019, 12, 31))
    places = {("q", "closes"): (7, 3), ("q", "to"): (9, 12)}

    (late,) = lint([question], today=TODAY, places=places)
    (closed,) = lint([question], today=date(2020, 1, 1), places=places)
    assert (late.code, late.severity, late.line, late.column) == ("past", Severity.HINT, 9, 12)
    assert (closed.line, closed.column) == (7, 3)
    assert "closed on 2019-12-31" in closed.sentence
    assert lint([question], today=date(2019, 3, 1), places=places) == ()


def test_a_long_phrase_is_not_shown_whole() -> None:
    many = " OR ".join(f"(us {number}a)" for number in range(60))
    (finding, *_) = lint([asked(many)], today=TODAY)

    assert len(finding.sentence) < 200
    assert "…" in finding.sentence


# silencing


def finding(line: int, code: Code = Code.PAST) -> Finding:
    return Finding(code=code, severity=Severity.HINT, line=line, column=1, sentence="s", advice="a")


TEXT = """\
a: b  # lint: ignore
c: d  # lint: ignore=past
e: f  # lint: ignore = past, redundant   (the example is old)
# lint: ignore=redundant
g: h
- query: >-  # lint: ignore
    "x"
i: j # lint:ignore
k: "l#lint: ignore"
m: n
"""


@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        (1, Code.PAST, False),
        (2, Code.PAST, False),
        (2, Code.REDUNDANT, True),
        (3, Code.REDUNDANT, False),
        (3, Code.PRONOUN, True),
        (5, Code.REDUNDANT, False),
        (5, Code.PAST, True),
        (7, Code.PAST, False),
        (8, Code.PAST, False),
        (9, Code.PAST, True),
        (10, Code.PAST, True),
        (0, Code.PAST, True),
    ],
)
def test_a_comment_silences_its_line(line: int, code: Code, *, told: bool) -> None:
    assert bool(silence([finding(line, code)], TEXT)) is told


def test_lines_are_counted_as_yaml_counts_them() -> None:
    assert silenced("a\r\nb # lint: ignore\rc\u2028d # lint: ignore=past") == {
        2: {""},
        4: {"past"},
    }


def test_findings_come_in_order_of_place_and_once() -> None:
    question = asked("us sanctions", "us sanctions relief", away=["talks NEAR/1 talks"])
    lines = [finding.line for finding in lint([question, question], today=TODAY)]

    assert lines == sorted(lines)
    assert len(lines) == len(set(lint([question], today=TODAY)))
