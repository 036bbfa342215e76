"""The rules a decision is made by: compiled watchlists, their version, and how many outlets speak.

One immutable value, swapped whole on reload; it must never be changed in place.
"""

from dataclasses import dataclass

from monitor.core.watch import Watch
from monitor.model.questions import Brief, Judgment, Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Everything `assess` decides by. `outlets` is the number of distinct outlets being polled."""

    version: str
    questions: tuple[Question, ...]
    watch: Watch
    outlets: int

    def corroborated_by(self, wanted: int) -> int:
        """How many outlets a trigger may ask for: never more than are being polled."""
        return max(1, min(wanted, self.outlets))

    def pairs(self) -> tuple[tuple[Question, Brief, Judgment], ...]:
        """Every judgment with its brief and question, in the order of the watchlist."""
        return tuple(
            (question, brief, judgment)
            for question in self.questions
            for brief in question.briefs
            for judgment in brief.judgments
        )
