"""Turns a database URL into an engine, and an engine into transactions: the only dialect switch.

Must never let a password, or an error of the database library, out: what can go wrong from outside
becomes a StoreError with one line that names the database and the cause.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from json import JSONDecodeError
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    create_engine,
    event,
    make_url,
)
from sqlalchemy import exc as sa_exc
from sqlalchemy.pool import StaticPool

from monitor.errors import StoreError, get_extra
from monitor.store.types import DamagedError

BUSY_MS = 5_000
"""How long a SQLite writer waits for another; with 0, 3 of 4 contending writes fail at once."""

UPGRADE_BUSY_MS = 30_000
"""The same for a migration: whoever comes second waits for the first to finish."""

WRITER_LOCK = int.from_bytes(b"signpost")
"""Key of the PostgreSQL advisory lock that makes writers take turns, as SQLite makes them."""

_MEMORY = "memory"
_ALONE = "BEGIN IMMEDIATE"

CACHE_KIB = 16 * 1024
"""Pages of a SQLite database that one connection keeps, at most."""


def open_engine(url: str) -> Engine:
    """An engine for `sqlite:///path`, `sqlite://` (in memory) or `postgresql://…`, tried out once.

    Raises StoreError if the URL is of another kind or the database cannot be read and written.
    """
    parsed = _parse(url)
    engine = _sqlite(parsed) if parsed.drivername == "sqlite" else _postgresql(parsed)
    try:
        with read(engine) as conn:
            conn.exec_driver_sql(
                "SELECT count(*) FROM sqlite_master" if _is_sqlite(engine) else "SELECT 1"
            )
        try_writing(engine)
    except StoreError as error:
        if error.state != StoreError.LOCKED:  # who only reads need not wait for whoever writes
            engine.dispose()
            raise
    return engine


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite file, whatever characters its name has."""
    return URL.create("sqlite", database=str(path)).render_as_string()


def open_to_read(url: str) -> Engine:
    """An engine for a database that nothing may change: a backup's file, also on such a medium.

    Raises StoreError as `open_engine` does, and where a SQLite file is not there: none is made.
    """
    parsed = _parse(url)
    if parsed.drivername != "sqlite":
        return open_engine(url)
    path = Path(parsed.database or "").absolute()
    if not path.is_file():
        raise StoreError(f"there is no database {path}")

    def connect() -> sqlite3.Connection:
        uri = f"{path.as_uri()}?mode=ro"
        return sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)

    engine = create_engine(parsed, creator=connect, execution_options={_MEMORY: {}})
    event.listen(engine, "begin", _begin_sqlite)
    with read(engine) as conn:
        conn.exec_driver_sql("SELECT count(*) FROM sqlite_master")
    return engine


def try_writing(engine: Engine, patience_ms: int = 0) -> None:
    """Begin a write transaction and end it with nothing written; StoreError says why it fails.

    On PostgreSQL nothing is tried: there many may write.
    """
    if not _is_sqlite(engine):
        return
    before, after = (f"busy_timeout = {patience_ms}",), (f"busy_timeout = {BUSY_MS}",)
    with blaming(engine), engine.connect() as plain, _pragmas(plain, *before, after=after):
        conn = plain.execution_options(sqlite_begin=_ALONE)
        with conn.begin() as begun:
            # a file opened for reading lets a transaction begin, and refuses its first change
            version = conn.exec_driver_sql("PRAGMA user_version").scalar_one()
            conn.exec_driver_sql(f"PRAGMA user_version = {int(version)}")
            begun.rollback()


def shareable(engine: Engine) -> bool:
    """Whether several processes may work on this database: a SQLite file has one daemon."""
    return not _is_sqlite(engine)


def room(engine: Engine) -> int | None:
    """The bytes that a SQLite file may still grow by; None where that cannot be told."""
    path = engine.url.database
    if not _is_sqlite(engine) or path in {None, "", ":memory:"} or str(path).startswith("file:"):
        return None
    try:
        found = os.statvfs(Path(str(path)).parent)
    except OSError:
        return None
    return found.f_bavail * found.f_frsize


def changes(conn: Connection) -> int | None:
    """How many rows this connection has ever changed; None where the driver does not say."""
    driver: Any = conn.connection.driver_connection
    return getattr(driver, "total_changes", None)


def _parse(url: str) -> URL:
    """Errors do not quote the URL: a password may be anywhere in a mistyped one."""
    try:
        parsed = make_url(url)
    except (sa_exc.ArgumentError, ValueError) as exc:
        raise StoreError(f"the database URL cannot be read; {_EXPECTED}") from exc
    if parsed.drivername in {"sqlite", "sqlite+pysqlite"}:
        return parsed.set(drivername="sqlite")
    if parsed.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        return parsed.set(drivername="postgresql+psycopg")
    raise StoreError(f"databases of kind “{parsed.drivername}” are not known; {_EXPECTED}")


