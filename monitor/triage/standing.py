"""Turns the store into where each judgment stands: its ledger, its course, what moved it.

Reads only. The numbers are those of the digest: the same ledger, from the same start.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.core.judging import trigger, weigh
from monitor.core.judging.course import Point, course, evenly
from monitor.core.judging.weigh import Ledger
from monitor.model.flags import Evidence, Review
from monitor.model.questions import Brief, Judgment, Question
from monitor.polling.known import BEGINNING
from monitor.store import evidence as store_evidence
from monitor.store import flags as store_flags

COURSE = timedelta(days=60)
"""How far back a sparkline reaches."""

STEPS = 61

Pair = tuple[Question, Brief, Judgment]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One judgment and where its ledger stands. Points count from `since`."""

    question: Question
    brief: Brief
    judgment: Judgment
    since: datetime | None
    reviewed: Review | None  # the newest review that reset the ledger
    ledger: Ledger
    leaves_band: str  # "" or "enough to leave “very unlikely” upward"
    course: tuple[Point, ...]
    stories: int
    newest: datetime | None  # when the newest story began

    @property
    def anchor(self) -> str:
        """The judgment's key as the name of a place on a page."""
        return self.judgment.key.replace("/", ".")


def read(
    conn: Connection, pairs: Sequence[Pair], now: datetime, *, back: timedelta = COURSE
) -> tuple[Standing, ...]:
    """Where these judgments stand at `now`, in their order."""
    last = store_flags.last_resets(conn, [brief.key for _, brief, _ in pairs])
    resets = {review.brief: review for review in last}
    since = {
        judgment.key: weigh.counted_from(brief, resets) or BEGINNING for _, brief, judgment in pairs
    }
    rows: dict[str, list[Evidence]] = {key: [] for key in since}
    for row in store_evidence.counted(conn, since):
        rows[row.judgment].append(row)
    return tuple(
        standing(question, brief, judgment, rows[judgment.key], resets, now, back=back)
        for question, brief, judgment in pairs
    )


def standing(
    question: Question,
    brief: Brief,
    judgment: Judgment,
    rows: Iterable[Evidence],
    resets: Mapping[str, Review],
    now: datetime,
    *,
    back: timedelta = COURSE,
) -> Standing:
    """The same from rows at hand."""
    since = weigh.counted_from(brief, resets)
    counted = [row for row in rows if row.weight and (since is None or row.first_at >= since)]
    ledger = weigh.ledger(counted, since=None, now=now)
    return Standing(
        question=question,
        brief=brief,
        judgment=judgment,
        since=since,
        reviewed=resets.get(brief.key),
        ledger=ledger,
        leaves_band=trigger.leaves_band(judgment, ledger.total),
        course=course(counted, evenly(now - back, now, STEPS)),
        stories=len({row.story_id for row in counted}),
        newest=max((row.first_at for row in counted), default=None),
    )
