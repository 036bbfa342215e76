"""Turns rows of the outbox into sent messages, one at a time per channel and under a lease.

A failing channel holds up no other. What became of a row is written after each send, fenced by the
lease's token, so that a sender that was held up cannot write over its successor. What can never be
delivered is told by another channel, in the same transaction that gives it up.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from monitor.access import accounts as access_accounts
from monitor.access import subscriptions
from monitor.access.accounts import SignedLink
from monitor.access.subscriptions import Subscription
from monitor.config.settings import Settings
from monitor.deliver import one_click
from monitor.deliver.channel import Channel
from monitor.errors import DeliveryError
from monitor.model.deliveries import Delivery, DeliveryConfig, DeliveryState, Outgoing, Recipient
from monitor.model.digests import Message
from monitor.outbox import undelivered
from monitor.runtime import blocking, tracing
from monitor.runtime.database import Database
from monitor.store import outbox as store_outbox

LEASE = timedelta(minutes=5)
"""How long a delivery may be in flight before another round takes it; longer than any channel's
time-outs together, of which a mail server's for the final dot is the longest."""

GIVE_UP = timedelta(hours=48)
RETRY_FIRST = timedelta(minutes=1)
RETRY_CAP = timedelta(hours=1)
MOST_ATTEMPTS = 100
"""Twice what fits into 48 hours: only senders that die on the way get here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A channel's name, the channel if there still is one, and what to do when it fails."""

    name: str
    channel: Channel | None
    holds: bool = False  # a message that may have arrived waits for a person
    operators: tuple[Recipient, ...] = ()
    page: str = ""  # where the page is, if each message reaches one person who may answer there


def holds(config: DeliveryConfig, channel: str) -> bool:
    """Whether a message whose answer was lost is held.

    Not where the channel can look up what arrived: it asks before it sends again.
    """
    found = config.channel(channel)
    return found is not None and found.after_unknown == "hold" and not found.looks_up


def page_of(config: DeliveryConfig, channel: str, settings: Settings) -> str:
    """The page's address, for channels whose messages each reach one person; else ""."""
    found = config.channel(channel)
    open_page = settings.base_url and settings.web_access != "off"
    own = found is not None and found.addresses is not None
    return settings.base_url if open_page and own else ""


async def deliver_next(
    database: Database, route: Route, *, now: datetime, token: str
) -> Delivery | None:
    """Send the row of this channel that has been due for longest; the row, or None if none is.

    Never raises for a channel's failure: the row says what became of it.
    """
    row = await database.write(lambda conn: _claim(conn, route, now, token))
    if row is None:
        return None
    with tracing.step("deliver", channel=row.channel, digest=row.digest_id, attempt=row.attempts):
        await _deliver(database, route, row, now)
    return row


async def _deliver(database: Database, route: Route, row: Delivery, now: datetime) -> None:
    try:
        with tracing.step("send"):
            provider_id = await _send(database, route, row, now)
    except DeliveryError as failure:
        error = failure
        await database.write(lambda conn: _not_sent(conn, route, row, error, now))
    else:
        await database.write(
            lambda conn: store_outbox.mark_sent(
                conn, row.id, row.token, provider_id=provider_id, at=now
            )
        )


def _claim(conn: Connection, route: Route, now: datetime, token: str) -> Delivery | None:
    if route.holds:
        stopped = "its sender stopped before the answer came; it may have been delivered"
        for held in store_outbox.hold_expired(conn, route.name, now, stopped):
            undelivered.tell(conn, held, route.operators, now)
    claimed = store_outbox.claim(
        conn, now=now, lease=LEASE, limit=1, token=token, channel=route.name
    )
    return claimed[0] if claimed else None


async def _send(database: Database, route: Route, row: Delivery, now: datetime) -> str:
    """The provider's id. Raises DeliveryError, also for what is not tried at all."""
    if row.attempts > MOST_ATTEMPTS:
        # its attempts ended without an outcome each time: a bug must not send it for ever
        raise DeliveryError(f"given up after {row.attempts - 1} attempts", retryable=False)
    if route.channel is None:
        gone = f"channel “{row.channel}” is not in delivery.yaml any more"
        raise DeliveryError(gone, retryable=False)
    outgoing = await database.read(lambda conn: _outgoing(conn, route, row, now))
    send = partial(route.channel.send, outgoing)
    return await blocking.in_thread(send, name=f"send {route.name}")


def _outgoing(conn: Connection, route: Route, row: Delivery, now: datetime) -> Outgoing:
    message = store_outbox.get_message(conn, row.digest_id)
    # without a key there is no page yet that could take an answer
    key = access_accounts.known_key(conn) if route.page and row.recipient else None
    name = store_outbox.digest_name(conn, row.digest_id)
    unsubscribe = ""
    if key is not None:
        message = _personal(message, key, route.page, row)
        if name != undelivered.NAME:
            own = Subscription(digest=name, recipient=row.recipient)
            unsubscribe = f"{route.page}/unsubscribe/{subscriptions.sign(key, own)}"
    return Outgoing(
        key=row.key,
        recipient=row.recipient,
        attempt=row.attempts,
        queued_at=row.queued_at,
        message=message,
        in_doubt=row.state.in_doubt,
        at=now,
        parent=store_outbox.parent_id(conn, row),
        unsubscribe=unsubscribe,
    )


def _personal(message: Message, key: bytes, page: str, row: Delivery) -> Message:
    """Its answers signed for the recipient, dated by the row: each attempt has the same bytes."""

    def address(flag_id: int, answer: str) -> str:
        link = SignedLink(flag_id=flag_id, answer=answer, recipient=row.recipient)
        return f"{page}/answer/{access_accounts.sign_link(key, link, now=row.queued_at)}"

    return one_click.personal(message, address)


def _not_sent(
    conn: Connection, route: Route, row: Delivery, error: DeliveryError, now: datetime
) -> None:
    pause = timedelta(seconds=error.retry_after) if error.retry_after is not None else timedelta()
    if error.channel_wide:
        store_outbox.postpone(conn, row.channel, now + max(pause, RETRY_FIRST))
    text, doubt = str(error), error.unknown_outcome or row.state.in_doubt
    too_old = now - row.queued_at >= GIVE_UP
    if doubt and (too_old or not error.retryable or (route.holds and error.unknown_outcome)):
        ended = store_outbox.mark_held(conn, row.id, row.token, error=text)
    elif too_old or not error.retryable:
        ended = store_outbox.mark_dead(conn, row.id, row.token, error=text)
    else:
        wait = max(min(RETRY_FIRST * 2 ** min(row.attempts - 1, 16), RETRY_CAP), pause)
        store_outbox.mark_retry(
            conn, row.id, row.token, next_at=now + wait, error=text, unknown=error.unknown_outcome
        )
        return
    after = store_outbox.get(conn, row.id) if ended else None
    if after is not None and after.state in {DeliveryState.DEAD, DeliveryState.HELD}:
        undelivered.tell(conn, after, route.operators, now)
