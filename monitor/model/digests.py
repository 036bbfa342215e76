"""Digests: what one recipient is told at one slot, as values and rendered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.model.flags import FlagKind
from monitor.model.questions import Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceLine:
    """One story, as evidence for one judgment."""

    title: str
    link: str
    indicator: str
    outlets: tuple[str, ...]
    entries: int  # how many entries told it
    first_at: datetime
    points: float  # signed
    hedged: bool
    new: bool  # first told in this digest
    story_id: str
    standing: str = ""  # “corroborated by 3, credibility 1”
    sources: int = 0  # how many of the outlets are independent; 0: not known
    origin: str = ""  # whom all of them quote, e.g. "KCNA"
    official: bool = False  # it tells what one authority says
    told_by: int = 0  # outlets that had told it before this digest's window


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonLine:
    """One trigger that fired, as of `at`."""

    kind: FlagKind
    direction: Direction
    text: str
    at: datetime
    new: bool
    story_id: str = ""  # of the story that fired it, where it was one
    told: bool = False  # in a message of its own, before this digest


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgmentSection:
    """One judgment and where its ledger stands. Points count from `since`."""

    key: str
    says: str
    event: str
    likelihood: str  # "very unlikely (5–20 %)", or the same with "inferred"
    confidence: str  # "" when not stated
    since: datetime | None
    since_what: str  # "the last review" or "the brief was published" or "watching began"
    points: float
    points_toward: float
    points_away: float
    leaves_band: str  # "" or "enough to leave “very unlikely” upward"
    reasons: tuple[ReasonLine, ...]
    toward: tuple[EvidenceLine, ...]
    away: tuple[EvidenceLine, ...]
    silent: tuple[str, ...]  # indicators with no evidence yet
    news: float = 0.0  # points that the digest's window added
    course: tuple[tuple[datetime, float], ...] = ()  # the total, day by day
    words: str = ""  # the likelihood without its numbers
    against: tuple[Direction, ...] = ()  # the directions of news that speak against it

    @property
    def flagged(self) -> bool:
        """Whether a flag speaks of it in this digest."""
        return bool(self.reasons)

    @property
    def moved(self) -> bool:
        """Whether it has evidence that was not told before."""
        return any(line.new for line in (*self.toward, *self.away))


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationLine:
    """A cited article that changed: what its headline was and what it is now."""

    brief: str  # the citing brief's title
    outlet: str
    was: str
    now: str
    how: str  # “marked “CORRECTED””, “a new headline, and no more”
    link: str
    at: datetime
    grave: bool  # it flags the brief; False for a mere retitle


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefSection:
    """A brief that is flagged or whose ledger moved."""

    key: str
    question: str  # the question as asked
    title: str
    published: str  # ISO date or ""
    flag_id: int | None  # of the flag that wants an answer
    bottom_line: str
    judgments: tuple[JudgmentSection, ...]
    assumptions: tuple[str, ...]  # sentences on assumptions under pressure
    opened: datetime | None = None  # when that flag was raised
    lead: EvidenceLine | None = None  # the news that the section begins with
    lead_key: str = ""  # of the judgment that it matters for most

    @property
    def fresh(self) -> bool:
        """Whether something new calls a judgment into question."""
        return any(reason.new for each in self.judgments for reason in each.reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """From what was read to what is told, over the digest's window."""

    entries: int
    matched: int
    stories: int
    flags: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What one recipient is told at one slot. (name, slot) is unique for ever."""

    name: str
    slot: str  # "2019-03-26T08:00" in local time, or "flag-41-2" for an urgent one
    urgent: bool
    composed_at: datetime
    window_from: datetime
    window_to: datetime
    timezone: str  # IANA name; times are shown in it
    flagged: tuple[BriefSection, ...]
    moved: tuple[BriefSection, ...]  # new evidence, no flag
    unchanged: tuple[str, ...]  # briefs without news, one line each
    notices: tuple[str, ...]  # feeds in trouble, gaps, configuration refused since
    counts: Counts
    citations: tuple[CitationLine, ...] = ()  # cited articles that changed, the grave ones first
    answered: tuple[str, ...] = ()  # flags that need no look any more, one line each
    held_back: tuple[str, ...] = ()  # what would have interrupted, and why it did not
    fell_silent: tuple[str, ...] = ()  # indicators that have not been heard of for a while
    reminder: bool = False  # of a flag that was told before


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A PNG that the HTML shows as “cid:name”."""

    name: str
    alt: str
    png: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLink:
    """Where a message offers an answer to a flag by an address that we wrote ourselves."""

    part: str  # "html" or "text"
    start: int  # characters; the plain address stands from here
    stop: int
    flag_id: int
    answer: str  # as the page knows it; "all" where a recipient's own copy lists all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A digest rendered for every kind of channel."""

    subject: str
    text: str
    html: str
    blocks: tuple[dict[str, Any], ...]  # Slack Block Kit
    summary: str  # one line: Slack notification text, log
    thread: str = ""  # when, a blank, and the key of the question or judgment it is about
    pictures: tuple[Picture, ...] = ()
    links: tuple[AnswerLink, ...] = ()  # what may be signed for one recipient


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A digest that went out, and how many of its deliveries arrived."""

    id: int
    name: str
    slot: str
    urgent: bool
    subject: str
    composed_at: datetime
    deliveries: int
    arrived: int
