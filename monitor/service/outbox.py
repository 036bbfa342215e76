"""Turns rows of the outbox into sent messages, each on its own and under a lease.

A failing channel holds up no other. What became of a row is written after each send, fenced by the
lease's token, so that a sender that was held up cannot write over its successor.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.deliver.channel import Channel
from monitor.errors import DeliveryError
from monitor.model.digests import Delivery, Outgoing
from monitor.service.database import Database
from monitor.store import deliveries as store_deliveries
from monitor.store import digests as store_digests

LEASE = timedelta(minutes=2)
"""How long a delivery may be in flight before another round takes it; longer than any time-out."""

GIVE_UP = timedelta(hours=48)
RETRY_FIRST = timedelta(minutes=1)
RETRY_CAP = timedelta(hours=1)


async def deliver_due(
    database: Database, channels: Mapping[str, Channel], *, now: datetime, token: str
) -> tuple[Delivery, ...]:
    """Send what is due, each row on its own; returns the rows that were tried.

    A failing channel holds up no other. The outcome is written after each send, fenced by `token`.
    """
    claimed = await database.write(
        lambda conn: store_deliveries.claim(conn, now=now, lease=LEASE, limit=20, token=token)
    )
    await asyncio.gather(*(_deliver(database, channels, row, now) for row in claimed))
    return claimed


async def _deliver(
    database: Database, channels: Mapping[str, Channel], row: Delivery, now: datetime
) -> None:
    try:
        provider_id = await _send(database, channels, row, now)
    except DeliveryError as failure:
        error = failure
        await database.write(lambda conn: _not_sent(conn, row, error, now))
    else:
        await database.write(
            lambda conn: store_deliveries.mark_sent(
                conn, row.id, row.token, provider_id=provider_id, at=now
            )
        )


async def _send(
    database: Database, channels: Mapping[str, Channel], row: Delivery, now: datetime
) -> str:
    """The provider's id. Raises DeliveryError, also for what is not tried at all."""
    if row.attempts > 1 and now - row.queued_at >= GIVE_UP + RETRY_CAP:
        # its attempts ended without an outcome each time: a bug must not send it for ever
        raise DeliveryError(f"given up after {row.attempts - 1} attempts", retryable=False)
    channel = channels.get(row.channel)
    if channel is None:
        gone = f"channel “{row.channel}” is not in delivery.yaml any more"
        raise DeliveryError(gone, retryable=False)
    message = await database.read(lambda conn: store_digests.get_message(conn, row.digest_id))
    outgoing = Outgoing(
        key=row.key,
        recipient=row.recipient,
        attempt=row.attempts,
        queued_at=row.queued_at,
        message=message,
    )
    return await asyncio.to_thread(channel.send, outgoing)


def _not_sent(conn: Connection, row: Delivery, error: DeliveryError, now: datetime) -> None:
    if not error.retryable or now - row.queued_at >= GIVE_UP:
        store_deliveries.mark_dead(conn, row.id, row.token, error=str(error))
        return
    wait = min(RETRY_FIRST * 2 ** min(row.attempts - 1, 16), RETRY_CAP)
    if error.retry_after is not None:
        wait = max(wait, timedelta(seconds=error.retry_after))
    store_deliveries.mark_retry(conn, row.id, row.token, next_at=now + wait, error=str(error))
