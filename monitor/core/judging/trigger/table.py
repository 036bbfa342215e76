"""Every trigger there is, by the kind of flag that it raises: the one place that lists them.

Adding a member to `FlagKind` without a trigger here does not type-check.
"""

from collections.abc import Sequence
from typing import Final, assert_never

from monitor.core.judging.trigger import (
    assumption,
    breadth,
    citation,
    resolution,
    silence,
    surge,
    tripwire,
    wakeup,
    weight,
)
from monitor.core.judging.trigger.case import Recount, Trigger
from monitor.model.flags import Evidence, FlagKind, Reason

TRIGGERS: Final = (
    resolution.TRIGGER,
    tripwire.TRIGGER,
    assumption.TRIGGER,
    breadth.TRIGGER,
    wakeup.TRIGGER,
    surge.TRIGGER,
    weight.TRIGGER,
    citation.TRIGGER,
    silence.TRIGGER,
)
"""The most decisive first: where a budget lets only one through, it is the first."""


def of(kind: FlagKind) -> Trigger:  # noqa: C901, PLR0911  # a table that the type checker completes
    """The trigger that raises this kind."""
    match kind:
        case FlagKind.RESOLVED:
            return resolution.TRIGGER
        case FlagKind.TRIPWIRE:
            return tripwire.TRIGGER
        case FlagKind.ASSUMPTION:
            return assumption.TRIGGER
        case FlagKind.BREADTH:
            return breadth.TRIGGER
        case FlagKind.WAKE_UP:
            return wakeup.TRIGGER
        case FlagKind.SURGE:
            return surge.TRIGGER
        case FlagKind.WEIGHT:
            return weight.TRIGGER
        case FlagKind.CITATION:
            return citation.TRIGGER
        case FlagKind.SILENCE:
            return silence.TRIGGER
        case _:
            assert_never(kind)


def recount(reason: Reason, rows: Sequence[Evidence]) -> Recount:
    """What follows from `rows`, in the order in which the reason names them.

    The same functions that made the reason: what an analyst reads in an alert must follow from what
    is stored beside it, however long ago it was raised. Numbers from the calendar or from outside
    the rows are left out. Raises ValueError for one that must rest on rows and has none.
    """
    made_by = of(reason.kind)
    if rows:
        return made_by.recount(reason, rows)
    if not made_by.without_rows:
        raise ValueError(f"a reason of kind “{reason.kind}” rests on rows and names none")
    return Recount(numbers={})
