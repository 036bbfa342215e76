"""Fixtures of the command line tests: the program as a person starts it."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.__main__ import main
from monitor.runtime import logs
from tests.support.scene import PARADE, SIGNED, SIGNED_TOO, Item, Publisher, Scene, publishing

NOW = datetime.now(UTC)
"""Commands read the clock of the system, so what they are shown happened just now."""


@dataclass(frozen=True, slots=True)
class Said:
    code: int
    out: str
    err: str


Monitor = Callable[..., Said]


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    found = Scene(tmp_path)
    found.write()
    return found


@pytest.fixture
def monitor(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Monitor]:
    """Runs `monitor …` in this process, in an environment of its own."""
    for name in list(os.environ):
        if name.startswith("MONITOR_"):
            monkeypatch.delenv(name)
    for name, value in (scene.environ() | {"COLUMNS": "200"}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(scene.folder)

    def run(*arguments: str | Path, **environ: str) -> Said:
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["monitor", *map(str, arguments)])
            for name, value in environ.items():
                patch.setenv(name, value)
            try:
                main()
                code = 0
            except SystemExit as end:
                code = int(end.code or 0)
        said = capsys.readouterr()
        assert "Traceback" not in said.err + said.out
        return Said(code, said.out, said.err)

    yield run
    logs.configure(level="critical")


async def process(
    *arguments: str | Path, environ: Mapping[str, str], cwd: Path | None = None
) -> Said:
    """Runs `python -m monitor …` as a process of its own."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "monitor",
        *map(str, arguments),
        env=own | {"COLUMNS": "200", "PYTHONPATH": os.pathsep.join(sys.path)} | dict(environ),
        cwd=cwd,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await started.communicate()
    said = Said(started.returncode or 0, out.decode(), err.decode())
    assert "Traceback" not in said.err + said.out
    return said


@pytest.fixture
async def publisher(scene: Scene) -> AsyncIterator[Publisher]:
    async with publishing() as found:
        scene.write(base=found.base)
        yield found


@pytest.fixture
def flagged(scene: Scene) -> Scene:
    """A database with a parade, a signing at two outlets, and the flag that follows from it."""

    async def fill() -> None:
        async with publishing() as publisher:
            scene.write(base=publisher.base)
            publisher.publish("courier", Item(guid="c0", title=PARADE, at=NOW - timedelta(days=1)))
            publisher.publish("herald")
            start = NOW - timedelta(hours=2)
            async with scene.open(start) as app:
                for feed in ("courier", "herald"):
                    await app.poll_now(feed, start)
                    title = SIGNED if feed == "courier" else SIGNED_TOO
                    item = Item(guid="n1", title=title, at=NOW - timedelta(hours=1), outlet=feed)
                    publisher.publish(feed, item)
                for feed in ("courier", "herald"):
                    assert (await app.poll_now(feed, NOW - timedelta(minutes=30))).error is None

    asyncio.run(fill())
    return scene
