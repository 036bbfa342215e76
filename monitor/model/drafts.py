"""What was read out of a brief: proposals for a watchlist, each with where it came from."""

from dataclasses import dataclass
from datetime import date

from monitor.model.questions import Confidence, Direction, Strength


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSentence:
    """The words of the brief that a proposal rests on, and their line (from 1)."""

    sentence: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TextProposal:
    """A text such as the question, the title or the author."""

    text: str
    source: SourceSentence


@dataclass(frozen=True, slots=True, kw_only=True)
class DayProposal:
    """A day; `note` says how it was worked out where the brief does not name it in full."""

    day: date
    source: SourceSentence
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgmentProposal:
    """What the brief says of an event. `likelihood` is that of the event, never of its absence.

    `guesses` say, one sentence each, what the brief did not say itself.
    """

    says: str
    event: str
    likelihood: str  # a word of `scale`, or percentages; "" when nothing states or suggests one
    source: SourceSentence
    scale: str = "icd203"
    confidence: Confidence | None = None
    guesses: tuple[str, ...] = ()
    reading: str = ""  # the same in plain words
    contrary: bool = False  # the question's indicators point the other way for it: a guess, too


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorProposal:
    """What to look for. Direction and strength are guesses; `why` says from what."""

    name: str
    phrases: tuple[str, ...]
    direction: Direction
    strength: Strength
    why: str
    source: SourceSentence


@dataclass(frozen=True, slots=True, kw_only=True)
class AssumptionProposal:
    """A supposition that the brief names; `broken_by` are names of indicators."""

    says: str
    broken_by: tuple[str, ...]
    source: SourceSentence


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationProposal:
    """An article that the brief cites. `when` is its date as written where it names no day."""

    outlet: str
    title: str
    source: SourceSentence
    published: date | None = None
    when: str = ""
    author: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameProposal:
    """A name for the scope; `entity` stands for it where one is known, `seen` is what was read."""

    text: str
    seen: tuple[str, ...]
    source: SourceSentence
    entity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A sentence that seems to belong to a part of the watchlist, and why it was not put there."""

    part: str
    why: str
    source: SourceSentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """All that was read out of one brief."""

    question: TextProposal
    title: str
    author: TextProposal | None
    published: DayProposal | None
    closes: DayProposal | None
    judgments: tuple[JudgmentProposal, ...]
    assumptions: tuple[AssumptionProposal, ...]
    citations: tuple[CitationProposal, ...]
    scope: tuple[NameProposal, ...]
    indicators: tuple[IndicatorProposal, ...]
    unread: tuple[Unread, ...]
