"""Tells by another channel what one channel could not deliver.

Must never tell of a message that was itself such a notice: two dead channels would go on for ever.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from monitor.deliver.notice import render_notice
from monitor.model.deliveries import Delivery, DeliveryState, Recipient
from monitor.model.digests import Message
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
            f"It was tried {row.attempts} {'time' if row.attempts == 1 else 'times'} and will not "
            f"be tried again. `monitor deliver again {row.id}` sends it once more, `monitor "
            f"deliver drop {row.id}` lets it rest; `monitor status` shows all that did not arrive.",
        ),
        quoted=message.text,
    )
