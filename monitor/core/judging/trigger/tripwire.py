"""Triggers a and g: a decisive indicator, or one that settles the question, at a second outlet.

A story trips a wire once, and an indicator once in `tripwire_pause`. Hedged headlines never do:
“weighing a strike” is not a strike.
"""

from collections.abc import Iterable

from monitor.core.judging.trigger import texts
from monitor.core.judging.trigger.case import Case
from monitor.model.flags import Evidence, FlagKind, Reason
from monitor.model.questions import Strength


def tripwires(case: Case) -> Iterable[Reason]:
    """One reason per indicator that trips now."""
    fired: set[str] = set()
    for row in case.fresh:
        kind = _kind(case, row)
        if kind is None or row.indicator in fired or not _may_trip(case, kind, row):
            continue
        fired.add(row.indicator)
        yield case.reason(
            kind,
            about=row.indicator,
            direction=row.direction,
            numbers=numbers(row),
            facts=(
                *texts.confirmation(row),
                *(texts.criteria(case.question) if kind is FlagKind.RESOLVED else ()),
            ),
            evidence=(row,),
        )


def numbers(row: Evidence) -> dict[str, float]:
    """What the text says, from the row alone."""
    return {"outlets": float(len(row.outlets)), "points": row.points}


def _kind(case: Case, row: Evidence) -> FlagKind | None:
    if row.hedged or row.sources < case.needed(case.limits.tripwire_outlets):
        return None
    if row.indicator in case.question.resolves:
        return FlagKind.RESOLVED
    decisive = row.weight >= Strength.DECISIVE and case.against(row)
    return FlagKind.TRIPWIRE if decisive else None


def _may_trip(case: Case, kind: FlagKind, row: Evidence) -> bool:
    tripped = {(ref[1], ref[2]) for reason in case.own(kind) for ref in reason.evidence}
    resting = case.resting(kind, row.indicator, case.limits.tripwire_pause)
    return not resting and (row.story_id, row.indicator) not in tripped
