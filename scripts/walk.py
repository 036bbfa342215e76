"""Counts the files that one flagging poll walks through, and the steps from file to file.

Two feeds are served from this machine; one new entry at the second
makes a decisive indicator speak at two sources. Counted from the fetch to the composed digest, in
every thread of the daemon's process; the parser's own process is not seen.

    python scripts/walk.py [--list]
"""

# ruff: noqa: INP001  # scripts are run, not imported

import asyncio
import contextlib
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

from aiohttp import web

from monitor.config import settings as config_settings
from monitor.daemon.opening import open_app
from monitor.runtime import logs

PACKAGE = str(Path(__file__).parents[1] / "monitor") + "/"
START = datetime(2019, 3, 20, 9, 0, tzinfo=UTC)
ENDED = "North Korea ends nuclear talks with the United States"
ENDED_TOO = "North Korea ends talks on nuclear arms, blames US for end of diplomacy"

WATCHLISTS = """
questions:
- id: talks
  ask: Will the talks between North Korea and the US go on this year?
  about: [North Korea]
  briefs:
  - id: alive
    title: Talks will go on
    published: 2019-03-01
    judgments:
    - {id: go-on, says: The talks will go on., event: talks go on, likelihood: likely}
  away:
    decisive: {talks-ended: ["end .. talks"]}
"""
FEEDS = """
outlets:
  Reuters: {{domains: [reuters.example]}}
  BBC: {{domains: [bbc.example]}}
feeds:
- {{id: reuters, url: "{base}/reuters", outlet: Reuters, allow_private: true}}
- {{id: bbc, url: "{base}/bbc", outlet: BBC, allow_private: true}}
"""
DELIVERY = """
channels:
  files: {type: files, folder: digests}
digests:
- {name: desk, at: "08:00", days: daily, timezone: UTC, urgent: true, to: [files]}
"""


class Walk:
    """What was called: files, and calls from one file of the package into another."""

    def __init__(self) -> None:
        self.files: Counter[str] = Counter()
        self.hops: Counter[tuple[str, str]] = Counter()

    def seen(self, frame: FrameType, event: str, _argument: Any) -> None:
        if event != "call" or not frame.f_code.co_filename.startswith(PACKAGE):
            return
        here = frame.f_code.co_filename
        self.files[here.removeprefix(PACKAGE)] += 1
        caller = frame.f_back
        while caller is not None and not caller.f_code.co_filename.startswith(PACKAGE):
            caller = caller.f_back
        if caller is not None and caller.f_code.co_filename != here:
            pair = (caller.f_code.co_filename, here)
            self.hops[pair[0].removeprefix(PACKAGE), pair[1].removeprefix(PACKAGE)] += 1


def document(feed: str, rows: list[tuple[str, str, datetime]]) -> bytes:
    items = "".join(
        f"<item><guid isPermaLink='false'>{guid}</guid><title>{title}</title>"
        f"<link>http://{feed}.example/{guid}</link>"
        f"<pubDate>{at:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
        for guid, title, at in rows
    )
    return f"<rss version='2.0'><channel><title>{feed}</title>{items}</channel></rss>".encode()


Rows = dict[str, list[tuple[str, str, datetime]]]


@contextlib.asynccontextmanager
async def served(rows: Rows) -> AsyncIterator[str]:
    """The feeds, as they stand when they are asked for, at an address of this machine."""

    async def answer(request: web.Request) -> web.Response:
        feed = request.path.strip("/")
        body = document(feed, rows.get(feed, []))
        return web.Response(body=body, content_type="application/rss+xml")

    site = web.Application()
    site.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(site)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


def configured(folder: Path, base: str) -> config_settings.Settings:
    config = folder / "config"
    config.mkdir()
    (config / "watchlists.yaml").write_text(WATCHLISTS)
    (config / "feeds.yaml").write_text(FEEDS.format(base=base))
    (config / "delivery.yaml").write_text(DELIVERY)
    return config_settings.load(
        {"MONITOR_CONFIG_DIR": str(config), "MONITOR_DATA_DIR": str(folder / "data")}
    )


async def walk(folder: Path) -> Walk:
    """Lets a pair of feeds come to a flag in `folder`, and watches the poll that raises it."""
    rows: Rows = {}
    for feed in ("reuters", "bbc"):  # what a feed lists when it is first read alerts nobody
        rows[feed] = [(f"{feed}-0", "North Korea holds a parade", START - timedelta(days=1))]
    later = START + timedelta(hours=1)
    watched = Walk()
    threading.setprofile(watched.seen)  # the database's thread begins below
    async with (
        served(rows) as base,
        open_app(configured(folder, base), now=START, jitter=lambda: 0.0) as app,
    ):
        for feed in rows:
            await app.poll_now(feed, START)
        rows["reuters"] += [("r1", ENDED, START + timedelta(minutes=30))]
        rows["bbc"] += [("b1", ENDED_TOO, START + timedelta(minutes=50))]
        await app.poll_now("reuters", later, force=True)
        watched.files.clear()
        watched.hops.clear()
        sys.setprofile(watched.seen)
        await app.poll_now("bbc", later, force=True)
        composed = await app.compose_due(later)
        sys.setprofile(None)
    threading.setprofile(None)
    if not composed:
        raise SystemExit("the poll flagged nothing: the walk went another way")
    return watched


def main() -> None:
    logs.configure(level="critical")
    with tempfile.TemporaryDirectory() as folder:
        watched = asyncio.run(walk(Path(folder)))
    if "--list" in sys.argv:
        for name, calls in sorted(watched.files.items()):
            sys.stdout.write(f"{calls:6,} {name}\n")
        for (caller, callee), hops in watched.hops.most_common():
            sys.stdout.write(f"{hops:6,} {caller} → {callee}\n")
    hops = watched.hops.total()
    sys.stdout.write(f"{len(watched.files)} files, {hops:,} steps from file to file\n")


if __name__ == "__main__":
    main()
