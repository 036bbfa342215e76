"""Digests as they were rendered. A name and a slot are taken once and for ever."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, case, func, insert, select

from monitor.errors import NotFoundError
from monitor.model.deliveries import DeliveryState
from monitor.model.digests import AnswerLink, Message, Picture, Sent
from monitor.store import rows, statements
from monitor.store.schema import answer_links, deliveries, digest_pictures, digests

QUIET = "quiet-"
"""How the slot begins of the one message that ends quiet hours."""

_NEWEST = 50
"""Digests, by number, among which the one is whose window reaches farthest."""

_MESSAGE = tuple(
    digests.c[name] for name in rows.names(Message) if name not in {"pictures", "links"}
)
_PICTURE = rows.columns(digest_pictures, Picture)
_LINK = rows.columns(answer_links, AnswerLink)


def create(
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


def exists(conn: Connection, name: str, slot: str) -> bool:
    """Whether the slot is taken."""
    c = digests.c
    return conn.scalar(select(c.id).where(c.name == name, c.slot == slot)) is not None


def name_of(conn: Connection, digest_id: int) -> str:
    """The name of a digest; "" if there is none of that number."""
    return conn.scalar(select(digests.c.name).where(digests.c.id == digest_id)) or ""


def last_sent(conn: Connection) -> Sent | None:
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
