"""The robots.txt of hosts whose pages or sitemaps are read, as last fetched."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from monitor.store import statements
from monitor.store.schema import robots


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """What a host said. `text` is empty when it has no rules (`status` 404 and the like)."""

    origin: str
    fetched_at: datetime
    status: int
    text: str


def get(conn: Connection, origin: str) -> Robots | None:
    """What is known of a host; None if it was never asked."""
    c = robots.c
    statement = select(c.origin, c.fetched_at, c.status, c.text).where(c.origin == origin)
    found = conn.execute(statement).mappings().first()
    return Robots(**found) if found else None


def put(conn: Connection, found: Robots) -> None:
    """Remember it in the place of what was known."""
    said = {"fetched_at": found.fetched_at, "status": found.status, "text": found.text}
    statement = statements.insert(conn, robots).values(origin=found.origin, **said)
    conn.execute(statement.on_conflict_do_update(index_elements=["origin"], set_=said))
