"""One entry against whole questions: scope, order, the best place, vetoes, spans, explanations."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from monitor.core.language.match.matcher import Explanation, explain, match
from monitor.core.language.watch.compiler import Entity, RuleRole, compile_watch
from monitor.model.matches import Match, Matched, Span
from monitor.model.questions import Direction, Indicator, Phrase, Question, Strength
from tests import build


def question(*indicators: Indicator, id_: str = "q", about: str = "", ignore: str = "") -> Question:
    """A question; `about` and `ignore` hold phrases parted by commas."""
    return replace(
        build.question(indicators=indicators),
        id=id_,
        about=tuple(Phrase(text=text) for text in about.split(",") if text),
        ignore=tuple(Phrase(text=text) for text in ignore.split(",") if text),
    )


def toward(name: str, *phrases: str) -> Indicator:
    return build.indicator(name, *phrases, direction=Direction.TOWARD)


def matched(title: str, *questions: Question, summary: str = "") -> Matched:
    return match(build.entry(title=title, summary=summary), compile_watch(questions))


RESUME = toward("resume", "resum* .. talks")


def test_an_entry_is_in_scope_when_a_scope_phrase_hits_title_or_summary() -> None:
    asked = question(build.indicator("talks"), about="North Korea*,Pyongyang")

    assert matched("Pyongyang opens talks", asked).questions == ("q",)
    assert matched("Envoys open talks", asked, summary="In Pyongyang.").questions == ("q",)
    assert matched("Envoys open talks", asked) == Matched(
        entry=build.entry(title="Envoys open talks"), questions=(), matches=()
    )


def test_an_entry_in_scope_needs_no_indicator() -> None:
    asked = question(build.indicator("talks"), about="Pyongyang")

    assert matched("Pyongyang in snow", asked).questions == ("q",)
    assert matched("Pyongyang in snow", asked).matches == ()


def test_without_scope_phrases_an_indicator_makes_the_scope() -> None:
    asked = question(build.indicator("talks"))

    assert matched("Seoul opens talks", asked).questions == ("q",)
    assert matched("Seoul in snow", asked).questions == ()


def test_an_ignored_entry_stays_in_scope_but_counts_for_nothing() -> None:
    """The veto names the phrase as the analyst wrote it, and only its own question is affected."""
    asked = question(build.indicator("talks"), toward("sanction*"), ignore="photo*,podcast")
    other = question(build.indicator("talks"), id_="other")

    found = matched("Talks on sanctions in podcast, photographs", asked, other)

    assert found.questions == ("q", "other")
    assert [(m.question, m.veto) for m in found.matches] == [
        ("q", "ignored by “photo*”"),
        ("q", "ignored by “photo*”"),
        ("other", ""),
    ]
    assert found.signature == {"other/talks"}


def test_an_ignore_phrase_alone_puts_nothing_in_scope() -> None:
    assert (
        matched("A podcast", question(build.indicator("talks"), ignore="podcast")).questions == ()
    )


def test_a_match_carries_its_indicator_and_its_spans() -> None:
    title, summary = "Kim’s envoys halt talks", "The talks were halted."
    asked = question(build.indicator("halt", "halt* .. talks", "envoys", strength=Strength.SLIGHT))

    assert matched(title, asked, summary=summary).matches == (
        Match(
            question="q",
            indicator="halt",
            direction=Direction.AWAY,
            strength=Strength.SLIGHT,
            spans=(
                Span(field="title", start=6, end=12, phrase="envoys"),
                Span(field="title", start=13, end=17, phrase="halt* .. talks"),
                Span(field="title", start=18, end=23, phrase="halt* .. talks"),
                Span(field="summary", start=4, end=9, phrase="halt* .. talks"),
                Span(field="summary", start=15, end=21, phrase="halt* .. talks"),
            ),
        ),
    )


def test_spans_leave_out_the_possessive() -> None:
    (found,) = matched("Erdoğan’s visit", question(build.indicator("x", "Erdogan"))).matches

    assert [(span.start, span.end) for span in found.spans] == [(0, 7)]


def test_the_outlet_has_no_span() -> None:
    (found,) = matched("Snow", question(build.indicator("x", "outlet:Reuters"))).matches

    assert found.spans == ()
    assert found.counts


def test_matches_follow_the_order_of_the_watchlist_not_of_the_text() -> None:
    first = question(build.indicator("b"), build.indicator("a"), id_="one")
    second = question(build.indicator("c"), build.indicator("a"), id_="two")

    found = matched("a b c", first, second)

    assert [(m.question, m.indicator) for m in found.matches] == [
        ("one", "b"),
        ("one", "a"),
        ("two", "c"),
        ("two", "a"),
    ]


def test_the_best_place_decides() -> None:
    """An unhedged hit outweighs hedged and negated ones; its spans are the ones kept."""
    summary = "Kim won't resume talks. Kim may resume talks. Kim resumed talks."
    asked = question(RESUME)

    (best,) = matched("Kim on talks", asked, summary=summary).matches
    (hedged,) = matched("Kim on talks", asked, summary=summary[:45]).matches
    (negated,) = matched("Kim on talks", asked, summary=summary[:23]).matches

    assert (best.hedge, best.veto) == ("", "")
    assert [summary[s.start : s.end] for s in best.spans] == ["resumed", "talks"]
    assert (hedged.hedge, hedged.veto) == ("may", "")
    assert (negated.hedge, negated.veto) == ("", "negated by “won't”")


def test_a_negator_is_no_veto_for_an_indicator_that_points_away() -> None:
    away = question(replace(RESUME, direction=Direction.AWAY))
    watched = question(replace(RESUME, direction=Direction.NONE))

    assert all(m.counts for m in matched("Kim won't resume talks", away, watched).matches)


def test_a_hit_of_words_far_apart_is_negated_where_either_is() -> None:
    asked = question(toward("x", "nuclear AND freeze"))

    (found,) = matched("Nuclear envoy lands", asked, summary="There is no freeze.").matches

    assert found.veto == "negated by “no”"


@pytest.mark.slow
def test_the_result_is_the_same_every_time_and_in_every_thread() -> None:
    watch = compile_watch(
        [
            question(RESUME, build.indicator("x", "a|b .. c|d", "a AND (b OR c)"), id_=f"q{number}")
            for number in range(20)
        ]
    )
    entries = [
        build.entry(title=f"a b c d resume {'talks ' * (number % 3)}") for number in range(200)
    ]

    alone = [match(entry, watch) for entry in entries]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda entry: match(entry, watch), entries))

    assert together == alone
    assert [match(entry, compile_watch(watch.questions)) for entry in entries] == alone


def test_hostile_text_costs_a_bounded_number_of_places() -> None:
    asked = question(build.indicator("x", "a .. a|b .. b", "a NEAR/9 a", "a AND b AND c"))

    (found,) = matched("a b " * 2_000, asked, summary="c a b " * 2_000).matches

    assert len(found.spans) <= 3 * 32 * 3


def test_hostile_repetition_of_hit_and_cue_is_read_to_a_bounded_depth() -> None:
    """Ten thousand hits among ten thousand cues must not be compared each with each."""
    asked = question(toward("x", "talks"))

    (found,) = matched("Talks", asked, summary="talks, may no " * 10_000).matches

    assert len(found.spans) <= 32


def test_explain_lists_every_phrase_that_hit_with_what_became_of_it() -> None:
    asked = question(toward("resume", "resume talks", "reviv*"), about="Kim", ignore="podcast")
    watch = compile_watch([asked])
    talks = ("talk", "talked", "talking", "talks")
    resume = ("resume", "resumed", "resumes", "resuming")

    scope, hit = explain(build.entry(title="Kim won't resume talks"), watch)

    assert scope == Explanation(
        question="q",
        role=RuleRole.ABOUT,
        indicator="",
        direction=Direction.NONE,
        phrase="Kim",
        in_scope=True,
        expansion=(("Kim", ("kim",)),),
        spans=(Span(field="title", start=0, end=3, phrase="Kim"),),
        hedge="",
        veto="",
    )
    assert hit == Explanation(
        question="q",
        role=RuleRole.INDICATOR,
        indicator="resume",
        direction=Direction.TOWARD,
        phrase="resume talks",
        in_scope=True,
        expansion=(("resume", resume), ("talks", talks)),
        spans=(Span(field="title", start=10, end=22, phrase="resume talks"),),
        hedge="",
        veto="negated by “won't”",
    )


def test_explain_shows_the_names_of_an_entity() -> None:
    entities = {"dprk": Entity(names=("North Korea*", "DPRK"), weak=("Kim",))}
    asked = question(build.indicator("x", "entity:dprk|NK .. talks AND NOT title:drill*"))

    (hit,) = explain(build.entry(title="DPRK talks"), compile_watch([asked], entities=entities))

    assert hit.expansion == (
        ("entity:dprk", ("North Korea*", "DPRK", "Kim")),
        ("NK", ("nk", "=NKs")),
        ("talks", ("talk", "talked", "talking", "talks")),
        ("drill", ("drill*",)),
    )


def test_explain_says_when_an_indicator_hit_out_of_scope() -> None:
    asked = question(build.indicator("talks"), about="Pyongyang")

    (hit,) = explain(build.entry(title="Seoul opens talks"), compile_watch([asked]))

    assert (hit.indicator, hit.in_scope) == ("talks", False)


def test_explain_names_the_ignore_phrase_and_its_victims() -> None:
    asked = question(build.indicator("talks"), ignore="podcast")

    ignore, hit = explain(build.entry(title="Podcast on talks"), compile_watch([asked]))

    assert (ignore.role, ignore.phrase) == (RuleRole.IGNORE, "podcast")
    assert hit.veto == "ignored by “podcast”"
