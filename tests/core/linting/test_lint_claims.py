"""Lint's claims against the matcher on random headlines: a claim has no counterexample."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.language.match.matcher import explain
from monitor.core.language.watch.compiler import compile_watch
from monitor.core.linting.lint_reach import QuestionReach
from monitor.model.questions import Direction, Question
from tests import build

SAID = ["envoys", "halt", "halted", "talks", "talk", "won't", "amid", "stalled", "no", "pact", "US"]
HEADLINES = st.lists(st.sampled_from([*SAID, "talks.", "pact,", "us"]), max_size=8).map(" ".join)

WORDS = st.sampled_from(["talks", "halt", "halt*", '"talk"', "pact", "US", "envoys", "amid talks"])
PHRASES = st.one_of(
    WORDS,
    st.builds("{} {}".format, WORDS, WORDS),
    st.builds("{}|{}".format, WORDS, WORDS),
)
ROWS = st.one_of(
    PHRASES,
    st.builds("{} .. {}".format, PHRASES, PHRASES),
    st.builds("{} NEAR/{} {}".format, PHRASES, st.integers(0, 3), PHRASES),
    st.builds("title: {}".format, PHRASES),
)
QUERIES = st.one_of(
    ROWS,
    st.builds("({}) AND ({})".format, ROWS, ROWS),
    st.builds("({}) OR ({})".format, ROWS, ROWS),
    st.builds("({}) AND NOT ({})".format, ROWS, ROWS),
)


def asked(toward: list[str], away: list[str], ignore: list[str]) -> Question:
    indicators = (
        build.indicator("to", *toward, direction=Direction.TOWARD),
        build.indicator("fro", *away, direction=Direction.AWAY),
    )
    ignored = build.indicator("", *ignore).phrases if ignore else ()
    return replace(build.question(indicators=indicators), ignore=ignored)


@pytest.mark.slow
@given(
    st.builds(
        asked,
        st.lists(QUERIES, min_size=2, max_size=4),
        st.lists(QUERIES, min_size=1, max_size=2),
        st.lists(WORDS, max_size=1),
    ),
    st.lists(st.tuples(HEADLINES, HEADLINES), min_size=30, max_size=30),
)
@settings(max_examples=150, deadline=None)
def test_no_headline_disproves_a_claim(
    question: Question, headlines: list[tuple[str, str]]
) -> None:
    reach = QuestionReach(question, {})
    watch = compile_watch([question])
    for title, summary in headlines:
        read = explain(build.entry(title=title, summary=summary), watch)
        counting = {found for found in read if not found.veto}
        hit = {(found.role, found.indicator, found.phrase) for found in read}
        counted = {(found.role, found.indicator, found.phrase) for found in counting}
        for subject in reach.subjects:
            if subject.key in hit:
                beside = (o for o in reach.covering(subject) if o.group == subject.group)
                assert {other.key for other in beside} <= hit
            if subject.indicator and subject.key in counted:
                assert not reach.against(subject), (subject.phrase.text, title, summary)
