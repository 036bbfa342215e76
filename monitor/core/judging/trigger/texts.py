"""The sentences that say why, made where they are shown: of a reason's numbers, facts and rows.

A reason keeps numbers, names and moments; its sentence is written by the clock of whoever reads it.
Each number is told as of the time of the reason: the ledger has moved on since. Reasons from before
keep a sentence with its moments in UTC, which is told by the same clock.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from monitor.core.judging.trigger.case import outlets
from monitor.core.judging.weigh import signed
from monitor.model.clock import MONTHS, ReaderClock, retold
from monitor.model.flags import Evidence, Facts, FlagKind, Reason
from monitor.model.questions import Assumption, Direction, Question, Quiet

RAREST = 1000
"""Beyond this, how rare a day is says more about the model than about the day."""

SNOOZED, ATTACHED, SPENT = "snoozed", "attached", "budget spent"
"""Why a reason waits for the digest."""


def sentence(reason: Reason, clock: ReaderClock) -> str:
    """Why a judgment may need another look, as of when the reason was raised.

    A row that somebody spoiled is still shown: as such, for `monitor flags audit` to name.
    """
    if reason.text:
        return _kept(reason, clock)
    try:
        return _SENTENCES[reason.kind](reason, clock)
    except (KeyError, ValueError) as error:
        return f"“{reason.about}” ({reason.kind.value}): what it told is not stored whole ({error})"


def held(reason: Reason, clock: ReaderClock) -> str:
    """Why it waits for the digest although it would interrupt; "" where it does not."""
    facts = dict(reason.facts)
    if reason.held == SNOOZED and "until" in facts:
        return f"snoozed until {clock.moment(_at(reason, 'until'))}"
    if reason.held == ATTACHED and "told_at" in facts:
        return f"attached to the flag told on {clock.moment(_at(reason, 'told_at'))}"
    if reason.held == SPENT and "spent_at" in facts:
        return (
            f"over the budget of {facts['budget']} in {facts['budget_days']} days, "
            f"spent on {facts['spent_on']} on {clock.day(_at(reason, 'spent_at'))}"
        )
    return retold(reason.held, reason.raised_at, clock)


# what is kept beside the numbers


def confirmation(row: Evidence) -> Facts:
    """Who told it first, who confirmed it, and when."""
    first, *others = row.outlets
    return (
        ("first", first),
        *(("confirmed_by", outlet) for outlet in others),
        ("first_at", row.first_at.isoformat()),
        ("last_at", row.last_at.isoformat()),
    )


def pressing(rows: Sequence[Evidence]) -> Facts:
    """Which indicators press on an assumption, and where."""
    names = dict.fromkeys(row.indicator for row in rows)
    return (
        *(("indicator", name) for name in names),
        *(("outlet", outlet) for outlet in outlets(rows)),
    )


def assumed(assumption: Assumption) -> Facts:
    return _given(assumes=assumption.says.rstrip("."))


def leaving(clause: str) -> Facts:
    """How far the evidence goes: “enough to leave “likely” upward”."""
    return _given(leaves=clause)


def criteria(question: Question) -> Facts:
    """By which criteria a person would decide."""
    return _given(criteria=question.resolves_yes_if.rstrip("."))


def closing(question: Question) -> Facts:
    return _given(closes=question.closes.isoformat() if question.closes else "")


def expected(quiet: Quiet) -> Facts:
    return _given(indicator=quiet.indicator, by=quiet.by.isoformat(), because=quiet.because)


def due_since(last: datetime, *, reviewed: bool) -> Facts:
    """The last review at its moment; the day of publication has none."""
    return (("reviewed", last.isoformat()) if reviewed else ("published", last.date().isoformat()),)


def nothing_seen(quiet: Quiet) -> str:
    """What stands where a story's title would."""
    return f"No “{quiet.indicator}” story by {_day(quiet.by)}"


# parts of sentences that follow from rows


