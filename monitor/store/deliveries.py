"""The outbox: what is to be sent to whom, and what became of it.

A row is sent by whoever holds its lease. The lease is a token, so that a sender that was held up
for longer than the lease cannot write over what its successor did.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, select, update

from monitor.model.digests import Delivery, DeliveryState, Recipient
from monitor.store import engine, rows
from monitor.store.schema import deliveries

_DELIVERY = rows.columns(deliveries, Delivery)
_WAITING = (DeliveryState.QUEUED, DeliveryState.RETRY, DeliveryState.SENDING)


def enqueue(
    conn: Connection,
    digest_id: int,
    recipients: Sequence[Recipient],
    *,
    key_base: str,
    at: datetime,
) -> tuple[int, ...]:
    """One row per recipient, due at once; the ids of those that were not there already.

    Keys are `key_base` with the recipient's place in the list, counted from 1.
    """
    if not recipients:
        return ()
    statement = engine.insert(conn, deliveries).on_conflict_do_nothing(
        index_elements=["digest_id", "channel", "recipient"]
    )
    queued = [
        {
            "digest_id": digest_id,
            "channel": recipient.channel,
            "recipient": recipient.address,
            "key": f"{key_base}.{place}",
            "state": DeliveryState.QUEUED,
            "attempts": 0,
            "next_at": at,
            "queued_at": at,
            "provider_id": "",
            "error": "",
            "token": "",
        }
        for place, recipient in enumerate(recipients, start=1)
    ]
    return tuple(sorted(conn.scalars(statement.returning(deliveries.c.id), queued)))


def claim(
    conn: Connection, *, now: datetime, lease: timedelta, limit: int, token: str
) -> tuple[Delivery, ...]:
    """Take up to `limit` rows that are due, the longest waiting first, and count the attempt.

    Due is what is queued or to be retried by now, and what somebody took and did not finish
    within their lease. A token that no other claim has used keeps late senders apart.
    """
    c = deliveries.c
    due = select(c.id).where(c.state.in_(_WAITING), c.next_at <= now)
    chosen = due.order_by(c.next_at, c.id).limit(limit)
    taken = (
        update(deliveries)
        .where(c.id.in_(chosen.scalar_subquery()))
        .values(
            state=DeliveryState.SENDING,
            attempts=c.attempts + 1,
            token=token,
            next_at=now + lease,
        )
    )
    found = conn.execute(taken.returning(*_DELIVERY)).mappings()
    return tuple(sorted((Delivery(**row) for row in found), key=lambda row: row.id))


def mark_sent(
    conn: Connection, delivery_id: int, token: str, *, provider_id: str, at: datetime
) -> bool:
    """It was taken by the channel. False: the lease is somebody else's by now."""
    return _finish(
        conn,
        delivery_id,
        token,
        state=DeliveryState.SENT,
        provider_id=provider_id,
        sent_at=at,
        error="",
    )


def mark_retry(
    conn: Connection, delivery_id: int, token: str, *, next_at: datetime, error: str
) -> bool:
    """It was not taken; try again at `next_at`. False: the lease is somebody else's by now."""
    return _finish(
        conn, delivery_id, token, state=DeliveryState.RETRY, next_at=next_at, error=error
    )


def mark_dead(conn: Connection, delivery_id: int, token: str, *, error: str) -> bool:
    """It will not be tried again. False: the lease is somebody else's by now."""
    return _finish(conn, delivery_id, token, state=DeliveryState.DEAD, error=error)


def get(conn: Connection, delivery_id: int) -> Delivery | None:
    """One row by its id."""
    found = _read(conn, select(*_DELIVERY).where(deliveries.c.id == delivery_id))
    return found[0] if found else None


def outbox(
    conn: Connection, *, states: Collection[DeliveryState] = tuple(DeliveryState)
) -> tuple[Delivery, ...]:
    """The rows in these states, in order of their ids."""
    return _read(conn, select(*_DELIVERY).where(deliveries.c.state.in_(states)))


def counts(conn: Connection) -> dict[str, int]:
    """How many rows are in each state; every state is named."""
    c = deliveries.c
    found = dict.fromkeys((state.value for state in DeliveryState), 0)
    stored = conn.execute(select(c.state, func.count()).group_by(c.state))
    return found | {state.value: number for state, number in stored}


def _finish(conn: Connection, delivery_id: int, token: str, **changed: Any) -> bool:
    c = deliveries.c
    held = (c.id == delivery_id) & (c.token == token) & (c.state == DeliveryState.SENDING)
    return conn.execute(update(deliveries).where(held).values(**changed, token="")).rowcount == 1


def _read(conn: Connection, statement: Select[Any]) -> tuple[Delivery, ...]:
    ordered = statement.order_by(deliveries.c.id)
    return tuple(Delivery(**row) for row in conn.execute(ordered).mappings())
