"""Trigger c2: an indicator against the judgment that was silent for weeks and is news again."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from math import nan

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
    """One reason per indicator that wakes now."""
    limits = case.limits
    for indicator in case.in_the_news():
        rows = [row for row in case.carried(indicator) if case.against(row)]
        if not rows or sources(rows) < case.needed(limits.wakeup_outlets):
            continue
        before = _before(case, indicator)
        slept_from = before.last_at if before else case.loaded.get(indicator)
        if slept_from is None or woke(rows) - slept_from < limits.wakeup_silence:
            continue
        if case.resting(FlagKind.WAKE_UP, indicator, limits.wakeup_pause):
            continue
        found = numbers(rows, slept_from) | {"first": float(before is None)}
        yield case.reason(
            FlagKind.WAKE_UP,
            about=indicator,
            direction=rows[0].direction,
            numbers=found,
            evidence=(*((before,) if before else ()), *rows),
            # three outlets are few: what is only moderate is told at once when it is broad
            interrupts=rows[-1].weight >= Strength.STRONG,
        )


def woke(rows: Sequence[Evidence]) -> datetime:
    """When the first of these stories was seen."""
    return min(row.first_at for row in rows)


def numbers(rows: Sequence[Evidence], slept_from: datetime) -> dict[str, float]:
    """What the text says, from the rows and the time of the last hit before them."""
    return {
        "outlets": float(len(outlets(rows))),
        "days": float((woke(rows) - slept_from) // timedelta(days=1)),
    }


def _before(case: Case, indicator: str) -> Evidence | None:
    """The newest row of the indicator that is not part of what is news now."""
    edge = case.now - case.limits.together
    older = (
        row
        for row in (*case.older, *case.news)
        if row.indicator == indicator and row.last_at <= edge
    )
    return max(older, key=lambda row: (row.last_at, row.story_id), default=None)


def sentence(reason: Reason, clock: ReaderClock) -> str:
    return f"{told(reason.about, dict(reason.numbers))}, as of {clock.moment(reason.raised_at)}"


def told(indicator: str, found: Mapping[str, float]) -> str:
    days = plural(found["days"], "day")
    where = f"at {plural(found['outlets'], 'outlet')}"
    if found["first"]:
        return f"First “{indicator}” story in the {days} since it is watched, {where}"
    return f"First “{indicator}” story in {days}, {where}"


def recount(reason: Reason, rows: Sequence[Evidence]) -> Recount:
    """The first row is the last one before the silence, unless there was none."""
    stored = dict(reason.numbers)
    if stored.get("first", nan):
        found = numbers(rows, woke(rows)) | {"days": stored.get("days", nan)}
    else:
        found = numbers(rows[1:], rows[0].last_at)
    found |= {"first": stored.get("first", nan)}
    return Recount(numbers=found, text=told(reason.about, found))


TRIGGER = Trigger(
    kind=FlagKind.WAKE_UP,
    name="a silent indicator woke up",
    fires=(OnNews(fire),),
    sentence=sentence,
    recount=recount,
    without_rows=False,
    rest=Rest.BUDGET,
)
