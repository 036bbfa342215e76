"""The audit log: who did what. Rows are added, never changed and never dropped."""

from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from monitor.model.access import Deed
from monitor.store import rows
from monitor.store.schema import deeds

_DEED = rows.columns(deeds, Deed)


def add(conn: Connection, deed: Deed) -> int:
    """Write one line; returns its number. The number in `deed` is not looked at."""
    facts = {name: value for name, value in rows.values(deed).items() if name != "id"}
    number: int = conn.execute(insert(deeds).values(facts).returning(deeds.c.id)).scalar_one()
    return number


def get(conn: Connection, number: int) -> Deed | None:
    row = conn.execute(select(*_DEED).where(deeds.c.id == number)).mappings().one_or_none()
    return None if row is None else Deed(**row)


def listing(
    conn: Connection, *, subject: str = "", before: int | None = None, limit: int = 100
) -> tuple[Deed, ...]:
    """The newest first; of one subject, and older than number `before`, if these are given."""
    statement = select(*_DEED).order_by(deeds.c.id.desc()).limit(limit)
    if subject:
        statement = statement.where(deeds.c.subject == subject)
    if before is not None:
        statement = statement.where(deeds.c.id < before)
    return tuple(Deed(**row) for row in conn.execute(statement).mappings())


def count(
    conn: Connection, action: str, since: datetime, *, subject: str = "", address: str = ""
) -> int:
    """How often something was done since then, to a subject or from an address."""
    c = deeds.c
    statement = select(func.count()).where(c.action == action, c.at >= since)
    if subject:
        statement = statement.where(c.subject == subject)
    if address:
        statement = statement.where(c.address == address)
    return conn.execute(statement).scalar_one()
