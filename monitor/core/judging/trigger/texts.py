"""The sentences that say why: pure functions of numbers and rows that are stored beside them."""

from collections.abc import Mapping, Sequence
from datetime import date

from monitor.core.judging.trigger.case import outlets
from monitor.core.judging.weigh import signed
from monitor.model.flags import Evidence
from monitor.model.questions import Assumption, Direction, Question, Quiet

RAREST = 1000
"""Beyond this, how rare a day is says more about the model than about the day."""


def tripwire(row: Evidence) -> str:
    return f"Decisive indicator “{row.indicator}”: {confirmed(row)}"


def settled(row: Evidence, criteria: str) -> str:
    """What may have answered the question, and by which criteria a person would decide."""
    asked = f"; your criteria: “{criteria.rstrip('.')}”" if criteria else ""
    return f"The question may have resolved: “{row.indicator}”, {confirmed(row)}{asked}"


def confirmed(row: Evidence) -> str:
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
    return f"Challenges your assumption “{assumption.says.rstrip('.')}”: {pressing(rows)}"


def pressing(rows: Sequence[Evidence]) -> str:
    """Which indicators press on an assumption, and where."""
    names = ", ".join(f"“{name}”" for name in dict.fromkeys(row.indicator for row in rows))
    return f"{names} at {_listed(outlets(rows))}"


def horizon(closes: date, left: float) -> str:
    when = f"in {_count(left, 'day')}" if left else "today"
    return f"The question closes {when}, on {_day(closes)}"


def review(days: float, *, reviewed: bool, last: date) -> str:
    ago = f"{_count(days, 'day')} ago, on {_day(last)}"
    return f"Review due: the last was {ago}" if reviewed else f"Review due: published {ago}"


def passed(question: Question) -> str:
    criteria = question.resolves_yes_if.rstrip(".")
    asked = f"your criteria: “{criteria}”. " if criteria else ""
    closes = f" on {_day(question.closes)}" if question.closes else ""
    return f"The question closed{closes}; {asked}Did it resolve: yes, no, or void?"


def silence(quiet: Quiet, days: float, up: float, *, counts: bool) -> str:
    because = f" ({quiet.because})" if quiet.because else ""
    seen = f"nothing seen in {_count(days, 'day')}"
    feeds = f"feeds up {100 * up:.0f} %"
    caution = "" if counts else ", too little for silence to be evidence"
    return f"“{quiet.indicator}” expected by {_day(quiet.by)}, {seen}, {feeds}{caution}{because}"


def nothing_seen(quiet: Quiet) -> str:
    """What stands where a story's title would."""
    return f"No “{quiet.indicator}” story by {_day(quiet.by)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _listed(names: Sequence[str], most: int = 5) -> str:
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def _stories(number: float) -> str:
    return _count(number, "story", "stories")


def _hours(hours: float) -> str:
    return "under an hour" if hours < 1 else f"{hours:.0f} h"


def _count(number: float, one: str, many: str = "") -> str:
    return f"{number:,.0f} {one if number == 1 else many or one + 's'}"
