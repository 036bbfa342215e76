"""Deliveries: the rows of the outbox, and what a channel is asked to send."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from monitor.model.digests import Message


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
