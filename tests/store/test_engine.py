"""Transactions: one writer at a time, all or nothing, and clear words when the database fails."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing

import pytest
from sqlalchemy import Connection, Engine, create_engine, make_url
from sqlalchemy.exc import IntegrityError, InternalError, ProgrammingError

from monitor.errors import StoreError
from monitor.store import entries, meta
from monitor.store.engine import open_engine, read, write
from tests import build
from tests.support import siblings

WRITERS = 4
ROUNDS = 25


class StepFailedError(Exception):
    """What a step of ours may raise in the middle of a transaction."""


def test_what_a_transaction_wrote_is_there_for_the_next(engine: Engine) -> None:
    with write(engine) as conn:
        meta.put(conn, "a", "1")

    with read(engine) as conn:
        assert meta.get(conn, "a") == "1"


def test_a_transaction_rolls_back_whole(engine: Engine) -> None:
    def step() -> None:
        with write(engine) as conn:
            entries.insert(conn, [build.entry("a")])
            meta.put(conn, "a", "1")
            raise StepFailedError

    with pytest.raises(StepFailedError):
        step()

    with read(engine) as conn:
        assert entries.count(conn) == 0
        assert entries.known(conn, "reuters", ["a"]) == {}
        assert meta.get(conn, "a") is None


def test_a_broken_rule_of_the_database_is_a_bug_and_rolls_back_whole(engine: Engine) -> None:
    def step() -> None:
        with write(engine) as conn:
            meta.put(conn, "a", "1")
            conn.exec_driver_sql("INSERT INTO app_meta (key, value) VALUES ('a', '2')")

    with pytest.raises(IntegrityError):
        step()

    with read(engine) as conn:
        assert meta.get(conn, "a") is None


def test_a_reader_sees_one_moment_while_others_write(engine: Engine) -> None:
    with write(engine) as conn:
        meta.put(conn, "a", "before")

    with read(engine) as reader:
        assert meta.get(reader, "a") == "before"
        with write(engine) as writer:
            meta.put(writer, "a", "after")
        assert meta.get(reader, "a") == "before"

    with read(engine) as conn:
        assert meta.get(conn, "a") == "after"


def add_up(url: str) -> None:
    """Read, decide, write: what a store that loses updates gets wrong."""
    engine = open_engine(url)
    for _ in range(ROUNDS):
        with write(engine) as conn:
            counted = int(meta.get(conn, "counter") or "0")
            meta.put(conn, "counter", str(counted + 1))
    engine.dispose()


@pytest.mark.slow
def test_no_update_is_lost_among_four_processes(database_url: str) -> None:
    with ProcessPoolExecutor(WRITERS, mp_context=siblings.context()) as pool:
        list(pool.map(add_up, [database_url] * WRITERS))

    engine = open_engine(database_url)
    with read(engine) as conn:
        assert meta.get(conn, "counter") == str(WRITERS * ROUNDS)
    engine.dispose()


def test_a_postgresql_writer_that_is_stopped_gives_its_turn_up(new_postgresql: str) -> None:
    """SQLite's locks end with the process; PostgreSQL's end when it is disconnected."""
    engine = open_engine(new_postgresql)
    with read(engine) as conn:
        limit = conn.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar_one()
    engine.dispose()

    assert limit == "1min"


def test_a_reader_cannot_write(engine: Engine) -> None:
    with pytest.raises((StoreError, InternalError), match=r"read-?only"), read(engine) as conn:
        meta.put(conn, "a", "1")

    with write(engine) as conn:
        assert meta.get(conn, "a") is None
        meta.put(conn, "a", "2")


def test_a_writer_that_waits_too_long_says_so(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    path = make_url(sqlite_url).database or ""
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with engine.connect() as conn:
            driver = conn.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            driver.execute("PRAGMA busy_timeout = 1")
        with pytest.raises(StoreError, match="is locked; another process"), write(engine):
            pytest.fail("two writers at once")
    engine.dispose()


def test_a_full_disk_is_a_store_error_and_loses_nothing(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    with write(engine) as conn:
        meta.put(conn, "kept", "1")
        conn.exec_driver_sql("PRAGMA max_page_count = 1")  # no page more than there are

    with pytest.raises(StoreError, match="disk is full"), write(engine) as conn:
        meta.put(conn, "lost", "x" * 100_000)

    with read(engine) as conn:
        assert meta.get(conn, "kept") == "1"
        assert meta.get(conn, "lost") is None
    engine.dispose()


def test_a_query_that_names_no_table_is_a_bug_on_postgresql(postgresql_url: str) -> None:
    engine = open_engine(postgresql_url)
    with pytest.raises(ProgrammingError), read(engine) as conn:
        conn.exec_driver_sql("SELECT * FROM nothing")
    engine.dispose()


@pytest.fixture
def admin(postgresql_url: str) -> Iterator[Connection]:
    """A connection to the server that may end the connections of others."""
    url = make_url(postgresql_url).set(drivername="postgresql+psycopg")
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as conn:
        yield conn
    server.dispose()


def test_a_connection_lost_in_a_transaction_fails_only_that_one(
    new_postgresql: str, admin: Connection
) -> None:
    engine = open_engine(new_postgresql)

    def cut_off() -> None:
        with write(engine) as conn:
            pid = conn.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            admin.exec_driver_sql(f"SELECT pg_terminate_backend({pid}, 5000)")
            meta.put(conn, "a", "1")

    with pytest.raises(StoreError, match=r"terminating connection|closed the connection"):
        cut_off()

    with write(engine) as conn:
        assert meta.get(conn, "a") is None
        meta.put(conn, "a", "2")
    with read(engine) as conn:
        assert meta.get(conn, "a") == "2"
    engine.dispose()


def test_a_connection_lost_between_transactions_is_not_noticed(
    new_postgresql: str, admin: Connection
) -> None:
    """The server was restarted while nothing was to be written."""
    engine = open_engine(new_postgresql)
    with read(engine) as conn:
        pid = conn.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    admin.exec_driver_sql(f"SELECT pg_terminate_backend({pid}, 5000)")

    with write(engine) as conn:
        meta.put(conn, "a", "1")

    with read(engine) as conn:
        assert meta.get(conn, "a") == "1"
    engine.dispose()
