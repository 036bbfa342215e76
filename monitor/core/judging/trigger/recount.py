"""Works the numbers and the sentence of a stored reason out again, from the rows that it names.

The same functions that made them: what an analyst reads in an alert must follow from what is stored
beside it, however long ago it was raised.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import Final

from monitor.core.judging.trigger import assumption, breadth, surge, texts, tripwire, wakeup, weight
from monitor.model.clock import UTC_CLOCK
from monitor.model.flags import Evidence, FlagKind, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Recount:
    """`text` is a part of the sentence as `UTC_CLOCK` tells it: the rest quotes the watchlist."""

    numbers: Mapping[str, float]
    text: str


WITHOUT_ROWS: Final = frozenset({FlagKind.CITATION, FlagKind.SILENCE, FlagKind.RESOLVED})
"""Kinds whose reasons may rest on the calendar or on a cited article alone, and name no rows."""


def recount(reason: Reason, rows: Sequence[Evidence]) -> Recount:
    """What follows from `rows`, in the order in which the reason names them.

    Numbers that come from the calendar or from outside the rows are left out. Raises ValueError for
    a kind that nothing here can check, and for one that must rest on rows and has none.
    """
    check = _CHECKS.get(reason.kind)
    if check is None:
        raise ValueError(f"a reason of kind “{reason.kind}” cannot be worked out again")
    if rows:
        return check(reason, rows)
    if reason.kind not in WITHOUT_ROWS:
        raise ValueError(f"a reason of kind “{reason.kind}” rests on rows and names none")
    return Recount(numbers={}, text="")


def _confirmed(_: Reason, rows: Sequence[Evidence]) -> Recount:
    text = texts.confirmed(texts.confirmation(rows[0]), UTC_CLOCK)
    return Recount(numbers=tripwire.numbers(rows[0]), text=text)


def _silent(_: Reason, rows: Sequence[Evidence]) -> Recount:
    return Recount(numbers={"points": rows[0].points}, text=rows[0].indicator)


def _broad(reason: Reason, rows: Sequence[Evidence]) -> Recount:
    found = breadth.numbers(rows)
    return Recount(numbers=found, text=texts.breadth(reason.about, found))


def _weighed(reason: Reason, rows: Sequence[Evidence]) -> Recount:
    found = weight.numbers(rows, reason.direction, reason.raised_at)
    text = texts.weight(reason.direction, found, UTC_CLOCK.moment(reason.raised_at))
    return Recount(numbers=found, text=text)


def _surged(reason: Reason, rows: Sequence[Evidence]) -> Recount:
    found = surge.numbers(rows, reason.raised_at)
    if not found:  # nothing can be usual in so short a time
        return Recount(numbers={"days": nan}, text="more days of evidence")
    return Recount(numbers=found, text=texts.surge(found, UTC_CLOCK.moment(reason.raised_at)))


def _woken(reason: Reason, rows: Sequence[Evidence]) -> Recount:
    """The first row is the last one before the silence, unless there was none."""
    stored = dict(reason.numbers)
    if stored.get("first", nan):
        found = wakeup.numbers(rows, wakeup.woke(rows)) | {"days": stored.get("days", nan)}
    else:
        found = wakeup.numbers(rows[1:], rows[0].last_at)
    found |= {"first": stored.get("first", nan)}
    return Recount(numbers=found, text=texts.wakeup(reason.about, found))


def _pressed(_: Reason, rows: Sequence[Evidence]) -> Recount:
    return Recount(numbers=assumption.numbers(rows), text=texts.pressed(texts.pressing(rows)))


def _cited(_: Reason, __: Sequence[Evidence]) -> Recount:
    """What a cited article said is kept beside it, not in evidence."""
    return Recount(numbers={}, text="")


_CHECKS: Final[Mapping[FlagKind, Callable[[Reason, Sequence[Evidence]], Recount]]] = {
    FlagKind.TRIPWIRE: _confirmed,
    FlagKind.BREADTH: _broad,
    FlagKind.WEIGHT: _weighed,
    FlagKind.SURGE: _surged,
    FlagKind.WAKE_UP: _woken,
    FlagKind.ASSUMPTION: _pressed,
    FlagKind.CITATION: _cited,
    FlagKind.SILENCE: _silent,
    FlagKind.RESOLVED: _confirmed,
}
