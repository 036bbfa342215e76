"""Turns the store into where each judgment stands: its ledger, its course, what moved it.

Reads only. The numbers are those of the digest: the same ledger, from the same start.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from monitor.core.judging import ledger as core_ledger
from monitor.core.judging import trigger
from monitor.core.judging.ledger import Ledger, LedgerStart, Point, evenly
from monitor.model.flags import Evidence, Review
from monitor.model.questions import Brief, Judgment, Question
from monitor.store import evidence as store_evidence
from monitor.store import flags as store_flags

COURSE = timedelta(days=60)
"""How far back a sparkline reaches."""

STEPS = 61

Pair = tuple[Question, Brief, Judgment]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgmentStanding:
    """One judgment and where its ledger stands. Points count from `since`."""

    question: Question
    brief: Brief
    judgment: Judgment
    ledger: Ledger
    leaves_band: str  # "" or "enough to leave “very unlikely” upward"
    course: tuple[Point, ...]

    @property
    def since(self) -> datetime | None:
        return self.ledger.start.at

    @property
    def reviewed(self) -> Review | None:
        """The newest review that reset the ledger."""
        return self.ledger.start.review

    @property
    def stories(self) -> int:
        """How many stories the points come from."""
        return self.ledger.stories

    @property
    def newest(self) -> datetime | None:
        """When the newest story that counts began."""
        return self.ledger.newest

    @property
    def anchor(self) -> str:
        """The judgment's key as the name of a place on a page."""
        return self.judgment.key.replace("/", ".")


def read(
    conn: Connection, pairs: Sequence[Pair], now: datetime, *, back: timedelta = COURSE
) -> tuple[JudgmentStanding, ...]:
    """Where these judgments stand at `now`, in their order."""
    briefs = {brief.key: brief for _, brief, _ in pairs}
    resets = core_ledger.last_resets(store_flags.last_resets(conn, briefs))
    starts = {key: core_ledger.started(brief, resets) for key, brief in briefs.items()}
    since = {judgment.key: starts[brief.key].read_from for _, brief, judgment in pairs}
    rows: dict[str, list[Evidence]] = {key: [] for key in since}
    for row in store_evidence.counted(conn, since):
        rows[row.judgment].append(row)
    return tuple(
        standing(question, brief, judgment, rows[judgment.key], starts[brief.key], now, back=back)
        for question, brief, judgment in pairs
    )


def standing(
    question: Question,
    brief: Brief,
    judgment: Judgment,
    rows: Iterable[Evidence],
    start: LedgerStart,
    now: datetime,
    *,
    back: timedelta = COURSE,
) -> JudgmentStanding:
    """The same from current rows at hand."""
    found = core_ledger.ledger(judgment.key, rows, start, now)
    return JudgmentStanding(
        question=question,
        brief=brief,
        judgment=judgment,
        ledger=found,
        leaves_band=trigger.leaves_band(judgment, found.total),
        course=found.course(evenly(now - back, now, STEPS)),
    )


def as_json(found: JudgmentStanding) -> dict[str, Any]:
    """For programs: the judgment and its ledger."""
    judgment = found.judgment
    return {
        "judgment": judgment.key,
        "says": judgment.says,
        "event": judgment.event,
        "likelihood": {
            "words": judgment.likelihood.words,
            "low": judgment.likelihood.low,
            "high": judgment.likelihood.high,
        },
        "confidence": judgment.confidence.value if judgment.confidence else None,
        "since": found.since.isoformat() if found.since else None,
        "points": found.ledger.total,
        "toward": found.ledger.toward,
        "away": found.ledger.away,
        "stories": found.stories,
    }
