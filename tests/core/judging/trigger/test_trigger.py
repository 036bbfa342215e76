"""Reasons to look again: what fires, what does not, and that every number can be traced."""

from dataclasses import replace

import pytest

from monitor.core.judging import trigger
from monitor.core.judging.rules import Rules
from monitor.core.judging.trigger import texts
from monitor.core.language.watch.compiler import compile_watch
from monitor.model.clock import UTC_CLOCK
from monitor.model.flags import Evidence, Flag, FlagKind, FlagState, Raised, Review
from monitor.model.matches import Known
from monitor.model.questions import Confidence, Direction, Judgment, Likelihood
from tests import build

ALIVE = build.judgment(id_="talks-alive", likelihood=build.LIKELY, confidence=Confidence.MODERATE)
NO_DEAL = build.judgment()
EVEN = build.judgment(
    id_="even", likelihood=Likelihood(words="roughly even", low=0.45, high=0.55), confidence=None
)


def rules(*judgments: Judgment, outlets: int = 20) -> Rules:
    questions = (build.question(*judgments),)
    return Rules(version="r1", questions=questions, watch=compile_watch(()), outlets=outlets)


def fire(
    *rows: Evidence,
    judgment: Judgment = ALIVE,
    flags: tuple[Flag, ...] = (),
    resets: dict[str, Review] | None = None,
    outlets: int = 20,
) -> tuple[Raised, ...]:
    return trigger.trigger(
        rows,
        fresh=rows,
        known=Known(flags=flags, reviews=tuple((resets or {}).values())),
        rules=rules(judgment, outlets=outlets),
        now=build.at(1),
    )


def row(name: str, points: float, **changes: object) -> Evidence:
    made = build.evidence(name, points=points, judgment_=ALIVE.key)
    if "outlets" in changes:
        changes = {"sources": len(changes["outlets"]), **changes}  # type: ignore[arg-type]
    return replace(made, **changes)  # type: ignore[arg-type]  # the tests know the field names


def flag(*raised: Raised, state: FlagState = FlagState.OPEN) -> Flag:
    return Flag(
        id=7,
        question="q",
        brief="q/b",
        state=state,
        opened_at=build.NOON,
        changed_at=build.NOON,
        reasons=tuple(item.reason for item in raised),
    )


@pytest.mark.parametrize(
    ("judgment", "directions"),
    [
        (NO_DEAL, (Direction.TOWARD,)),
        (ALIVE, (Direction.AWAY,)),
        (EVEN, (Direction.TOWARD, Direction.AWAY)),
    ],
)
def test_only_news_against_a_judgment_questions_it(
    judgment: Judgment, directions: tuple[Direction, ...]
) -> None:
    assert trigger.challenging(judgment) == directions


def test_a_decisive_indicator_at_two_outlets_trips_the_wire() -> None:
    decisive = row("a", -12, weight=15, outlets=("Reuters", "BBC"))
    (raised,) = fire(decisive)

    assert raised.reason.kind is FlagKind.TRIPWIRE
    assert raised.reason.interrupts
    assert raised.reason.evidence == (decisive.ref,)
    assert "Reuters" in texts.sentence(raised.reason, UTC_CLOCK)
    assert "confirmed by BBC" in texts.sentence(raised.reason, UTC_CLOCK)


@pytest.mark.parametrize(
    "changes",
    [
        {"outlets": ("Reuters",)},
        {"sources": 1},
        {"hedged": True},
        {"weight": 10},
        {"direction": Direction.TOWARD},
    ],
    ids=["one outlet", "one source", "hedged", "only strong", "supports the judgment"],
)
def test_what_does_not_trip_the_wire(changes: dict[str, object]) -> None:
    tripping = {"weight": 15, "outlets": ("Reuters", "BBC")}

    assert fire(row("a", -9, **(tripping | changes))) == ()


