"""The view of a flag: all that a person needs to answer it, for the page, the API and the commands.

Reads only. For a flag that was answered it shows the ledger as it was when the answer came, which
is what the answer keeps; assumptions belong to the brief, and stand where they stand now.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from monitor.core.judging import exclusion, ledger, watching, weigh
from monitor.core.judging.ledger import LedgerStart
from monitor.core.judging.trigger import texts
from monitor.core.judging.watching import Bearing
from monitor.errors import NotFoundError
from monitor.model.access import Deed
from monitor.model.clock import UTC_CLOCK
from monitor.model.entries import Entry
from monitor.model.flags import Evidence, Exclusion, Flag, Reason, Review
from monitor.model.matches import Match, Span
from monitor.model.questions import (
    Assumption,
    Brief,
    Direction,
    Question,
    QuestionStatus,
    Resolution,
)
from monitor.model.stories import Member, Story
from monitor.store import access as store_access
from monitor.store import entries as store_entries
from monitor.store import evidence as store_evidence
from monitor.store import flags as store_flags
from monitor.store import matches as store_matches
from monitor.store import stories as store_stories
from monitor.store import watchlists as store_watchlists
from monitor.triage import standing
from monitor.triage.standing import JudgmentStanding

ROWS_SHOWN = 60
"""Stories of one judgment and direction on the page; what weighs least is left out, and counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingEntry:
    """One entry that tells the story, and where the indicator's phrases stand in it."""

    member: Member
    match: Match | None  # None: this entry does not hit the indicator
    counted: bool  # it is one of those the evidence rests on

    def spans(self, field: str) -> tuple[Span, ...]:
        spans = self.match.spans if self.match else ()
        return tuple(span for span in spans if span.field == field)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryRow:
    """One story, as evidence for one judgment by one indicator."""

    evidence: Evidence
    points: float  # as they count now, or counted when the flag was answered
    tellings: tuple[TellingEntry, ...]
    behind: bool  # a reason of this flag rests on it

    @property
    def lead(self) -> TellingEntry | None:
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

    standing: JudgmentStanding
    reasons: tuple[Reason, ...]
    toward: tuple[StoryRow, ...]
    away: tuple[StoryRow, ...]
    excluded: tuple[Excluded, ...]
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagView:
    """A flag, what it is about as the watchlist says it, and the ledgers of its brief.

    `question` and `brief` are None once the watchlist dropped them; then there are no dockets.
    """

    flag: Flag
    question: Question | None
    status: QuestionStatus | None  # of the question
    resolution: Resolution | None
    brief: Brief | None
    dockets: tuple[Docket, ...]  # those called into question first
    assumptions: tuple[tuple[Assumption, Bearing], ...]  # as they stand now
    loose: tuple[Reason, ...]  # reasons about judgments that the watchlist dropped
    later: tuple[Evidence, ...]  # rows that count, decided after the newest reason
    at: datetime  # the moment that ledger and points are of
    reviews: tuple[Review, ...]
    deeds: tuple[Deed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """The rows behind a flag's reasons, and the entries behind those rows."""

    evidence: tuple[Evidence, ...]  # every row of the evidence its reasons name
    entries: Mapping[str, Entry]  # by id: those that are still stored

    def behind(self, reason: Reason) -> tuple[Evidence, ...]:
        """The rows a reason was raised on, as they stood then: later outlets are not in it."""
        named = frozenset(reason.evidence)
        rows = (row for row in self.evidence if row.ref in named)
        return tuple(sorted(rows, key=lambda row: (row.first_at, row.story_id)))


def named(questions: Iterable[Question], flag: Flag) -> tuple[Question | None, Brief | None]:
    """The question and the brief a flag is about, as far as the watchlist still has them."""
    for question in questions:
        if question.id == flag.question:
            briefs = (brief for brief in question.briefs if brief.key == flag.brief)
            return question, next(briefs, None)
    return None, None


def read(conn: Connection, flag_id: int, questions: Iterable[Question], now: datetime) -> FlagView:
    """The view as of `now`, by the questions in force. Raises NotFoundError for no such flag."""
    flag = _get(conn, flag_id)
    question, brief = named(questions, flag)
    at = now if flag.state.live else flag.changed_at
    reviews = store_flags.reviews(conn, flag.brief)
    dockets = _dockets(conn, flag, question, brief, reviews, at) if question and brief else ()
    shown = {docket.standing.judgment.key for docket in dockets}
    resolution = store_watchlists.resolved(conn).get(flag.question)
    newest = max((reason.raised_at for reason in flag.reasons), default=now)
    return FlagView(
        flag=flag,
        question=question,
        status=watching.status(question, resolution, now.date()) if question else None,
        resolution=resolution,
        brief=brief,
        dockets=dockets,
        assumptions=_assumptions(conn, brief, reviews) if brief else (),
        loose=tuple(reason for reason in flag.reasons if reason.judgment not in shown),
        later=tuple(
            row
            for docket in dockets
            for row in docket.standing.ledger.rows
            if row.decided_at > newest
        ),
        at=at,
        reviews=tuple(review for review in reviews if review.flag_id == flag.id),
        deeds=store_access.deeds_page(conn, subject=f"flag {flag.id}", limit=50),
    )


def background(conn: Connection, flag: Flag, later: Iterable[Evidence] = ()) -> Background:
    """What a flag's reasons rest on, and the entries behind that and behind `later` rows."""
    keys = {ref[:3] for reason in flag.reasons for ref in reason.evidence}
    rows = tuple(
        row
        for story in sorted({story for _, story, _ in keys})
        for row in store_evidence.of_story(conn, story)
        if row.key in keys
    )
    ids = [entry_id for row in (*rows, *later) for entry_id in row.entry_ids]
    return Background(evidence=rows, entries=store_entries.of_ids(conn, ids))


def _get(conn: Connection, flag_id: int) -> Flag:
    flag = store_flags.get(conn, flag_id)
    if flag is None:
        raise NotFoundError(f"there is no flag {flag_id}; `monitor flags list --all` shows them")
    return flag


def _assumptions(
    conn: Connection, brief: Brief, reviews: Sequence[Review]
) -> tuple[tuple[Assumption, Bearing], ...]:
    if not brief.assumptions:
        return ()
    start = ledger.started(brief, ledger.last_resets(reviews))
    keys = [judgment.key for judgment in brief.judgments]
    rows = store_evidence.current(conn, since=start.read_from, judgments=keys)
    return tuple(
        (item, watching.bearing(brief, item, rows, reviews, start)) for item in brief.assumptions
    )


def _dockets(
    conn: Connection,
    flag: Flag,
    question: Question,
    brief: Brief,
    reviews: Sequence[Review],
    at: datetime,
) -> tuple[Docket, ...]:
    start = ledger.started(brief, ledger.last_resets(_before_its_answer(flag, reviews)))
    rows = store_evidence.current(
        conn,
        since=start.read_from,
        judgments=[judgment.key for judgment in brief.judgments],
        as_of=None if flag.state.live else at,
    )
    excluded = _excluded(conn, start, rows)
    standings = [
        standing.standing(question, brief, judgment, rows, start, at)
        for judgment in brief.judgments
    ]
    shown = _heaviest((row for each in standings for row in each.ledger.rows), at)
    tellings = _tellings(conn, question, shown)
    found = [
        _docket(
            stands,
            flag,
            [row for row in shown if row.judgment == stands.judgment.key],
            tellings,
            tuple(each for each in excluded if each.evidence.judgment == stands.judgment.key),
        )
        for stands in standings
    ]
    return tuple(sorted(found, key=lambda docket: not docket.reasons))


def _before_its_answer(flag: Flag, reviews: Sequence[Review]) -> Sequence[Review]:
    """The reviews of the brief that were written when the flag's ledger was looked at."""
    if flag.state.live:
        return reviews
    own = [place for place, review in enumerate(reviews) if review.flag_id == flag.id]
    return reviews[: own[-1]] if own else reviews


def _excluded(
    conn: Connection, start: LedgerStart, current: Iterable[Evidence]
) -> tuple[Excluded, ...]:
    """Of rows without weight those that a person took out; what a story no longer says is left."""
    rows = [row for row in current if not row.weight and start.reaches(row)]
    exclusions = store_evidence.exclusions(conn) if rows else ()
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
) -> dict[tuple[str, str], tuple[TellingEntry, ...]]:
    """By story and indicator."""
    ids = dict.fromkeys(row.story_id for row in rows)
    stories = {story.id: story for story in store_stories.of_ids(conn, ids)}
    members = [member.entry_id for story in stories.values() for member in story.members]
    matches = store_matches.of_entries(conn, members)
    found: dict[tuple[str, str], tuple[TellingEntry, ...]] = {}
    for row in rows:
        story = stories.get(row.story_id)
        if story is not None:
            found[row.story_id, row.indicator] = _told(story, row, question, matches)
    return found


