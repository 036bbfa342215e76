"""Turns a flag's id into everything an analyst needs to check it: judgment, why, numbers, sources.

Reads only. The command line and the page show the same dossier.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from monitor.core.judging import trigger, watching, weigh
from monitor.core.judging.watching import Bearing
from monitor.core.judging.weigh import Ledger
from monitor.model.entries import Entry
from monitor.model.flags import Evidence, Flag, Reason, Review
from monitor.model.questions import Assumption, Brief, Judgment, Question, Resolution, Status
from monitor.store import entries as store_entries
from monitor.store import evidence as store_evidence
from monitor.store import flags as store_flags
from monitor.store import resolutions as store_resolutions
from monitor.triage import decisions
from monitor.triage import flags as triage_flags


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One judgment and where its ledger stands now."""

    judgment: Judgment
    ledger: Ledger
    stories: int
    leaves_band: str  # "" or what the points are enough for


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a flag is about, as the watchlist in force says it."""

    question: Question
    status: Status
    resolution: Resolution | None
    brief: Brief
    since: datetime | None  # from when the ledger counts
    reviewed: bool  # since a review, not since publication
    judgments: tuple[Standing, ...]
    assumptions: tuple[tuple[Assumption, Bearing], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """A flag and all that is behind it. `subject` is None once the watchlist dropped the brief."""

    flag: Flag
    subject: Subject | None
    behind: Mapping[int, tuple[Evidence, ...]]  # rows by the place of the reason in `flag.reasons`
    later: tuple[Evidence, ...]  # rows decided after the newest reason: attached news
    entries: Mapping[str, Entry]  # by id: those behind the rows that are still stored
    reviews: tuple[Review, ...]


def read(conn: Connection, flag_id: int, now: datetime) -> Dossier:
    """Raises NotFoundError when there is no such flag."""
    found = triage_flags.read(conn, flag_id)
    flag = found.flag
    subject, rows = _subject(conn, flag, now)
    behind = {place: found.behind(reason) for place, reason in enumerate(flag.reasons)}
    later = _later(flag.reasons, rows)
    shown = [row for group in (*behind.values(), later) for row in group]
    ids = [entry_id for row in shown for entry_id in row.entry_ids]
    return Dossier(
        flag=flag,
        subject=subject,
        behind=behind,
        later=later,
        entries=store_entries.of_ids(conn, ids),
        reviews=found.reviews,
    )


def _subject(
    conn: Connection, flag: Flag, now: datetime
) -> tuple[Subject | None, tuple[Evidence, ...]]:
    """What the flag is about, and the rows that its ledger counts."""
    pairs = ((q, b) for q in decisions.loaded(conn) for b in q.briefs if b.key == flag.brief)
    pair = next(pairs, None)
    if pair is None:
        return None, ()
    question, brief = pair
    resets = {review.brief: review for review in store_flags.last_resets(conn)}
    since = weigh.counted_from(brief, resets)
    keys = [judgment.key for judgment in brief.judgments]
    held = store_evidence.current(conn, since=since or flag.opened_at, judgments=keys)
    rows = tuple(row for row in held if row.weight and (since is None or row.first_at >= since))
    resolution = store_resolutions.current(conn).get(question.id)
    reviews = store_flags.reviews(conn, brief.key)
    subject = Subject(
        question=question,
        status=watching.status(question, resolution, now.date()),
        resolution=resolution,
        brief=brief,
        since=since,
        reviewed=brief.key in resets,
        judgments=tuple(_standing(judgment, rows, now) for judgment in brief.judgments),
        assumptions=tuple(
            (item, watching.bearing(item, rows, reviews, since=since)) for item in brief.assumptions
        ),
    )
    return subject, rows


def _standing(judgment: Judgment, rows: Iterable[Evidence], now: datetime) -> Standing:
    own = [row for row in rows if row.judgment == judgment.key]
    ledger = weigh.ledger(own, since=None, now=now)
    return Standing(
        judgment=judgment,
        ledger=ledger,
        stories=len({row.story_id for row in own if row.points}),
        leaves_band=trigger.leaves_band(judgment, ledger.total),
    )


def _later(reasons: Iterable[Reason], rows: Iterable[Evidence]) -> tuple[Evidence, ...]:
    newest = max(reason.raised_at for reason in reasons)
    return tuple(row for row in rows if row.decided_at > newest)
