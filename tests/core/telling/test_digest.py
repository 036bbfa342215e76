"""Digests: what is told, in which order, and that the lines add up to the totals."""

from dataclasses import replace
from datetime import timedelta
from math import fsum

import pytest

from monitor.core.telling import digest
from monitor.core.telling.digest import Material, Window
from monitor.model.deliveries import DigestConfig
from monitor.model.digests import Counts, Digest
from monitor.model.flags import Evidence, Flag, FlagKind, FlagState, Reason
from monitor.model.questions import Assumption, Brief, Direction
from tests import build

CONFIG = DigestConfig(name="desk", recipients=(), timezone="UTC")
WINDOW = Window(slot="2019-03-22T13:00", start=build.at(-24), end=build.at(1))
ALIVE = build.judgment(
    ("sohae", Direction.AWAY),
    ("relief", Direction.TOWARD),
    ("talks-date", Direction.TOWARD),
    id_="talks-alive",
    likelihood=build.LIKELY,
)
QUESTION = build.question(
    ALIVE,
    indicators=(
        build.indicator("sohae"),
        build.indicator("relief", direction=Direction.TOWARD),
        build.indicator("talks-date", direction=Direction.TOWARD),
    ),
)


def row(name: str, points: float, **changes: object) -> Evidence:
    made = build.evidence(name, points=points, judgment_=ALIVE.key)
    return replace(made, **changes)  # type: ignore[arg-type]  # the tests know the field names


def flag(*, raised: float = 0, state: FlagState = FlagState.OPEN) -> Flag:
    reason = Reason(
        kind=FlagKind.WEIGHT,
        judgment=ALIVE.key,
        direction=Direction.AWAY,
        text="The evidence has fallen",
        numbers=(("swing", 21.0),),
        evidence=(),
        interrupts=True,
        raised_at=build.at(raised),
        rules="r1",
    )
    return Flag(
        id=4,
        question="q",
        brief="q/b",
        state=state,
        opened_at=build.at(raised),
        changed_at=build.at(raised),
        reasons=(reason,),
    )


def composed(*rows: Evidence, flags: tuple[Flag, ...] = (), window: Window = WINDOW) -> Digest:
    material = Material(
        questions=(QUESTION,),
        evidence=rows,
        flags=flags,
        resets={},
        entries={"a": 3},
        notices=(),
        counts=Counts(entries=9, matched=3, stories=2, flags=1),
    )
    return digest.compose(CONFIG, window, material, now=window.end)


def test_a_new_reason_puts_the_brief_first_with_all_that_speaks_for_and_against() -> None:
    found = composed(row("a", -12), row("b", 4, indicator="relief"), flags=(flag(),))
    (section,) = found.flagged
    (judgment,) = section.judgments

    assert section.flag_id == 4
    assert [line.story_id for line in judgment.away] == ["a"]
    assert [line.story_id for line in judgment.toward] == ["b"]
    assert judgment.away[0].entries == 3
    assert judgment.silent == ("talks-date",)
    assert "Weighing most: “Story a” (Reuters)." in section.bottom_line
    assert found.moved == ()
    assert found.unchanged == ()


def test_the_lines_of_a_judgment_add_up_to_its_total() -> None:
    rows = [row(f"s{n}", -0.5 - n, first_at=build.at(-n)) for n in range(12)]
    (section,) = composed(*rows, flags=(flag(),)).flagged
    (judgment,) = section.judgments

    assert len(judgment.away) == 12
    assert fsum(line.points for line in judgment.away) == pytest.approx(judgment.points_away)
    assert judgment.points == pytest.approx(judgment.points_away + judgment.points_toward)


def test_new_evidence_without_a_reason_is_a_brief_that_moved() -> None:
    found = composed(row("a", -3))

    assert [section.key for section in found.moved] == ["q/b"]
    assert found.flagged == ()
    assert digest.worth_sending(found)


def test_new_evidence_under_an_open_flag_shows_the_flag_again_with_its_old_reasons() -> None:
    (section,) = composed(row("a", -3), flags=(flag(raised=-48),)).flagged

    assert [reason.new for reason in section.judgments[0].reasons] == [False]


def test_nothing_new_is_one_line_and_not_worth_sending() -> None:
    old = row("a", -3, decided_at=build.at(-48))
    found = composed(old, flags=(flag(raised=-48),))

    assert found.unchanged == ("“A brief” (flag 4 is still open)",)
    assert not digest.worth_sending(found)


