"""The rules a decision is made by: compiled watchlists, their version, and how many outlets speak.

One immutable value, swapped whole on reload; it must never be changed in place.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.core.judging.limits import LIMITS, Limits
from monitor.core.language.watch.compiler import Watch
from monitor.model.questions import Brief, Judgment, Question, Sensitivity


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Everything `assess` decides by. `outlets` is the number of distinct outlets that are up."""

    version: str
    questions: tuple[Question, ...]
    watch: Watch
    outlets: int
    limits: Mapping[Sensitivity, Limits] = field(default_factory=lambda: LIMITS)

    def pairs(self) -> tuple[tuple[Question, Brief, Judgment], ...]:
        """Every judgment with its brief and question, in the order of the watchlist."""
        return tuple(
            (question, brief, judgment)
            for question in self.questions
            for brief in question.briefs
            for judgment in brief.judgments
        )
