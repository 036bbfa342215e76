"""The sentences that say why, made where they are shown: of a reason's numbers, facts and rows.

A reason keeps numbers, names and moments; its sentence is its trigger's, written by the clock of
whoever reads it. Each number is told as of the time of the reason: the ledger has moved on since.
Reasons from before keep a sentence with its moments in UTC, which is told by the same clock.
"""

import re
from datetime import datetime
from typing import Final

from monitor.core.judging.trigger import table
from monitor.core.judging.trigger.restrain import ATTACHED, SNOOZED, SPENT
from monitor.model.clock import ReaderClock, retold
from monitor.model.flags import Reason


def sentence(reason: Reason, clock: ReaderClock) -> str:
    """Why a judgment may need another look, as of when the reason was raised.

    A row that somebody spoiled is still shown: as such, for `monitor flags audit` to name.
    """
    if reason.text:
        return _kept(reason, clock)
    try:
        return table.of(reason.kind).sentence(reason, clock)
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


def _at(reason: Reason, name: str) -> datetime:
    return datetime.fromisoformat(dict(reason.facts)[name])
