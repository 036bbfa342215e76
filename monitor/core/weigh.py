"""Turns stories and what their entries hit into evidence rows, and evidence rows into a ledger.

Every number follows from stored inputs alone: `Evidence.points` from weight, prior credit, outlets
and hedging; the ledger from the evidence rows, a start and a time. Must never read a clock.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from math import fsum, log2

from monitor.model.flags import Evidence, Review
from monitor.model.matches import Match, Matched
from monitor.model.questions import Brief, Direction, Judgment, Question
from monitor.model.stories import Member, Story

HALF_LIFE = timedelta(days=21)
"""Evidence fades by half in this time. Measured: 10, 21 and 45 days do equally well."""

SATURATION = timedelta(days=14)
"""Stories of one indicator within this time share what the indicator can weigh."""

MAX_CREDIT = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Points for a judgment's event since its last review: toward ≥ 0, away ≤ 0, and their sum."""

    toward: float
    away: float

    @property
    def total(self) -> float:
        return self.toward + self.away


def credit(outlets: int, *, hedged: bool) -> float:
    """How far a story is believed: 0.5 for one outlet, 1 for three, 2 from fifteen on.

    c = min(2, ½·log₂(1 + outlets)), half of it when every headline hedges.
    """
    full = min(MAX_CREDIT, 0.5 * log2(1 + outlets))
    return full / 2 if hedged else full


def points(weight: int, *, prior_credit: float, own_credit: float) -> float:
    """Points of a story, unsigned: 2w·(0.5^C − 0.5^(C+c)).

    C is the credit of the indicator's earlier stories within `SATURATION`. One corroborated story
    (c = 1) is worth its weight, and no run of follow-ups is worth more than twice the weight.
    """
    return float(2 * weight * (0.5**prior_credit - 0.5 ** (prior_credit + own_credit)))


def signed(worth: float) -> str:
    """Points for people: one decimal with a sign, and a typographic minus."""
    return f"{worth:+.1f}".replace("-", "−")


def recompute(row: Evidence) -> Evidence:
    """The row with credit and points worked out again from its stored inputs."""
    own = credit(len(row.outlets), hedged=row.hedged)
    worth = points(row.weight, prior_credit=row.prior_credit, own_credit=own)
    return replace(row, credit=own, points=row.direction.sign * worth)


def faded(row: Evidence, now: datetime) -> float:
    """Signed points of a row as they count at `now`."""
    age = max(now - row.first_at, timedelta())
    return float(row.points * 0.5 ** (age / HALF_LIFE))


def ledger(rows: Iterable[Evidence], *, since: datetime | None, now: datetime) -> Ledger:
    """Sum of a judgment's current rows whose story began at or after `since`, faded to `now`."""
    worth = [faded(row, now) for row in rows if since is None or row.first_at >= since]
    # fsum: the result must not depend on the order in which rows were read
    return Ledger(toward=fsum(x for x in worth if x > 0), away=fsum(x for x in worth if x < 0))


def counted_from(brief: Brief, resets: Mapping[str, Review]) -> datetime | None:
    """When a brief's ledger starts: its last resetting review, else its day of publication."""
    review = resets.get(brief.key)
    if review is not None:
        return review.at
    if brief.published is None:
        return None
    return datetime.combine(brief.published, time(), tzinfo=UTC)


def weigh(
    stories: Sequence[Story],
    *,
    matched: Mapping[str, Matched],
    questions: Sequence[Question],
    known: Sequence[Evidence],
    rules: str,
    now: datetime,
) -> tuple[Evidence, ...]:
    """New evidence rows for stories that were opened or grew.

    `matched` maps the ids of member entries to what they hit; members without one give nothing.
    `known` holds the current row per (judgment, story, indicator). A row is written only when
    outlets or hedging changed, so weighing the same stories twice adds nothing.
    """
    current = {row.key: row for row in known}
    fresh: list[Evidence] = []
    for story in sorted(stories, key=lambda story: (story.started_at, story.id)):
        for question in questions:
            if question.closes is not None and now.date() > question.closes:
                continue
            for row in _of_story(story, question, matched, current, rules, now):
                current[row.key] = row
                fresh.append(row)
    return tuple(fresh)


@dataclass(frozen=True, slots=True)
class _Hit:
    member: Member
    match: Match


def _of_story(
    story: Story,
    question: Question,
    matched: Mapping[str, Matched],
    current: Mapping[tuple[str, str, str], Evidence],
    rules: str,
    now: datetime,
) -> Iterable[Evidence]:
    hits = _hits(story, question, matched)
    if not hits:
        return
    for judgment in question.judgments:
        for indicator, direction in judgment.directions:
            if indicator not in hits or direction is Direction.NONE:
                continue
            row = _row(story, judgment, direction, hits[indicator], current, rules, now)
            if row is not None:
                yield row


def _hits(
    story: Story, question: Question, matched: Mapping[str, Matched]
) -> dict[str, tuple[_Hit, ...]]:
    """Counting hits by indicator; unhedged ones alone if there are any, else the hedged ones."""
    found: dict[str, list[_Hit]] = {}
    for member in sorted(story.members, key=lambda member: (member.at, member.entry_id)):
        known = matched.get(member.entry_id)
        if known is None or not known.entry.alerts:
            continue
        for match in known.matches:
            if match.counts and match.question == question.id:
                found.setdefault(match.indicator, []).append(_Hit(member, match))
    plain = {name: [hit for hit in hits if not hit.match.hedge] for name, hits in found.items()}
    return {name: tuple(plain[name] or hits) for name, hits in found.items()}


def _row(
    story: Story,
    judgment: Judgment,
    direction: Direction,
    hits: Sequence[_Hit],
    current: Mapping[tuple[str, str, str], Evidence],
    rules: str,
    now: datetime,
) -> Evidence | None:
    match = hits[0].match
    old = current.get((judgment.key, story.id, match.indicator))
    outlets = tuple(dict.fromkeys(hit.member.outlet for hit in hits))
    hedged = bool(match.hedge)
    if old is not None and set(old.outlets) == set(outlets) and old.hedged == hedged:
        return None
    first_at = hits[0].member.at
    prior = prior_credit(
        current.values(), judgment.key, match.indicator, first_at=first_at, story_id=story.id
    )
    own = credit(len(outlets), hedged=hedged)
    worth = points(match.strength.value, prior_credit=prior, own_credit=own)
    return Evidence(
        judgment=judgment.key,
        story_id=story.id,
        indicator=match.indicator,
        number=old.number + 1 if old else 1,
        direction=direction,
        weight=match.strength.value,
        outlets=outlets,
        entry_ids=tuple(hit.member.entry_id for hit in hits),
        hedged=hedged,
        prior_credit=prior,
        credit=own,
        points=direction.sign * worth,
        title=hits[0].member.title,
        link=hits[0].member.link,
        first_at=first_at,
        last_at=hits[-1].member.at,
        decided_at=now,
        rules=rules,
    )


def prior_credit(
    rows: Iterable[Evidence], judgment: str, indicator: str, *, first_at: datetime, story_id: str
) -> float:
    """Credit of the indicator's other stories that began in the `SATURATION` before `first_at`."""
    return fsum(
        row.credit
        for row in rows
        if row.judgment == judgment
        and row.indicator == indicator
        and row.story_id != story_id
        and (row.first_at, row.story_id) < (first_at, story_id)
        and first_at - row.first_at <= SATURATION
    )
