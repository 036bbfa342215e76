"""The outbox: digests as they were rendered, to whom each is to be sent, and what became of it.

A name and a slot are taken once and for ever. A row is sent by whoever holds its lease, which is a
token, so that a sender that was held up for longer cannot write over what its successor did. A
lease that ran out leaves the row in doubt: its sender may have died after the message was taken.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    case,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from monitor.errors import NotFoundError
from monitor.model.deliveries import WAITING, Delivery, DeliveryState, Recipient
from monitor.model.digests import AnswerLink, Message, Picture, Sent
from monitor.store import rows, statements
from monitor.store.schema import answer_links, deliveries, digest_pictures, digests

FLAG = "flag-"
"""What the slots of news told at once begin with; the flag's id and a number follow."""

QUIET = "quiet-"
"""How the slot begins of the one message that ends quiet hours."""

_NEWEST = 50
"""Digests, by number, among which the one is whose window reaches farthest."""

_MESSAGE = tuple(
    digests.c[name] for name in rows.names(Message) if name not in {"pictures", "links"}
)
_PICTURE = rows.columns(digest_pictures, Picture)
_LINK = rows.columns(answer_links, AnswerLink)


_DELIVERY = rows.columns(deliveries, Delivery)
_SENDING = (DeliveryState.SENDING, DeliveryState.RESENDING)
_IDLE = tuple(sorted(WAITING - set(_SENDING)))
_DOUBTFUL = (DeliveryState.UNKNOWN, *_SENDING)
_ENDED = (DeliveryState.HELD, DeliveryState.DEAD)
LONGEST = timedelta(hours=2)
"""Nothing is made to wait for so long: a time further ahead was set by a clock since set back."""

_DELIVERY = rows.columns(deliveries, Delivery)


def create_digest(
    conn: Connection,
    *,
    name: str,
    slot: str,
    window_from: datetime,
    window_to: datetime,
    message: Message,
    at: datetime,
    urgent: bool = False,
) -> int | None:
    """Take the slot and keep the message; None if the slot was taken before."""
    statement = statements.insert(conn, digests).values(
        name=name,
        slot=slot,
        urgent=urgent,
        window_from=window_from,
        window_to=window_to,
        composed_at=at,
        **{column.name: getattr(message, column.name) for column in _MESSAGE},
    )
    once = statement.on_conflict_do_nothing(index_elements=["name", "slot"])
    digest_id = conn.execute(once.returning(digests.c.id)).scalar_one_or_none()
    if digest_id is not None and message.pictures:
        shown = [{"digest_id": digest_id, **rows.values(each)} for each in message.pictures]
        conn.execute(insert(digest_pictures), shown)
    if digest_id is not None and message.links:
        linked = [
            {"digest_id": digest_id, "number": number, **rows.values(each)}
            for number, each in enumerate(message.links)
        ]
        conn.execute(insert(answer_links), linked)
    return digest_id


def last_window(conn: Connection, name: str) -> datetime | None:
    """Where the newest digest of that name ended that was not urgent; None before the first."""
    c = digests.c
    newest = select(func.max(c.window_to)).where(c.name == name, ~c.urgent)
    found: datetime | None = conn.scalar(newest)
    return found


def newest_window(conn: Connection) -> datetime | None:
    """Where the newest digest of any name ended that was not urgent; None before the first."""
    c = digests.c
    found: datetime | None = conn.scalar(select(func.max(c.window_to)).where(~c.urgent))
    return found


def last_told(conn: Connection, name: str) -> datetime | None:
    """Until when everything urgent is told: by the newest digest, or at the end of quiet hours."""
    c = digests.c
    told = ~c.urgent | c.slot.startswith(QUIET)
    found: datetime | None = conn.scalar(select(func.max(c.window_to)).where(c.name == name, told))
    return found


