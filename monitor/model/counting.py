"""Turns how often a word was found into how often it was found ever, and of late.

The arithmetic of `store.words` and of a replay's memory, so that both come to the same. Must never
know which word it is.
"""

from collections.abc import Iterable, Mapping
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


def of_late(
    counts: Mapping[str, Counted], wanted: Iterable[str], day: int
) -> dict[str, tuple[int, int]]:
    """Of the words that were ever found: entries ever, and on this day and the one before.

    All at once, since an arriving entry asks for hundreds.
    """
    found: dict[str, tuple[int, int]] = {}
    for word in wanted:
        counted = counts.get(word)
        if counted is not None and counted is not NEVER:
            ever, last, at_last, before = counted
            if last >= day:
                found[word] = ever, at_last + before
            else:
                found[word] = ever, at_last if last == day - 1 else 0
    return found
