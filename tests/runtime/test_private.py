"""Nobody but its owner reads what is stored, whatever the umask and whatever was there before."""

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from io import StringIO
from pathlib import Path

import pytest

from monitor.deliver.channel import Around
from monitor.deliver.channels.atom.channel import AtomChannel, AtomConfig
from monitor.deliver.channels.table import build
from monitor.runtime import private
from monitor.runtime.database import open_database
from monitor.store import engine as store_engine
from monitor.store import upkeep
from tests.databases import sqlite_only
from tests.deliver.sample_digest import outgoing
from tests.support.bulletins import signing
from tests.support.scene import START, Scene, at


@pytest.fixture(autouse=True)
def careless() -> Iterator[None]:
    """A umask under which new files are everybody's."""
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, str]:
    """Every path in the folder and itself, with what may be done with it, as in “700”."""
    every = [folder, *folder.rglob("*")]
    return {
        str(path.relative_to(folder)): f"{stat.S_IMODE(path.stat().st_mode):o}" for path in every
    }


def right(folder: Path) -> dict[str, str]:
    return {name: "700" if (folder / name).is_dir() else "600" for name in modes(folder)}


@sqlite_only
async def test_what_a_daemon_stores_is_its_owner_s_alone(scene: Scene) -> None:
    data = scene.folder / "data"
    scene.write(
        delivery="channels:\n  files: {type: files, folder: out/digests}\n  feed: {type: atom}\n"
        "digests:\n- {name: desk, at: '08:00', days: daily, urgent: true, to: [files, feed]}\n"
    )
    async with scene.open(START) as app:
        signing(app, START)
        await app.compose_due(START)
        assert len(await app.deliver_due(START, "token")) == 2
        assert (data / "monitor.db-wal").exists()
        found = modes(data)
        assert {"monitor.db", "monitor.db-wal", "monitor.db-shm"} <= set(found)
        assert {"feed/flags.atom", "out/digests"} <= set(found)
        assert found == right(data) | {"out": found["out"]}
        upkeep.backup(app.database.engine, scene.folder / "copy.db")
    assert modes(scene.folder)["copy.db"] == "600"


@sqlite_only
async def test_what_an_older_version_left_is_taken_from_others(scene: Scene) -> None:
    """Database, its files beside it, digests and backups; links lead nowhere."""
    async with scene.open(START):
        pass
    data, outside = scene.folder / "data", scene.folder / "shared.txt"
    (data / "digests").mkdir()
    for name in ("digests/desk.txt", "backup.db", "digests/run.sh"):
        (data / name).write_text("x")
    (data / "digests/run.sh").chmod(0o755)
    outside.write_text("everybody's")
    (data / "link").symlink_to(outside)
    for path in (data, data / "monitor.db", *data.glob("monitor.db-*")):
        path.chmod(0o777 if path.is_dir() else 0o666)

    with closing(sqlite3.connect(data / "monitor.db")) as held:  # so that its log stays
        held.execute("SELECT count(*) FROM feeds").fetchone()
        for path in data.glob("monitor.db-*"):
            path.chmod(0o666)
        async with scene.open(at(1)):
            found = modes(data)
    expected = right(data) | {"digests/run.sh": "700", "link": "666"}
    assert {"monitor.db-wal", "monitor.db-shm"} <= set(found)
    assert found == {name: expected.get(name, "600") for name in found}
    assert stat.S_IMODE(outside.stat().st_mode) == 0o666


@sqlite_only
def test_every_command_closes_folder_and_database(scene: Scene) -> None:
    with open_database(scene.settings()):
        pass
    data = scene.folder / "data"
    data.chmod(0o755)
    (data / "monitor.db").chmod(0o644)
    with open_database(scene.settings()):
        pass
    assert modes(data)["."] == "700"
    assert modes(data)["monitor.db"] == "600"


def test_a_database_elsewhere_is_closed_and_its_folder_left(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    engine = store_engine.open_engine(f"sqlite:///{tmp_path / 'other.db'}")
    engine.dispose()
    assert modes(tmp_path)["other.db"] == "600"
    assert modes(tmp_path)["."] == "755"


def test_a_file_that_may_not_be_written_stays_so(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    path.write_text("x")
    path.chmod(0o444)
    assert private.tighten(tmp_path) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    assert private.tighten(tmp_path) == 0


def test_a_feed_for_a_web_server_lies_outside(tmp_path: Path) -> None:
    """Where an operator says: that is to be read by another user."""
    data, www = tmp_path / "data", tmp_path / "www"
    for folder, file, place in (("feed", "600", "700"), (str(www), "644", "755")):
        around = Around(secret=lambda _: None, data_dir=data, stream=StringIO())
        config = AtomConfig(name="feed", folder=folder)
        channel = build(config, around)
        assert isinstance(channel, AtomChannel)
        channel.send(outgoing())
        found = modes(data / folder)
        assert (found["."], found["flags.atom"]) == (place, file)
