"""Trigger f, the quiet half: news that was expected by a date and did not come.

Silence is evidence against the event, but only where feeds were up: no news over a gap says
nothing. It becomes a row of the ledger like any story, and a notice where it speaks against the
judgment. Grabo: keep “observed not to occur” apart from “no information”.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from monitor.core.judging import weigh
from monitor.core.judging.trigger import texts
from monitor.core.judging.trigger.calendar import Almanac
from monitor.core.judging.trigger.case import challenging
from monitor.model.flags import Evidence, Reason
from monitor.model.questions import Direction, Judgment, Question, Quiet

FEEDS_UP = 0.95
"""The share of time for which feeds must have been up for silence to be evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedStretch:
    """How a stretch of time was watched: from when, and for what share of it feeds were up."""

    since: datetime
    up: float


def overdue(question: Question, today: date) -> tuple[Quiet, ...]:
    """Expectations of an open question whose date has passed."""
    if question.closed(today):
        return ()
    return tuple(quiet for quiet in question.quiet if today > quiet.by)


def day_after(day: date) -> datetime:
    """The moment at which a day is over, in UTC."""
    return datetime.combine(day, time(), tzinfo=UTC) + timedelta(days=1)


def silence(
    almanac: Almanac,
    quiet: Quiet,
    judgment: Judgment,
    seen: Sequence[Evidence],
    watch: WatchedStretch,
) -> tuple[Evidence | None, Reason | None]:
    """What it means for one judgment that an expectation's date has passed.

    Nothing if the indicator was seen, was not watched before that day, or was told already.
    Evidence against the event if feeds were up; a notice if that speaks against the judgment.
    """
    end = day_after(quiet.by)
    about = f"{quiet.indicator}-{quiet.by}"
    toward = dict(judgment.directions).get(quiet.indicator, Direction.NONE)
    came = any(row.indicator == quiet.indicator and row.weight and row.heard for row in seen)
    if toward is Direction.NONE or came or watch.since >= end:
        return None, None
    counts = watch.up >= FEEDS_UP
    row = _silent_row(almanac, quiet, judgment, toward, end) if counts else None
    known = any(
        item.story_id == silence_id(quiet) and item.judgment == judgment.key for item in seen
    )
    days = (end - watch.since).days
    told = almanac.was_told(about, judgment.key)
    against = _away_from(toward)
    notice = None
    if not told and (not counts or against in challenging(judgment)):
        notice = almanac.notice(
            judgment,
            about,
            texts.expected(quiet),
            direction=against,
            numbers=[("days", days), ("up", watch.up), ("points", row.points if row else 0.0)],
            evidence=[row] if row else [],
        )
    return (None if known else row), notice


def silence_id(quiet: Quiet) -> str:
    """What stands in the place of a story: there is none."""
    return f"silence:{quiet.indicator}:{quiet.by}"


def _silent_row(
    almanac: Almanac, quiet: Quiet, judgment: Judgment, toward: Direction, end: datetime
) -> Evidence:
    row = Evidence(
        judgment=judgment.key,
        story_id=silence_id(quiet),
        indicator=quiet.indicator,
        direction=_away_from(toward),
        weight=quiet.strength.value,
        outlets=(),
        entry_ids=(),
        hedged=False,
        prior_credit=0.0,
        credit=0.0,
        points=0.0,
        title=texts.nothing_seen(quiet),
        link="",
        first_at=end,
        last_at=end,
        decided_at=almanac.now,
        rules=almanac.rules,
    )
    return weigh.recompute(row)


def _away_from(direction: Direction) -> Direction:
    return Direction.AWAY if direction is Direction.TOWARD else Direction.TOWARD
