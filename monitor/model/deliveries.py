"""What delivery.yaml says, the rows of the outbox, and what a channel is asked to send."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final, Literal

from monitor.model.digests import Message

SecretWord = Literal["", "PASSWORD", "WEBHOOK", "TOKEN", "SOCKET", "KEY", "TARGET", "SECRET"]
"""How the variable of a secret ends: settings take these, and mask them in every log."""

AFTER_UNKNOWN: Final = ("resend", "hold")
"""What to do when an answer was lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What is wrong with the value of a key, or may be: only a warning then."""

    found: str
    expected: str
    advice: str = ""
    warning: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelKey:
    """A key that a type of channel has in delivery.yaml: a text, unless it says otherwise."""

    name: str
    what: str = ""  # what the text is, as a message says it
    words: tuple[str, ...] = ()  # one of these
    between: tuple[int, int] | None = None  # a whole number, from and to
    truth: bool = False  # true or false
    required: bool = False
    check: Callable[[str], Complaint | None] = lambda _text: None  # of a text


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressForm:
    """What the addresses are that a type of channel writes to."""

    what: str  # “one e-mail address”
    example: str
    fits: Callable[[str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelConfig:
    """A channel of delivery.yaml. Each type of channel adds its keys, as fields of the same names.

    Secrets are not here: they come from the environment, by the name of the channel.
    """

    type: ClassVar[str]
    keys: ClassVar[tuple[ChannelKey, ...]] = ()
    secrets: ClassVar[tuple[SecretWord, ...]] = ()  # all that the type may need
    addresses: ClassVar[AddressForm | None] = None  # None: the channel is a place of its own

    name: str
    after_unknown: str = AFTER_UNKNOWN[0]  # whether a message that may have arrived is sent again

    @property
    def secret(self) -> SecretWord:
        """How the variable of its secret ends; "" for a channel without one."""
        return self.secrets[0] if self.secrets else ""

    @property
    def older_secret(self) -> str:
        """A variable from before secrets belonged to one channel, if it still serves this one."""
        return ""

    @property
    def looks_up(self) -> bool:
        """Whether it can find out what became of a message whose answer was lost."""
        return False

    def complaints(self, given: Collection[str]) -> Iterable[tuple[str, Complaint]]:
        """What is wrong with keys beside each other: a key of those that were given, and why."""
        del given
        return ()


def after_unknown_key() -> ChannelKey:
    """The key of channels whose answer can be lost."""
    return ChannelKey(name="after_unknown", words=AFTER_UNKNOWN)


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
    """The whole file."""

    channels: tuple[ChannelConfig, ...]
    digests: tuple[DigestConfig, ...]
    operators: tuple[Recipient, ...] = ()  # told when a message could not be delivered
    teams: tuple[Team, ...] = ()

    def channel(self, name: str) -> ChannelConfig | None:
        """The channel of that name."""
        return next((each for each in self.channels if each.name == name), None)


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
    unsubscribe: str = ""  # where this recipient asks to be told no more of its digest
