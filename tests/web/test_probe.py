"""/health and /ready: an answer within a second, and a true one, whatever the database does."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

from monitor.errors import StoreError
from monitor.store.engine import open_engine, read
from monitor.web import probe
from tests.databases import sqlite_only
from tests.support.scene import Scene
from tests.web.stage import NOW, staged

pytestmark = sqlite_only


@contextmanager
def held(database: Path) -> Iterator[None]:
    """The lock of writers in another's hands."""
    with closing(sqlite3.connect(database, isolation_level=None)) as conn:
        conn.execute("BEGIN IMMEDIATE")
        yield
        conn.execute("ROLLBACK")


async def test_a_database_that_another_holds_is_told_and_waited_for_by_nobody(
    scene: Scene,
) -> None:
    async with staged(scene) as stage:
        stage.app.database.engine.dispose()  # each connection from here on is a new one
        with held(scene.folder / "data" / "monitor.db"):
            status, body = await stage.get("/health")
            found = json.loads(body)
            assert (status, found["status"]) == (200, "database locked")
            assert found["database"].startswith("database locked: ")
            assert "feeds" in found, "reading goes on"
            status, body = await stage.get("/ready")
            assert status == 503
            assert "database locked" in body
        assert json.loads((await stage.get("/health"))[1])["status"] == "ok"


async def test_a_database_without_room_is_told_until_a_row_is_written(scene: Scene) -> None:
    async with staged(scene) as stage:
        stage.app.database.full = StoreError("no room", state=StoreError.FULL)
        assert json.loads((await stage.get("/health"))[1])["status"] == "disk full"
        assert "disk full" in (await stage.get("/ready"))[1]
        await stage.app.database.write(lambda _conn: None)
        assert json.loads((await stage.get("/health"))[1])["status"] == "disk full"
        await stage.app.poll_due(NOW)
        assert json.loads((await stage.get("/health"))[1])["status"] == "ok"


async def test_a_round_that_is_still_to_come_is_none(scene: Scene) -> None:
    async with staged(scene) as stage:
        stage.app.last_round = NOW + timedelta(minutes=3)
        status, body = await stage.get("/health")
        assert (status, json.loads(body)["status"]) == (503, "stalled")
        assert not probe.alive(stage.app, NOW)


def test_opening_and_reading_wait_for_no_writer(tmp_path: Path) -> None:
    path = tmp_path / "one.db"
    open_engine(f"sqlite:///{path}").dispose()
    with held(path):
        engine = open_engine(f"sqlite:///{path}")
        with read(engine) as conn:
            assert conn.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one() == 0
        engine.dispose()
