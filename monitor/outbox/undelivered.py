"""What one channel could not deliver: told by another one, and decided on by a person.

What is waiting goes out by itself, and what was sent is never sent twice. Must never tell
of a message that was itself such a notice: two dead channels would go on for ever.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from monitor.access.accounts import Actor
from monitor.deliver.render import render_notice
from monitor.errors import AccessError, NotFoundError
from monitor.model.deliveries import Delivery, DeliveryState, Recipient
from monitor.model.digests import Message
from monitor.model.numbers import plural
from monitor.store import access as store_access
from monitor.store import outbox as store_outbox

NAME = ".undelivered"
"""The name of these digests. No digest of delivery.yaml can have it: its names are slugs."""


def tell(
    conn: Connection, row: Delivery, operators: Sequence[Recipient], now: datetime
) -> tuple[int, ...]:
    """Queue one notice per digest and channel; the ids of its deliveries, none where told before.

    It goes to the operators that another channel reaches, else to whoever gets the same digest by
    another channel. With neither, the log and `monitor status` must do.
    """
    recipients = _recipients(conn, row, operators)
    if not recipients or store_outbox.digest_name(conn, row.digest_id) == NAME:
        return ()
    digest_id = store_outbox.create_digest(
        conn,
        name=NAME,
        slot=f"{row.digest_id}.{row.channel}",
        urgent=True,
        window_from=row.queued_at,
        window_to=now,
        message=_message(row, store_outbox.get_message(conn, row.digest_id)),
        at=now,
    )
    if digest_id is None:
        return ()
    key = f"undelivered.{row.digest_id}.{row.channel}"
    return store_outbox.enqueue(conn, digest_id, recipients, key_base=key, at=now)


def _recipients(
    conn: Connection, row: Delivery, operators: Sequence[Recipient]
) -> tuple[Recipient, ...]:
    same = store_outbox.of_digest(conn, row.digest_id)
    others = [Recipient(channel=each.channel, address=each.recipient) for each in same]
    for candidates in (operators, others):
        found = tuple(each for each in candidates if each.channel != row.channel)
        if found:
            return found
    return ()


def _message(row: Delivery, message: Message) -> Message:
    what = "may not have arrived" if row.state is DeliveryState.HELD else "was not delivered"
    whom = f" to {row.recipient}" if row.recipient else ""
    return render_notice(
        f"[Undelivered] {message.subject}",
        (
            f"This digest {what} by “{row.channel}”{whom}: {row.error}.",
            f"It was tried {plural(row.attempts, 'time')} and will not "
            f"be tried again. `monitor deliver again {row.id}` sends it once more, `monitor "
            f"deliver drop {row.id}` lets it rest; `monitor status` shows all that did not arrive.",
        ),
        quoted=message.text,
    )


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
