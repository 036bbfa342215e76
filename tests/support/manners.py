"""Turns a Loopback into a public web site that the program polls: for the tests of its manners.

The feeds are nobody's own (`allow_private` is false) and the guard lets loopback pass, so that the
program treats 127.0.0.1 as any host of the Internet.
"""

import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any

from monitor.daemon.app import App
from monitor.feeds.guard import any_address
from monitor.model.feeds import FeedNotice
from monitor.polling.settle import Poll
from monitor.store import feeds as store_feeds
from tests.loopback import Loopback, answer
from tests.support.scene import START, Item, Scene, at, rss

PATH = "/a.xml"


def document(*titles: str, head: str = "", hours: float = 0) -> bytes:
    """An RSS document with these titles, each its own entry, and `head` in its channel."""
    items = [Item(guid=title, title=title, at=at(hours)) for title in titles]
    return rss(*items).replace(b"<title>News", f"{head}<title>News".encode())


def page(*titles: str, head: str = "", hours: float = 0, **headers: str) -> bytes:
    """The answer with that document."""
    return answer("200 OK", body=document(*titles, head=head, hours=hours), **headers)


def unmodified(**headers: str) -> bytes:
    return answer("304 Not Modified", b"", **headers).replace(b"Content-Length: 0\r\n", b"")


def configure(scene: Scene, server: Loopback, *paths: str, **more: Any) -> None:
    """One public feed per path or address, called a, b, c … by their order."""
    extra = "".join(f", {name}: {value}" for name, value in more.items())
    lines = [
        f'- {{id: {chr(97 + number)}, outlet: Outlet, url: "{_url(server, path)}"{extra}}}'
        for number, path in enumerate(paths or (PATH,))
    ]
    text = "\n".join(["outlets: {Outlet: {domains: [outlet.example]}}", "feeds:", *lines, ""])
    scene.write()
    scene.file("feeds.yaml").write_text(text, encoding="utf-8")


def _url(server: Loopback, path: str) -> str:
    return server.url(path) if path.startswith("/") else path


@contextlib.asynccontextmanager
async def opened(
    scene: Scene, now: datetime = START, *, jitter: Callable[[], float] = float
) -> AsyncIterator[App]:
    """The program on that site."""
    async with scene.open(now, jitter=jitter, guard=any_address) as app:
        yield app


async def poll(app: App, hours: float = 0, feed: str = "a", *, force: bool = True) -> Poll:
    """A poll so many hours after START, whether the feed is due or not."""
    return await app.poll_now(feed, at(hours), force=force)


async def poll_due(app: App, hours: float) -> int:
    """What the daemon does at that time; how many polls it started."""
    started = await app.poll_due(at(hours))
    assert await app.rounds.settle(60)
    return started


def wait(result: Poll) -> float:
    """Minutes from the poll to the next one."""
    return (result.record.next_poll_at - result.record.polled_at).total_seconds() / 60


def told(app: App) -> tuple[FeedNotice, ...]:
    return app.database.read_now(store_feeds.notices)