def confirmed(facts: Facts, clock: ReaderClock) -> str:
    """“Reuters 26 Mar 07:40, confirmed by BBC News (26 Mar 08:05)”."""
    told = dict(facts)
    first, last = (clock.moment(datetime.fromisoformat(told[n])) for n in ("first_at", "last_at"))
    others = ", ".join(_all(facts, "confirmed_by"))
    return f"{told['first']} {first}{f', confirmed by {others} ({last})' if others else ''}"


def breadth(indicator: str, numbers: Mapping[str, float]) -> str:
    many, stories = _count(numbers["outlets"], "outlet"), _stories(numbers["stories"])
    return f"“{indicator}” carried by {many} in {_hours(numbers['hours'])}, in {stories}"


def weight(direction: Direction, numbers: Mapping[str, float], moment: str) -> str:
    moved = "risen" if direction is Direction.TOWARD else "fallen"
    extreme = "low" if direction is Direction.TOWARD else "high"
    toward, away, total = (signed(numbers[name]) for name in ("toward", "away", "total"))
    return (
        f"The evidence had {moved} {numbers['swing']:.1f} points from its {extreme} by {moment}: "
        f"{toward} toward, {away} away, {total} in all, from {_stories(numbers['stories'])}"
    )


def surge(numbers: Mapping[str, float], moment: str) -> str:
    tail = numbers["tail"]
    often = (
        f"about once in {1 / tail:,.0f}" if tail > 1 / RAREST else f"less than once in {RAREST:,}"
    )
    return (
        f"{_stories(numbers['stories'])} in the 24 h before {moment}, usually "
        f"{numbers['mean']:.1f} a day (over {_count(numbers['days'], 'day')}): "
        f"a day like this comes {often} days"
    )


def wakeup(indicator: str, numbers: Mapping[str, float]) -> str:
    days = _count(numbers["days"], "day")
    carried = f"at {_count(numbers['outlets'], 'outlet')}"
    if numbers["first"]:
        return f"First “{indicator}” story in the {days} since it is watched, {carried}"
    return f"First “{indicator}” story in {days}, {carried}"


def pressed(facts: Facts) -> str:
    """“strike”, “walkout” at Reuters, BBC News."""
    names = ", ".join(f"“{name}”" for name in _all(facts, "indicator"))
    where = _listed(_all(facts, "outlet"))
    return f"{names} at {where}" if where else names


# one sentence a kind


def _tripwire(reason: Reason, clock: ReaderClock) -> str:
    return f"Decisive indicator “{reason.about}”: {confirmed(reason.facts, clock)}"


def _resolved(reason: Reason, clock: ReaderClock) -> str:
    facts = dict(reason.facts)
    asked = f"your criteria: “{facts['criteria']}”" if "criteria" in facts else ""
    if "first" in facts:
        told = confirmed(reason.facts, clock)
        by = f"The question may have resolved: “{reason.about}”, {told}"
        return f"{by}; {asked}" if asked else by
    on = f" on {_written(facts['closes'])}" if "closes" in facts else ""
    return (
        f"The question closed{on}; {f'{asked}. ' if asked else ''}Did it resolve: yes, no, or void?"
    )


def _breadth(reason: Reason, clock: ReaderClock) -> str:
    return f"{breadth(reason.about, dict(reason.numbers))}, as of {clock.moment(reason.raised_at)}"


def _weight(reason: Reason, clock: ReaderClock) -> str:
    moment = clock.moment(reason.raised_at)
    leaves = dict(reason.facts).get("leaves")
    said = weight(reason.direction, dict(reason.numbers), moment)
    return f"{said}; {leaves}" if leaves else said


def _surge(reason: Reason, clock: ReaderClock) -> str:
    return surge(dict(reason.numbers), clock.moment(reason.raised_at))


def _wakeup(reason: Reason, clock: ReaderClock) -> str:
    return f"{wakeup(reason.about, dict(reason.numbers))}, as of {clock.moment(reason.raised_at)}"


def _assumption(reason: Reason, clock: ReaderClock) -> str:  # noqa: ARG001  # one shape for every kind
    says = dict(reason.facts).get("assumes")
    whose = f"your assumption “{says}”" if says else "an assumption of yours"
    return f"Challenges {whose}: {pressed(reason.facts)}"


