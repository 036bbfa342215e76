"""Witnesses: headlines made for a phrase, which the matcher must take for hits of that phrase."""

from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.language.match.matcher import match
from monitor.core.language.query.parser import parse
from monitor.core.language.watch.compiler import Entity, compile_watch
from monitor.core.linting.lint_reach import MOST, Witness, witnesses
from tests import build

ENTITIES = {
    "dprk": Entity(
        names=("North Korea*", "DPRK|NK"), weak=("Pyongyang", "the North", "Kim Jong Un")
    )
}

WORDS = st.sampled_from(
    [
        "talks", "sanction*", "=Sunday", "US", "U.S.", "NATO", '"new"', "Jong-un", "1,000", "St.",
        "de-escalat*", "won't", "entity:dprk", "북한", "制裁", "Erdo\u011fan", "санкци*", "إيران",
    ]
)  # fmt: skip


def either(parts: list[str]) -> str:
    return "|".join(dict.fromkeys(parts))


CHOICES = st.lists(WORDS, min_size=1, max_size=2).map(either)
ROWS = st.one_of(
    CHOICES,
    st.builds("{} .. {}".format, CHOICES, CHOICES),
    st.builds("{} NEAR/{} {}".format, CHOICES, st.integers(0, 99), CHOICES),
)
FIELDS = st.one_of(ROWS, st.builds("{}: {}".format, st.sampled_from(["title", "body"]), ROWS))
QUERIES = st.one_of(
    FIELDS,
    st.builds("({}) AND ({})".format, FIELDS, FIELDS),
    st.builds("({}) OR ({})".format, FIELDS, FIELDS),
    st.builds("outlet: Herald AND ({})".format, ROWS),
)


def hits(phrase: str, witness: Witness) -> bool:
    watch = compile_watch(
        [build.question(indicators=(build.indicator("i", phrase),))], entities=ENTITIES
    )
    entry = build.entry(title=witness.title, summary=witness.summary, outlet=witness.outlet)
    return bool(match(entry, watch).matches)


@pytest.mark.slow
@given(QUERIES)
@settings(max_examples=150, deadline=None)
def test_every_witness_of_a_phrase_is_a_hit(phrase: str) -> None:
    found = list(islice(witnesses(parse(phrase), ENTITIES), 40))

    assert found
    for witness in found:
        assert hits(phrase, witness), (phrase, witness)


def test_each_form_stands_in_the_title_and_in_the_summary() -> None:
    assert list(witnesses(parse('"talks"'), {})) == [
        Witness("talks zqzq", "", ""),
        Witness("", "talks zqzq", ""),
    ]


def test_inflected_words_are_said_in_all_their_forms() -> None:
    titles = {witness.title for witness in witnesses(parse("sanction"), {})}

    assert {"sanction zqzq", "sanctions zqzq", "sanctioned zqzq", "sanctioning zqzq"} <= titles


def test_what_is_excluded_is_not_said() -> None:
    said = " ".join(f"{w.title} {w.summary}" for w in witnesses(parse("talks AND NOT trade"), {}))

    assert "talks" in said
    assert "trade" not in said


def test_two_parts_are_far_apart_and_in_both_orders() -> None:
    titles = [witness.title for witness in witnesses(parse('"a" .. "b"'), {}) if witness.title]

    assert [title[0] + title.split()[-2] for title in titles] == ["ab", "ba"]
    assert all(len(title.split()) > 100 for title in titles)


def test_near_is_said_with_nothing_between_and_with_all_that_it_allows() -> None:
    titles = [witness.title.split() for witness in witnesses(parse('"a" NEAR/3 "b"'), {})]

    assert {len(title) for title in titles if title} == {3, 6}


def test_weak_names_are_said_in_pairs() -> None:
    said = {witness.title for witness in witnesses(parse("entity:dprk"), ENTITIES)}

    assert "dprk zqzq" in said
    assert "pyongyang zqzq" not in said
    assert any("pyongyang" in title.lower() and "the north" in title.lower() for title in said)


@pytest.mark.parametrize("operator", ["AND", "..", "OR"])
def test_an_enormous_query_has_no_more_than_most(operator: str) -> None:
    side = "(" + " OR ".join(f'"w{number}"' for number in range(300)) + ")"

    found = sum(1 for _ in witnesses(parse(f" {operator} ".join([side] * 4)), {}))

    assert found == (2 * 4 * 300 if operator == "OR" else MOST)
