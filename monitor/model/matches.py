"""Matches: which indicators an entry hit, where, and what spoke against counting it."""

from dataclasses import dataclass

from monitor.model.entries import Entry
from monitor.model.questions import Direction, Strength


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
