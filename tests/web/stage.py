"""Fills a folder with news by the daemon's own steps, and opens the page on it.

The clock is ours; everything else is what `monitor run` starts.
"""

import contextlib
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import aiohttp

from monitor.daemon.app import App
from monitor.daemon.opening import open_app
from monitor.web.app import serve
from tests.support.scene import (
    DELIVERY,
    PARADE,
    RETURNED,
    SIGNED,
    SIGNED_TOO,
    START,
    WALKED_OUT,
    Item,
    Publisher,
    Scene,
    at,
    publishing,
)

CHROMIUM = "/usr/bin/chromium"

NOW = at(hours=40)
"""When pages are looked at: a day and a half after the news began."""

HOSTILE = "Ruritania returns to &lt;script&gt;alert(1)&lt;/script&gt; talks"

"""Markup that was escaped twice: what it means is a title that holds a tag."""

_MARK = re.compile(r'name="mark" value="([0-9a-f]{64})"')


TWO_CHANNELS = DELIVERY.replace(
    "  files: {type: files, folder: digests}",
    "  files: {type: files, folder: digests}\n  attic: {type: files, folder: attic}",
).replace("to: [files]", "to: [files, attic]")


async def fill(folder: Path) -> None:
    """Polls over a day: an old parade, a signing at two outlets, talks, a walk-out, a digest.

    One of the digest's two channels is gone when it is to be delivered: that is a dead letter.
    """
    scene = Scene(folder)
    async with publishing() as publisher:
        scene.write(base=publisher.base, delivery=TWO_CHANNELS)
        async with scene.open(START) as app:
            await _news(app, publisher)
            assert await app.compose_due(at(24))
        scene.write(base=publisher.base)
        async with scene.open(at(24)) as app:
            assert len(await app.deliver_due(at(24), "token")) >= 2


async def _news(app: App, publisher: Publisher) -> None:
    publisher.publish("courier", Item(guid="c0", title=PARADE, at=at(-2)))
    publisher.publish("herald")
    for feed in ("courier", "herald"):
        await app.poll_now(feed, START)
    publisher.publish(
        "courier",
        Item(guid="c1", title=SIGNED, at=at(1)),
        Item(guid="c2", title=HOSTILE, at=at(2)),
    )
    publisher.publish(
        "herald",
        Item(guid="h1", title=SIGNED_TOO, at=at(2), outlet="herald"),
        Item(guid="h2", title=WALKED_OUT, at=at(3), outlet="herald"),
        Item(guid="h3", title=RETURNED, at=at(4), outlet="herald"),
    )
    for feed in ("courier", "herald"):
        assert (await app.poll_now(feed, at(6))).error is None


@dataclass(slots=True)
class Stage:
    """A page that is being served, and somebody who asks for it as a browser without pages does."""

    app: App
    base: str
    client: aiohttp.ClientSession
    now: list[datetime] = field(default_factory=list)  # the last one is the time

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        async with self.client.get(self.base + path, headers=dashed(headers)) as answer:
            return answer.status, await answer.text()

    async def post(
        self, path: str, fields: Mapping[str, str] | None = None, *, on: str = "", **headers: str
    ) -> tuple[int, str, str]:
        """Send a form: its mark is read off the page `on`, or is missing. Redirects stand."""
        sent = dict(fields or {})
        if on:
            found = _MARK.search((await self.get(on))[1])
            assert found, f"no form on {on}"
            sent["mark"] = found[1]
        async with self.client.post(
            self.base + path, data=sent, headers=dashed(headers), allow_redirects=False
        ) as answer:
            return answer.status, answer.headers.get("Location", ""), await answer.text()


def dashed(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@contextlib.asynccontextmanager
async def staged(scene: Scene, *, now: datetime = NOW, **settings: str) -> AsyncIterator[Stage]:
    """Serve the page of a folder on a free port until the block ends."""
    clock = [now]
    async with (
        open_app(scene.settings(settings), now=now, jitter=float, stream=scene.stream) as app,
        serve(app, host="127.0.0.1", port=0, now=lambda: clock[-1]) as port,
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client,
    ):
        app.last_round = now
        yield Stage(app, f"http://127.0.0.1:{port}", client, clock)