def test_evidence_from_before_the_brief_does_not_count() -> None:
    early = row("a", -9, first_at=build.at(days=-60), decided_at=build.NOON)

    assert composed(early).moved == ()


def test_an_urgent_digest_tells_the_flag_alone() -> None:
    found = composed(row("a", -12), flags=(flag(),), window=replace(WINDOW, urgent=True))

    assert found.flagged
    assert not found.unchanged
    assert not found.moved


def test_only_the_questions_asked_for() -> None:
    material = Material(
        questions=(QUESTION,),
        evidence=(row("a", -3),),
        flags=(),
        resets={},
        entries={},
        notices=("Feed x: 3 failed polls",),
        counts=Counts(entries=0, matched=0, stories=0, flags=0),
    )
    found = digest.compose(replace(CONFIG, questions=("other",)), WINDOW, material, now=WINDOW.end)

    assert not found.flagged
    assert not found.moved
    assert not found.unchanged
    assert digest.worth_sending(found), "feeds in trouble are worth telling"


def test_an_assumption_under_pressure_names_story_and_outlets() -> None:
    brief = replace(
        QUESTION.briefs[0],
        assumptions=(Assumption(id="holds", says="Washington holds out.", broken_by=("relief",)),),
    )
    material = Material(
        questions=(replace(QUESTION, briefs=(brief,)),),
        evidence=(row("a", 3, indicator="relief"),),
        flags=(flag(),),
        resets={},
        entries={},
        notices=(),
        counts=Counts(entries=0, matched=0, stories=0, flags=0),
    )
    (section,) = digest.compose(CONFIG, WINDOW, material, now=WINDOW.end).flagged

    assert section.assumptions == ("“Washington holds out.” – “Story a” (single outlet so far)",)


def test_briefs_are_ranked_by_what_the_news_added_not_by_where_they_stand() -> None:
    def brief(id_: str) -> Brief:
        judgment = replace(ALIVE, key=f"q/{id_}/talks-alive")
        return replace(QUESTION.briefs[0], key=f"q/{id_}", judgments=(judgment,))

    def of(id_: str, story: str, points: float, **changes: object) -> Evidence:
        return row(story, points, judgment=f"q/{id_}/talks-alive", **changes)

    old = of("still", "a", -30, first_at=build.at(-99), decided_at=build.at(-99))
    again = of("still", "b", -1)
    question = replace(QUESTION, briefs=(brief("still"), brief("moved")))
    material = Material(
        questions=(question,),
        evidence=(old, again, of("moved", "c", 6)),
        before=(old,),
        flags=(),
        resets={},
        entries={},
        notices=(),
        counts=Counts(entries=0, matched=0, stories=0, flags=0),
    )
    found = digest.compose(CONFIG, WINDOW, material, now=WINDOW.end)

    assert [section.key for section in found.moved] == ["q/moved", "q/still"]
    (still,) = found.moved[1].judgments
    assert still.news == pytest.approx(-1, abs=0.01)
    assert still.course[-1][1] == pytest.approx(still.points)


def test_what_was_held_back_is_told_with_its_reason_in_the_digest_alone() -> None:
    loud = flag(raised=0.5)
    soft = replace(
        loud.reasons[0],
        text="7 stories today, usually 1.",
        interrupts=False,
        held="over the budget of 1 in 14 days",
        raised_at=build.at(0.6),
    )
    old = replace(soft, raised_at=build.at(-30))
    held = replace(loud, reasons=(*loud.reasons, soft, old))

    found = composed(row("a", -12), flags=(held,))
    assert found.held_back == (
        "“What talks-alive says.” – 7 stories today, usually 1 (over the budget of 1 in 14 days)",
    )
    assert composed(flags=(held,), window=replace(WINDOW, urgent=True)).held_back == ()


def test_the_judgment_that_is_questioned_most_comes_first_and_is_named() -> None:
    """Both ledgers stand at the same sum; only one of them is questioned by what is heaviest."""
    deal = build.judgment(("sohae", Direction.AWAY), ("relief", Direction.TOWARD))
    question = replace(QUESTION, briefs=(replace(QUESTION.briefs[0], judgments=(deal, ALIVE)),))
    rows = [
        row(name, points, judgment=judgment.key, indicator=indicator)
        for judgment in (deal, ALIVE)
        for name, points, indicator in (("a", -20, "sohae"), ("b", 8, "relief"))
    ]
    both = flag().reasons[0]
    toward = replace(both, judgment=deal.key, direction=Direction.TOWARD)
    material = Material(
        questions=(question,),
        evidence=tuple(rows),
        flags=(replace(flag(), reasons=(toward, both)),),
        resets={},
        entries={},
        notices=(),
        counts=Counts(entries=0, matched=0, stories=0, flags=0),
    )
    (section,) = digest.compose(CONFIG, WINDOW, material, now=WINDOW.end).flagged

    assert [judgment.key for judgment in section.judgments] == [ALIVE.key, deal.key]
    assert section.bottom_line == (
        "Your judgment “What talks-alive says” may need another look. "
        "Weighing most: “Story a” (Reuters)."
    )


