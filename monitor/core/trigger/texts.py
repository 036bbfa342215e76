"""The sentences that say why: pure functions of numbers and rows that are stored beside them."""

from collections.abc import Mapping, Sequence

from monitor.core.trigger.case import outlets
from monitor.core.weigh import signed
from monitor.model.flags import Evidence
from monitor.model.questions import Assumption, Direction

RAREST = 1000
"""Beyond this, how rare a day is says more about the model than about the day."""


def tripwire(row: Evidence) -> str:
    return f"Decisive indicator “{row.indicator}”: {_confirmed(row)}"


def settled(row: Evidence, criteria: str) -> str:
    """What may have answered the question, and by which criteria a person would decide."""
    asked = f"; your criteria: “{criteria.rstrip('.')}”" if criteria else ""
    return f"The question may have resolved: “{row.indicator}”, {_confirmed(row)}{asked}"


def _confirmed(row: Evidence) -> str:
    first, *others = row.outlets
    confirmed = f", confirmed by {', '.join(others)}" if others else ""
    return f"{first} {row.first_at:%d %b %H:%M} UTC{confirmed} ({row.last_at:%d %b %H:%M} UTC)"


def breadth(indicator: str, numbers: Mapping[str, float]) -> str:
    outlets, stories = _count(numbers["outlets"], "outlet"), _stories(numbers["stories"])
    return f"“{indicator}” carried by {outlets} in {_hours(numbers['hours'])}, in {stories}"


def weight(direction: Direction, numbers: Mapping[str, float], clause: str) -> str:
    moved = "risen" if direction is Direction.TOWARD else "fallen"
    extreme = "low" if direction is Direction.TOWARD else "high"
    toward, away, total = (signed(numbers[name]) for name in ("toward", "away", "total"))
    text = (
        f"The evidence has {moved} {numbers['swing']:.1f} points from its {extreme}: "
        f"{toward} toward, {away} away, {total} in all, from {_stories(numbers['stories'])}"
    )
    return f"{text}; {clause}" if clause else text


def surge(numbers: Mapping[str, float]) -> str:
    tail = numbers["tail"]
    often = (
        f"about once in {1 / tail:,.0f}" if tail > 1 / RAREST else f"less than once in {RAREST:,}"
    )
    return (
        f"{_stories(numbers['stories'])} in 24 h, usually {numbers['mean']:.1f} a day "
        f"(over {numbers['days']:.0f} days): a day like this comes {often} days"
    )


def wakeup(indicator: str, numbers: Mapping[str, float]) -> str:
    days = _count(numbers["days"], "day")
    carried = f"at {_count(numbers['outlets'], 'outlet')}"
    if numbers["first"]:
        return f"First “{indicator}” story in the {days} since it is watched, {carried}"
    return f"First “{indicator}” story in {days}, {carried}"


def assumption(assumption: Assumption, rows: Sequence[Evidence]) -> str:
    names = ", ".join(f"“{name}”" for name in dict.fromkeys(row.indicator for row in rows))
    return (
        f"Challenges your assumption “{assumption.says.rstrip('.')}”: {names} at "
        f"{_listed(outlets(rows))}"
    )


def _listed(names: Sequence[str], most: int = 5) -> str:
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def _stories(number: float) -> str:
    return _count(number, "story", "stories")


def _hours(hours: float) -> str:
    return "under an hour" if hours < 1 else f"{hours:.0f} h"


def _count(number: float, one: str, many: str = "") -> str:
    return f"{number:,.0f} {one if number == 1 else many or one + 's'}"
