"""Turns the store into one question's page: the course of its judgments and what its lines did.

Reads only. Precision of an indicator is the share of answered flags resting on it that were not
called noise: few answers make a poor number, so their count is always beside it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.core.judging import ledger
from monitor.core.judging.ledger import LedgerStart, Point, course, evenly
from monitor.core.judging.rules import Rules
from monitor.errors import NotFoundError
from monitor.model.flags import Evidence, Flag, FlagState, Review
from monitor.model.questions import Brief, Direction, Indicator, Judgment, Question
from monitor.store import evidence as store_evidence
from monitor.store import flags as store_flags
from monitor.triage.standing import JudgmentStanding, standing

SHORTEST = timedelta(days=30)
LONGEST = timedelta(days=365)
STEPS = 121
FLAGS_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One judgment over time: the ledger, starting anew at each review that reset it."""

    standing: JudgmentStanding
    course: tuple[Point, ...]
    flags: tuple[Flag, ...]  # those with a reason about this judgment
    reviews: tuple[Review, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorRecord:
    """What an indicator did, and how flags that rested on it were answered."""

    indicator: Indicator
    stories: int
    outlets: int
    newest: datetime | None
    points: float  # of all its stories as they came, for the first judgment that counts it
    answered: int  # flags that rested on it and were answered
    noise: int  # of these, called noise

    @property
    def precision(self) -> float | None:
        return None if not self.answered else 1 - self.noise / self.answered


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionPage:
    question: Question
    tracks: tuple[Track, ...]
    indicators: tuple[IndicatorRecord, ...]
    flags: tuple[Flag, ...]  # the newest first
    start: datetime
    end: datetime


def read(conn: Connection, question_id: str, rules: Rules, now: datetime) -> QuestionPage:
    """Raises NotFoundError when the watchlist has no such question."""
    question = next((each for each in rules.questions if each.id == question_id), None)
    if question is None:
        raise NotFoundError(f"the watchlist has no question “{question_id}”")
    start = _start(question, now)
    keys = [judgment.key for judgment in question.judgments]
    last = store_flags.last_resets(conn, [brief.key for brief in question.briefs])
    resets = ledger.last_resets(last)
    starts = {brief.key: ledger.started(brief, resets) for brief in question.briefs}
    # all that a ledger counts, however old, and what was before it as far as the chart reaches
    earliest = min([start - SHORTEST, *(each.read_from for each in starts.values())])
    rows = store_evidence.current(conn, since=earliest, judgments=keys) if keys else ()
    flags = store_flags.of_question(conn, question.id, limit=FLAGS_SHOWN)
    return QuestionPage(
        question=question,
        tracks=tuple(
            _track(conn, question, brief, judgment, rows, flags, starts[brief.key], start, now)
            for brief in question.briefs
            for judgment in brief.judgments
        ),
        indicators=tuple(_record(item, rows, flags) for item in question.indicators),
        flags=flags,
        start=start,
        end=now,
    )


def _start(question: Question, now: datetime) -> datetime:
    """A month at least, a year at most, else from the first brief on."""
    days = [brief.published for brief in question.briefs if brief.published]
    age = timedelta(days=(now.date() - min(days)).days + 2) if days else LONGEST
    return now - min(max(age, SHORTEST), LONGEST)


def _track(
    conn: Connection,
    question: Question,
    brief: Brief,
    judgment: Judgment,
    rows: Iterable[Evidence],
    flags: Iterable[Flag],
    counts_from: LedgerStart,
    start: datetime,
    now: datetime,
) -> Track:
    own = [row for row in rows if row.judgment == judgment.key]
    reviews = ledger.in_force(store_flags.reviews(conn, brief.key))
    return Track(
        standing=standing(question, brief, judgment, own, counts_from, now),
        course=course(
            ledger.seen_by(own, now),
            evenly(start, now, STEPS),
            counted_from=ledger.published(brief),
            resets=[review.at for review in reviews if review.resets],
        ),
        flags=tuple(f for f in flags if any(r.judgment == judgment.key for r in f.reasons)),
        reviews=reviews,
    )


def _record(
    indicator: Indicator, rows: Sequence[Evidence], flags: Iterable[Flag]
) -> IndicatorRecord:
    own = [row for row in rows if row.weight and row.indicator == indicator.name]
    first = own[0].judgment if own else ""
    rested = [
        flag
        for flag in flags
        if not flag.state.live
        and flag.state is not FlagState.EXPIRED
        and any(named[2] == indicator.name for r in flag.reasons for named in r.evidence)
    ]
    return IndicatorRecord(
        indicator=indicator,
        stories=len({row.story_id for row in own}),
        outlets=len({outlet for row in own for outlet in row.outlets}),
        newest=max((row.first_at for row in own), default=None),
        points=sum(row.points for row in own if row.judgment == first),
        answered=len(rested),
        noise=sum(flag.state is FlagState.NOISE for flag in rested),
    )


def by_direction(
    records: Iterable[IndicatorRecord],
) -> tuple[tuple[Direction, tuple[IndicatorRecord, ...]], ...]:
    """Toward, away, and those that weigh nothing; groups without any are left out."""
    found = tuple(records)
    groups = (
        (way, tuple(each for each in found if each.indicator.direction is way)) for way in Direction
    )
    return tuple((way, group) for way, group in groups if group)