def test_the_newest_reason_comes_first() -> None:
    """A long list is cut, and what is cut must be the oldest."""
    old, new = flag(raised=-2).reasons[0], replace(flag().reasons[0], text="Newer")
    found = composed(row("a", -12), flags=(replace(flag(), reasons=(old, new)),))

    (judgment,) = found.flagged[0].judgments
    assert [reason.text for reason in judgment.reasons] == ["Newer", "The evidence has fallen"]


def because(*rows: Evidence, at: float = 0, kind: FlagKind = FlagKind.BREADTH) -> Reason:
    """A reason that names these rows."""
    (own,) = flag(raised=at).reasons
    refs = tuple(each.ref for each in rows)
    return replace(own, kind=kind, about=rows[0].indicator, evidence=refs, text="")


def led(*rows: Evidence, reasons: tuple[Reason, ...], told: float | None = None) -> str:
    own = replace(flag(), reasons=tuple(replace(each, text="So it is.") for each in reasons))
    material = Material(
        questions=(QUESTION,),
        evidence=rows,
        flags=(own,),
        resets={},
        entries={},
        notices=(),
        counts=Counts(entries=0, matched=0, stories=0, flags=0),
        told={} if told is None else {own.id: build.at(told)},
    )
    (section,) = digest.compose(CONFIG, WINDOW, material, now=WINDOW.end).flagged
    return section.lead.story_id if section.lead else ""


def test_a_section_begins_with_the_story_that_fired_not_with_the_heaviest() -> None:
    heavy, fired = row("heavy", -12), row("fired", -3)

    assert led(heavy, fired, reasons=(because(fired),)) == "fired"


def test_what_was_told_at_once_does_not_lead_the_next_digest_while_there_is_other_news() -> None:
    fired, small = row("fired", -12), row("small", -0.5)

    assert led(fired, small, reasons=(because(fired),), told=0.5) == "small"
    assert led(fired, reasons=(because(fired),), told=0.5) == "fired"
    assert led(fired, small, reasons=(because(fired),), told=-1) == "fired"


def test_without_a_new_reason_the_weightiest_new_story_against_a_judgment_leads() -> None:
    for_it, against, old = (
        row("for", 9, indicator="relief"),
        row("against", -2),
        row("old", -15, decided_at=build.at(-48)),
    )

    assert led(for_it, against, old, reasons=(because(old, at=-48),)) == "against"
    (moved,) = composed(for_it, against).moved
    assert moved.lead is not None
    assert moved.lead.story_id == "against"
    assert moved.lead_key == ALIVE.key


def test_an_indicator_falls_silent_once() -> None:
    heard = row("a", -3, last_at=WINDOW.end - digest.SILENT_AFTER - timedelta(hours=1))
    old = replace(heard, first_at=heard.last_at, decided_at=heard.last_at)

    (said,) = composed(old).fell_silent
    assert said.startswith("“sohae” for 14 days; the last was “Story a” on ")
    later = replace(WINDOW, start=WINDOW.end, end=WINDOW.end + timedelta(days=1))
    assert composed(old, window=later).fell_silent == ()
    assert composed(old, row("b", -1)).fell_silent == ()
    assert composed(old, window=replace(WINDOW, urgent=True)).fell_silent == ()


def test_a_line_says_how_many_outlets_had_told_it_before() -> None:
    now = row("a", -3, outlets=("Reuters", "NPR"))
    material = Material(
        questions=(QUESTION,),
        evidence=(now,),
        before=(replace(now, outlets=("Reuters",)),),
        flags=(),
        resets={},
        entries={},
        notices=(),
        counts=Counts(entries=0, matched=0, stories=0, flags=0),
    )
    (section,) = digest.compose(CONFIG, WINDOW, material, now=WINDOW.end).moved

    assert section.judgments[0].away[0].told_by == 1
