"""Trigger a: a decisive indicator at a second source, in one story or in two within a day.

A story trips a wire once, and an indicator once in `tripwire_pause`. Hedged headlines never do:
“weighing a strike” is not a strike.
"""

from collections.abc import Callable, Iterable, Sequence
from math import fsum

from monitor.core.judging.trigger import words
from monitor.core.judging.trigger.case import (
    Case,
    OnNews,
    Recount,
    Rest,
    Trigger,
    outlets,
    sources,
)
from monitor.model.clock import UTC_CLOCK, ReaderClock
from monitor.model.flags import Evidence, FlagKind, Reason
from monitor.model.questions import Direction, Strength

_BOTH = {Direction.TOWARD, Direction.AWAY}


def fire(case: Case) -> Iterable[Reason]:
    """One reason per decisive indicator against the judgment that trips now."""

    def decisive(row: Evidence) -> bool:
        return (
            row.weight >= Strength.DECISIVE
            and case.against(row)
            and row.indicator not in case.question.resolves
        )

    for rows in confirmed(case, FlagKind.TRIPWIRE, decisive):
        yield case.reason(
            FlagKind.TRIPWIRE,
            about=rows[0].indicator,
            direction=rows[0].direction,
            numbers=numbers(rows),
            facts=words.confirmation(rows),
            evidence=rows,
        )


def confirmed(
    case: Case, kind: FlagKind, wanted: Callable[[Evidence], bool]
) -> Iterable[Sequence[Evidence]]:
    """Per indicator that has rested, the rows by which a second source confirms it.

    One story whenever it grows to a second source; or two within a day, since two reports of one
    deed may share no word. Of several stories only those count whose headlines do not also say
    the opposite.
    """
    fired: set[str] = set()
    tripped = {(ref[1], ref[2]) for reason in case.own(kind) for ref in reason.evidence}
    # a story that tripped it may have become part of another
    told = {
        (entry_id, row.indicator)
        for row in case.rows
        if (row.story_id, row.indicator) in tripped and not row.weight
        for entry_id in row.entry_ids
    }
    needed = case.needed(case.limits.tripwire_outlets)
    for fresh in case.fresh:
        if fresh.hedged or fresh.indicator in fired or not wanted(fresh):
            continue
        rows = (fresh,) if fresh.sources >= needed else _in_several(case, fresh)
        if sources(rows) < needed:
            continue
        resting = case.resting(kind, fresh.indicator, case.limits.tripwire_pause)
        again = (fresh.story_id, fresh.indicator) in tripped or any(
            (entry_id, fresh.indicator) in told for entry_id in fresh.entry_ids
        )
        if not resting and not again:
            fired.add(fresh.indicator)
            yield rows


def _in_several(case: Case, fresh: Evidence) -> tuple[Evidence, ...]:
    """The rows of a day that say the same, the fresh one's story among them."""
    if _says_both(case, fresh):
        return ()
    return tuple(
        row
        for row in case.news
        if row.indicator == fresh.indicator
        and row.direction is fresh.direction
        and not row.hedged
        and case.now - row.last_at < case.limits.tripwire_together
        and case.alerting(row)
        and not _says_both(case, row)
    )


def _says_both(case: Case, row: Evidence) -> bool:
    """Whether all headlines of a row count the other way as well: “stops tests of missiles”."""
    opposite = {
        entry
        for other in case.news
        if other.story_id == row.story_id and {other.direction, row.direction} == _BOTH
        for entry in other.entry_ids
    }
    return opposite.issuperset(row.entry_ids)


def numbers(rows: Sequence[Evidence]) -> dict[str, float]:
    """What the text says, from the rows alone."""
    return {"outlets": float(len(outlets(rows))), "points": fsum(row.points for row in rows)}


def recount(_: Reason, rows: Sequence[Evidence]) -> Recount:
    text = words.confirmed(words.confirmation(rows), UTC_CLOCK)
    return Recount(numbers=numbers(rows), text=text)


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
