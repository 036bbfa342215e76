"""What `core.assess` is given and what it decides: the values on both sides of the pure heart."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from monitor.model.flags import Evidence, Exclusion, Flag, Raised, Review
from monitor.model.matches import Matched
from monitor.model.questions import IndicatorState
from monitor.model.stories import Posting, Story, StoryLink, WordCounts


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Everything one poll decided; the caller writes it in one transaction."""

    decided_at: datetime
    matched: tuple[Matched, ...]  # all entries that are in a scope or hit something
    links: tuple[StoryLink, ...]
    stories: tuple[Story, ...]  # those that were opened or grew, whole
    postings: tuple[Posting, ...]  # by which their new and changed members are found
    words: Mapping[str, int]  # in how many of the linked entries each word was found
    evidence: tuple[Evidence, ...]  # new rows only
    raised: tuple[Raised, ...]
