"""Real databases for the store's tests: a SQLite file and a PostgreSQL server of our own."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine

from monitor.store.engine import open_engine, write
from tests import databases
from tests.databases import NewDatabase

KINDS = ("sqlite", "postgresql")


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
        url = databases.sqlite(tmp_path_factory.mktemp("shared") / "shared.db")
    else:
        url = databases.create(databases.template())
    engine = open_engine(url)
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
