"""What analysts wrote: questions, briefs, judgments, indicators. Nothing here knows YAML."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum


class Direction(StrEnum):
    """Which way an indicator points from the event a judgment is about."""

    TOWARD = "toward"
    AWAY = "away"
    NONE = "none"  # watched and counted, but weighs nothing

    @property
    def sign(self) -> int:
        return {"toward": 1, "away": -1, "none": 0}[self.value]


class Strength(IntEnum):
    """How much more often an indicator is seen if the event is coming, in points (decibans).

    Jeffreys' and Good's scale: 10 points are ten-fold odds.
    """

    SLIGHT = 2
    MODERATE = 5
    STRONG = 10
    DECISIVE = 15

    @property
    def lower(self) -> "Strength":
        """One level down; the lowest stays what it is."""
        levels = sorted(Strength)
        return levels[max(levels.index(self) - 1, 0)]


class Sensitivity(StrEnum):
    """How little news is enough for a flag on a question; core.judging.limits has the figures."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class QuestionAnswer(StrEnum):
    """How a question was settled, by a person who read its criteria."""

    YES = "yes"
    NO = "no"
    VOID = "void"  # it cannot be answered any more, or never could
    OPEN = "open"  # taken back: the question is open again


class QuestionStatus(StrEnum):
    """Where a question stands."""

    OPEN = "open"
    CLOSED = "closed"  # its horizon has passed and nobody has answered it
    RESOLVED = "resolved"


class Confidence(StrEnum):
    """How good the basis of a judgment is; never how likely the event is (ICD 203)."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Likelihood:
    """A likelihood of the event, in the analyst's words, with 0 < low < high < 1."""

    words: str
    low: float
    high: float
    inferred: bool = False  # the brief did not state one


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """One phrase of the watchlist language and where it stands in watchlists.yaml."""

    text: str
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """What is looked for. `name` is unique within its question."""

    name: str
    direction: Direction
    strength: Strength
    phrases: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """An indicator expected by a date if the event were on its way; silence is evidence against."""

    indicator: str
    by: date
    strength: Strength
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """A supposition a brief rests on, and the indicators that would break it."""

    id: str
    says: str
    broken_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A published article a brief rests on."""

    outlet: str
    title: str
    published: date | None = None
    link: str = ""

    @property
    def key(self) -> str:
        """What it is called within its brief."""
        return self.link or f"{self.outlet}: {self.title}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgment:
    """A published statement with a likelihood of an event. `key` is question/brief/judgment."""

    key: str
    id: str
    says: str
    event: str  # what indicators point toward or away from; often the negation of `says`
    likelihood: Likelihood
    confidence: Confidence | None = None
    review_every: timedelta | None = None
    # indicators that count for this judgment, with the direction they have for it
    directions: tuple[tuple[str, Direction], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """A published document that holds judgments. `key` is question/brief."""

    key: str
    id: str
    title: str
    published: date | None
    judgments: tuple[Judgment, ...]
    assumptions: tuple[Assumption, ...] = ()
    citations: tuple[Citation, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An open analytical question and everything that is watched for it."""

    id: str
    ask: str
    indicators: tuple[Indicator, ...]
    briefs: tuple[Brief, ...]
    about: tuple[Phrase, ...] = ()  # scope: an entry must mention one of these; empty: anything
    ignore: tuple[Phrase, ...] = ()  # an entry that mentions one of these is never evidence
    quiet: tuple[Quiet, ...] = ()
    opened: date | None = None
    closes: date | None = None
    resolves_yes_if: str = ""
    owner: str = ""  # a team of delivery.yaml, or any name
    notify: tuple[str, ...] = ()  # teams of delivery.yaml that are told besides the owner
    tags: tuple[str, ...] = ()
    deputy: str = ""  # reminded of a flag that nobody acknowledged
    sensitivity: Sensitivity = Sensitivity.NORMAL
    resolves: tuple[str, ...] = ()  # indicators whose news may settle the question

    def closed(self, day: date) -> bool:
        """Whether the horizon has passed on `day`."""
        return self.closes is not None and day > self.closes

    def open_on(self, day: date) -> bool:
        """Whether news of `day` may speak to it: asked already, and not past its horizon."""
        return not self.closed(day) and (self.opened is None or day >= self.opened)

    @property
    def judgments(self) -> tuple[Judgment, ...]:
        return tuple(judgment for brief in self.briefs for judgment in brief.judgments)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorState:
    """What is remembered of an indicator across versions of the watchlist."""

    question: str
    name: str
    definition: str  # a digest of direction, strength and phrases
    first_at: datetime  # when an indicator of this name was first loaded
    edited_at: datetime  # when its present definition was
    alerts_from: datetime  # news published before this is evidence, but no reason to alert


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """A person's answer to a question: who, when, why. The newest one counts."""

    question: str
    answer: QuestionAnswer
    by: str
    at: datetime
    note: str = ""


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