def _told(
    story: Story, row: Evidence, question: Question, matches: Mapping[str, Sequence[Match]]
) -> tuple[TellingEntry, ...]:
    def hit(member: Member) -> Match | None:
        own = matches.get(member.entry_id, ())
        theirs = (m for m in own if (m.question, m.indicator) == (question.id, row.indicator))
        return next(theirs, None)

    return tuple(
        TellingEntry(member=member, match=hit(member), counted=member.entry_id in row.entry_ids)
        for member in story.members
    )


def _docket(
    stands: JudgmentStanding,
    flag: Flag,
    shown: Sequence[Evidence],
    tellings: Mapping[tuple[str, str], tuple[TellingEntry, ...]],
    excluded: tuple[Excluded, ...],
) -> Docket:
    key = stands.judgment.key
    behind = {named[:3] for reason in flag.reasons for named in reason.evidence}
    made = [
        StoryRow(
            evidence=row,
            points=weigh.faded(row, stands.ledger.at),
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
        left_out=len(stands.ledger.rows) - len(made),
    )


def state(flag: Flag) -> str:
    """A flag's state for people: “acknowledged, snoozed until …”."""
    if flag.state.live and flag.snoozed_until:
        return f"{flag.state.value}, snoozed until {flag.snoozed_until:%Y-%m-%d %H:%M} UTC"
    return flag.state.value


def as_json(view: FlagView) -> dict[str, Any]:
    """A flag with the ledger of each judgment of its brief and the evidence in it."""
    return flag_json(view.flag) | {
        "as_of": view.at.isoformat(),
        "judgments": [
            standing.as_json(docket.standing)
            | {
                "evidence": [
                    evidence_json(row.evidence) | {"points_now": row.points, "behind": row.behind}
                    for row in (*docket.away, *docket.toward)
                ]
            }
            for docket in view.dockets
        ],
        "assumptions": [
            {"id": assumption.id, "says": assumption.says, "bearing": bearing.value}
            for assumption, bearing in view.assumptions
        ],
        "reviews": [review_json(each) for each in view.reviews],
    }


def flag_json(flag: Flag) -> dict[str, Any]:
    return {
        "id": flag.id,
        "question": flag.question,
        "brief": flag.brief,
        "state": flag.state.value,
        "opened_at": flag.opened_at.isoformat(),
        "reasons": [
            {
                "kind": reason.kind.value,
                "judgment": reason.judgment,
                "about": reason.about,
                "direction": reason.direction.value,
                "text": texts.sentence(reason, UTC_CLOCK),
                "numbers": dict(reason.numbers),
                "facts": [list(fact) for fact in reason.facts],
                "interrupts": reason.interrupts,
                "held": texts.held(reason, UTC_CLOCK),
                "raised_at": reason.raised_at.isoformat(),
                "rules": reason.rules,
            }
            for reason in flag.reasons
        ],
    }


def evidence_json(row: Evidence) -> dict[str, Any]:
    """One row; `points` as when it was decided, before it faded."""
    return {
        "judgment": row.judgment,
        "indicator": row.indicator,
        "number": row.number,
        "direction": row.direction.value,
        "story": row.story_id,
        "title": row.title,
        "link": row.link,
        "outlets": list(row.outlets),
        "sources": row.sources,
        "origin": row.origin,
        "standing": row.standing.value,
        "digit": row.digit,
        "hedged": row.hedged,
        "weight": row.weight,
        "credit": row.credit,
        "prior_credit": row.prior_credit,
        "points": row.points,
        "first_at": row.first_at.isoformat(),
    }


def review_json(review: Review) -> dict[str, Any]:
    """An answer, with the ledger of each judgment of the brief as it stood before it."""
    return {
        "decision": review.decision.value,
        "by": review.by,
        "at": review.at.isoformat(),
        "note": review.note,
        "ledger": [
            {"judgment": key, "toward": toward, "away": away} for key, toward, away in review.ledger
        ],
    }
