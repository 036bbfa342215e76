"""One life of the daemon: its own steps in their order, at moments of ours, until it ends or dies.

Runs in a process of its own that may be killed at any system call. Nothing of the program is
replaced but its parser processes, whose place a parser in this process takes: hundreds of lives
must not start hundreds of interpreters.
"""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from io import StringIO

from monitor.config import settings as config_settings
from monitor.errors import MonitorError
from monitor.feeds.parse import parse
from monitor.feeds.pool import ParserPool
from monitor.model.feeds import FeedFormat, ParsedFeed
from monitor.service import jobs, logs
from monitor.service.app import App, open_app
from tests.faults import planted

CANNOT_START = 78


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
    ) -> ParsedFeed:
        return parse(body, url=url, content_type=content_type, format=format)


async def live(environ: Mapping[str, str], moments: Sequence[datetime]) -> None:
    """Poll, tick, compose and deliver at each moment, as the daemon's jobs do."""
    # one thread each for the outbox and the database: what dies at the Nth call is then the same
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    settings = config_settings.load(environ)
    clock = Clock(moments[0])
    async with open_app(settings, now=clock.at, jitter=float, stream=StringIO()) as app:
        app.tools = replace(app.tools, parser=ParserHere())
        daemon = jobs.Daemon(app, clock)
        for moment in moments:
            clock.at = moment
            await steps(app, daemon)


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


def main(environ: Mapping[str, str], moments: Sequence[datetime], bug: str = "") -> int:
    """The exit code, as the command gives it. `bug`: one of tests.faults.planted."""
    planted.BUGS[bug]()
    logs.configure(style="json", level="info", stream=sys.stderr)
    try:
        asyncio.run(live(environ, moments))
    except MonitorError as error:
        os.write(2, f"monitor: {error}\n".encode())
        return CANNOT_START
    return 0
