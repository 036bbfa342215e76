"""Decides which reasons interrupt and which wait for the digest, and says why they wait.

Repeats, not workload, make people stop reading alerts. So a brief has one open flag to which later
news attaches, only an escalation interrupts again within two days, and a budget bounds the softer
kinds. Nothing is dropped: what is held is kept and told in the digest.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.core.judging.limits import Limits
from monitor.core.judging.trigger import table
from monitor.core.judging.trigger.case import Rest
from monitor.model.flags import Facts, Reason
from monitor.model.questions import Direction

SNOOZED, ATTACHED, SPENT = "snoozed", "attached", "budget spent"
"""Why a reason waits for the digest; `texts.held` says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldBefore:
    """What the analyst was told of a brief: on its open flag, and on the judgment over time."""

    open_flag: tuple[Reason, ...]  # reasons of the live flag, those of this poll included
    judgment: tuple[Reason, ...]  # earlier reasons on the judgment, on whatever flag
    snoozed_until: datetime | None = None


def restrain(reason: Reason, told: ToldBefore, limits: Limits) -> Reason:
    """The reason as it is, or held back with the reason for that."""
    if not reason.interrupts or _rest(reason) is Rest.NOTHING:
        return reason
    for held, facts in (
        (SNOOZED, _snoozed(reason, told)),
        (ATTACHED, _merged(reason, told, limits)),
        (SPENT, _spent(reason, told, limits)),
    ):
        if facts:
            return replace(reason, interrupts=False, held=held, facts=(*reason.facts, *facts))
    return reason


def _snoozed(reason: Reason, told: ToldBefore) -> Facts:
    until = told.snoozed_until
    if until is None or reason.raised_at >= until or _rest(reason) is Rest.HARDER:
        return ()
    return (("until", until.isoformat()),)


def _merged(reason: Reason, told: ToldBefore, limits: Limits) -> Facts:
    loud = [other for other in told.open_flag if other.interrupts]
    if not loud:
        return ()
    last = max(loud, key=lambda other: other.raised_at)
    age = reason.raised_at - last.raised_at
    if age >= limits.merge or _escalates(reason, loud) or _reverses(reason, last):
        return ()
    if age >= limits.escalate and _rest(reason) is Rest.HARDER:
        return ()
    return (("told_at", last.raised_at.isoformat()),)


def _escalates(reason: Reason, loud: Sequence[Reason]) -> bool:
    """A tripwire over softer reasons is told at once."""
    return _rest(reason) is Rest.HARDER and all(_rest(other) is not Rest.HARDER for other in loud)


def _reverses(reason: Reason, last: Reason) -> bool:
    """News that points the other way than what was told last, on whichever judgment, is news."""
    return {last.direction, reason.direction} == {Direction.TOWARD, Direction.AWAY}


def _spent(reason: Reason, told: ToldBefore, limits: Limits) -> Facts:
    """The budget of the softer kinds, per judgment."""
    if _rest(reason) is not Rest.BUDGET:
        return ()
    spent = [
        other
        for other in told.judgment
        if other.interrupts
        and _rest(other) is Rest.BUDGET
        and reason.raised_at - other.raised_at < limits.budget_span
    ]
    if len(spent) < limits.budget:
        return ()
    last = max(spent, key=lambda other: other.raised_at)
    return (
        ("budget", str(limits.budget)),
        ("budget_days", str(limits.budget_span.days)),
        ("spent_on", last.kind.value),
        ("spent_at", last.raised_at.isoformat()),
    )


def _rest(reason: Reason) -> Rest:
    return table.of(reason.kind).rest
