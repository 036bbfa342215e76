"""Runs the daemon's own steps over the demo's five weeks and shows what they come to.

Loopback only: no account, no network, no clock but the simulated one. Writes to one folder, made
anew each time: the configuration, the database, every digest as text, HTML and Slack blocks.
"""

import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path

from monitor.config import settings as config_settings
from monitor.daemon.app import App
from monitor.daemon.opening import open_app
from monitor.demo.server import FeedServer
from monitor.outbox.compose import Composed
from monitor.triage import status as triage_status
from monitor.triage.status import StatusReport

START = datetime(2019, 2, 20, 6, 0, tzinfo=UTC)
END = datetime(2019, 3, 27, 9, 0, tzinfo=UTC)
STEP = timedelta(hours=1)
FILES = ("watchlists.yaml", "feeds.yaml", "delivery.yaml")
MARKER = ".signpost-demo"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoResult:
    """What the demo came to."""

    folder: Path
    final: Composed | None  # the newest digest with a flagged brief
    status: StatusReport
    polls: int
    not_modified: int


def prepare(folder: Path, base: str) -> None:
    """Make the demo's folder anew, with its configuration pointing at `base`.

    Raises FileExistsError for a folder that is not empty and not the demo's own.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / MARKER).exists():
        raise FileExistsError(f"{folder} is not empty and was not made by the demo")
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "config").mkdir(parents=True)
    (folder / MARKER).touch()
    source = resources.files("monitor.demo") / "config"
    for name in FILES:
        text = (source / name).read_text(encoding="utf-8")
        (folder / "config" / name).write_text(text.replace("{base}", base), encoding="utf-8")


async def run(folder: Path, *, told: Callable[[str], None]) -> DemoResult:
    """Poll, flag and deliver from START to END; `told` gets one line per day with news."""
    async with FeedServer() as server:
        prepare(folder, server.base)
        settings = config_settings.load(
            {
                "MONITOR_CONFIG_DIR": str(folder / "config"),
                "MONITOR_DATA_DIR": str(folder / "data"),
            }
        )
        server.at = START
        async with open_app(settings, now=START, jitter=lambda: 0.0) as app:
            final: Composed | None = None
            async for composed in _days(app, server, told):
                if composed.digest.flagged:
                    final = composed
            found = await app.database.read(triage_status.read)
        return DemoResult(
            folder=folder,
            final=final,
            status=found,
            polls=server.requests,
            not_modified=server.not_modified,
        )


async def _days(
    app: App, server: FeedServer, told: Callable[[str], None]
) -> AsyncIterator[Composed]:
    """Every digest composed on the way, in order of time."""
    now = START
    while now <= END:
        server.at = now
        await app.poll_due(now)
        await app.rounds.settle()
        for composed in await app.compose_due(now):
            if not composed.sent:
                continue
            told(f"{now:%a %d %b %H:%M}  {composed.message.summary}")
            yield composed
        await app.deliver_due(now, token=f"demo-{now.timestamp():.0f}")
        now += STEP
