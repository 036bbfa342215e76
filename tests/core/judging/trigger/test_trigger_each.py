"""Each trigger on a made-up timeline: when it fires, when it does not, and when it fires again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.judging.limits import LIMITS, corroborated, speaking
from monitor.core.judging.trigger import surge, texts
from monitor.model.clock import LocalClock
from monitor.model.flags import FlagKind, FlagState, Reason
from monitor.model.questions import Assumption, Direction, Sensitivity
from tests.core.judging.timeline import ALIVE, Timeline, day

PAUSES = LIMITS[Sensitivity.NORMAL]
HOLDS = Assumption(id="holds", says="Talks survive any test.", broken_by=("test",))


CLOCK = LocalClock("Asia/Seoul", day(1))


def said(reason: Reason) -> str:
    return texts.sentence(reason, CLOCK)


def kinds(reasons: tuple[Reason, ...]) -> list[FlagKind]:
    return [reason.kind for reason in reasons]


def loud(reasons: tuple[Reason, ...]) -> list[FlagKind]:
    return [reason.kind for reason in reasons if reason.interrupts]


@pytest.mark.parametrize(
    ("outlets", "needed"),
    [
        (1, (1, 1, 1, 1)),
        (2, (2, 2, 2, 2)),
        (3, (2, 2, 2, 3)),
        (10, (2, 2, 4, 7)),
        (15, (2, 3, 5, 10)),
        (300, (2, 3, 5, 10)),
    ],
)
def test_corroboration_shrinks_with_the_outlets_that_are_up(
    outlets: int, needed: tuple[int, ...]
) -> None:
    asked = [corroborated(wanted, outlets) for wanted in (2, 3, 5)]
    assert (*asked, corroborated(10, outlets, least=3)) == needed


@given(st.integers(1, 20), st.integers(0, 400))
def test_no_trigger_asks_for_more_outlets_than_are_up(wanted: int, outlets: int) -> None:
    needed = corroborated(wanted, outlets)

    assert 1 <= needed <= max(1, min(wanted, outlets))
    assert needed <= corroborated(wanted, outlets + 1)


# trigger a, the tripwire


def test_a_story_trips_once_and_its_indicator_rests_for_three_days() -> None:
    time = Timeline()
    assert time.news(day(1), "talks-ended", outlets=1) == ()
    (reason,) = time.news(day(1, 2), "talks-ended", outlets=2, story="s1")

    assert (reason.kind, reason.interrupts) == (FlagKind.TRIPWIRE, True)
    assert said(reason) == (
        "Decisive indicator “talks-ended”: outlet 1 23 Mar 21:00, confirmed by outlet 2 "
        "(23 Mar 23:00)"
    )
    assert time.news(day(3), "talks-ended", outlets=2) == ()
    assert FlagKind.TRIPWIRE not in kinds(time.news(day(5), "talks-ended", outlets=4, story="s1"))
    assert FlagKind.TRIPWIRE in kinds(time.news(day(5), "talks-ended", outlets=2))


def test_a_hedged_or_supporting_story_trips_no_wire() -> None:
    time = Timeline()

    assert time.news(day(1), "talks-ended", outlets=9, hedged=True) == ()
    assert time.news(day(1), "talks-ended", outlets=9, direction=Direction.TOWARD) == ()


@pytest.mark.parametrize(("hours", "trips"), [(23, True), (25, False)])
def test_two_stories_within_a_day_confirm_each_other(hours: float, trips: bool) -> None:
    """Two reports of one deed may share no word, and are grouped apart."""
    time = Timeline()
    first = replace(time.row(day(1), "talks-ended"), outlets=("Courier",))
    other = replace(time.row(day(1, hours), "talks-ended"), outlets=("Herald",))
    time.take(day(1), first)
    reasons = time.take(day(1, hours), other)

    assert (FlagKind.TRIPWIRE in kinds(reasons)) is trips
    if trips:
        (reason,) = [reason for reason in reasons if reason.kind is FlagKind.TRIPWIRE]
        assert "Courier 23 Mar 21:00, confirmed by Herald" in said(reason)
        assert {ref[1] for ref in reason.evidence} == {first.story_id, other.story_id}


def test_two_stories_at_one_outlet_confirm_nothing() -> None:
    time = Timeline()
    assert time.news(day(1), "talks-ended") == ()
    assert time.news(day(1, 2), "talks-ended") == ()


def test_a_headline_that_says_the_opposite_as_well_confirms_no_other_story() -> None:
    """“Stops tests of missiles” hits what halts and what is tested."""
    time = Timeline()
    first = replace(time.row(day(1), "talks-ended"), outlets=("Courier",))
    time.take(day(1), first)
    other = replace(time.row(day(1, 2), "talks-ended", story="both"), outlets=("Herald",))
    opposite = replace(time.row(day(1, 2), "summit", story="both"), outlets=("Herald",))

    assert FlagKind.TRIPWIRE not in kinds(time.take(day(1, 2), other, opposite))


# trigger g, what may settle the question


def test_an_indicator_that_resolves_asks_whatever_its_strength_and_direction() -> None:
    time = Timeline(changes={"resolves": ("summit",), "resolves_yes_if": "They meet."})
    (reason,) = time.news(day(1), "summit", outlets=2)

    assert (reason.kind, reason.interrupts) == (FlagKind.RESOLVED, True)
    assert said(reason).startswith("The question may have resolved: “summit”, outlet 1")
    assert said(reason).endswith("; your criteria: “They meet”")
    assert time.news(day(2), "summit", outlets=2) == ()


def test_a_closed_or_answered_question_is_left_alone() -> None:
    closed = Timeline(changes={"closes": day(0).date()})
    answered = Timeline(resolved=frozenset({"q"}))

    assert closed.news(day(1), "talks-ended", outlets=9) == ()
    assert answered.news(day(1), "talks-ended", outlets=9) == ()


# trigger a2, breadth


@pytest.mark.parametrize(("indicator", "enough"), [("walkout", 5), ("test", 10)])
def test_breadth_wants_more_outlets_the_weaker_the_indicator(indicator: str, enough: int) -> None:
    time = Timeline()
    assert time.news(day(1), indicator, outlets=enough - 1) == ()
    (reason,) = time.news(day(1, 3), indicator, outlets=enough, story="s1")

    assert (reason.kind, reason.interrupts, reason.about) == (FlagKind.BREADTH, True, indicator)
    assert said(reason) == (
        f"“{indicator}” carried by {enough} outlets in 3 h, in 1 story, as of 24 Mar 00:00"
    )


def test_outlets_of_several_stories_count_together_for_two_days_only() -> None:
    time = Timeline()
    for number in range(3):
        row = time.row(day(1, number), "walkout", outlets=1)
        time.take(day(1, number), replace(row, outlets=(f"early {number}",)))

    assert FlagKind.BREADTH not in kinds(time.news(day(4), "walkout", outlets=2))
    assert FlagKind.BREADTH in kinds(time.news(day(4, 2), "walkout", outlets=5))


def test_breadth_rests_for_five_days() -> None:
    time = Timeline()
    time.news(day(1), "walkout", outlets=5)

    assert FlagKind.BREADTH not in kinds(time.news(day(5), "walkout", outlets=9))
    assert FlagKind.BREADTH in kinds(time.news(day(6), "walkout", outlets=9))


def test_a_slight_or_hedged_indicator_is_never_broad() -> None:
    time = Timeline()

    assert time.news(day(1), "walkout", outlets=20, weight=2) == ()
    assert time.news(day(1), "walkout", outlets=20, hedged=True) == ()


# trigger c, the surge


def quiet_weeks(time: Timeline, days: int = 60, every: int = 7) -> None:
    """One story against the judgment every few days."""
    for number in range(0, days, every):
        time.news(day(number), "test", outlets=1)


def test_a_surge_is_told_with_what_is_usual() -> None:
    time = Timeline()
    quiet_weeks(time)
    found = [time.news(day(60, hour), "walkout", weight=2) for hour in range(5)]
    (reason,) = found[-1]

    assert found[:4] == [(), (), (), ()]
    assert reason.kind is FlagKind.SURGE
    numbers = dict(reason.numbers)
    assert numbers["stories"] == 5
    assert numbers["mean"] == pytest.approx(8 / 56)
    assert numbers["dispersion"] == 2.0
    assert said(reason) == (
        "5 stories in the 24 h before 22 May 01:00, usually 0.1 a day (over 56 days): a day like "
        "this comes about once in 526 days"
    )
    assert len(reason.evidence) == 5 + 9


def test_a_surge_within_a_week_must_be_twice_the_last() -> None:
    time = Timeline()
    quiet_weeks(time)
    for hour in range(6):
        time.news(day(60, hour), "walkout", weight=2)
    time.answer(day(60, 8))
    later = [kinds(time.news(day(63, hour), "walkout", weight=2)) for hour in range(10)]

    assert later[:9] == [[]] * 9
    assert later[9] == [FlagKind.SURGE]


def test_nothing_is_usual_in_the_first_fortnight() -> None:
    time = Timeline()
    quiet_weeks(time, days=13)

    assert [time.news(day(13, hour), "walkout", weight=2) for hour in range(8)] == [()] * 8


def test_supporting_stories_make_no_surge_and_undirected_ones_do() -> None:
    time = Timeline()
    quiet_weeks(time)
    for hour in range(8):
        assert time.news(day(60, hour), "summit", weight=2) == ()
    found = [kinds(time.news(day(61, hour), "pyongyang")) for hour in range(5)]

    assert found[-1] == [FlagKind.SURGE]


@pytest.mark.parametrize("dispersion", [1.5, 2.1, 4.0])
def test_the_tail_is_that_of_the_negative_binomial(dispersion: float) -> None:
    """With one as its shape it is geometric, with two a sum of two geometric numbers."""
    q = 1 - 1 / dispersion
    for count in range(12):
        one = surge.tail(count, mean=dispersion - 1, dispersion=dispersion)
        two = surge.tail(count, mean=2 * (dispersion - 1), dispersion=dispersion)
        assert one == pytest.approx(q**count)
        assert two == pytest.approx(q**count * (1 + count * (1 - q)))


@given(st.integers(0, 60), st.floats(0.01, 30), st.floats(1.5, 20))
def test_a_higher_count_is_never_less_rare(count: int, mean: float, dispersion: float) -> None:
    here = surge.tail(count, mean=mean, dispersion=dispersion)
    there = surge.tail(count + 1, mean=mean, dispersion=dispersion)

    assert 0 <= there <= here + 1e-12
    assert here <= 1
    assert surge.tail(0, mean=mean, dispersion=dispersion) == 1


# trigger c2, the wake-up


def test_an_indicator_wakes_after_six_weeks_of_silence() -> None:
    time = Timeline()
    time.news(day(1), "walkout")
    assert time.news(day(30), "walkout", outlets=3) == ()
    assert time.news(day(74), "walkout", outlets=3) == ()
    (reason,) = time.news(day(120), "walkout", outlets=3)

    assert (reason.kind, reason.interrupts) == (FlagKind.WAKE_UP, True)
    assert said(reason) == ("First “walkout” story in 46 days, at 3 outlets, as of 20 Jul 21:00")
    assert len(reason.evidence) == 2
    assert time.news(day(121), "walkout", outlets=4) == ()


def test_what_was_never_seen_has_slept_since_it_was_loaded() -> None:
    early, late = Timeline(), Timeline(loaded=day(80))
    (reason,) = early.news(day(100), "walkout", outlets=3)

    assert said(reason) == (
        "First “walkout” story in the 100 days since it is watched, at 3 outlets, as of "
        "30 Jun 21:00"
    )
    assert late.news(day(100), "walkout", outlets=3) == ()


def test_what_is_only_moderate_wakes_for_the_digest() -> None:
    """Three outlets are few: moderate news interrupts by its breadth alone."""
    time = Timeline()
    (reason,) = time.news(day(100), "test", outlets=3)

    assert (reason.kind, reason.interrupts, reason.held) == (FlagKind.WAKE_UP, False, "")


def test_two_outlets_or_hedged_news_wake_nothing() -> None:
    time = Timeline()

    assert time.news(day(100), "walkout", outlets=2) == ()
    assert time.news(day(100), "walkout", outlets=9, hedged=True) == ()


# trigger d, the assumption


def test_news_at_three_outlets_presses_on_an_assumption_whichever_way_it_points() -> None:
    time = Timeline(assumptions=(HOLDS,))
    assert time.news(day(1), "test", outlets=2, direction=Direction.TOWARD) == ()
    (reason,) = time.news(day(1), "test", outlets=3, story="s1", direction=Direction.TOWARD)

    assert (reason.kind, reason.about, reason.interrupts) == (FlagKind.ASSUMPTION, "holds", True)
    assert said(reason) == (
        "Challenges your assumption “Talks survive any test”: “test” at outlet 1, outlet 2, "
        "outlet 3"
    )
    assert time.news(day(20), "test", outlets=4) == ()
    assert kinds(time.news(day(23), "test", outlets=4)) == [FlagKind.ASSUMPTION]


def test_an_assumption_is_told_once_for_all_judgments_of_its_brief() -> None:
    other = replace(ALIVE, key="q/b/other", id="other")
    time = Timeline(judgments=(ALIVE, other), assumptions=(HOLDS,))
    rows = [time.row(day(1), "test", outlets=3, story="s", judgment=j) for j in (ALIVE, other)]

    assert kinds(time.take(day(1), *rows)) == [FlagKind.ASSUMPTION]


def test_hedged_news_presses_on_nothing() -> None:
    time = Timeline(assumptions=(HOLDS,))
    assert time.news(day(1), "test", outlets=9, hedged=True) == ()


# what restrains them


def test_later_news_attaches_for_two_days_and_a_tripwire_breaks_through() -> None:
    time = Timeline(assumptions=(HOLDS,))
    assert loud(time.news(day(1), "walkout", outlets=5)) == [FlagKind.BREADTH]
    (held,) = time.news(day(2), "test", outlets=4)

    assert (held.kind, held.interrupts) == (FlagKind.ASSUMPTION, False)
    assert texts.held(held, CLOCK) == "attached to the flag told on 23 Mar 21:00"
    assert FlagKind.TRIPWIRE in loud(time.news(day(2, 1), "talks-ended", outlets=2))
    assert len(time.flags) == 1


def test_after_two_days_an_unanswered_flag_interrupts_again() -> None:
    time = Timeline(assumptions=(HOLDS,))
    time.news(day(1), "walkout", outlets=5)

    assert loud(time.news(day(3), "test", outlets=4)) == [FlagKind.ASSUMPTION]
    assert len(time.flags) == 1


@pytest.mark.parametrize(("hours", "told"), [(6, False), (13, True)])
def test_another_tripwire_passes_after_twelve_hours(hours: float, told: bool) -> None:
    time = Timeline()
    time.news(day(1), "talks-ended", outlets=2)
    reasons = time.news(day(1, hours), "walkout", outlets=2, weight=15)

    assert (FlagKind.TRIPWIRE in loud(reasons)) is told
    assert FlagKind.TRIPWIRE in kinds(reasons)


def test_a_reversal_is_told_at_once_whichever_judgment_was_told() -> None:
    """What points the other way than the last word on the brief is news, not a repetition."""
    unlikely = replace(
        ALIVE,
        key="q/b/no-deal",
        id="no-deal",
        likelihood=replace(ALIVE.likelihood, low=0.05, high=0.2),
    )
    time = Timeline(judgments=(ALIVE, unlikely))
    assert loud(time.news(day(1), "walkout", outlets=5)) == [FlagKind.BREADTH]
    turned = time.row(day(1, 6), "summit", outlets=5, judgment=unlikely)
    again = time.row(day(1, 8), "walkout", outlets=9)

    assert loud(time.take(day(1, 6), turned)) == [FlagKind.BREADTH]
    assert loud(time.take(day(1, 8), again)) == []
    assert len(time.flags) == 1


def test_the_budget_holds_softer_kinds_back_and_says_so() -> None:
    time = Timeline()
    time.news(day(100), "walkout", outlets=3)
    time.answer(day(100, 1))
    (held,) = time.news(day(110), "pullout", outlets=3)

    assert (held.kind, held.interrupts) == (FlagKind.WAKE_UP, False)
    assert texts.held(held, CLOCK) == (
        "over the budget of 1 in 14 days, spent on wake-up on 30 June"
    )
    assert loud(time.news(day(110, 1), "talks-ended", outlets=2)) == [FlagKind.TRIPWIRE]


def test_a_budget_spent_two_weeks_ago_is_there_again() -> None:
    time = Timeline()
    time.news(day(100), "walkout", outlets=3)
    time.answer(day(100, 1))

    assert loud(time.news(day(114), "pullout", outlets=3)) == [FlagKind.WAKE_UP]


def test_a_snoozed_flag_keeps_still_but_for_a_tripwire() -> None:
    time = Timeline(assumptions=(HOLDS,))
    time.news(day(1), "walkout", outlets=5)
    time.flags[1] = replace(time.flags[1], snoozed_until=day(8))
    (held,) = time.news(day(5), "test", outlets=4)

    assert texts.held(held, CLOCK) == "snoozed until 30 Mar 21:00"
    assert FlagKind.TRIPWIRE in loud(time.news(day(5, 1), "talks-ended", outlets=2))
    assert FlagKind.BREADTH in loud(time.news(day(9), "walkout", outlets=9))


def test_news_older_than_its_indicator_raises_nothing() -> None:
    time = Timeline(loaded=day(10))

    assert time.news(day(9), "talks-ended", outlets=3) == ()
    assert kinds(time.news(day(11), "talks-ended", outlets=2)) == [FlagKind.TRIPWIRE]


def test_sensitivity_moves_the_thresholds() -> None:
    high = Timeline(changes={"sensitivity": Sensitivity.HIGH})
    low = Timeline(changes={"sensitivity": Sensitivity.LOW})

    assert kinds(high.news(day(1), "walkout", outlets=3)) == [FlagKind.BREADTH]
    assert low.news(day(1), "walkout", outlets=7) == ()


def test_withdrawn_evidence_counts_for_nothing() -> None:
    time = Timeline()
    row = time.row(day(1), "walkout", outlets=9, weight=0)

    assert time.take(day(1), row) == ()
    assert row.points == 0


def test_an_answered_flag_is_not_reopened() -> None:
    time = Timeline()
    time.news(day(1), "walkout", outlets=5)
    time.answer(day(2), FlagState.NOISE)
    time.news(day(7), "walkout", outlets=5)

    assert [flag.state for flag in time.flags.values()] == [FlagState.NOISE, FlagState.OPEN]
    assert PAUSES.breadth_pause == timedelta(days=5)


@pytest.mark.parametrize(
    ("configured", "up", "counted"),
    [(5, 5, 5), (5, 3, 3), (5, 1, 2), (5, 0, 2), (1, 0, 1), (2, 9, 2)],
)
def test_an_outlet_that_is_alone_after_an_outage_does_not_confirm_itself(
    configured: int, up: int, counted: int
) -> None:
    assert speaking(configured, up) == counted
