"""The real thing end to end: a feed server, the daemon, a mail server and a Slack-like server."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiosmtpd.controller import Controller

from monitor.config import settings as config_settings
from monitor.daemon import jobs
from monitor.daemon.app import App
from monitor.daemon.opening import open_app
from monitor.runtime import logs
from monitor.runtime.database import open_database
from monitor.triage import status as triage_status
from monitor.web import app as web_app
from tests import databases

pytestmark = pytest.mark.slow

START = datetime(2019, 3, 20, 9, 0, tzinfo=UTC)

WATCHLISTS = """
questions:
- id: talks
  ask: Will the talks between North Korea and the US go on this year?
  about: [North Korea*]
  briefs:
  - id: alive
    title: Talks will go on
    published: 2019-03-01
    judgments:
    - id: go-on
      says: The talks will go on.
      event: talks go on
      likelihood: likely
      confidence: moderate
  away:
    decisive: {talks-ended: ["end*|quit* .. talks"]}
    strong: {sohae: [sohae]}
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
  email:
    {{type: email, host: 127.0.0.1, port: {smtp}, security: none, sender: desk@example.org}}
  slack: {{type: slack}}
  files: {{type: files, folder: digests}}
digests:
- name: desk
  at: "08:00"
  days: daily
  timezone: UTC
  urgent: true
  to: ["email:desk@example.org", slack, files]
"""

ENDED = "North Korea ends nuclear talks with the United States"
ENDED_TOO = "North Korea ends talks on nuclear arms, blames US for end of diplomacy"
HISTORY = "North Korea holds a parade"


class News:
    """A feed server. `items` maps a feed to (guid, title, published); a body has an ETag."""

    def __init__(self) -> None:
        self.items: dict[str, list[tuple[str, str, datetime]]] = {"reuters": [], "bbc": []}
        self.statuses: list[int] = []
        self.served = asyncio.Condition()

    def body(self, feed: str) -> str:
        rows = "".join(
            f"<item><guid isPermaLink='false'>{guid}</guid><title>{title}</title>"
            f"<link>http://{feed}.example/{guid}</link>"
            f"<pubDate>{at:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
            for guid, title, at in self.items[feed]
        )
        return f"<rss version='2.0'><channel><title>{feed}</title>{rows}</channel></rss>"

    async def answer(self, request: web.Request) -> web.Response:
        body = self.body(request.path.strip("/")).encode()
        etag = f'"{len(body)}"'
        same = request.headers.get("If-None-Match") == etag
        async with self.served:
            self.statuses.append(304 if same else 200)
            self.served.notify_all()
        headers = {"ETag": etag, "Content-Type": "application/rss+xml"}
        return (
            web.Response(status=304, headers=headers)
            if same
            else web.Response(body=body, headers=headers)
        )

    async def until(self, count: int) -> None:
        async with self.served:
            await self.served.wait_for(lambda: len(self.statuses) >= count)


class Slack:
    def __init__(self) -> None:
        self.posts: list[dict[str, Any]] = []
        self.posted = asyncio.Condition()

    async def answer(self, request: web.Request) -> web.Response:
        async with self.posted:
            self.posts.append(await request.json())
            self.posted.notify_all()
        return web.Response(text="ok")


class Mailbox:
    """An aiosmtpd handler that keeps what it took."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 — aiosmtpd's name
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 taken"


class SimulatedClock:
    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


@contextlib.asynccontextmanager
async def served(handler: Callable[[web.Request], Any]) -> AsyncIterator[str]:
    site = web.Application()
    site.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(site)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


class World:
    """The servers around a daemon, and the folder it lives in."""

    def __init__(self, folder: Path, news: News, slack: Slack, mailbox: Mailbox) -> None:
        self.folder, self.news, self.slack, self.mailbox = folder, news, slack, mailbox
        self.environ: dict[str, str] = {}

    def settings(self) -> config_settings.Settings:
        return config_settings.load(self.environ)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    news, slack, mailbox = News(), Slack(), Mailbox()
    mail = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    mail.start()
    try:
        async with served(news.answer) as base, served(slack.answer) as hook:
            found = World(tmp_path, news, slack, mailbox)
            config = tmp_path / "config"
            config.mkdir()
            (config / "watchlists.yaml").write_text(WATCHLISTS)
            (config / "feeds.yaml").write_text(FEEDS.format(base=base))
            (config / "delivery.yaml").write_text(DELIVERY.format(smtp=mail.port))
            found.environ = {
                "MONITOR_CONFIG_DIR": str(config),
                "MONITOR_DATA_DIR": str(tmp_path / "data"),
                "MONITOR_SLACK_WEBHOOK": f"{hook}/services/T0/B0/secret-of-slack",
                "MONITOR_HEALTH_PORT": "0",
                **databases.environ(tmp_path),
            }
            yield found
    finally:
        mail.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.asynccontextmanager
async def daemon(world: World, clock: SimulatedClock) -> AsyncIterator[App]:
    """The daemon, its steps a hundred times faster; stopped and drained at the end."""
    logs.configure(level="critical")
    async with open_app(world.settings(), now=clock.now(), jitter=lambda: 0.0) as app:
        running = jobs.Daemon(app, clock, pace=100)
        task = asyncio.create_task(running.run())
        try:
            yield app
        finally:
            running.stop("test over")
            await task