def test_with_one_outlet_polled_one_is_enough() -> None:
    assert fire(row("a", -9, weight=15), outlets=1)[0].reason.kind is FlagKind.TRIPWIRE


def test_the_same_indicator_trips_once_in_three_days_but_breaks_through_a_softer_flag() -> None:
    decisive = row("a", -9, weight=15, outlets=("Reuters", "BBC"))
    (first,) = fire(decisive)
    softer = flag(
        replace(
            first, reason=replace(first.reason, kind=FlagKind.WEIGHT, numbers=(("swing", 16.0),))
        )
    )

    assert fire(decisive, flags=(flag(first),)) == ()
    (through,) = fire(decisive, flags=(softer,))
    assert through.flag_id == 7
    assert through.reason.interrupts


def test_a_large_swing_against_the_judgment_interrupts_and_a_smaller_one_waits() -> None:
    (digest,) = fire(row("a", -8), row("b", -8))
    (urgent,) = fire(row("a", -11), row("b", -10))

    assert (digest.reason.kind, digest.reason.interrupts) == (FlagKind.WEIGHT, False)
    assert urgent.reason.interrupts
    assert fire(row("a", -14)) == ()


def test_a_reversal_counts_from_the_ledgers_high_not_from_zero() -> None:
    toward = row("a", 12, first_at=build.at(-48))
    away = row("b", -21, first_at=build.NOON)
    (raised,) = fire(toward, away)
    numbers = dict(raised.reason.numbers)

    assert numbers["swing"] == pytest.approx(21, abs=0.1)
    assert numbers["total"] == pytest.approx(-10, abs=1)


def test_evidence_that_only_fades_is_no_reversal() -> None:
    months_ago = row("a", 40, first_at=build.at(days=-90))
    assert fire(months_ago, row("b", -1)) == ()


def test_supporting_swings_never_fire() -> None:
    assert fire(row("a", 30)) == ()


def test_a_level_is_told_once_until_a_review_resets_the_ledger() -> None:
    rows = (row("a", -8), row("b", -8))
    told = flag(*fire(*rows))

    assert fire(*rows, flags=(told,)) == ()
    (urgent,) = fire(*rows, row("c", -8), flags=(told,))
    assert urgent.reason.interrupts
    assert fire(*rows, row("c", -8), flags=(flag(*fire(*rows), urgent),)) == ()

    review = Review(flag_id=7, brief="q/b", decision=FlagState.STANDS, by="desk", at=build.at(0.5))
    assert fire(*rows, row("c", -8), resets={"q/b": review}) == ()


def test_low_confidence_is_questioned_earlier() -> None:
    shaky = replace(ALIVE, confidence=Confidence.LOW)

    assert fire(row("a", -13), judgment=shaky)
    assert not fire(row("a", -13))


def test_leaving_the_band_needs_more_at_higher_confidence() -> None:
    """Very unlikely: −12.8…−6.0, middle −9.4; high confidence asks five points past the edge."""
    assert trigger.leaves_band(NO_DEAL, 8.0) == ""
    assert trigger.leaves_band(NO_DEAL, 8.5) == "enough to leave “very unlikely” upward"
    shaky = replace(NO_DEAL, confidence=Confidence.LOW)
    assert trigger.leaves_band(shaky, 5.5) == "enough to leave “very unlikely” upward"
    assert trigger.leaves_band(shaky, -6.0) == "enough to leave “very unlikely” downward"


def test_the_numbers_in_a_weight_reason_recompute_from_its_evidence() -> None:
    rows = (row("a", -12), row("b", -13), row("c", 4))
    (raised,) = fire(*rows)
    numbers = dict(raised.reason.numbers)

    assert set(raised.reason.evidence) == {item.ref for item in rows}
    assert numbers["total"] == pytest.approx(numbers["toward"] + numbers["away"])
    assert numbers["stories"] == 3
    assert "3 stories" in texts.sentence(raised.reason, UTC_CLOCK)
