"""Matches: which indicators an entry hit, where, and what spoke against counting it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from monitor.model.entries import Entry
from monitor.model.flags import Evidence, Exclusion, Flag, Raised, Review
from monitor.model.questions import Direction, IndicatorState, Strength
from monitor.model.stories import Decision, Posting, Story, StoryLink, WordCounts


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Span:
    """Where a phrase hit: character offsets into the stored text of one field, end exclusive."""

    field: str  # "title" or "summary"
    start: int
    end: int
    phrase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An indicator that an entry hit, inside its question's scope."""

    question: str
    indicator: str
    direction: Direction  # the question's own direction
    strength: Strength
    spans: tuple[Span, ...]
    hedge: str = ""  # the cue, e.g. "may": counts half and never trips a wire
    veto: str = ""  # the reason it does not count, e.g. "negated by “won't”"; empty: it counts

    @property
    def counts(self) -> bool:
        return not self.veto


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """An entry and everything it hit. `questions` are those whose scope it is in."""

    entry: Entry
    questions: tuple[str, ...]
    matches: tuple[Match, ...]

    @property
    def relevant(self) -> bool:
        """In scope of a question: worth grouping into a story."""
        return bool(self.questions)

    @property
    def signature(self) -> frozenset[str]:
        """What it would count for. A copy that counts for more than its original is no copy."""
        return frozenset(f"{m.question}/{m.indicator}" for m in self.matches if m.counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the store knows that a decision may depend on, read before deciding."""

    stories: tuple[Story, ...] = ()  # those that an arrival is in or may be near, whole
    words: WordCounts = field(default_factory=WordCounts)  # of all words in arrivals and stories
    # the highest-numbered row per (judgment, story, indicator), over the ledger's memory
    evidence: tuple[Evidence, ...] = ()
    flags: tuple[Flag, ...] = ()  # live ones, and all that were raised within the cool-downs
    reviews: tuple[Review, ...] = ()  # the newest per brief that reset the ledger
    # what the members of these stories hit, those that count for something
    matched: tuple[Matched, ...] = ()
    # the newest row per (judgment, indicator) from before `evidence`: how long it slept
    older: tuple[Evidence, ...] = ()
    indicators: tuple[IndicatorState, ...] = ()
    demoted: frozenset[tuple[str, str]] = frozenset()  # (question, indicator): one level weaker
    exclusions: tuple[Exclusion, ...] = ()  # all that people said, the oldest first
    resolved: frozenset[str] = frozenset()  # questions that were answered: nothing is flagged
    decisions: tuple[Decision, ...] = ()  # what people said of how entries are grouped


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Everything one poll decided; the caller writes it in one transaction."""

    decided_at: datetime
    matched: tuple[Matched, ...]  # all entries that are in a scope or hit something
    links: tuple[StoryLink, ...]  # of entries that are new to any story
    moved: tuple[StoryLink, ...] = ()  # of entries whose story became part of another
    gone: tuple[str, ...] = ()  # ids of stories that hold nothing any more
    stories: tuple[Story, ...]  # those that were opened or grew, whole
    postings: tuple[Posting, ...]  # by which their new and changed members are found
    words: Mapping[str, int]  # in how many of the linked entries each word was found
    evidence: tuple[Evidence, ...]  # new rows only
    raised: tuple[Raised, ...]
