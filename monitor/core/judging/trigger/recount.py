"""Works the numbers and the sentence of a stored reason out again, from the rows that it names.

The same functions that made them: what an analyst reads in an alert must follow from what is stored
beside it, however long ago it was raised.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.core.judging.trigger import assumption, breadth, surge, texts, tripwire, wakeup, weight
from monitor.model.flags import Evidence, FlagKind, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Recount:
    """`text` is a part of the sentence: the rest quotes the watchlist of the time."""

    numbers: Mapping[str, float]
    text: str


def recount(reason: Reason, rows: Sequence[Evidence]) -> Recount:
    """What follows from `rows`, in the order in which the reason names them.

    Numbers that come from the calendar or from outside the rows are left out.
    """
    if not rows:
        return Recount(numbers={}, text="")
    if reason.kind in {FlagKind.TRIPWIRE, FlagKind.RESOLVED}:
        return Recount(numbers=tripwire.numbers(rows[0]), text=texts.confirmed(rows[0]))
    if reason.kind is FlagKind.SILENCE:
        return Recount(numbers={"points": rows[0].points}, text=rows[0].indicator)
    return _of_many(reason, rows)


def _of_many(reason: Reason, rows: Sequence[Evidence]) -> Recount:
    if reason.kind is FlagKind.BREADTH:
        found = breadth.numbers(rows)
        return Recount(numbers=found, text=texts.breadth(reason.about, found))
    if reason.kind is FlagKind.WEIGHT:
        found = weight.numbers(rows, reason.direction, reason.raised_at)
        return Recount(numbers=found, text=texts.weight(reason.direction, found, ""))
    if reason.kind is FlagKind.SURGE:
        found = surge.numbers(rows, reason.raised_at)
        return Recount(numbers=found, text=texts.surge(found))
    if reason.kind is FlagKind.WAKE_UP:
        return _woken(reason, rows)
    if reason.kind is FlagKind.ASSUMPTION:
        return Recount(numbers=assumption.numbers(rows), text=texts.pressing(rows))
    return Recount(numbers={}, text="")


def _woken(reason: Reason, rows: Sequence[Evidence]) -> Recount:
    """The first row is the last one before the silence, unless there was none."""
    stored = dict(reason.numbers)
    if stored["first"]:
        found = wakeup.numbers(rows, wakeup.woke(rows)) | {"days": stored["days"]}
    else:
        found = wakeup.numbers(rows[1:], rows[0].last_at)
    found |= {"first": stored["first"]}
    return Recount(numbers=found, text=texts.wakeup(reason.about, found))
