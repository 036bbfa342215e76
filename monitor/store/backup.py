"""Turns a database in use into a copy of one moment of it.

Must never write over a file that exists, or leave half a copy under the name that was asked for.
"""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import Engine

from monitor.errors import StoreError
from monitor.store.engine import place, read


def backup(engine: Engine, target: Path) -> None:
    """Copy a SQLite database to a new file `target`; writers go on meanwhile.

    Raises StoreError if the file exists or cannot be written, and for PostgreSQL, which has its
    own tools.
    """
    if engine.dialect.name != "sqlite":
        raise StoreError(f"back up {place(engine.url)} with pg_dump; only SQLite is copied here")
    if target.exists():
        raise StoreError(f"{target} exists; name a new file for the backup")
    partial = target.with_name(f"{target.name}.partial")
    try:
        partial.unlink(missing_ok=True)  # what a crash left
        partial.touch(mode=0o600, exist_ok=False)  # before a byte of it is there
        _copy(engine, partial)
        partial.rename(target)
    except (OSError, sqlite3.Error) as exc:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise StoreError(f"the backup {target} cannot be written: {exc}") from exc


def _copy(engine: Engine, target: Path) -> None:
    with read(engine) as conn, closing(sqlite3.connect(target)) as copy:
        source = conn.connection.driver_connection
        if not isinstance(source, sqlite3.Connection):
            raise TypeError(f"not a SQLite connection: {source!r}")
        source.backup(copy)
        # the copy must stand alone: no -wal file beside it
        copy.execute("PRAGMA journal_mode = DELETE")
