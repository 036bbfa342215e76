"""Indicators over time: new and edited ones, those that misfire, and how often each was right."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.judging import indicators
from monitor.model.flags import Flag, FlagKind, FlagState, Reason, Review
from monitor.model.questions import Direction, IndicatorState, Phrase, Strength
from tests import build

SOHAE = build.indicator("sohae", "rocket site")
QUESTION = build.question(indicators=(SOHAE,))
BRIEFS = {"q/b": "q"}


def blame(days: float, *, flag: int = 1, indicator: str = "sohae") -> Review:
    return Review(
        flag_id=flag,
        brief="q/b",
        decision=FlagState.NOISE,
        by="kim",
        at=build.at(days=days),
        indicator=indicator,
    )


def state(edited: float = -100) -> IndicatorState:
    return IndicatorState(
        question="q",
        name="sohae",
        definition=indicators.definition(SOHAE),
        first_at=build.at(days=-100),
        edited_at=build.at(days=edited),
        alerts_from=build.at(days=-100),
    )


def flag(number: int, *names: str) -> Flag:
    reason = Reason(
        kind=FlagKind.BREADTH,
        judgment="q/b/no-deal",
        direction=Direction.AWAY,
        text="",
        numbers=(),
        evidence=tuple(("q/b/no-deal", f"s{number}", name, 1) for name in names),
        interrupts=True,
        raised_at=build.NOON,
        rules="r1",
    )
    return Flag(
        id=number,
        question="q",
        brief="q/b",
        state=FlagState.OPEN,
        opened_at=build.NOON,
        changed_at=build.NOON,
        reasons=(reason,),
    )


def test_the_first_watchlist_alerts_at_once_and_a_later_indicator_on_what_comes_after() -> None:
    (first,) = indicators.states((QUESTION,), (), now=build.NOON, first=True)
    new = replace(QUESTION, indicators=(SOHAE, build.indicator("relief")))
    (later,) = indicators.states((new,), (first,), now=build.at(days=9), first=False)

    assert first.alerts_from == indicators.ALWAYS
    assert first.first_at == build.NOON
    assert (later.name, later.alerts_from) == ("relief", build.at(days=9))


def test_an_edit_changes_the_definition_and_a_move_within_the_file_does_not() -> None:
    moved = replace(SOHAE, phrases=(Phrase(text="rocket  site", line=9, column=3),))
    stronger = replace(SOHAE, strength=Strength.DECISIVE)
    edited = replace(QUESTION, indicators=(stronger,))

    assert indicators.definition(moved) == indicators.definition(SOHAE)
    assert indicators.states((QUESTION,), (state(),), now=build.NOON, first=False) == ()
    (after,) = indicators.states((edited,), (state(),), now=build.NOON, first=False)
    assert (after.first_at, after.edited_at) == (state().first_at, build.NOON)


def test_two_noise_answers_in_thirty_days_demote_until_the_next_edit() -> None:
    known = (state(),)

    assert indicators.demoted([blame(0)], known, BRIEFS) == frozenset()
    assert indicators.demoted([blame(0), blame(31)], known, BRIEFS) == frozenset()
    assert indicators.demoted([blame(0), blame(30)], known, BRIEFS) == {("q", "sohae")}
    twice = [blame(0), blame(3)]
    assert indicators.demoted(twice, (state(edited=1),), BRIEFS) == frozenset()
    assert indicators.demoted([*twice, blame(4)], (state(edited=1),), BRIEFS) == {("q", "sohae")}


@given(st.lists(st.integers(0, 200), max_size=8))
def test_demotion_needs_two_answers_close_together(days: list[int]) -> None:
    close = any(abs(one - other) <= 30 for n, one in enumerate(days) for other in days[n + 1 :])
    found = indicators.demoted([blame(day) for day in days], (state(),), BRIEFS)

    assert bool(found) is close


def test_precision_counts_answered_flags_only() -> None:
    flags = [flag(1, "sohae", "relief"), flag(2, "sohae"), flag(3, "sohae"), flag(4, "sohae")]
    stands = replace(blame(1, flag=2, indicator=""), decision=FlagState.STANDS)
    expired = replace(blame(1, flag=3, indicator=""), decision=FlagState.EXPIRED)
    found = indicators.precision(flags, [blame(0, flag=1), stands, expired])

    assert [(item.indicator, item.answered, item.noise) for item in found] == [
        ("relief", 1, 0),
        ("sohae", 2, 1),
    ]
    assert found[1].share == 0.5


def test_the_lowest_strength_has_no_lower_one() -> None:
    assert Strength.DECISIVE.lower is Strength.STRONG
    assert Strength.SLIGHT.lower is Strength.SLIGHT
