"""Trigger a2: one indicator against the judgment, carried by many outlets within two days.

A net ledger alone misses this: once, 22 outlets on a collapse of talks moved it by nothing, because
contrary news of four days earlier stood on the other side.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

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
from monitor.model.flags import Evidence, FlagKind, Reason
from monitor.model.numbers import plural
from monitor.model.questions import Strength


def fire(case: Case) -> Iterable[Reason]:
    """One reason per indicator that is carried widely enough."""
    wanted = {
        Strength.STRONG.value: case.needed(case.limits.breadth_strong),
        Strength.MODERATE.value: case.needed(case.limits.breadth_moderate, least=3),
    }
    for indicator in case.in_the_news():
        rows = [row for row in case.carried(indicator) if case.against(row) and row.points]
        needed = wanted.get(rows[-1].weight) if rows else None
        if needed is None or sources(rows) < needed:
            continue
        if case.resting(FlagKind.BREADTH, indicator, case.limits.breadth_pause):
            continue
        yield case.reason(
            FlagKind.BREADTH,
            about=indicator,
            direction=rows[0].direction,
            numbers=numbers(rows),
            evidence=rows,
        )


def numbers(rows: Sequence[Evidence]) -> dict[str, float]:
    """What the text says, from the rows alone."""
    span = max(row.last_at for row in rows) - min(row.first_at for row in rows)
    return {
        "outlets": float(len(outlets(rows))),
        "hours": span / timedelta(hours=1),
        "stories": float(len({row.story_id for row in rows})),
    }


def sentence(reason: Reason, clock: ReaderClock) -> str:
    return f"{told(reason.about, dict(reason.numbers))}, as of {clock.moment(reason.raised_at)}"


def told(indicator: str, found: Mapping[str, float]) -> str:
    many, stories = plural(found["outlets"], "outlet"), words.stories(found["stories"])
    return f"“{indicator}” carried by {many} in {words.hours(found['hours'])}, in {stories}"


def recount(reason: Reason, rows: Sequence[Evidence]) -> Recount:
    found = numbers(rows)
    return Recount(numbers=found, text=told(reason.about, found))


TRIGGER = Trigger(
    kind=FlagKind.BREADTH,
    name="widely carried",
    fires=(OnNews(fire),),
    sentence=sentence,
    recount=recount,
    without_rows=False,
    rest=Rest.TOLD,
)
