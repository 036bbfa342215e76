"""Turns stories and what their entries hit into evidence rows.

Every number follows from stored inputs alone: `Evidence.points` from weight, prior credit, sources
and hedging. What rows come to is the ledger's. Must never read a clock.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain
from math import fsum, log2

from monitor.core.judging.exclusion import excluded
from monitor.core.stories import independence
from monitor.model.flags import Evidence, EvidenceKey, Exclusion
from monitor.model.matches import Match, Matched
from monitor.model.questions import Direction, Judgment, Question
from monitor.model.stories import Member, Story

HALF_LIFE = timedelta(days=21)
"""Evidence fades by half in this time. Measured: 10, 21 and 45 days do equally well."""

SATURATION = timedelta(days=14)
"""Stories of one indicator within this time share what the indicator can weigh."""

MAX_CREDIT = 2.0

SILENCE_CREDIT = 1.0
"""An expectation that did not come true counts as its weight; such a row has no outlets."""


def credit(sources: int, *, hedged: bool) -> float:
    """How far a story is believed: 0.5 for one independent source, 1 for three, 2 from fifteen on.

    c = min(2, ½·log₂(1 + sources)), half of it when every headline hedges.
    """
    full = min(MAX_CREDIT, 0.5 * log2(1 + sources))
    return full / 2 if hedged else full


def points(weight: int, *, prior_credit: float, own_credit: float) -> float:
    """Points of a story, unsigned: 2w·(0.5^C − 0.5^(C+c)).

    C is the credit of the indicator's earlier stories within `SATURATION`. One corroborated story
    (c = 1) is worth its weight, and no run of follow-ups is worth more than twice the weight.
    """
    return float(2 * weight * (0.5**prior_credit - 0.5 ** (prior_credit + own_credit)))


def recompute(row: Evidence) -> Evidence:
    """The row with credit and points worked out again from its stored inputs."""
    own = credit(row.sources, hedged=row.hedged) if row.outlets else SILENCE_CREDIT
    worth = points(row.weight, prior_credit=row.prior_credit, own_credit=own)
    return replace(row, credit=own, points=row.direction.sign * worth)


def fading(age: timedelta) -> float:
    """The part, 0 to 1, that is left of evidence of that age; what is to come has not faded."""
    return float(0.5 ** (max(age, timedelta()) / HALF_LIFE))


def faded(row: Evidence, now: datetime) -> float:
    """Signed points of a row as they count at `now`."""
    return row.points * fading(now - row.first_at)


def weigh(
    stories: Sequence[Story],
    *,
    matched: Mapping[str, Matched],
    questions: Sequence[Question],
    known: Sequence[Evidence],
    rules: str,
    now: datetime,
    demoted: frozenset[tuple[str, str]] = frozenset(),
    exclusions: Sequence[Exclusion] = (),
    revised: frozenset[str] = frozenset(),
) -> tuple[Evidence, ...]:
    """New evidence rows for stories that were opened or grew.

    `matched` maps the ids of member entries to what they hit; members without one give nothing.
    `known` holds the current row per (judgment, story, indicator); `demoted` the (question,
    indicator) pairs that count one level weaker; `exclusions` what people said is no evidence, the
    oldest first; `revised` the entries whose words changed just now: what these hit for the first
    time is dated when it was said. A row is written only when something it is worth
    changed, so weighing the same stories twice adds nothing; what a story no longer says, because
    a headline was corrected or a phrase edited, is withdrawn by a row without weight.
    """
    if not stories:
        return ()
    current = {row.key: row for row in known}
    held = _by_story(known)
    fresh: list[Evidence] = []
    for story in sorted(stories, key=lambda story: (story.started_at, story.id)):
        out = excluded(story, exclusions)
        own = chain.from_iterable(held.get(member.entry_id, ()) for member in story.members)
        dates = _Dates(own, revised, now)
        for question in questions:
            if not question.open_on(now.date()):
                continue
            said = _Said(story, question, _hits(story, question, matched), out, rules, now, dates)
            for row in said.rows(current, held.get(story.id, ()), demoted):
                current[row.key] = row
                fresh.append(row)
    return tuple(fresh)


def _by_story(rows: Iterable[Evidence]) -> dict[str, list[Evidence]]:
    found: dict[str, list[Evidence]] = {}
    for row in rows:
        found.setdefault(row.story_id, []).append(row)
    return found


@dataclass(frozen=True, slots=True)
class _Hit:
    member: Member
    match: Match


class _Dates:
    """When the entries of a story first hit an indicator, by the rows of those that became it."""

    def __init__(self, rows: Iterable[Evidence], revised: frozenset[str], now: datetime) -> None:
        self._revised, self._now = revised, now
        self._known: dict[tuple[str, str, str], datetime] = {}
        for row in rows:
            # what stands between the ends was said when it was published
            told = dict.fromkeys(revised.intersection(row.entry_ids), row.first_at)
            told |= dict(zip(row.entry_ids[-1:], (row.last_at,), strict=False))
            told |= dict(zip(row.entry_ids[:1], (row.first_at,), strict=False))
            for entry_id, at in told.items():
                self._known[row.judgment, row.indicator, entry_id] = at

    def said(self, judgment: str, indicator: str, member: Member) -> datetime:
        known = self._known.get((judgment, indicator, member.entry_id))
        if known is None and member.entry_id in self._revised:
            known = self._now
        return max(member.at, known or member.at)


@dataclass(frozen=True, slots=True)
class _Said:
    """What one story says on one question: its counting hits by indicator."""

    story: Story
    question: Question
    hits: Mapping[str, tuple[_Hit, ...]]
    out: frozenset[tuple[str, str]]  # (judgment, indicator): a person said it is no evidence
    rules: str
    now: datetime
    dates: _Dates

    def rows(
        self,
        current: Mapping[EvidenceKey, Evidence],
        held: Iterable[Evidence],
        demoted: frozenset[tuple[str, str]],
    ) -> Iterator[Evidence]:
        """Rows that differ from the `current` ones, of which `held` are the story's."""
        said: set[EvidenceKey] = set()
        keys = {judgment.key for judgment in self.question.judgments}
        for judgment in self.question.judgments:
            for indicator, direction in judgment.directions:
                if indicator not in self.hits or (judgment.key, indicator) in self.out:
                    continue
                said.add((judgment.key, self.story.id, indicator))
                lower = (self.question.id, indicator) in demoted
                row = self._row(judgment, direction, indicator, current, lower=lower)
                if row is not None:
                    yield row
        for row in held:
            if row.judgment in keys and row.key not in said and row.weight:
                yield withdrawn(row, rules=self.rules, now=self.now)

    def _row(
        self,
        judgment: Judgment,
        direction: Direction,
        indicator: str,
        current: Mapping[EvidenceKey, Evidence],
        *,
        lower: bool,
    ) -> Evidence | None:
        dates = (self.dates.said(judgment.key, indicator, h.member) for h in self.hits[indicator])
        dated = sorted(zip(dates, self.hits[indicator], strict=True), key=lambda each: each[0])
        hits = [hit for _, hit in dated]
        match, first = hits[0].match, hits[0].member
        strength = match.strength.lower if lower else match.strength
        old = current.get((judgment.key, self.story.id, indicator))
        outlets = tuple(dict.fromkeys(hit.member.outlet for hit in hits))
        stands = independence.standing((hit.member for hit in hits), hedged=bool(match.hedge))
        worth = (set(outlets), bool(match.hedge), strength.value, direction, stands.facts)
        if old and worth == (
            set(old.outlets),
            old.hedged,
            old.weight,
            old.direction,
            old.stands.facts,
        ):
            return None
        prior = prior_credit(
            current.values(), judgment.key, indicator, first_at=dated[0][0], story_id=self.story.id
        )
        return recompute(
            Evidence(
                judgment=judgment.key,
                story_id=self.story.id,
                indicator=indicator,
                number=old.number + 1 if old else 1,
                direction=direction,
                weight=strength.value,
                outlets=outlets,
                sources=stands.sources,
                origin=stands.origin,
                standing=stands.kind,
                digit=stands.digit,
                entry_ids=tuple(hit.member.entry_id for hit in hits),
                hedged=bool(match.hedge),
                prior_credit=prior,
                credit=0.0,
                points=0.0,
                title=first.title,
                link=first.link,
                first_at=dated[0][0],
                last_at=dated[-1][0],
                decided_at=self.now,
                rules=self.rules,
            )
        )


def withdrawn(row: Evidence, *, rules: str, now: datetime) -> Evidence:
    """The row that takes another one back: the same, without weight."""
    return recompute(replace(row, number=row.number + 1, weight=0, decided_at=now, rules=rules))


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


def prior_credit(
    rows: Iterable[Evidence], judgment: str, indicator: str, *, first_at: datetime, story_id: str
) -> float:
    """Credit of the indicator's other stories that began in the `SATURATION` before `first_at`."""
    return fsum(
        row.credit
        for row in rows
        if row.judgment == judgment
        and row.indicator == indicator
        and row.weight
        and row.story_id != story_id
        and (row.first_at, row.story_id) < (first_at, story_id)
        and first_at - row.first_at <= SATURATION
    )
