"""Holds in dictionaries what the daemon holds in tables, for replays: the same answers, sooner.

A replay asks for what is known thousands of times and never outlives its process. What `assess` is
given here must be what `ingest.read_known` would read from a store with the same history;
`tests/replay/test_memory.py` runs both side by side.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from monitor.core.assess import assess, reassess
from monitor.core.feeds.normalise import Normalised
from monitor.core.judging import indicators, ledger
from monitor.core.judging.rules import Rules
from monitor.core.stories.settle import settle
from monitor.model.entries import Sorted
from monitor.model.flags import PROGRAM, Evidence, Flag, FlagKind, FlagState, Raised, Reason, Review
from monitor.model.matches import Known, Matched, Outcome
from monitor.model.questions import IndicatorState, Resolution
from monitor.model.stories import Decision
from monitor.polling import citations, due
from monitor.polling.indexing import postings_of
from monitor.polling.known import memory_from, read_stories
from monitor.polling.recognise import against
from monitor.replay.memory_entries import MemoryArticles, MemoryEntries
from monitor.replay.memory_index import MemoryIndex


@dataclass(slots=True)
class Memory:
    """Everything a replay has seen and decided so far."""

    rules: Rules
    decisions: deque[Decision] = field(default_factory=deque)  # not taken yet, the oldest first
    taken: list[Decision] = field(default_factory=list)
    entries: MemoryEntries = field(default_factory=MemoryEntries)
    matched: dict[str, Matched] = field(default_factory=dict)  # by entry id
    index: MemoryIndex = field(default_factory=MemoryIndex)
    evidence: dict[tuple[str, str, str], Evidence] = field(default_factory=dict)  # current rows
    history: list[Evidence] = field(default_factory=list)  # every row, in the order of decisions
    flags: dict[int, Flag] = field(default_factory=dict)
    reviews: list[Review] = field(default_factory=list)
    _heard: dict[str, list[Evidence]] = field(default_factory=dict)  # by indicator
    articles: MemoryArticles = field(init=False)
    cited: frozenset[str] = field(init=False)  # outlets of cited articles
    states: tuple[IndicatorState, ...] = ()  # since the first entry in scope

    def __post_init__(self) -> None:
        self.articles = MemoryArticles(self.entries)
        self.cited = frozenset(
            cited.outlet
            for question in self.rules.questions
            for brief in question.briefs
            for cited in brief.citations
        )

    def sort(self, feed_id: str, found: Normalised) -> Sorted:
        """A feed's entries against what is known; afterwards they are known."""
        parts = against(self.entries, feed_id, found, self.rules)
        self.entries.keep((*parts.new, *parts.revised))
        return parts

    def take_in(self, matched: Sequence[Matched], now: datetime) -> Outcome:
        """Assess new and revised entries against all that is known, and remember the outcome."""
        relevant = [item for item in matched if item.relevant]
        known = self.known(relevant, now) if relevant else Known()
        outcome = assess(matched, known=known, rules=self.rules, now=now)
        self.keep(outcome)
        return outcome

    def known(self, arriving: Sequence[Matched], now: datetime) -> Known:
        stories, words = read_stories(self.index, arriving, now=now)
        resets = self.resets()
        earliest = min(item.entry.published_at for item in arriving)
        start = memory_from(self.rules.pairs(), resets, earliest, now)
        hit = {match.indicator for item in arriving for match in item.matches}
        return Known(
            stories=stories,
            words=words,
            evidence=self._evidence(start),
            older=self._older(start, hit),
            flags=self._recent(start),
            reviews=resets,
            matched=tuple(
                self.matched[member.entry_id]
                for story in stories
                for member in story.members
                if member.signature
            ),
            indicators=self._indicators(now),
            decisions=tuple(self.taken),
        )

    def _evidence(self, since: datetime) -> tuple[Evidence, ...]:
        return tuple(row for row in self.evidence.values() if row.last_at >= since)

    def _older(self, before: datetime, hit: set[str]) -> tuple[Evidence, ...]:
        """The newest row of each judgment and indicator whose newest hit is earlier."""
        newest: dict[tuple[str, str], Evidence] = {}
        for row in (row for indicator in hit for row in self._heard.get(indicator, ())):
            if row.last_at < before:
                key = (row.judgment, row.indicator)
                held = newest.get(key)
                if held is None or (held.last_at, held.number) <= (row.last_at, row.number):
                    newest[key] = row
        return tuple(sorted(newest.values(), key=lambda row: row.ref))

    def _indicators(self, now: datetime) -> tuple[IndicatorState, ...]:
        """As a daemon knows them that began with the first entry in scope."""
        if not self.states:
            self.states = indicators.states(self.rules.questions, (), now=now, first=True)
        return self.states

    def _recent(self, since: datetime) -> tuple[Flag, ...]:
        return tuple(
            flag
            for flag in self.flags.values()
            if flag.state.live or any(reason.raised_at >= since for reason in flag.reasons)
        )

    def resets(self) -> tuple[Review, ...]:
        newest = ledger.last_resets(self.reviews)
        return tuple(newest[brief] for brief in sorted(newest))

    def keep(self, outcome: Outcome) -> None:
        """Remember what was decided, as the store does."""
        self.matched |= {item.entry.id: item for item in outcome.matched}
        self.index.save(outcome.stories, outcome.postings, outcome.gone)
        today = outcome.decided_at.astimezone(UTC).date()
        self.index.learn(outcome.words, entries=len(outcome.links), today=today)
        self._write(outcome.evidence, outcome.raised)

    def settle(self, now: datetime) -> None:
        """Take what people had decided about stories by now."""
        while self.decisions and self.decisions[0].at <= now:
            self.taken.append(self.decisions.popleft())
            self._settle(self.taken[-1])

    def _settle(self, decision: Decision) -> None:
        before = self.index.stories_of((*decision.entries, *decision.others))
        after = settle(before, (decision,))
        if {story.id: story for story in before} == {story.id: story for story in after}:
            return
        gone = {story.id for story in before} - {story.id for story in after}
        ids = (member.entry_id for story in after for member in story.members)
        matched = tuple(self.matched[entry_id] for entry_id in ids)
        known = replace(self.known(matched, decision.at), matched=matched)
        outcome = reassess(after, gone, known=known, rules=self.rules, now=decision.at)
        self.index.save(after, postings_of(after, self.index, now=decision.at), gone)
        self._write(outcome.evidence, outcome.raised)

    def tick(self, now: datetime) -> None:
        """What is due by the clock alone, and what became of cited articles."""
        found = due.due(MemoryTimes(self), self.rules, now)
        for flag, note in found.expired:
            self.decide(
                Review(
                    flag_id=flag.id,
                    brief=flag.brief,
                    decision=FlagState.EXPIRED,
                    by=PROGRAM,
                    at=now,
                    note=note,
                )
            )
        self._write(found.evidence, found.raised)
        self.cite(now)

    def cite(self, now: datetime) -> None:
        """Look for cited articles, and for what changed in them."""
        self._write((), citations.watch(self.articles, self.rules, now))

    def _write(self, evidence: Iterable[Evidence], raised: Iterable[Raised]) -> None:
        for row in evidence:
            self.evidence[row.key] = row
            self.history.append(row)
            if row.weight and row.heard:
                self._heard.setdefault(row.indicator, []).append(row)
        for item in raised:
            self._raise(item)

    def _raise(self, raised: Raised) -> None:
        flag = self.live(raised.brief) or Flag(
            id=len(self.flags) + 1,
            question=raised.question,
            brief=raised.brief,
            state=FlagState.OPEN,
            opened_at=raised.reason.raised_at,
            changed_at=raised.reason.raised_at,
            reasons=(),
        )
        self.flags[flag.id] = replace(
            flag, reasons=(*flag.reasons, raised.reason), changed_at=raised.reason.raised_at
        )

    def live(self, brief: str) -> Flag | None:
        found = (flag for flag in self.flags.values() if flag.brief == brief and flag.state.live)
        return next(found, None)

    def decide(self, review: Review) -> None:
        """A person's answer to a flag."""
        self.reviews.append(review)
        self.flags[review.flag_id] = replace(
            self.flags[review.flag_id], state=review.decision, changed_at=review.at
        )


