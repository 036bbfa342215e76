"""Turns a person's decision on a delivery that was given up, or is held, into a new try or its end.

What is waiting goes out by itself, and what was sent is never sent twice.
"""

from datetime import datetime

from sqlalchemy import Connection

from monitor.access.accounts import Actor
from monitor.errors import AccessError, NotFoundError
from monitor.store import access as store_access
from monitor.store import outbox as store_outbox

AGAIN, DROP = "again", "drop"


def decide(conn: Connection, delivery_id: int, what: str, *, actor: Actor, now: datetime) -> int:
    """Send it again, or let it rest; returns the number of the deed.

    Raises NotFoundError if there is no such delivery, AccessError if nothing is to be decided.
    """
    row = store_outbox.get(conn, delivery_id)
    if row is None:
        raise NotFoundError(f"there is no delivery {delivery_id}")
    if what == AGAIN:
        done = store_outbox.again(conn, delivery_id, now)
    elif what == DROP:
        done = store_outbox.drop(conn, delivery_id)
    else:
        raise AccessError(f"“{what[:40]}” is nothing to do with a delivery; expected again or drop")
    if not done:
        state = row.state.value
        raise AccessError(
            f"delivery {delivery_id} is “{state}”; only one that was given up or is held is decided"
        )
    deed = actor.deed(f"delivery.{what}", subject(delivery_id), at=now, detail=row.error)
    return store_access.add_deed(conn, deed)


def subject(delivery_id: int) -> str:
    """What a delivery is called in the audit log."""
    return f"delivery {delivery_id}"
