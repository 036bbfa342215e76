"""Runs workers on one PostgreSQL database, in this process or as victims of a signal in their own.

Never a worker's real pace: what takes ten seconds in earnest takes two here.
"""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, text

from monitor.config import settings as config_settings
from monitor.daemon.app import App
from monitor.daemon.opening import open_app
from monitor.runtime import logs
from monitor.workers import queue, sweep
from monitor.workers.cluster import Pace, Worker
from tests.support.scene import START, Scene

QUICK = Pace(beat=0.2, stall=3.0, sweep=0.2, fetch=0.1, reload=1.0)


class Now:
    """A clock that goes on from where the test sets it."""

    def __init__(self, now: datetime = START) -> None:
        self.set(now)

    def set(self, now: datetime) -> None:
        self._set, self._at = now, time.monotonic()

    def now(self) -> datetime:
        return self._set + timedelta(seconds=time.monotonic() - self._at)


class FileClock:
    """One for another process: the time is what stands in a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        return datetime.fromisoformat(self._path.read_text(encoding="ascii"))

    def set(self, now: datetime) -> None:
        fresh = self._path.with_suffix(".new")
        fresh.write_text(now.isoformat(), encoding="ascii")
        fresh.replace(self._path)


@asynccontextmanager
async def working(
    scene: Scene, url: str, role: str, clock: Now | FileClock | None = None
) -> AsyncIterator[Worker]:
    """A worker until the block ends."""
    clock = clock or Now()
    settings = scene.settings({"MONITOR_DATABASE_URL": url})
    async with scene.open(clock.now(), settings) as app:
        worker = Worker(app, clock, role, pace=QUICK)
        task = asyncio.create_task(worker.work())
        try:
            yield worker
        finally:
            worker.stop("the test is over")
            await task


async def until(app: App, true: Callable[[Connection], object]) -> None:
    """Wait until the database shows it."""
    async with asyncio.timeout(240):
        while not await app.database.look(true):  # noqa: ASYNC110  # the event is in the database
            await asyncio.sleep(0.05)


def sent(count: int) -> Callable[[Connection], bool]:
    query = text("SELECT count(*) FROM deliveries WHERE state = 'sent'")
    return lambda conn: conn.scalar(query) == count


def waiting(conn: Connection) -> set[str]:
    """The queueing locks of the work that waits."""
    return set(conn.scalars(text("SELECT queueing_lock FROM signpost_queue.procrastinate_jobs")))


@asynccontextmanager
async def opened(scene: Scene, url: str) -> AsyncIterator[App]:
    """The app on a database with a queue, and nobody at work."""
    async with scene.open(START, scene.settings({"MONITOR_DATABASE_URL": url})) as app:
        queue.prepare(app.database.engine)
        yield app


def swept(app: App, now: datetime = START, stall: float = 10.0) -> sweep.Swept:
    return app.database.write_now(
        lambda conn: sweep.sweep(conn, queue.wake, now=now, stall=timedelta(seconds=stall))
    )


@dataclass(slots=True)
class Victim:
    """A worker in a process of its own."""

    process: Process
    log: Path
    clock: FileClock
    killed: bool = field(default=False)

    def send(self, what: signal.Signals) -> None:
        self.process.send_signal(what)

    async def kill(self) -> None:
        self.killed = True
        self.process.kill()
        await self.process.wait()

    async def says(self, event: str) -> None:
        """Wait until its log names an event that begins so."""
        async with asyncio.timeout(240):
            while f'"event": "{event}' not in self.log.read_text(encoding="utf-8"):  # noqa: ASYNC110
                await asyncio.sleep(0.05)


@asynccontextmanager
async def victim(scene: Scene, url: str, role: str, name: str = "victim") -> AsyncIterator[Victim]:
    """A worker as a process, killed at the end of the block if it was not before."""
    clock = FileClock(scene.folder / f"{name}.clock")
    clock.set(START)
    log = scene.folder / f"{name}.log"
    environ = os.environ | scene.environ() | {"MONITOR_DATABASE_URL": url}
    with log.open("wb") as lines:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.clusters", role, str(scene.folder / f"{name}.clock"),
            env=environ, cwd=Path(__file__).parents[1], stdout=lines, stderr=lines,
        )  # fmt: skip
        found = Victim(process=process, log=log, clock=clock)
        try:
            yield found
        finally:
            if not found.killed:
                found.send(signal.SIGCONT)
                await found.kill()


async def main(role: str, clock: FileClock) -> None:
    settings = config_settings.load()
    logs.configure(style="json")
    async with open_app(settings, now=clock.now(), jitter=float) as app:
        await Worker(app, clock, role, pace=QUICK).run()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], FileClock(Path(sys.argv[2]))))
