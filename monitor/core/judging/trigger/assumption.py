"""Trigger d: unhedged news, at several outlets, of what would break an assumption of the brief."""

from collections.abc import Iterable, Sequence

from monitor.core.judging.trigger import texts
from monitor.core.judging.trigger.case import Case, outlets, sources
from monitor.model.flags import Evidence, FlagKind, Reason
from monitor.model.questions import Assumption


def assumptions(case: Case) -> Iterable[Reason]:
    """One reason per assumption that is under pressure now and has rested long enough.

    An assumption belongs to the brief: it is told once, whichever of its judgments comes first.
    """
    for assumption in case.brief.assumptions:
        stirred = [name for name in case.stirred() if name in assumption.broken_by]
        rows = [row for name in stirred for row in case.carried(name)]
        if not rows or sources(rows) < case.needed(case.limits.assumption_outlets):
            continue
        if _told(case, assumption):
            continue
        yield case.reason(
            FlagKind.ASSUMPTION,
            about=assumption.id,
            direction=rows[0].direction,
            numbers=numbers(rows),
            facts=(*texts.assumed(assumption), *texts.pressing(rows)),
            evidence=rows,
        )


def numbers(rows: Sequence[Evidence]) -> dict[str, float]:
    """What the text says, from the rows alone."""
    return {
        "outlets": float(len(outlets(rows))),
        "stories": float(len({row.story_id for row in rows})),
    }


def _told(case: Case, assumption: Assumption) -> bool:
    return any(
        reason.kind is FlagKind.ASSUMPTION
        and reason.about == assumption.id
        and case.now - reason.raised_at < case.limits.assumption_pause
        for reason in case.past
    )
