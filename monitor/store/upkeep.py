"""Keeps a database small and safe: drops what nobody needs, gives room back, makes backups."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Table,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    tuple_,
    update,
)

from monitor.errors import StoreError
from monitor.store import rows, search, transfer
from monitor.store.engine import apart, open_engine, read, sqlite_url
from monitor.store.schema import (
    citation_snapshots,
    entries,
    entry_revisions,
    entry_tombstones,
    feed_notices,
    feeds,
    matches,
    poll_log,
    scopes,
    story_links,
    story_members,
)
from monitor.store.types import UTCDateTime

BATCH = 2_000
"""Entries dropped in one transaction: some 50 ms on SQLite, so that no poll waits for long."""


@dataclass(frozen=True, slots=True)
class Old:
    """A table whose rows may go once they are old, and the column that says how old."""

    table: Table
    at: Column[Any]


POLLS: Final = Old(poll_log, poll_log.c.polled_at)
NOTICES: Final = Old(feed_notices, feed_notices.c.at)  # gaps are kept, they qualify what was said
MARKS: Final = Old(entry_tombstones, entry_tombstones.c.pruned_at)


def prune_entries(conn: Connection, before: datetime, *, at: datetime, limit: int = BATCH) -> int:
    """Drop up to `limit` such entries first seen earlier than `before`, the oldest first.

    Returns how many; call again, in a new transaction, until it is 0.
    """
    c = entries.c
    oldest = select(c.id).where(*_unwanted(before)).order_by(c.seen_at, c.id).limit(limit)
    ids = tuple(conn.scalars(oldest))
    for run in rows.chunks(ids):
        _mark(conn, run, at)
        search.drop(conn, run)
        conn.execute(delete(entry_revisions).where(entry_revisions.c.entry_id.in_(run)))
        conn.execute(delete(entries).where(c.id.in_(run)))
    return len(ids)


def count_entries(conn: Connection, before: datetime) -> int:
    """How many entries there are to drop; reads all that are older."""
    return conn.scalar(select(func.count()).select_from(entries).where(*_unwanted(before))) or 0


def _unwanted(before: datetime) -> list[ColumnElement[bool]]:
    """What makes an entry one that nobody cared for, and old."""
    c = entries.c
    kept: list[ColumnElement[bool]] = [
        exists().where(table.c.entry_id == c.id)
        for table in (scopes, matches, story_members, story_links, citation_snapshots)
    ]
    # what a guid stood for is needed as long as it may come to stand for something else
    later = entries.alias("later").c
    kept += [c.supersedes != "", exists().where(later.supersedes == c.id, later.supersedes != "")]
    return [c.seen_at < before, *(~wanted for wanted in kept)]


def prune_rows(conn: Connection, old: Old, before: datetime, *, limit: int = BATCH) -> int:
    """Drop up to `limit` rows of a log or of marks from before a moment; returns how many."""
    keys = tuple(old.table.primary_key.columns)
    oldest = select(*keys).where(old.at < before).order_by(old.at).limit(limit)
    return conn.execute(delete(old.table).where(tuple_(*keys).in_(oldest))).rowcount


def count_rows(conn: Connection, old: Old, before: datetime) -> int:
    """How many rows there are to drop."""
    return conn.scalar(select(func.count()).select_from(old.table).where(old.at < before)) or 0


def _mark(conn: Connection, ids: Sequence[str], at: datetime) -> None:
    """Leave a tombstone for each entry and count it out of its feed."""
    c = entries.c
    held = (c.feed_id, c.key_hash, c.id, c.content_hash, c.revision)
    dates = (c.seen_at, c.published_at, c.alerts, literal(at, UTCDateTime))
    marks = select(*held, *dates).where(c.id.in_(ids))
    names = [column.name for column in entry_tombstones.c]
    conn.execute(insert(entry_tombstones).from_select(names, marks))
    lost = select(c.feed_id, func.count()).where(c.id.in_(ids)).group_by(c.feed_id)
    for feed_id, number in conn.execute(lost).all():
        one_less = feeds.c.entry_count - number
        conn.execute(update(feeds).where(feeds.c.id == feed_id).values(entry_count=one_less))


PAGES = 5_000
"""At once: some 20 MB, for which a poll may have to wait a quarter of a second."""


def give_back(engine: Engine, pages: int = PAGES) -> int:
    """Shrink the file by up to `pages` free pages; how many bytes that were.

    0 at the end, on PostgreSQL, which does so by itself, and for files from before
    `auto_vacuum`. Raises StoreError when the database fails.
    """
    if engine.dialect.name != "sqlite":
        return 0
    with apart(engine) as driver:
        (size,) = driver.execute("PRAGMA page_size").fetchone()
        before = _free(driver)
        # every row must be fetched: a statement that is only begun frees a single page
        driver.execute(f"PRAGMA incremental_vacuum({pages})").fetchall()
        return int((before - _free(driver)) * size)


def _free(driver: Any) -> int:
    (pages,) = driver.execute("PRAGMA freelist_count").fetchone()
    return int(pages)


def backup(engine: Engine, target: Path) -> None:
    """Copy the database to a new SQLite file `target`, as of one moment; writers go on meanwhile.

    A SQLite database is copied as it is, whatever its schema; PostgreSQL row by row, and must have
    this version's. Raises StoreError if the file exists or cannot be written.
    """
    if target.exists():
        raise StoreError(f"{target} exists; name a new file for the backup")
    partial = target.with_name(f"{target.name}.partial")
    try:
        partial.unlink(missing_ok=True)  # what a crash left
        partial.touch(mode=0o600, exist_ok=False)  # before a byte of it is there
        (_copy if engine.dialect.name == "sqlite" else _export)(engine, partial)
        with closing(sqlite3.connect(partial)) as copy:
            # the copy must stand alone: no -wal file beside it
            copy.execute("PRAGMA journal_mode = DELETE")
        partial.rename(target)
    except (OSError, sqlite3.Error) as exc:
        raise StoreError(f"the backup {target} cannot be written: {exc}") from exc
    finally:
        for beside in ("", "-wal", "-shm"):
            with suppress(OSError):
                partial.with_name(f"{partial.name}{beside}").unlink(missing_ok=True)


def _copy(engine: Engine, target: Path) -> None:
    with read(engine) as conn, closing(sqlite3.connect(target)) as copy:
        source = conn.connection.driver_connection
        if not isinstance(source, sqlite3.Connection):
            raise TypeError(f"not a SQLite connection: {source!r}")
        source.backup(copy)


def _export(engine: Engine, target: Path) -> None:
    file = open_engine(sqlite_url(target))
    try:
        transfer.copy(engine, file)
    finally:
        file.dispose()