def told_at_once(conn: Connection, name: str, since: datetime) -> dict[int, datetime]:
    """The flags that messages of their own told after `since`, and when the newest was composed."""
    c = digests.c
    rows = conn.execute(
        select(c.slot, c.window_to)
        .where(c.name == name, c.urgent, c.window_to > since, c.slot.startswith(FLAG))
        .order_by(c.window_to)
    )
    return {int(slot.split("-")[1]): told for slot, told in rows}


def not_told_yet(conn: Connection, now: datetime) -> datetime:
    """The time by which to date what is decided now: `now`, but never one that a digest has told.

    A poll asks before a digest is composed and stores after it; a clock may be set back. Dated by
    its own `now`, its news would lie in a window that is closed, and no digest would tell it.
    """
    c = digests.c
    told = ~c.urgent | c.slot.startswith(QUIET)
    newest = select(c.window_to).where(told).order_by(c.id.desc()).limit(_NEWEST).subquery()
    last: datetime | None = conn.scalar(select(func.max(newest.c.window_to)))
    return now if last is None else max(now, last + timedelta(microseconds=1))


def slot_taken(conn: Connection, name: str, slot: str) -> bool:
    """Whether the slot is taken."""
    c = digests.c
    return conn.scalar(select(c.id).where(c.name == name, c.slot == slot)) is not None


def digest_name(conn: Connection, digest_id: int) -> str:
    """The name of a digest; "" if there is none of that number."""
    return conn.scalar(select(digests.c.name).where(digests.c.id == digest_id)) or ""


def last_digest(conn: Connection) -> Sent | None:
    """The newest digest that somebody was to be told; None before the first."""
    c, d = digests.c, deliveries.c
    newest = select(func.max(d.digest_id)).scalar_subquery()
    arrived = func.sum(case((d.state == DeliveryState.SENT, 1), else_=0))
    columns = (c.id, c.name, c.slot, c.urgent, c.subject, c.composed_at)
    statement = (
        select(*columns, func.count().label("deliveries"), arrived.label("arrived"))
        .join(deliveries, d.digest_id == c.id)
        .where(c.id == newest)
        .group_by(*columns)
    )
    row = conn.execute(statement).mappings().one_or_none()
    return None if row is None else Sent(**row)


