"""One life of the daemon: its own steps in their order, at moments of ours, until it ends or dies.

Runs in a process of its own that may be killed at any system call. Nothing of the program is
replaced but its parser processes, whose place a parser in this process takes: hundreds of lives
must not start hundreds of interpreters.
"""

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from io import StringIO

from monitor.config import settings as config_settings
from monitor.daemon import jobs
from monitor.daemon.app import App
from monitor.daemon.opening import open_app
from monitor.errors import MonitorError
from monitor.feeds.parse import parse
from monitor.feeds.pool import ParserPool
from monitor.model.feeds import FeedFormat, ParsedFeed
from monitor.runtime import logs
from tests.faults import planted

CANNOT_START = 78

DRAIN_SECONDS = 2
"""How long a daemon that is told to stop waits for what is under way; 20 in earnest."""


@dataclass(slots=True)
class Clock:
    at: datetime

    def now(self) -> datetime:
        return self.at


class ParserHere(ParserPool):
    """Parses in this process."""

    async def parse(
        self,
        body: bytes,
        *,
        url: str,
        content_type: str = "",
        format: FeedFormat = FeedFormat.AUTO,  # noqa: A002  # as in feeds.parse
        items: bytes = b"",
        salt: str = "",
    ) -> ParsedFeed:
        return parse(
            body, url=url, content_type=content_type, format=format, items=items, salt=salt
        )


@dataclass(slots=True)
class Running:
    """A clock that runs from a moment on, so many times faster than ours."""

    start: datetime
    pace: float
    _began: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        return self.start + timedelta(seconds=(time.monotonic() - self._began) * self.pace)


async def live(environ: Mapping[str, str], moments: Sequence[datetime]) -> None:
    """Poll, tick, compose and deliver at each moment, as the daemon's jobs do."""
    # one thread each for the outbox and the database: what dies at the Nth call is then the same
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    clock = Clock(moments[0])
    async with _opened(environ, clock.at) as app:
        daemon = jobs.Daemon(app, clock)
        for moment in moments:
            clock.at = moment
            await steps(app, daemon)


async def run(environ: Mapping[str, str], start: datetime, pace: float) -> None:
    """Run the daemon by its own schedule, so many times faster, until a signal ends it."""
    jobs.DRAIN_SECONDS = DRAIN_SECONDS
    async with _opened(environ, start) as app:
        await jobs.Daemon(app, Running(start, pace), pace=pace).run()


@contextlib.asynccontextmanager
async def _opened(environ: Mapping[str, str], now: datetime) -> AsyncIterator[App]:
    settings = config_settings.load(environ)
    async with open_app(settings, now=now, jitter=float, stream=StringIO()) as app:
        app.tools = replace(app.tools, parser=ParserHere())
        yield app


async def steps(app: App, daemon: jobs.Daemon) -> None:
    """Each job once, with the daemon's own guard around it."""
    for name, step in (
        ("reload", daemon._reload),
        ("poll", daemon._poll),
        ("tick", daemon._tick),
        ("digest", daemon._digest),
        ("deliver", daemon._deliver),
        ("prune", daemon._prune),
    ):
        await daemon._guarded(name, step)
        await app.rounds.settle()
        if daemon._lanes:
            await asyncio.wait(daemon._lanes.values())


def main(
    environ: Mapping[str, str], moments: Sequence[datetime], bug: str = "", pace: float = 0
) -> int:
    """The exit code, as the command gives it.

    `bug`: one of tests.faults.planted. With a `pace` the daemon runs until it is told to stop.
    """
    planted.BUGS[bug]()
    logs.configure(style="json", level="info", stream=sys.stderr)
    try:
        asyncio.run(run(environ, moments[0], pace) if pace else live(environ, moments))
    except MonitorError as error:
        os.write(2, f"monitor: {error}\n".encode())
        return CANNOT_START
    return 0