async def test_from_feed_to_mail_and_slack_once(world: World) -> None:
    """History is stored and silent; news at two outlets is one story, one mail, one post."""
    clock = SimulatedClock(START)
    world.news.items["reuters"] = [("r0", HISTORY, START - timedelta(hours=2))]
    async with asyncio.timeout(60), daemon(world, clock) as app:
        await world.news.until(2)
        await app.rounds.settle()

        world.news.items["reuters"] += [("r1", ENDED, START + timedelta(minutes=30))]
        world.news.items["bbc"] += [("b1", ENDED_TOO, START + timedelta(minutes=50))]
        clock.at = START + timedelta(hours=1)
        async with world.slack.posted:
            await world.slack.posted.wait_for(lambda: len(world.slack.posts) == 1)

    async with asyncio.timeout(60), daemon(world, clock) as app:
        # a second run, an hour on: asked conditionally, nothing stored, nothing sent again
        before = len(world.news.statuses)
        entries = (await app.database.read(triage_status.read)).entries
        clock.at += timedelta(hours=1)
        await world.news.until(before + 2)
        await app.rounds.settle()
        found = await app.database.read(triage_status.read)

        assert world.news.statuses[-2:] == [304, 304]
        assert found.entries == entries == 3

    told = mail_text(world.mailbox)
    assert ENDED in " ".join(told.split())
    assert "Reuters and BBC" in " ".join(told.split())
    assert len(world.slack.posts) == 1
    assert len(found.flags) == 1
    assert found.stories == 2, "the parade and the end of the talks"
    assert found.deliveries == {"sent": 3}


def mail_text(mailbox: Mailbox) -> str:
    """The plain text of the one mail that came."""
    (mail,) = mailbox.mails
    assert mail["To"] == "desk@example.org"
    assert mail["Message-ID"]
    text = mail.get_body(("plain",))
    assert text is not None
    return str(text.get_content())


async def test_a_mail_server_that_is_down_holds_up_no_other_channel(world: World) -> None:
    """The mail waits in the outbox and goes out once the server is back."""
    clock = SimulatedClock(START)
    (world.folder / "config" / "delivery.yaml").write_text(DELIVERY.format(smtp=free_port()))
    async with asyncio.timeout(60), daemon(world, clock) as app:
        await world.news.until(2)
        await app.rounds.settle()
        world.news.items["reuters"] += [("r1", ENDED, START + timedelta(minutes=30))]
        world.news.items["bbc"] += [("b1", ENDED_TOO, START + timedelta(minutes=50))]
        clock.at = START + timedelta(hours=1)
        async with world.slack.posted:
            await world.slack.posted.wait_for(lambda: len(world.slack.posts) == 1)

    with open_database(world.settings()) as database:
        counts = database.read_now(triage_status.read).deliveries
    assert counts == {"retry": 1, "sent": 2}


async def test_health_answers_while_the_daemon_runs(world: World) -> None:
    clock = SimulatedClock(START)
    async with (
        asyncio.timeout(60),
        daemon(world, clock) as app,
        web_app.serve(app, host="127.0.0.1", port=0, now=clock.now) as port,
        aiohttp.ClientSession() as session,
    ):
        await world.news.until(2)
        await app.rounds.settle()
        async with session.get(f"http://127.0.0.1:{port}/health") as answer:
            body = await answer.json()

        assert answer.status == 200
        assert body["status"] == "ok"
        assert body["feeds"] == {"ok": 2}
        assert "secret-of-slack" not in json.dumps(body)


async def test_health_says_stalled_when_no_round_has_come(world: World) -> None:
    async with (
        open_app(world.settings(), now=START, jitter=lambda: 0.0) as app,
        web_app.serve(app, host="127.0.0.1", port=0, now=lambda: START) as port,
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/health") as answer,
    ):
        assert answer.status == 503
        assert (await answer.json())["status"] == "stalled"


async def test_a_bad_edit_never_takes_effect_and_the_digest_says_so(world: World) -> None:
    clock = SimulatedClock(START)
    path = world.folder / "config" / "watchlists.yaml"
    async with asyncio.timeout(60), daemon(world, clock) as app:
        await world.news.until(2)
        version = app.plan.rules.version
        path.write_text(WATCHLISTS.replace("likely", "lickely"))
        await app.reload(clock.now())
        assert app.refusal is not None
        assert app.plan.rules.version == version
        assert "watchlists.yaml:" in app.context().notices[0]

        path.write_text(WATCHLISTS.replace("sohae", "sohae-site"))
        assert await app.reload(clock.now())
        assert app.refusal is None
        assert app.plan.rules.version != version


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
async def test_the_command_runs_drains_and_exits_with_0(world: World, name: str) -> None:
    """`monitor run` as a process: it polls, reloads on SIGHUP, and a signal ends it in order."""
    environ = {
        key: value for key, value in os.environ.items() if not key.startswith("MONITOR_")
    } | world.environ
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "monitor",
        "run",
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        await world.news.until(2)
        process.send_signal(signal.SIGHUP)
        process.send_signal(getattr(signal, name))
        _, stderr = await process.communicate()

    events = [json.loads(line) for line in stderr.decode().splitlines()]
    names = [event["event"] for event in events]
    assert process.returncode == 0, stderr.decode()
    assert names[-1] == "daemon.stopped"
    assert "daemon.started" in names
    assert "secret-of-slack" not in stderr.decode()
