"""Trigger d: unhedged news, at several outlets, of what would break an assumption of the brief."""

from collections.abc import Iterable, Sequence

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
from monitor.model.clock import ReaderClock
from monitor.model.flags import Evidence, Facts, FlagKind, Reason
from monitor.model.questions import Assumption


def fire(case: Case) -> Iterable[Reason]:
    """One reason per assumption that is under pressure now and has rested long enough.

    An assumption belongs to the brief: it is told once, whichever of its judgments comes first.
    """
    for assumption in case.brief.assumptions:
        breaking = [name for name in case.in_the_news() if name in assumption.broken_by]
        rows = [row for name in breaking for row in case.carried(name)]
        if not rows or sources(rows) < case.needed(case.limits.assumption_outlets):
            continue
        if _told(case, assumption):
            continue
        yield case.reason(
            FlagKind.ASSUMPTION,
            about=assumption.id,
            direction=rows[0].direction,
            numbers=numbers(rows),
            facts=(*words.given(assumes=assumption.says.rstrip(".")), *pressing(rows)),
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


def pressing(rows: Sequence[Evidence]) -> Facts:
    """Which indicators press on an assumption, and where."""
    names = dict.fromkeys(row.indicator for row in rows)
    return (
        *(("indicator", name) for name in names),
        *(("outlet", outlet) for outlet in outlets(rows)),
    )


def pressed(facts: Facts) -> str:
    """“strike”, “walkout” at Reuters, BBC News."""
    names = ", ".join(f"“{name}”" for name in words.every(facts, "indicator"))
    where = words.listed(words.every(facts, "outlet"))
    return f"{names} at {where}" if where else names


def sentence(reason: Reason, clock: ReaderClock) -> str:  # noqa: ARG001  # one shape for every kind
    says = dict(reason.facts).get("assumes")
    whose = f"your assumption “{says}”" if says else "an assumption of yours"
    return f"Challenges {whose}: {pressed(reason.facts)}"


def recount(_: Reason, rows: Sequence[Evidence]) -> Recount:
    return Recount(numbers=numbers(rows), text=pressed(pressing(rows)))


TRIGGER = Trigger(
    kind=FlagKind.ASSUMPTION,
    name="an assumption is under pressure",
    fires=(OnNews(fire),),
    sentence=sentence,
    recount=recount,
    without_rows=False,
    rest=Rest.TOLD,
)
