"""Evidence, flags and reviews: news tied to a published judgment. All of it is append-only."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.model.questions import Direction
from monitor.model.stories import StandingKind, StoryStanding

EvidenceKey = tuple[str, str, str]
"""Judgment, story and indicator: what a piece of evidence is about."""

EvidenceRef = tuple[str, str, str, int]
"""One row of it for ever: the key and the row's number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What one story says about one judgment by one indicator.

    `points` follows from weight, prior_credit, sources and hedged (core.judging.weigh) and can
    always be recomputed; `sources`, `origin`, `standing` and `digit` follow from the entries
    (core.stories.independence). A story that grows gets a new row with the next `number`; the
    highest one counts.
    """

    judgment: str  # key
    story_id: str
    indicator: str
    number: int = 1
    direction: Direction  # for this judgment
    weight: int  # points of the indicator's strength
    outlets: tuple[str, ...]  # distinct outlets whose entries hit, in order of time
    sources: int = 0  # how many of them are independent: what credit and triggers count
    origin: str = ""  # whom they all quote, e.g. "KCNA"
    standing: StandingKind = StandingKind.SINGLE
    digit: int = 6  # credibility, 1 (confirmed by others) to 6 (cannot be judged)
    entry_ids: tuple[str, ...]  # the entries that hit, in order of time
    hedged: bool  # every hit was hedged
    prior_credit: float  # credit of the same indicator's other stories in the 14 days before
    credit: float  # 0–2
    points: float  # signed: + toward the event, − away from it
    title: str  # of the story, as shown
    link: str
    first_at: datetime  # the first hit
    last_at: datetime  # the newest hit
    decided_at: datetime
    rules: str  # watchlist version

    @property
    def stands(self) -> StoryStanding:
        """What the row rests on."""
        return StoryStanding(
            sources=self.sources, origin=self.origin, kind=self.standing, digit=self.digit
        )

    @property
    def key(self) -> EvidenceKey:
        return (self.judgment, self.story_id, self.indicator)

    @property
    def heard(self) -> bool:
        """False for silence: an expectation that did not come true has no outlets."""
        return bool(self.outlets)

    @property
    def ref(self) -> EvidenceRef:
        return (*self.key, self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """A person's word on a story: whether it is evidence for a judgment by an indicator.

    It holds for whatever story the entries are in; where two speak of the same, the newer one does.
    """

    judgment: str  # key
    indicator: str
    entries: tuple[str, ...]  # all that told the story then
    counts: bool  # False: not evidence; True: an earlier word is taken back
    by: str
    at: datetime
    note: str = ""


Facts = tuple[tuple[str, str], ...]
"""What a sentence tells besides numbers: names and ISO 8601 moments. A name may come twice."""


class FlagKind(StrEnum):
    """Why a judgment may need another look."""

    TRIPWIRE = "tripwire"
    BREADTH = "breadth"
    WEIGHT = "weight"
    SURGE = "surge"
    WAKE_UP = "wake-up"
    ASSUMPTION = "assumption"
    CITATION = "citation"
    SILENCE = "silence"
    RESOLVED = "resolved"


PROGRAM = "monitor"
"""Who closes a flag that nobody needs to answer any more."""


class FlagState(StrEnum):
    """Open flags want an answer; the last five are answers."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    STANDS = "stands"
    REVISED = "revised"
    WITHDRAWN = "withdrawn"
    NOISE = "noise"
    EXPIRED = "expired"

    @property
    def live(self) -> bool:
        return self in {FlagState.OPEN, FlagState.ACKNOWLEDGED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One trigger that fired. `evidence` names the rows behind every number.

    Its sentence is made where it is shown (core.judging.trigger.texts). `text` is one that was
    stored whole: of a cited article, and of reasons from before `facts` were kept.
    """

    kind: FlagKind
    judgment: str  # key
    about: str = ""  # what fired it: an indicator, an assumption, a citation, a date
    direction: Direction
    text: str = ""
    numbers: tuple[tuple[str, float], ...]
    facts: Facts = ()
    evidence: tuple[EvidenceRef, ...]
    interrupts: bool  # told at once, not only in the next digest
    held: str = ""  # why it waits for the digest (texts.held says it); "": it does not
    raised_at: datetime
    rules: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """A decision to raise: opens a flag on the brief, or attaches to `flag_id`."""

    question: str
    brief: str  # key
    reason: Reason
    flag_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """'This judgment may need revisiting.' At most one is live per brief; later news attaches."""

    id: int
    question: str
    brief: str  # key
    state: FlagState
    opened_at: datetime
    changed_at: datetime
    reasons: tuple[Reason, ...]
    snoozed_until: datetime | None = None  # until then only a tripwire interrupts


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A person's decision on a flag: who, when, why. `stands` and `revised` reset the ledger."""

    flag_id: int
    brief: str  # key
    decision: FlagState
    by: str
    at: datetime
    note: str = ""
    likelihood: str = ""  # of a revised judgment, in the analyst's words
    indicator: str = ""  # that misfired, for noise
    assumptions: tuple[tuple[str, str], ...] = ()  # (id, "broken" or "holding")
    ledger: tuple[tuple[str, float, float], ...] = ()  # (judgment, toward, away) when decided
    until: datetime | None = None  # snoozed

    @property
    def answers(self) -> bool:
        """Whether a person closed the flag: by an answer, or by settling its question."""
        lapsed = self.decision is FlagState.EXPIRED and self.by == PROGRAM
        return not self.decision.live and not lapsed

    @property
    def resets(self) -> bool:
        """Whether the evidence to date is priced in: the ledger starts anew."""
        return self.decision in {FlagState.STANDS, FlagState.REVISED}
