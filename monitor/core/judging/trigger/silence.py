"""Trigger f: what time alone says of a brief, and expected news that did not come.

Horizons at thirty and seven days, reviews that are due, and dates by which something was expected.
Each is told once, in the digest. What was told is recognised by judgment and `about`, so a tick may
come as often as it likes.

Silence is evidence against the event, but only where feeds were up: no news over a gap says
nothing. It becomes a row of the ledger like any story, and a notice where it speaks against the
judgment. Grabo: keep “observed not to occur” apart from “no information”.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from monitor.core.judging import weigh
from monitor.core.judging.trigger import words
from monitor.core.judging.trigger.case import Almanac, OnDay, Recount, Rest, Trigger, challenging
from monitor.model.clock import ReaderClock
from monitor.model.flags import Evidence, Facts, FlagKind, Reason
from monitor.model.numbers import plural
from monitor.model.questions import Direction, Judgment, Question, Quiet

HORIZONS = (30, 7)
"""Days before the close at which the brief is brought to mind."""

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
            expected(quiet),
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
        title=nothing_seen(quiet),
        link="",
        first_at=end,
        last_at=end,
        decided_at=almanac.now,
        rules=almanac.rules,
    )
    return weigh.recompute(row)


def _away_from(direction: Direction) -> Direction:
    return Direction.AWAY if direction is Direction.TOWARD else Direction.TOWARD


def due(almanac: Almanac) -> Iterable[Reason]:
    """Notices that are due now and were not told: horizons ahead, reviews."""
    if almanac.question.closed(almanac.today):
        return ()
    return (*_horizons(almanac), *_reviews(almanac))


def _horizons(almanac: Almanac) -> Iterable[Reason]:
    closes = almanac.question.closes
    if closes is None:
        return
    left = (closes - almanac.today).days
    reached = [days for days in HORIZONS if left <= days]
    first = almanac.brief.judgments[0]
    if reached and not almanac.was_told(f"closes-{reached[-1]}", first.key):
        yield almanac.notice(
            first,
            f"closes-{reached[-1]}",
            words.closing(almanac.question),
            numbers=[("days", left)],
        )


def _reviews(almanac: Almanac) -> Iterable[Reason]:
    last = almanac.start.at
    for judgment in almanac.brief.judgments:
        if judgment.review_every is None or last is None:
            continue
        about = f"review-{(last + judgment.review_every).date()}"
        if almanac.now < last + judgment.review_every or almanac.was_told(about, judgment.key):
            continue
        days = (almanac.now - last).days
        facts = due_since(last, reviewed=almanac.start.review is not None)
        yield almanac.notice(judgment, about, facts, numbers=[("days", days)])


def expected(quiet: Quiet) -> Facts:
    return words.given(indicator=quiet.indicator, by=quiet.by.isoformat(), because=quiet.because)


def due_since(last: datetime, *, reviewed: bool) -> Facts:
    """The last review at its moment; the day of publication has none."""
    return (("reviewed", last.isoformat()) if reviewed else ("published", last.date().isoformat()),)


def nothing_seen(quiet: Quiet) -> str:
    """What stands where a story's title would."""
    return f"No “{quiet.indicator}” story by {words.day(quiet.by)}"


def sentence(reason: Reason, clock: ReaderClock) -> str:
    """A horizon, a review that is due, or expected news that did not come."""
    facts, found = dict(reason.facts), dict(reason.numbers)
    days = found["days"]
    if "closes" in facts:
        ahead = f"{plural(days, 'day')} after this notice" if days else "the day of this notice"
        return f"The question closes on {words.written(facts['closes'])}, {ahead}"
    ago = f"{plural(days, 'day')} before this notice"
    if "reviewed" in facts:
        last = clock.day(datetime.fromisoformat(facts["reviewed"]))
        return f"Review due: the last was on {last}, {ago}"
    if "published" in facts:
        return f"Review due: published on {words.written(facts['published'])}, {ago}"
    because = f" ({facts['because']})" if "because" in facts else ""
    seen = f"nothing seen in {plural(days, 'day')}"
    feeds = f"feeds up {100 * found['up']:.0f} %"
    caution = "" if reason.evidence else ", too little for silence to be evidence"
    return (
        f"“{facts['indicator']}” expected by {words.written(facts['by'])}, {seen}, "
        f"{feeds}{caution}{because}"
    )


def recount(_: Reason, rows: Sequence[Evidence]) -> Recount:
    return Recount(numbers={"points": rows[0].points}, text=rows[0].indicator)


TRIGGER = Trigger(
    kind=FlagKind.SILENCE,
    name="expected news did not come",
    fires=(OnDay(due),),
    sentence=sentence,
    recount=recount,
    without_rows=True,
    rest=Rest.TOLD,
)
