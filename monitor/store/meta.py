"""Small facts about the database as a whole, by key."""

from functools import cache

from sqlalchemy import Connection, bindparam, select

from monitor.store import statements
from monitor.store.schema import app_meta


def get(conn: Connection, key: str) -> str | None:
    """The value of a key, None if it was never put."""
    found: str | None = conn.scalar(_VALUE, {"sought": key})
    return found


def put(conn: Connection, key: str, value: str) -> None:
    """Store a value in the place of what was there."""
    conn.execute(_putting(conn.dialect.name), {"key": key, "value": value})


_VALUE = select(app_meta.c.value).where(app_meta.c.key == bindparam("sought"))


@cache
def _putting(dialect: str) -> statements.Upsert:
    statement = statements.insert_of(dialect, app_meta)
    changed = {"value": statement.excluded.value}
    return statement.on_conflict_do_update(index_elements=["key"], set_=changed)
