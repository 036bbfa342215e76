"""A database file whose bytes were changed: every command ends with 78 and says what to do."""

import asyncio
import random
import shutil
import sqlite3

import pytest

from tests.cli.conftest import Monitor
from tests.databases import sqlite_only
from tests.support.scene import Scene
from tests.web.stage import fill

COMMANDS = (["status"], ["flags"], ["flags", "show", "1"], ["db", "upgrade"], ["digest"])

pytestmark = sqlite_only


@pytest.mark.slow
def test_flipped_bytes_are_said_and_never_shown_as_a_trace(
    scene: Scene, monitor: Monitor, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("whole")
    asyncio.run(fill(folder))
    good = (folder / "data" / "monitor.db").read_bytes()
    data = scene.folder / "data"
    codes = []
    for seed in range(20):
        damaged, chance = bytearray(good), random.Random(seed)  # noqa: S311  # damage, no secret
        for _ in range(200):
            damaged[chance.randrange(100, len(damaged))] ^= chance.randrange(1, 256)
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir()
        (data / "monitor.db").write_bytes(damaged)
        said = monitor(*COMMANDS[seed % len(COMMANDS)])
        codes.append(said.code)
        if said.code == 78:
            (line,) = [each for each in said.err.splitlines() if each.startswith("monitor: ")]
            assert "cannot be used: " in line
            assert line.endswith("keep the file, and restore a backup in its place")
    assert set(codes) <= {0, 1, 78}, "what was hit may not have been read"
    assert codes.count(78) > 10


@pytest.mark.parametrize(
    ("change", "command"),
    [
        ("UPDATE feeds SET next_poll_at = 'tomorrow'", ["status"]),
        ("UPDATE feeds SET next_poll_at = '2019-03-20T09:00:00'", ["status"]),
        ("UPDATE feeds SET url = CAST(x'68c3' AS TEXT)", ["status"]),
        ("UPDATE feeds SET health = 'marvellous'", ["status"]),
    ],
)
def test_a_value_that_this_program_never_writes(
    monitor: Monitor, scene: Scene, change: str, command: list[str]
) -> None:
    assert monitor("poll").code == 1, "nothing listens where its feeds are"
    connection = sqlite3.connect(scene.folder / "data" / "monitor.db")
    with connection:
        assert connection.execute(change).rowcount
    connection.close()
    said = monitor(*command)
    assert said.code == 78
    assert "keep the file, and restore a backup in its place" in said.err
