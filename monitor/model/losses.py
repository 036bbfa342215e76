"""What a change of the watchlist took away."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """A question that lost something, as far as it decides who is told of it."""

    id: str
    owner: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Questions that are gone, and indicators of those that stayed."""

    at: datetime
    questions: tuple[str, ...]  # ids, in the old file's order
    of_questions: int  # how many there were
    indicators: tuple[str, ...]  # “question: name”, of questions that stayed
    gone: int  # indicators in all, those of removed questions too
    of_indicators: int
    whose: tuple[Whose, ...]  # the questions that any of this is about
