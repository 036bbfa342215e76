"""Watchlist versions that were in force, with their text: every match names one of them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from monitor.store import statements
from monitor.store.schema import watchlist_versions


def record(conn: Connection, *, version: str, text: str, at: datetime) -> None:
    """Remember that `version` came into force at `at`; its first text and time are kept."""
    statement = statements.insert(conn, watchlist_versions).values(
        version=version, text=text, first_at=at, loaded_at=at
    )
    conn.execute(
        statement.on_conflict_do_update(index_elements=["version"], set_={"loaded_at": at})
    )


def last_good(conn: Connection) -> tuple[str, str, datetime] | None:
    """Version, text and time of what came into force last; None before the first."""
    c = watchlist_versions.c
    newest = select(c.version, c.text, c.loaded_at).order_by(c.loaded_at.desc(), c.first_at.desc())
    row = conn.execute(newest.limit(1)).one_or_none()
    return None if row is None else (row.version, row.text, row.loaded_at)


def text_of(conn: Connection, version: str) -> str | None:
    """The watchlists as they were in a version, None if it was never in force here."""
    c = watchlist_versions.c
    found: str | None = conn.scalar(select(c.text).where(c.version == version))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchlistVersion:
    """A text of watchlists.yaml that was in force, when it came and when it was last loaded."""

    version: str
    text: str
    first_at: datetime
    loaded_at: datetime


def versions(conn: Connection) -> tuple[WatchlistVersion, ...]:
    """All that were ever in force, the oldest first."""
    c = watchlist_versions.c
    asked = select(c.version, c.text, c.first_at, c.loaded_at).order_by(c.first_at, c.version)
    return tuple(WatchlistVersion(**row) for row in conn.execute(asked).mappings())
