"""Opening a database: as durability asks, and with one clear line when it cannot be used."""

from pathlib import Path

import pytest
from sqlalchemy import make_url

from monitor.errors import StoreError
from monitor.store import entries, migrate
from monitor.store.engine import open_engine, place, read, write
from tests import build


def test_sqlite_is_opened_as_durability_asks(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    with read(engine) as conn:
        found = {
            name: conn.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
        shrinks = conn.exec_driver_sql("PRAGMA auto_vacuum").scalar_one()
    engine.dispose()

    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5_000,
    }
    assert shrinks == 2


def test_a_database_in_memory_is_one_database() -> None:
    engine = open_engine("sqlite://")
    migrate.upgrade(engine)
    with write(engine) as conn:
        entries.insert(conn, [build.entry("a")])
    with read(engine) as conn:
        assert entries.count(conn) == 1
    engine.dispose()


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_postgresql_urls_are_opened_with_psycopg(postgresql_url: str, scheme: str) -> None:
    url = make_url(postgresql_url).set(drivername=scheme).render_as_string(hide_password=False)

    engine = open_engine(url)

    assert engine.dialect.driver == "psycopg"
    engine.dispose()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://me:hunter2@db/x", "databases of kind “mysql” are not known; expected sqlite:///"),
        ("me:hunter2", "the database URL cannot be read; expected sqlite:///"),
        ("postgresql://me:hunter2@db:port/x", "the database URL cannot be read; expected sqlite"),
        ("", "the database URL cannot be read; expected sqlite:///"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused_without_quoting_it(url: str, message: str) -> None:
    with pytest.raises(StoreError) as caught:
        open_engine(url)

    assert str(caught.value).startswith(message)
    assert "hunter2" not in str(caught.value)


def test_an_unreachable_server_is_named_without_its_password() -> None:
    with pytest.raises(StoreError) as caught:
        open_engine("postgresql://me:hunter2@127.0.0.1:1/news?connect_timeout=2")

    message = str(caught.value)
    assert message.startswith("the database postgresql://127.0.0.1:1/news cannot be used: ")
    assert "refused" in message
    assert "hunter2" not in message
    assert "\n" not in message


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    path = tmp_path / "no" / "monitor.db"

    with pytest.raises(StoreError) as caught:
        open_engine(f"sqlite:///{path}")

    assert str(caught.value) == (
        f"the database {path} cannot be used: unable to open database file "
        f"({path.parent} does not exist)"
    )


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()

    with pytest.raises(StoreError) as caught:
        open_engine(f"sqlite:///{file}/monitor.db")

    assert str(caught.value) == (
        f"the database {file}/monitor.db cannot be used: unable to open database file "
        f"({file} is not a folder that can be written)"
    )


def test_a_database_that_may_not_be_written_is_refused(sqlite_url: str) -> None:
    path = Path(make_url(sqlite_url).database or "")

    with pytest.raises(StoreError, match=r"readonly database .make the file and the folder"):
        open_engine(f"sqlite:///file:{path}?mode=ro&uri=true")


@pytest.mark.parametrize("content", [b"These are no tables.\n" * 400, b"\0" * 8_192])
def test_a_file_that_is_no_database_is_refused_and_kept(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "monitor.db"
    path.write_bytes(content)

    with pytest.raises(StoreError) as caught:
        open_engine(f"sqlite:///{path}")

    assert str(caught.value) == (
        f"the database {path} cannot be used: file is not a database; nothing was changed: "
        "keep the file, and restore a backup in its place"
    )
    assert path.read_bytes() == content


def test_a_truncated_database_is_refused(sqlite_url: str) -> None:
    path = Path(make_url(sqlite_url).database or "")
    path.write_bytes(path.read_bytes()[:5_000])

    with pytest.raises(StoreError, match=r"malformed.*restore a backup"):
        open_engine(sqlite_url)


def test_places_are_named_without_user_or_password() -> None:
    url = make_url("postgresql://me:hunter2@db.example:5433/news?password=hunter3")

    assert place(url) == "postgresql://db.example:5433/news"
