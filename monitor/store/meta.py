"""Small facts about the database as a whole, by key."""

from sqlalchemy import Connection, select

from monitor.store import engine
from monitor.store.schema import app_meta


def get(conn: Connection, key: str) -> str | None:
    """The value of a key, None if it was never put."""
    found: str | None = conn.scalar(select(app_meta.c.value).where(app_meta.c.key == key))
    return found


def put(conn: Connection, key: str, value: str) -> None:
    """Store a value in the place of what was there."""
    statement = engine.insert(conn, app_meta).values(key=key, value=value)
    conn.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"value": value}))
