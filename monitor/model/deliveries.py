"""Deliveries: the rows of the outbox, and what a channel is asked to send."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from monitor.model.digests import Message


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
