"""Turns how often a word was found into how often it was found ever, and of late.

The arithmetic of `store.words` and of a replay's memory, so that both come to the same. Must never
know which word it is.
"""

from typing import Final, TypeAlias

Counted: TypeAlias = tuple[int, int, int, int]
"""Entries ever; the day of the last, counted from 0001-01-01; entries on it; on the day before."""

NEVER: Final[Counted] = (0, 0, 0, 0)


def more(counted: Counted, count: int, day: int) -> Counted:
    """After `count` more entries on a day; what comes late counts for the newest day."""
    ever, last, at_last, before = counted
    if last >= day:
        return ever + count, last, at_last + count, before
    return ever + count, day, count, at_last if last == day - 1 else 0


def of_late(counted: Counted, day: int) -> tuple[int, int]:
    """Entries ever, and on this day and the one before."""
    ever, last, at_last, before = counted
    if last >= day:
        return ever, at_last + before
    return ever, at_last if last == day - 1 else 0