def _silence(reason: Reason, clock: ReaderClock) -> str:
    """A horizon, a review that is due, or expected news that did not come."""
    facts, numbers = dict(reason.facts), dict(reason.numbers)
    days = numbers["days"]
    if "closes" in facts:
        ahead = f"{_count(days, 'day')} after this notice" if days else "the day of this notice"
        return f"The question closes on {_written(facts['closes'])}, {ahead}"
    ago = f"{_count(days, 'day')} before this notice"
    if "reviewed" in facts:
        last = clock.day(datetime.fromisoformat(facts["reviewed"]))
        return f"Review due: the last was on {last}, {ago}"
    if "published" in facts:
        return f"Review due: published on {_written(facts['published'])}, {ago}"
    because = f" ({facts['because']})" if "because" in facts else ""
    seen = f"nothing seen in {_count(days, 'day')}"
    feeds = f"feeds up {100 * numbers['up']:.0f} %"
    caution = "" if reason.evidence else ", too little for silence to be evidence"
    return (
        f"“{facts['indicator']}” expected by {_written(facts['by'])}, {seen}, "
        f"{feeds}{caution}{because}"
    )


def _citation(reason: Reason, clock: ReaderClock) -> str:  # noqa: ARG001  # one shape for every kind
    return f"A cited article changed ({reason.about})"


_SENTENCES: Final[Mapping[FlagKind, Callable[[Reason, ReaderClock], str]]] = {
    FlagKind.TRIPWIRE: _tripwire,
    FlagKind.RESOLVED: _resolved,
    FlagKind.BREADTH: _breadth,
    FlagKind.WEIGHT: _weight,
    FlagKind.SURGE: _surge,
    FlagKind.WAKE_UP: _wakeup,
    FlagKind.ASSUMPTION: _assumption,
    FlagKind.SILENCE: _silence,
    FlagKind.CITATION: _citation,
}


# sentences of before, which named no time: “has risen” was true when it was written

_SPAN: Final = r"(.+? days?)"
_THEN: Final = (
    (r"^The evidence has (\w+ \S+ points from its \w+)", r"The evidence had \1 by {at}"),
    (r"^([\d,]+ stor(?:y|ies)) in 24 h, usually ", r"\1 in the 24 h before {at}, usually "),
    (r"^(“.*” carried by .* in .*, in [\d,]+ stor(?:y|ies))$", r"\1, as of {at}"),
    (r"^(First “.*” story in .*, at [\d,]+ outlets?)$", r"\1, as of {at}"),
    (rf"^(The question closes) in {_SPAN}, (on .+)$", r"\1 \3, \2 after this notice"),
    (r"^(The question closes) today, (on .+)$", r"\1 \2, the day of this notice"),
    (rf"^(Review due: the last was) {_SPAN} ago, (on .+)$", r"\1 \3, \2 before this notice"),
    (rf"^(Review due: published) {_SPAN} ago, (on .+)$", r"\1 \3, \2 before this notice"),
)


def _kept(reason: Reason, clock: ReaderClock) -> str:
    """A sentence that was stored whole, with its moments told by this clock."""
    text = retold(reason.text, reason.raised_at, clock)
    at = clock.moment(reason.raised_at)
    for was, then in _THEN:
        if found := re.match(was, text):
            text = f"{found.expand(then).replace('{at}', at)}{text[found.end() :]}"
    return text


def _given(**facts: str) -> Facts:
    """Those that are not empty."""
    return tuple((name, value) for name, value in facts.items() if value)


def _all(facts: Facts, name: str) -> list[str]:
    return [value for each, value in facts if each == name]


def _at(reason: Reason, name: str) -> datetime:
    return datetime.fromisoformat(dict(reason.facts)[name])


def _written(iso: str) -> str:
    return _day(date.fromisoformat(iso))


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _listed(names: Sequence[str], most: int = 5) -> str:
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def _stories(number: float) -> str:
    return _count(number, "story", "stories")


def _hours(hours: float) -> str:
    return "under an hour" if hours < 1 else f"{hours:.0f} h"


def _count(number: float, one: str, many: str = "") -> str:
    return f"{number:,.0f} {one if number == 1 else many or one + 's'}"
