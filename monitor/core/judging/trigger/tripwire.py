"""Trigger a: a decisive indicator at a second outlet.

A story trips a wire once, and an indicator once in `tripwire_pause`. Hedged headlines never do:
“weighing a strike” is not a strike.
"""

from collections.abc import Callable, Iterable, Sequence

from monitor.core.judging.trigger import words
from monitor.core.judging.trigger.case import Case, OnNews, Recount, Rest, Trigger
from monitor.model.clock import UTC_CLOCK, ReaderClock
from monitor.model.flags import Evidence, FlagKind, Reason
from monitor.model.questions import Strength


def fire(case: Case) -> Iterable[Reason]:
    """One reason per decisive indicator against the judgment that trips now."""

    def decisive(row: Evidence) -> bool:
        return (
            row.weight >= Strength.DECISIVE
            and case.against(row)
            and row.indicator not in case.question.resolves
        )

    for row in confirmed(case, FlagKind.TRIPWIRE, decisive):
        yield case.reason(
            FlagKind.TRIPWIRE,
            about=row.indicator,
            direction=row.direction,
            numbers=numbers(row),
            facts=words.confirmation(row),
            evidence=(row,),
        )


def confirmed(case: Case, kind: FlagKind, wanted: Callable[[Evidence], bool]) -> Iterable[Evidence]:
    """Fresh rows that a second outlet confirms, one per indicator that has rested."""
    fired: set[str] = set()
    tripped = {(ref[1], ref[2]) for reason in case.own(kind) for ref in reason.evidence}
    # a story that tripped it may have become part of another
    told = {
        (entry_id, row.indicator)
        for row in case.rows
        if (row.story_id, row.indicator) in tripped and not row.weight
        for entry_id in row.entry_ids
    }
    for row in case.fresh:
        alone = row.hedged or row.sources < case.needed(case.limits.tripwire_outlets)
        if alone or row.indicator in fired or not wanted(row):
            continue
        resting = case.resting(kind, row.indicator, case.limits.tripwire_pause)
        again = (row.story_id, row.indicator) in tripped or any(
            (entry_id, row.indicator) in told for entry_id in row.entry_ids
        )
        if not resting and not again:
            fired.add(row.indicator)
            yield row


def numbers(row: Evidence) -> dict[str, float]:
    """What the text says, from the row alone."""
    return {"outlets": float(len(row.outlets)), "points": row.points}


def recount(_: Reason, rows: Sequence[Evidence]) -> Recount:
    text = words.confirmed(words.confirmation(rows[0]), UTC_CLOCK)
    return Recount(numbers=numbers(rows[0]), text=text)


def sentence(reason: Reason, clock: ReaderClock) -> str:
    return f"Decisive indicator “{reason.about}”: {words.confirmed(reason.facts, clock)}"


TRIGGER = Trigger(
    kind=FlagKind.TRIPWIRE,
    name="decisive indicator confirmed",
    fires=(OnNews(fire),),
    sentence=sentence,
    recount=recount,
    without_rows=False,
    rest=Rest.HARDER,
)
