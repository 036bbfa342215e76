"""`monitor db`: a database moves, is backed up and comes back, by the commands that people give."""

import json
import shutil
from pathlib import Path

from alembic import command

from monitor.store import meta, migrate, transfer
from monitor.store.engine import change_schema, open_engine, write
from tests.cli.conftest import Monitor
from tests.databases import NewDatabase
from tests.support.scene import Scene


def test_a_desk_moves_to_postgresql_and_back(
    monitor: Monitor, flagged: Scene, new_database: NewDatabase, tmp_path: Path
) -> None:
    server = new_database("postgresql", False)
    before = monitor("flags", "list", "--json")
    moved = monitor("db", "copy", "--to", server)
    backed_up = monitor("db", "backup", tmp_path / "b.db", MONITOR_DATABASE_URL=server)
    assert moved.code == backed_up.code == 0
    assert (moved.err, moved.out.splitlines()[-1][-20:]) == ("", "counted and compared")
    assert monitor("flags", "list", "--json", MONITOR_DATABASE_URL=server) == before

    (flagged.folder / "data" / "monitor.db").unlink()
    came_back = monitor("db", "copy", "--from", server, "--json")
    assert came_back.code == 0
    assert json.loads(came_back.out)["tables"]["flags"] == 1
    assert monitor("flags", "list", "--json") == before

    other = new_database("postgresql", False)
    upgraded = monitor("db", "upgrade", MONITOR_DATABASE_URL=other)  # makes the queue's tables too
    assert upgraded.code == 0
    assert monitor("db", "restore", tmp_path / "b.db", MONITOR_DATABASE_URL=other).code == 0
    assert monitor("flags", "list", "--json", MONITOR_DATABASE_URL=other) == before
    again = monitor("db", "upgrade", MONITOR_DATABASE_URL=other)
    assert (again.code, again.out) == (0, f"schema at {migrate.head()}\n")


def test_a_database_in_use_is_not_written_to(monitor: Monitor, flagged: Scene) -> None:
    file = flagged.folder / "data" / "monitor.db"
    shutil.copyfile(file, flagged.folder / "b.db")

    said = monitor("db", "restore", flagged.folder / "b.db")

    assert said.code == 78
    assert f"the database {file} is in use: its table" in said.err


def test_nothing_works_with_an_unfinished_copy(monitor: Monitor, flagged: Scene) -> None:
    engine = open_engine(f"sqlite:///{flagged.folder / 'data' / 'monitor.db'}")
    with write(engine) as conn:
        meta.put(conn, "unfinished_copy", json.dumps({"run": "x", "done": {}}))
        assert transfer.unfinished(conn)
    engine.dispose()

    for asked in (["status"], ["flags"], ["poll"]):
        said = monitor(*asked)
        assert said.code == 78
        assert (
            "is an unfinished copy: give the same `monitor db copy` or `restore` again" in said.err
        )


def test_a_backup_of_an_older_version_is_brought_up_to_date(
    monitor: Monitor, flagged: Scene, tmp_path: Path
) -> None:
    file, kept = flagged.folder / "data" / "monitor.db", tmp_path / "old.db"
    engine = open_engine(f"sqlite:///{file}")
    with change_schema(engine) as conn:
        config = migrate._config(migrate._scripts())
        config.attributes["connection"] = conn
        command.downgrade(config, "-1")
    engine.dispose()
    assert monitor("db", "backup", kept).code == 0
    file.unlink()
    before = kept.read_bytes()

    assert monitor("db", "restore", kept).code == 0

    assert kept.read_bytes() == before
    assert len(json.loads(monitor("flags", "list", "--json").out)) > 0


def test_the_other_database_must_be_named(monitor: Monitor) -> None:
    assert monitor("db", "copy").code == 2
    assert monitor("db", "copy", "--to", "sqlite:///a", "--from", "sqlite:///b").code == 2
    said = monitor("db", "copy", "--from", "sqlite:///none.db")
    assert said.code == 78
    assert "there is no database" in said.err