_EXPECTED = "expected sqlite:///path/to/file.db or postgresql://user@host/name"


def _sqlite(url: URL) -> Engine:
    in_memory = url.database in {None, "", ":memory:"}
    if url.database and not in_memory and not url.database.startswith("file:"):
        _own(Path(url.database))
    pool = StaticPool if in_memory else None
    engine = create_engine(url, poolclass=pool, execution_options={_MEMORY: {}})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _own(path: Path) -> None:
    """Make the database its owner's alone, before the first byte is in it.

    SQLite gives the files beside it the rights of the database. What cannot be done here (no such
    folder, somebody else's file) is told by SQLite when it opens the file, or is not ours to do.
    """
    with suppress(OSError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    for beside in ("", "-wal", "-shm", "-journal"):
        with suppress(OSError):
            file = path.with_name(f"{path.name}{beside}")
            file.chmod(file.stat().st_mode & 0o700)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # the driver's own transactions start at the first write, after the reads a decision rests on
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    # both write, and so wait for whoever writes: a file keeps them, and is asked for them first
    if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        if connection.execute("PRAGMA page_count").fetchone() == (0,):
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # before the first table only
        connection.execute("PRAGMA journal_mode = WAL")
    # under NORMAL a committed “sent” can be lost with the power, and the message goes out again
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    # the library's 2 MB hold neither the index of words nor that of stories
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")


def _begin_sqlite(conn: Connection) -> None:
    conn.exec_driver_sql(conn.get_execution_options().get("sqlite_begin", "BEGIN"))


def _postgresql(url: URL) -> Engine:
    # keyword arguments win over the URL, so only fill in what it does not say
    arguments: dict[str, Any] = {} if "connect_timeout" in url.query else {"connect_timeout": 10}
    try:
        engine = create_engine(
            url, pool_pre_ping=True, connect_args=arguments, execution_options={_MEMORY: {}}
        )
    except ImportError as exc:
        raise StoreError(f"PostgreSQL needs the driver psycopg; {get_extra('postgres')}") from exc
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _prepare_postgresql(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        # a worker that was stopped inside a transaction must not hold the writer lock for ever
        cursor.execute("SET idle_in_transaction_session_timeout = '60s'")
    connection.commit()


@contextmanager
def write(engine: Engine) -> Iterator[Connection]:
    """One write transaction: committed at the end, rolled back whole on any exception.

    No other writer runs beside it, so what it reads stays true until it has written. On SQLite
    that is BEGIN IMMEDIATE, on PostgreSQL an advisory lock that ends with the transaction.
    Raises StoreError when the database fails.
    """
    with blaming(engine), engine.connect() as plain:
        conn = plain.execution_options(sqlite_begin=_ALONE)
        with conn.begin():
            if not _is_sqlite(engine):
                conn.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")
            yield conn


def memory(conn: Connection) -> dict[str, object]:
    """What the writers of a database remember between transactions; see who remembers it."""
    held: dict[str, object] = conn.get_execution_options()[_MEMORY]
    return held


@contextmanager
def step(conn: Connection) -> Iterator[None]:
    """One of several steps of a write transaction: undone alone on any exception.

    Raises StoreError when the database fails; it may have given up the whole transaction then.
    """
    with blaming(conn.engine), closing(conn.connection.cursor()) as cursor:
        cursor.execute("SAVEPOINT step")
        try:
            yield
        except BaseException:
            with suppress(conn.dialect.dbapi.Error):  # type: ignore[union-attr]  # there is a driver
                cursor.execute("ROLLBACK TO SAVEPOINT step")
            raise
        cursor.execute("RELEASE SAVEPOINT step")


def whole(conn: Connection) -> bool:
    """Whether a write transaction still stands: SQLite gives one up when its disk is full."""
    driver: Any = conn.connection.driver_connection
    return bool(getattr(driver, "in_transaction", True))


def writes(conn: Connection) -> bool:
    """Whether a connection is in a write transaction, and so alone."""
    return conn.get_execution_options().get("sqlite_begin") == _ALONE


@contextmanager
def read(engine: Engine) -> Iterator[Connection]:
    """One read transaction: all it reads is of one moment, and it cannot write.

    It waits for no writer, and none waits for it. Raises StoreError when the database fails.
    """
    with blaming(engine), engine.connect() as conn:
        if not _is_sqlite(engine):
            conn.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with conn.begin():
                yield conn
            return
        with _pragmas(conn, "query_only = ON", after=["query_only = OFF"]), conn.begin():
            yield conn


def wait_for_reader(conn: Connection) -> None:
    """Let a read transaction last, however long nothing is asked in it: it copies to elsewhere."""
    if not _is_sqlite(conn.engine):
        conn.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")


@contextmanager
def apart(engine: Engine) -> Iterator[Any]:
    """The driver's own connection outside any transaction, for what cannot be in one."""
    with blaming(engine), engine.connect() as conn:
        yield conn.connection.driver_connection


@contextmanager
def change_schema(engine: Engine) -> Iterator[Connection]:
    """A write transaction in which tables may be rebuilt: references are checked at its end.

    SQLite rebuilds a table by copying and dropping it, which must not cascade, and it obeys the
    foreign_keys pragma outside a transaction only (https://www.sqlite.org/lang_altertable.html).
    """
    if not _is_sqlite(engine):
        with write(engine) as conn:
            yield conn
        return
    before = ("foreign_keys = OFF", f"busy_timeout = {UPGRADE_BUSY_MS}")
    after = ("foreign_keys = ON", f"busy_timeout = {BUSY_MS}")
    with blaming(engine), engine.connect() as plain, _pragmas(plain, *before, after=after):
        conn = plain.execution_options(sqlite_begin=_ALONE)
        with conn.begin():
            yield conn
            broken = conn.exec_driver_sql("PRAGMA foreign_key_check").first()
            if broken is not None:
                raise StoreError(f"the migration broke a reference in table {broken[0]}")


@contextmanager
def _pragmas(conn: Connection, *before: str, after: Sequence[str]) -> Iterator[None]:
    """Settings of a SQLite connection around a transaction; within one they would not take."""
    driver: Any = conn.connection.driver_connection
    for pragma in before:
        driver.execute(f"PRAGMA {pragma}")
    try:
        yield
    finally:
        for pragma in after:
            driver.execute(f"PRAGMA {pragma}")


@contextmanager
def blaming(engine: Engine) -> Iterator[None]:
    """Turn what the world can do to a database into StoreError; let mistakes of ours crash.

    Transactions do so by themselves; this is for work on two databases, so that the right one is
    named.
    """
    try:
        yield
    except (sa_exc.OperationalError, sa_exc.InterfaceError, sa_exc.TimeoutError) as exc:
        raise StoreError(_sentence(engine, exc), state=_state(exc)) from exc
    except sa_exc.DatabaseError as exc:
        if type(exc) is not sa_exc.DatabaseError:  # its subclasses are bugs: a constraint, a typo
            raise
        raise StoreError(_sentence(engine, exc), state=_state(exc)) from exc
    except _BROKEN as exc:
        raise StoreError(_damage(engine.url, f"malformed, {exc}")) from exc


_BROKEN: Final = (UnicodeDecodeError, JSONDecodeError, DamagedError)
"""What reading a row raises when bytes of the file are not those that were written.

The first also where the database itself says so, and quotes the bytes.
"""


def damage(url: str) -> str:
    """What is wrong with a SQLite file, as a sentence; nothing when it is sound. Reads all of it.

    For who has met what no sound file could have caused.
    """
    parsed = _parse(url)
    if parsed.drivername != "sqlite" or not Path(parsed.database or ":memory:").is_file():
        return ""
    try:
        with contextlib.closing(sqlite3.connect(str(parsed.database))) as connection:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except (sqlite3.DatabaseError, UnicodeDecodeError) as exc:
        found = str(exc)
    return "" if found == "ok" else _damage(parsed, f"malformed, {' '.join(found.split())}")


def _damage(url: URL, cause: str) -> str:
    return f"the database {place(url)} cannot be used: {cause}{_advice(url, cause)}"


def _sentence(engine: Engine, exc: sa_exc.SQLAlchemyError) -> str:
    cause = str(getattr(exc, "orig", None) or exc).strip().partition("\n")[0]
    return _damage(engine.url, cause)


def _state(exc: sa_exc.SQLAlchemyError) -> str:
    cause = str(getattr(exc, "orig", None) or exc)
    if "is full" in cause or "No space left" in cause:
        return StoreError.FULL
    return StoreError.LOCKED if "locked" in cause else ""


def place(url: URL) -> str:
    """Where a database is, for messages: never with user or password."""
    if url.drivername == "sqlite":
        return url.database or "in memory"
    port = f":{url.port}" if url.port else ""
    return f"postgresql://{url.host or 'local socket'}{port}/{url.database or ''}"


def _advice(url: URL, cause: str) -> str:
    """What to do about the causes that an operator meets."""
    folder = Path(url.database or "").absolute().parent
    if "unable to open" in cause:
        what = "is not a folder that can be written" if folder.exists() else "does not exist"
        return f" ({folder} {what})"
    if "readonly" in cause:
        return f" (make the file and the folder {folder} writable)"
    if any(word in cause for word in ("not a database", "malformed", "Could not decode")):
        return "; nothing was changed: keep the file, and restore a backup in its place"
    if "disk I/O error" in cause or "is full" in cause:
        return f" (is there room left on the disk of {folder}, and is it sound?)"
    if "locked" in cause:
        return "; another process holds it"
    return ""


def _is_sqlite(engine: Engine) -> bool:
    return engine.dialect.name == "sqlite"