def get_message(conn: Connection, digest_id: int) -> Message:
    """The message as it was rendered. Raises NotFoundError."""
    statement = select(*_MESSAGE).where(digests.c.id == digest_id)
    row = conn.execute(statement).mappings().one_or_none()
    if row is None:
        raise NotFoundError(f"there is no digest {digest_id}")
    p, a = digest_pictures.c, answer_links.c
    shown = select(*_PICTURE).where(p.digest_id == digest_id).order_by(p.name)
    linked = select(*_LINK).where(a.digest_id == digest_id).order_by(a.number)
    return Message(
        **row,
        pictures=tuple(Picture(**each) for each in conn.execute(shown).mappings()),
        links=tuple(AnswerLink(**each) for each in conn.execute(linked).mappings()),
    )


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
    statement = statements.insert(conn, deliveries).on_conflict_do_nothing(
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


def move(conn: Connection, by: timedelta) -> int:
    """The clock was set by so much: leases go along, and what waits with one set back.

    Returns how many rows were moved.
    """
    c = deliveries.c
    states = WAITING if by < timedelta() else _SENDING
    waiting = conn.execute(select(c.id, c.next_at).where(c.state.in_(states)))
    moved = [{"its": row.id, "to": row.next_at + by} for row in waiting]
    if moved:
        to = update(deliveries).where(c.id == bindparam("its")).values(next_at=bindparam("to"))
        conn.execute(to, moved)
    return len(moved)


def due_channels(conn: Connection, now: datetime) -> tuple[str, ...]:
    """The names of the channels that have something to send."""
    c = deliveries.c
    due = select(c.channel).where(c.state.in_(WAITING), _come(now))
    return tuple(conn.scalars(due.distinct().order_by(c.channel)))


def claim(
    conn: Connection,
    *,
    now: datetime,
    lease: timedelta,
    limit: int,
    token: str,
    channel: str | None = None,
) -> tuple[Delivery, ...]:
    """Take up to `limit` rows that are due, the longest waiting first, and count the attempt.

    Due is what is queued or to be retried by now, and what somebody took and did not finish
    within their lease. A token that no other claim has used keeps late senders apart.
    """
    c = deliveries.c
    due = select(c.id).where(c.state.in_(WAITING), _come(now))
    if channel is not None:
        due = due.where(c.channel == channel)
    chosen = due.order_by(c.next_at, c.id).limit(limit)
    doubtful = c.state.in_(_DOUBTFUL)
    taken = (
        update(deliveries)
        .where(c.id.in_(chosen.scalar_subquery()))
        .values(
            state=_either(doubtful, DeliveryState.RESENDING, DeliveryState.SENDING),
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
    conn: Connection,
    delivery_id: int,
    token: str,
    *,
    next_at: datetime,
    error: str,
    unknown: bool = False,
) -> bool:
    """Try again at `next_at`. False: the lease is somebody else's by now.

    `unknown`: it may have been taken. A row that is in doubt stays so until it is sent.
    """
    doubtful = deliveries.c.state == DeliveryState.RESENDING
    state: Any = DeliveryState.UNKNOWN
    if not unknown:
        state = _either(doubtful, DeliveryState.UNKNOWN, DeliveryState.RETRY)
    return _finish(conn, delivery_id, token, state=state, next_at=next_at, error=error)


def mark_dead(conn: Connection, delivery_id: int, token: str, *, error: str) -> bool:
    """It will not be tried again. False: the lease is somebody else's by now."""
    return _finish(conn, delivery_id, token, state=DeliveryState.DEAD, error=error)


def mark_held(conn: Connection, delivery_id: int, token: str, *, error: str) -> bool:
    """It may have been taken, and a person decides. False: the lease is somebody else's by now."""
    return _finish(conn, delivery_id, token, state=DeliveryState.HELD, error=error)


def hold_expired(conn: Connection, channel: str, now: datetime, error: str) -> tuple[Delivery, ...]:
    """Hold what a sender of this channel took and did not finish within its lease."""
    c = deliveries.c
    expired = (c.channel == channel) & c.state.in_(_SENDING) & (c.next_at <= now)
    changed = {"state": DeliveryState.HELD, "error": error, "token": ""}
    statement = update(deliveries).where(expired).values(**changed).returning(*_DELIVERY)
    return tuple(Delivery(**row) for row in conn.execute(statement).mappings())


def abandon(conn: Connection, holder: str, now: datetime) -> int:
    """End the leases of a sender that is gone, whose tokens begin with `holder`: due at once.

    Its messages are in doubt: it may have died after one was taken.
    """
    c = deliveries.c
    theirs = c.state.in_(_SENDING) & c.token.startswith(holder, autoescape=True)
    return conn.execute(update(deliveries).where(theirs).values(next_at=now)).rowcount


def postpone(conn: Connection, channel: str, until: datetime) -> None:
    """Let everything that a channel has to send wait until then; no attempt is counted."""
    c = deliveries.c
    early = (c.channel == channel) & c.state.in_(_IDLE) & (c.next_at < until)
    conn.execute(update(deliveries).where(early).values(next_at=until))


def again(conn: Connection, delivery_id: int, at: datetime) -> bool:
    """Send once more what was given up or is held. False: it is neither.

    Its attempts are counted anew; that an earlier one may have arrived is not forgotten.
    """
    held = deliveries.c.state == DeliveryState.HELD
    state = _either(held, DeliveryState.UNKNOWN, DeliveryState.QUEUED)
    return _reopen(conn, delivery_id, state=state, next_at=at, attempts=case((held, 1), else_=0))


def drop(conn: Connection, delivery_id: int) -> bool:
    """It need not be sent any more. False: it was not given up and is not held."""
    return _reopen(conn, delivery_id, state=DeliveryState.DROPPED)


def get(conn: Connection, delivery_id: int) -> Delivery | None:
    """One row by its id."""
    found = _read(conn, select(*_DELIVERY).where(deliveries.c.id == delivery_id))
    return found[0] if found else None


def listing(
    conn: Connection, *, states: Collection[DeliveryState] = tuple(DeliveryState)
) -> tuple[Delivery, ...]:
    """The rows in these states, in order of their ids."""
    return _read(conn, select(*_DELIVERY).where(deliveries.c.state.in_(states)))


def parent_id(conn: Connection, row: Delivery) -> str:
    """The provider's id of the first message sent in the same thread to the same place, or ""."""
    c, d = deliveries.c, digests.c
    thread = select(d.thread).where(d.id == row.digest_id).scalar_subquery()
    first = (
        select(c.provider_id)
        .join(digests, d.id == c.digest_id)
        .where(
            d.thread != "",
            d.thread == thread,
            c.channel == row.channel,
            c.recipient == row.recipient,
            c.state == DeliveryState.SENT,
            c.id < row.id,
        )
    )
    return conn.scalar(first.order_by(c.id).limit(1)) or ""


def of_digest(conn: Connection, digest_id: int) -> tuple[Delivery, ...]:
    """Every row of one digest."""
    return _read(conn, select(*_DELIVERY).where(deliveries.c.digest_id == digest_id))


def counts(conn: Connection) -> dict[str, int]:
    """How many rows are in each state; every state is named."""
    c = deliveries.c
    found = dict.fromkeys((state.value for state in DeliveryState), 0)
    stored = conn.execute(select(c.state, func.count()).group_by(c.state))
    return found | {state.value: number for state, number in stored}


def _come(now: datetime) -> ColumnElement[bool]:
    return or_(deliveries.c.next_at <= now, deliveries.c.next_at > now + LONGEST)


def _either(
    condition: ColumnElement[bool], then: DeliveryState, otherwise: DeliveryState
) -> ColumnElement[DeliveryState]:
    kind = deliveries.c.state.type
    return case((condition, literal(then, kind)), else_=literal(otherwise, kind))


def _reopen(conn: Connection, delivery_id: int, **changed: Any) -> bool:
    c = deliveries.c
    ended = (c.id == delivery_id) & c.state.in_(_ENDED)
    return conn.execute(update(deliveries).where(ended).values(**changed)).rowcount == 1


def _finish(conn: Connection, delivery_id: int, token: str, **changed: Any) -> bool:
    c = deliveries.c
    held = (c.id == delivery_id) & (c.token == token) & c.state.in_(_SENDING)
    return conn.execute(update(deliveries).where(held).values(**changed, token="")).rowcount == 1


def _read(conn: Connection, statement: Select[Any]) -> tuple[Delivery, ...]:
    ordered = statement.order_by(deliveries.c.id)
    return tuple(Delivery(**row) for row in conn.execute(ordered).mappings())


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A delivery and the subject of what it carries."""

    delivery: Delivery
    subject: str
    digest: str  # its name


def page(
    conn: Connection,
    *,
    states: Collection[DeliveryState],
    before: int | None = None,
    limit: int,
) -> tuple[Carried, ...]:
    """Deliveries in these states, the newest first; older than number `before` if it is given."""
    c = deliveries.c
    statement = (
        select(*_DELIVERY, digests.c.subject.label("digest_subject"), digests.c.name)
        .join(digests, digests.c.id == c.digest_id)
        .order_by(c.id.desc())
        .limit(limit)
    )
    if len(states) < len(DeliveryState):
        statement = statement.where(c.state.in_(states))
    if before is not None:
        statement = statement.where(c.id < before)
    return tuple(
        Carried(
            delivery=Delivery(**{name: row[name] for name in rows.names(Delivery)}),
            subject=row["digest_subject"],
            digest=row["name"],
        )
        for row in conn.execute(statement).mappings()
    )
