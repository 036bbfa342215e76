"""Turns a flag into all that a person needs to answer it: why, the evidence, its stories, history.

Reads only. For a flag that was answered it shows the ledger as it was when the answer came.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from monitor.core.judging import exclusion, watching, weigh
from monitor.core.judging.rules import Rules
from monitor.core.judging.watching import Bearing
from monitor.errors import NotFoundError
from monitor.model.access import Deed
from monitor.model.flags import Evidence, Exclusion, Flag, Reason, Review
from monitor.model.matches import Match, Span
from monitor.model.questions import Assumption, Brief, Direction, Question
from monitor.model.stories import Member, Story
from monitor.polling.known import BEGINNING
from monitor.store import deeds as store_deeds
from monitor.store import evidence as store_evidence
from monitor.store import exclusions as store_exclusions
from monitor.store import flags as store_flags
from monitor.store import matches as store_matches
from monitor.store import stories as store_stories
from monitor.triage import desk, standing
from monitor.triage.question import stood
from monitor.triage.standing import Standing

ROWS_SHOWN = 60
"""Stories of one judgment and direction on the page; what weighs least is left out, and counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One entry that tells the story, and where the indicator's phrases stand in it."""

    member: Member
    match: Match | None  # None: this entry does not hit the indicator
    counted: bool  # it is one of those the evidence rests on

    def spans(self, field: str) -> tuple[Span, ...]:
        spans = self.match.spans if self.match else ()
        return tuple(span for span in spans if span.field == field)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One story, as evidence for one judgment by one indicator."""

    evidence: Evidence
    points: float  # as they count now, or counted when the flag was answered
    tellings: tuple[Telling, ...]
    behind: bool  # a reason of this flag rests on it

    @property
    def lead(self) -> Telling | None:
        """The first entry that hit."""
        return next((telling for telling in self.tellings if telling.counted), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Excluded:
    """A story that a person said is no evidence here, with who said so, when and why."""

    evidence: Evidence  # the row without weight
    said: Exclusion


@dataclass(frozen=True, slots=True, kw_only=True)
class Docket:
    """One judgment of the brief, with the evidence for and against its event."""

    standing: Standing
    reasons: tuple[Reason, ...]
    toward: tuple[Row, ...]
    away: tuple[Row, ...]
    excluded: tuple[Excluded, ...]
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    flag: Flag
    question: Question | None  # None: the watchlist dropped it
    brief: Brief | None
    dockets: tuple[Docket, ...]  # those called into question first
    assumptions: tuple[tuple[Assumption, Bearing], ...]
    loose: tuple[Reason, ...]  # reasons about judgments that the watchlist dropped
    at: datetime  # the moment that ledger and points are of
    reviews: tuple[Review, ...]
    deeds: tuple[Deed, ...]


def read(conn: Connection, flag_id: int, rules: Rules, now: datetime) -> Case:
    """Raises NotFoundError when there is no such flag."""
    flag = store_flags.get(conn, flag_id)
    if flag is None:
        raise NotFoundError(f"there is no flag {flag_id}")
    question, brief = desk.named(rules, flag)
    at = now if flag.state.live else flag.changed_at
    reviews = store_flags.reviews(conn, flag.brief)
    dockets = _dockets(conn, flag, question, brief, reviews, at) if question and brief else ()
    shown = {docket.standing.judgment.key for docket in dockets}
    return Case(
        flag=flag,
        question=question,
        brief=brief,
        dockets=dockets,
        assumptions=_assumptions(conn, brief, reviews, at) if brief else (),
        loose=tuple(reason for reason in flag.reasons if reason.judgment not in shown),
        at=at,
        reviews=tuple(review for review in reviews if review.flag_id == flag.id),
        deeds=store_deeds.listing(conn, subject=f"flag {flag.id}", limit=50),
    )


def _assumptions(
    conn: Connection, brief: Brief, reviews: Sequence[Review], at: datetime
) -> tuple[tuple[Assumption, Bearing], ...]:
    """Where each stood at that time, by the evidence since the last review before it."""
    if not brief.assumptions:
        return ()
    before = [review for review in stood(reviews) if review.at < at]
    held = [review for review in before if review.resets]
    resets = {brief.key: held[-1]} if held else {}
    since = weigh.counted_from(brief, resets)
    keys = [judgment.key for judgment in brief.judgments]
    rows = store_evidence.current(conn, since=since or BEGINNING, judgments=keys, as_of=at)
    return tuple(
        (item, watching.bearing(item, rows, before, since=since)) for item in brief.assumptions
    )


def _dockets(
    conn: Connection,
    flag: Flag,
    question: Question,
    brief: Brief,
    reviews: Sequence[Review],
    at: datetime,
) -> tuple[Docket, ...]:
    resets = _resets(flag, reviews)
    keys = [judgment.key for judgment in brief.judgments]
    since = weigh.counted_from(brief, resets)
    held = [
        row
        for row in store_evidence.current(
            conn,
            since=since or BEGINNING,
            judgments=keys,
            as_of=None if flag.state.live else at,
        )
        if (since is None or row.first_at >= since) and row.first_at <= at
    ]
    rows = [row for row in held if row.weight]
    excluded = _excluded(conn, [row for row in held if not row.weight])
    shown = _heaviest(rows, at)
    tellings = _tellings(conn, question, shown)
    found = []
    for judgment in brief.judgments:
        own = [row for row in rows if row.judgment == judgment.key]
        stands = standing.standing(question, brief, judgment, own, resets, at)
        told = [row for row in shown if row.judgment == judgment.key]
        out = tuple(each for each in excluded if each.evidence.judgment == judgment.key)
        found.append(_docket(stands, flag, own, told, tellings, out, at))
    return tuple(sorted(found, key=lambda docket: not docket.reasons))


def _resets(flag: Flag, reviews: Sequence[Review]) -> dict[str, Review]:
    """The review the flag's ledger started from: not the answer to this very flag."""
    older = [
        review
        for review in stood(reviews)
        if review.resets and review.flag_id != flag.id and review.at <= flag.opened_at
    ]
    return {flag.brief: older[-1]} if older else {}


