"""The parts of sentences and the facts that several triggers share. Pure text, no decisions."""

from collections.abc import Sequence
from datetime import date, datetime

from monitor.model.clock import MONTHS, ReaderClock
from monitor.model.flags import Evidence, Facts
from monitor.model.numbers import plural
from monitor.model.questions import Question


def given(**facts: str) -> Facts:
    """Those that are not empty."""
    return tuple((name, value) for name, value in facts.items() if value)


def every(facts: Facts, name: str) -> list[str]:
    """All values of a name that may come more than once."""
    return [value for each, value in facts if each == name]


def criteria(question: Question) -> Facts:
    """By which criteria a person would decide."""
    return given(criteria=question.resolves_yes_if.rstrip("."))


def closing(question: Question) -> Facts:
    return given(closes=question.closes.isoformat() if question.closes else "")


def confirmation(rows: Sequence[Evidence]) -> Facts:
    """Who told it first, who confirmed it, and when."""
    ordered = sorted(rows, key=lambda row: (row.first_at, row.story_id))
    first, *others = dict.fromkeys(outlet for row in ordered for outlet in row.outlets)
    return (
        ("first", first),
        *(("confirmed_by", outlet) for outlet in others),
        ("first_at", ordered[0].first_at.isoformat()),
        ("last_at", max(row.last_at for row in rows).isoformat()),
    )


def confirmed(facts: Facts, clock: ReaderClock) -> str:
    """“Reuters 26 Mar 07:40, confirmed by BBC News (26 Mar 08:05)”."""
    told = dict(facts)
    first, last = (clock.moment(datetime.fromisoformat(told[n])) for n in ("first_at", "last_at"))
    others = ", ".join(every(facts, "confirmed_by"))
    return f"{told['first']} {first}{f', confirmed by {others} ({last})' if others else ''}"


def written(iso: str) -> str:
    """A stored calendar date: “26 March 2019”."""
    return day(date.fromisoformat(iso))


def day(on: date) -> str:
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def listed(names: Sequence[str], most: int = 5) -> str:
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def stories(number: float) -> str:
    return plural(number, "story", "stories")


def hours(number: float) -> str:
    return "under an hour" if number < 1 else f"{number:.0f} h"
