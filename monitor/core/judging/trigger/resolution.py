"""Trigger g: news that may settle the question, confirmed by a second outlet; a horizon passed.

A passed horizon asks once, and once more a week later unless somebody answered: asked on three days
running, it was a third of what one summer was interrupted by.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from monitor.core.judging.trigger import tripwire, words
from monitor.core.judging.trigger.case import Almanac, Case, OnDay, OnNews, Recount, Rest, Trigger
from monitor.model.clock import ReaderClock
from monitor.model.flags import Evidence, FlagKind, Reason

ASKED_MOST = 2
ASKED_EVERY = timedelta(days=7)


def fire(case: Case) -> Iterable[Reason]:
    """One reason per indicator under `resolves:` that is confirmed, whatever its strength."""
    settling = case.question.resolves
    for rows in tripwire.confirmed(case, FlagKind.RESOLVED, lambda row: row.indicator in settling):
        yield case.reason(
            FlagKind.RESOLVED,
            about=rows[0].indicator,
            direction=rows[0].direction,
            numbers=tripwire.numbers(rows),
            facts=(*words.confirmation(rows), *words.criteria(case.question)),
            evidence=rows,
        )


def passed(almanac: Almanac) -> Iterable[Reason]:
    """Whether the question resolved, once its horizon is past and until somebody answers."""
    closes = almanac.question.closes
    # what closed before it was ever watched is an example, or history: nobody waits for an answer
    if closes is None or not almanac.question.closed(almanac.today):
        return
    asked = [
        item
        for item in almanac.told
        if item.kind is FlagKind.RESOLVED and item.about.startswith("closed-")
    ]
    last = max((item.raised_at for item in asked), default=None)
    if len(asked) >= ASKED_MOST or almanac.since.date() > closes:
        return
    if last is not None and almanac.now - last < ASKED_EVERY:
        return
    yield almanac.notice(
        almanac.brief.judgments[0],
        f"closed-{len(asked) + 1}",
        (*words.criteria(almanac.question), *words.closing(almanac.question)),
        kind=FlagKind.RESOLVED,
        numbers=[("asked", len(asked) + 1)],
    )


def sentence(reason: Reason, clock: ReaderClock) -> str:
    facts = dict(reason.facts)
    asked = f"your criteria: “{facts['criteria']}”" if "criteria" in facts else ""
    if "first" in facts:
        told = words.confirmed(reason.facts, clock)
        by = f"The question may have resolved: “{reason.about}”, {told}"
        return f"{by}; {asked}" if asked else by
    on = f" on {words.written(facts['closes'])}" if "closes" in facts else ""
    return (
        f"The question closed{on}; {f'{asked}. ' if asked else ''}Did it resolve: yes, no, or void?"
    )


def recount(reason: Reason, rows: Sequence[Evidence]) -> Recount:
    return tripwire.recount(reason, rows)


TRIGGER = Trigger(
    kind=FlagKind.RESOLVED,
    name="the question may have resolved",
    fires=(OnNews(fire), OnDay(passed)),
    sentence=sentence,
    recount=recount,
    without_rows=True,
    rest=Rest.NOTHING,
)