def _excluded(conn: Connection, rows: Sequence[Evidence]) -> tuple[Excluded, ...]:
    """Of rows without weight those that a person took out; what a story no longer says is left."""
    exclusions = store_exclusions.listing(conn) if rows else ()
    if not exclusions:
        return ()
    stories = store_stories.of_ids(conn, dict.fromkeys(row.story_id for row in rows))
    said = {story.id: exclusion.newest(story, exclusions) for story in stories}
    found = ((row, said.get(row.story_id, {}).get((row.judgment, row.indicator))) for row in rows)
    return tuple(
        Excluded(evidence=row, said=word) for row, word in found if word and not word.counts
    )


def _heaviest(rows: Iterable[Evidence], at: datetime) -> list[Evidence]:
    chosen: dict[tuple[str, Direction], list[Evidence]] = {}
    for row in sorted(rows, key=lambda row: (-abs(weigh.faded(row, at)), row.first_at)):
        chosen.setdefault((row.judgment, row.direction), []).append(row)
    return [row for group in chosen.values() for row in group[:ROWS_SHOWN]]


def _tellings(
    conn: Connection, question: Question, rows: Sequence[Evidence]
) -> dict[tuple[str, str], tuple[Telling, ...]]:
    """By story and indicator."""
    ids = dict.fromkeys(row.story_id for row in rows)
    stories = {story.id: story for story in store_stories.of_ids(conn, ids)}
    members = [member.entry_id for story in stories.values() for member in story.members]
    matches = store_matches.of_entries(conn, members)
    found: dict[tuple[str, str], tuple[Telling, ...]] = {}
    for row in rows:
        story = stories.get(row.story_id)
        if story is not None:
            found[row.story_id, row.indicator] = _told(story, row, question, matches)
    return found


def _told(
    story: Story, row: Evidence, question: Question, matches: Mapping[str, Sequence[Match]]
) -> tuple[Telling, ...]:
    def hit(member: Member) -> Match | None:
        own = matches.get(member.entry_id, ())
        theirs = (m for m in own if (m.question, m.indicator) == (question.id, row.indicator))
        return next(theirs, None)

    return tuple(
        Telling(member=member, match=hit(member), counted=member.entry_id in row.entry_ids)
        for member in story.members
    )


def _docket(
    stands: Standing,
    flag: Flag,
    rows: Sequence[Evidence],
    shown: Sequence[Evidence],
    tellings: Mapping[tuple[str, str], tuple[Telling, ...]],
    excluded: tuple[Excluded, ...],
    at: datetime,
) -> Docket:
    key = stands.judgment.key
    behind = {named[:3] for reason in flag.reasons for named in reason.evidence}
    made = [
        Row(
            evidence=row,
            points=weigh.faded(row, at),
            tellings=tellings.get((row.story_id, row.indicator), ()),
            behind=row.key in behind,
        )
        for row in shown
    ]
    return Docket(
        standing=stands,
        reasons=tuple(reason for reason in flag.reasons if reason.judgment == key),
        toward=tuple(row for row in made if row.evidence.direction is Direction.TOWARD),
        away=tuple(row for row in made if row.evidence.direction is Direction.AWAY),
        excluded=excluded,
        left_out=len(rows) - len(made),
    )