@dataclass(frozen=True, slots=True)
class MemoryTimes:
    """What a replay knows of times. An archive has no gaps that anybody knows of."""

    memory: Memory

    def answered(self) -> Mapping[str, Resolution]:
        return {}

    def live(self) -> Iterable[Flag]:
        return tuple(flag for flag in self.memory.flags.values() if flag.state.live)

    def calendar(self) -> Mapping[str, tuple[Reason, ...]]:
        found: dict[str, tuple[Reason, ...]] = {}
        for flag in self.memory.flags.values():
            own = (one for one in flag.reasons if one.kind in {FlagKind.SILENCE, FlagKind.RESOLVED})
            found[flag.brief] = (*found.get(flag.brief, ()), *own)
        return found

    def resets(self) -> Sequence[Review]:
        return self.memory.resets()

    def loaded(self) -> Mapping[str, Mapping[str, datetime]]:
        found: dict[str, dict[str, datetime]] = {}
        for state in self.memory.states:
            found.setdefault(state.question, {})[state.name] = state.first_at
        return found

    def of_indicator(self, judgment: str, indicator: str) -> Sequence[Evidence]:
        rows = self.memory.evidence.values()
        return tuple(row for row in rows if (row.judgment, row.indicator) == (judgment, indicator))

    def share_up(self, since: datetime, until: datetime) -> float:  # noqa: ARG002
        return 1.0
