"""Digests and deliveries: what one recipient is told, and the outbox row that says it was."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonLine:
    kind: FlagKind
    direction: Direction
    text: str
    at: datetime
    new: bool


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

    @property
    def flagged(self) -> bool:
        return bool(self.reasons)

    @property
    def moved(self) -> bool:
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
    flag_id: int | None
    bottom_line: str
    judgments: tuple[JudgmentSection, ...]
    assumptions: tuple[str, ...]  # sentences on assumptions under pressure


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
    unchanged: tuple[str, ...]  # one line each
    notices: tuple[str, ...]  # feeds in trouble, gaps, configuration refused since
    counts: Counts
    citations: tuple[CitationLine, ...] = ()  # cited articles that changed, the grave ones first
    held_back: tuple[str, ...] = ()  # what would have interrupted, and why it did not


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A PNG that the HTML shows as “cid:name”."""

    name: str
    alt: str
    png: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A digest rendered for every kind of channel."""

    subject: str
    text: str
    html: str
    blocks: tuple[dict[str, Any], ...]  # Slack Block Kit
    summary: str  # one line: Slack notification text, log
    thread: str = ""  # of urgent news: its local date and its judgment's key
    pictures: tuple[Picture, ...] = ()


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


class DeliveryState(StrEnum):
    """Where a delivery stands. The first five want to be sent, the last four do not any more."""

    QUEUED = "queued"
    SENDING = "sending"  # somebody holds its lease
    RETRY = "retry"  # refused for now
    UNKNOWN = "unknown"  # the answer to an attempt was lost: it may have arrived
    RESENDING = "resending"  # being sent, and an attempt before this one may have arrived
    SENT = "sent"
    HELD = "held"  # it may have arrived, and its channel waits for a person to decide
    DEAD = "dead"  # given up
    DROPPED = "dropped"  # a person decided that it need not be sent

    @property
    def waiting(self) -> bool:
        """Whether it is still to be sent."""
        return self in WAITING

    @property
    def in_doubt(self) -> bool:
        """Whether an attempt before may have arrived."""
        return self in {DeliveryState.UNKNOWN, DeliveryState.RESENDING, DeliveryState.HELD}


WAITING: Final = frozenset(
    {
        DeliveryState.QUEUED,
        DeliveryState.SENDING,
        DeliveryState.RETRY,
        DeliveryState.UNKNOWN,
        DeliveryState.RESENDING,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One digest × channel × recipient: the outbox row."""

    id: int
    digest_id: int
    channel: str  # name in delivery.yaml
    recipient: str  # e-mail address, Slack channel, or "" where the channel has just one
    key: str  # unique and stable: Message-ID, file name
    state: DeliveryState
    attempts: int
    next_at: datetime
    queued_at: datetime
    sent_at: datetime | None = None
    provider_id: str = ""
    error: str = ""
    token: str = ""  # lease token while sending


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """What a channel is asked to send.

    A row always gives the same bytes, but for a mark of its attempt when it is `in_doubt`.
    """

    key: str
    recipient: str
    attempt: int  # from 1
    queued_at: datetime
    message: Message
    in_doubt: bool = False  # an attempt before this one may have arrived
    at: datetime | None = None  # of this attempt; None: when it was queued
    parent: str = ""  # provider's id of the day's first message on the same judgment


class ChannelType(StrEnum):
    TERMINAL = "terminal"
    FILES = "files"
    EMAIL = "email"
    SLACK = "slack"
    WEBHOOK = "webhook"
    ATOM = "atom"
    APPRISE = "apprise"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelConfig:
    """A channel of delivery.yaml. Secrets are not here: settings resolve them by channel name."""

    name: str
    type: ChannelType
    folder: str = ""  # files, atom
    url: str = ""  # webhook
    host: str = ""  # email
    port: int = 587
    security: str = "starttls"  # "starttls", "tls" or "none"
    username: str = ""
    sender: str = ""
    room: str = ""  # slack by bot: a channel's id or #name; "" for an incoming webhook
    api: str = ""  # slack by bot: the Web API's address, where it is not Slack's own
    buttons: bool = False  # slack by bot: answers to flags, by Socket Mode
    unsubscribe: str = ""  # email: where people ask to be told no more
    after_unknown: str = "resend"  # or "hold": what to do when an answer was lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Where a digest goes: a channel and, for e-mail, an address."""

    channel: str
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A person or a desk by name, and how they are reached."""

    name: str
    recipients: tuple[Recipient, ...]


class Urgency(StrEnum):
    """Which flags are told at once."""

    ALL = "all"  # every one that interrupts
    DECISIVE = "decisive"  # decisive indicators, confirmed
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestConfig:
    """A digest of delivery.yaml: who is told, when, and about what.

    A question is told about if it is in each of `questions`, `owners` and `tags` that is not empty.
    """

    name: str
    recipients: tuple[Recipient, ...]
    to_owners: bool = False  # to the team that owns each question, and those it notifies
    at: str = "08:00"  # local time
    days: tuple[int, ...] = (0, 1, 2, 3, 4)  # Monday is 0
    timezone: str = "UTC"
    urgent: Urgency = Urgency.ALL
    quiet_hours: tuple[str, str] | None = None  # from and until, local times
    breaks_quiet_hours: bool = False  # confirmed decisive indicators are told even then
    only_flagged: bool = False  # nothing is sent unless a brief is flagged
    questions: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryConfig:
    channels: tuple[ChannelConfig, ...]
    digests: tuple[DigestConfig, ...]
    operators: tuple[Recipient, ...] = ()  # told when a message could not be delivered
    teams: tuple[Team, ...] = ()
