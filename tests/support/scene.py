"""Turns a few items into a publisher's server, and a folder into the program that polls it.

Must never patch the program: it is opened as the commands open it, and only the clock is ours.
"""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from io import StringIO
from pathlib import Path

from aiohttp import web

from monitor.config import settings as config_settings
from monitor.config.settings import Settings
from monitor.daemon.app import App
from monitor.daemon.opening import open_app
from monitor.feeds.guard import Guard, public_only
from tests import databases

START = datetime(2019, 3, 20, 9, 0, tzinfo=UTC)

WATCHLISTS = """
questions:
- id: treaty
  ask: Will Ruritania sign the border treaty this year?
  about: [Ruritania*]
  briefs:
  - id: no-treaty
    title: Ruritania will not sign
    published: 2019-03-01
    judgments:
    - id: unsigned
      says: Ruritania will not sign the border treaty this year.
      event: the treaty is signed
      likelihood: very unlikely
      confidence: moderate
  toward:
    decisive: {signing: ["sign .. treaty"]}
    strong: {talks-back: ["return* .. talks"]}
  away:
    strong: {walkout: ["walk .. out"]}
"""

FEEDS = """
outlets:
  Courier: {{domains: [courier.example]}}
  Herald: {{domains: [herald.example]}}
feeds:
- {{id: courier, url: "{base}/courier", outlet: Courier, allow_private: true}}
- {{id: herald, url: "{base}/herald", outlet: Herald, allow_private: true}}
"""

DELIVERY = """
channels:
  files: {type: files, folder: digests}
digests:
- {name: desk, at: "08:00", days: daily, timezone: UTC, urgent: true, to: [files]}
"""

SIGNED = "Ruritania signs border treaty in surprise ceremony"
SIGNED_TOO = "Surprise ceremony: Ruritania and Graustark sign treaty on border"
"""The same in words of its own: a second source, where the same words would be a copy."""
RETURNED = "Ruritania returns to talks on its border"
WALKED_OUT = "Ruritania walks out of border talks"
PARADE = "Ruritania holds its spring parade"


def at(hours: float = 0, days: float = 0) -> datetime:
    """START moved by hours and days."""
    return START + timedelta(hours=hours, days=days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    guid: str
    title: str
    at: datetime = START
    outlet: str = "courier"
    link: str = ""  # "" for one that follows from the guid


def rss(*items: Item) -> bytes:
    """An RSS document with these items."""
    rows = "".join(
        f"<item><guid isPermaLink='false'>{item.guid}</guid><title>{escape(item.title)}</title>"
        f"<link>{escape(item.link or f'http://{item.outlet}.example/{item.guid}')}</link>"
        f"<pubDate>{item.at:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
        for item in items
    )
    channel = f"<channel><title>News</title>{rows}</channel>"
    return f"<?xml version='1.0'?><rss version='2.0'>{channel}</rss>".encode()


@dataclass(slots=True)
class Publisher:
    """A server. `bodies` maps a path to what it answers now; `statuses` are the answers given."""

    bodies: dict[str, bytes] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    validators: bool = True
    statuses: list[int] = field(default_factory=list)
    base: str = ""
    inside: int = 0  # requests being answered
    busiest: int = 0  # the most at once
    gate: asyncio.Event = field(default_factory=asyncio.Event)  # requests wait for it
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    def __post_init__(self) -> None:
        self.gate.set()

    def publish(self, feed: str, *items: Item) -> None:
        self.bodies[f"/{feed}"] = rss(*items)

    async def until_inside(self, count: int) -> None:
        """Wait until so many requests are held at the gate."""
        async with self.arrived:
            await self.arrived.wait_for(lambda: self.inside >= count)

    async def answer(self, request: web.Request) -> web.Response:
        async with self.arrived:
            self.inside += 1
            self.busiest = max(self.busiest, self.inside)
            self.arrived.notify_all()
        try:
            await self.gate.wait()
            found = self._answer(request)
        finally:
            self.inside -= 1
        self.statuses.append(found.status)
        return found

    def _answer(self, request: web.Request) -> web.Response:
        body = self.bodies.get(request.path)
        if body is None:
            return web.Response(status=404)
        headers = {"Content-Type": self.types.get(request.path, "application/xml")}
        if self.validators:
            headers["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:8]}"'
            if request.headers.get("If-None-Match") == headers["ETag"]:
                return web.Response(status=304, headers=headers)
        return web.Response(body=body, headers=headers)


@contextlib.asynccontextmanager
async def publishing() -> AsyncIterator[Publisher]:
    """A Publisher on a free port of this machine until the block ends."""
    publisher = Publisher()
    site = web.Application()
    site.router.add_get("/{path:.*}", publisher.answer)
    runner = web.AppRunner(site)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    publisher.base = f"http://{host}:{port}"
    try:
        yield publisher
    finally:
        publisher.gate.set()
        await runner.cleanup()


@dataclass(slots=True)
class Scene:
    """A configuration folder, a data folder, and the program opened on them."""

    folder: Path
    stream: StringIO = field(default_factory=StringIO)

    def write(
        self,
        *,
        base: str = "http://127.0.0.1:9",
        watchlists: str = WATCHLISTS,
        feeds: str = FEEDS,
        delivery: str = DELIVERY,
    ) -> None:
        config = self.folder / "config"
        config.mkdir(exist_ok=True)
        (config / "watchlists.yaml").write_text(watchlists, encoding="utf-8")
        (config / "feeds.yaml").write_text(feeds.format(base=base), encoding="utf-8")
        (config / "delivery.yaml").write_text(delivery, encoding="utf-8")

    def file(self, name: str) -> Path:
        return self.folder / "config" / name

    def environ(self) -> dict[str, str]:
        return {
            "MONITOR_CONFIG_DIR": str(self.folder / "config"),
            "MONITOR_DATA_DIR": str(self.folder / "data"),
            "MONITOR_CONTACT": "desk@monitor.example",
            **databases.environ(self.folder),
        }

    def settings(self, extra: Mapping[str, str] | None = None) -> Settings:
        return config_settings.load(self.environ() | dict(extra or {}))

    @contextlib.asynccontextmanager
    async def open(
        self,
        now: datetime = START,
        settings: Settings | None = None,
        *,
        jitter: Callable[[], float] = float,  # always 0.0
        guard: Guard = public_only,
    ) -> AsyncIterator[App]:
        chosen = settings or self.settings()
        async with open_app(chosen, now=now, jitter=jitter, stream=self.stream, guard=guard) as app:
            yield app

    def told(self, key: str) -> str:
        """The text of a delivery in the folder “digests” of a files channel."""
        return (self.folder / "data/digests" / f"{key}.txt").read_text(encoding="utf-8")


def feed_id(name: str) -> str:
    """A folder's name as an id in feeds.yaml."""
    return name.replace("_", "-")


def feeds_yaml(names: Sequence[str]) -> str:
    """A feeds.yaml with one feed per name, each its own outlet, at a path of that name."""
    rows = "".join(
        f"- {{{{id: {feed_id(name)}, outlet: {name}, "
        f'url: "{{base}}/{name}", allow_private: true}}}}\n'
        for name in names
    )
    return f"feeds:\n{rows}"
