"""Fixtures of the command line tests: the program as a person starts it."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

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

PATIENCE = 60
"""Seconds after which a process is taken to hang."""


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


@dataclass(slots=True)
class Running:
    """`monitor run` as a process. `lines` is its log so far, as JSON."""

    process: asyncio.subprocess.Process
    lines: list[dict[str, Any]] = field(default_factory=list)

    async def logged(self, event: str) -> dict[str, Any]:
        """Read its log up to an event."""
        async with asyncio.timeout(PATIENCE):
            while line := await self._line():
                if line["event"] == event:
                    return line
        raise AssertionError(f"it ended without {event}: {self.lines}")

    async def listening(self) -> str:
        """The address that its page is at."""
        url = str((await self.logged("health.listening"))["url"])
        return url.removesuffix("/health")

    async def stopped(self) -> int:
        """Tell it to stop; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE):
            while await self._line():
                pass
            return await self.process.wait()

    async def _line(self) -> dict[str, Any] | None:
        assert self.process.stderr is not None
        raw = await self.process.stderr.readline()
        if not raw:
            return None
        self.lines.append(json.loads(raw))
        return self.lines[-1]


@contextlib.asynccontextmanager
async def running(environ: Mapping[str, str]) -> AsyncIterator[Running]:
    """`monitor run` with a log in JSON, killed at the end if it still runs."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "monitor",
        "run",
        env=own | {"PYTHONPATH": os.pathsep.join(sys.path)} | dict(environ),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield Running(started)
    finally:
        if started.returncode is None:
            started.kill()
            await started.wait()


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
