"""The services in a world without real time, whose network, mailbox and disk do as they are told.

The program's own steps run on a real SQLite file; only what lies outside is simulated. A crash
leaves what was committed and nothing else; the next process begins with a new App.
"""

import asyncio
import secrets
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

from sqlalchemy import Connection, select

from monitor.config import settings as config_settings
from monitor.daemon import in_force
from monitor.daemon.app import App
from monitor.errors import DeliveryError, FetchError
from monitor.model.deliveries import Outgoing
from monitor.model.feeds import Feed, Fetched
from monitor.polling.network import Network
from monitor.polling.poll import Tools
from monitor.runtime.database import Database
from monitor.runtime.plan import Plan
from monitor.store import schema
from monitor.store.engine import open_engine
from tests.faults.life import ParserHere
from tests.support.scene import Item, rss

T = TypeVar("T")


class Crash(BaseException):
    """The process died here."""


@dataclass
class Net:
    """Publishers. `up` and `held` say whether they can be reached, and whether they answer yet."""

    documents: dict[str, list[Item]] = field(default_factory=dict)
    up: bool = True
    open: asyncio.Event = field(default_factory=asyncio.Event)
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def fetch(self, feed: Feed, *, etag: str = "", **_: Any) -> Fetched:
        self.asked.set()
        if not self.up:
            raise FetchError("timeout", "nobody answers")
        await self.open.wait()
        items = self.documents[feed.id]
        tag = f'"{len(items)}"'
        if etag == tag:
            return Fetched(status=304, url=feed.url, etag=tag)
        return Fetched(status=200, url=feed.url, body=rss(*items), etag=tag)


@dataclass
class Mailbox:
    """A channel whose next outcomes are given: "refused", "lost" or "died"; else it takes all."""

    kill: Callable[[], None]
    name: str = "mail"
    outcomes: list[str] = field(default_factory=list)
    taken: list[Outgoing] = field(default_factory=list)

    def send(self, outgoing: Outgoing) -> str:
        outcome = self.outcomes.pop(0) if self.outcomes else "taken"
        if outcome == "refused":
            raise DeliveryError("not now", retryable=True)
        self.taken.append(outgoing)
        if outcome == "lost":
            raise DeliveryError("no answer", retryable=True, unknown_outcome=True)
        if outcome == "died":
            self.kill()
            raise Crash
        return outgoing.key


class Disk(Database):
    """A database whose process dies at a transaction: before it when `fuse` is 0, or after it."""

    dead = False
    fuse: int | None = None
    after = False

    def write_now(self, step: Callable[[Connection], T]) -> T:
        self._burn(after=False)
        result = super().write_now(step)
        self._burn(after=True)
        return result

    def read_now(self, step: Callable[[Connection], T]) -> T:
        if self.dead:
            raise Crash
        return super().read_now(step)

    def _burn(self, *, after: bool) -> None:
        if self.fuse is not None and self.after is after:
            self.fuse -= 1
            self.dead = self.dead or self.fuse < 0
        if self.dead:
            raise Crash


@dataclass(frozen=True, slots=True)
class Told:
    """A digest, and the step after which it was there."""

    step: int
    urgent: bool
    start: datetime
    end: datetime

    def holds(self, at: datetime) -> bool:
        return self.start < at <= self.end


class Simulation:
    """One installation through its crashes. `now` is set from outside."""

    def __init__(self, folder: Path, template: Path, plan: Plan, now: datetime) -> None:
        shutil.copyfile(template, folder / "monitor.db")
        self.runner = asyncio.Runner()
        self.now, self.plan, self.crashes, self.step = now, plan, 0, 0
        self.rows: dict[int, tuple[int, datetime]] = {}  # evidence → step, when decided
        self.reasons: dict[int, tuple[int, datetime]] = {}
        self.digests: dict[int, Told] = {}
        self._settings = config_settings.load(
            {"MONITOR_CONFIG_DIR": str(folder), "MONITOR_DATA_DIR": str(folder)}
        )
        self._engine = open_engine(f"sqlite:///{folder}/monitor.db")
        self.net, self.mail = Net(), Mailbox(self._kill)
        self.net.documents = {feed: [] for feed in plan.feeds}
        self.boot()
        self.do(lambda: self._take_over(plan))

    # the process

    def boot(self) -> None:
        self.disk = Disk(self._engine)
        tools: Any = SimpleNamespace(
            database=self.disk, fetcher=self.net, parser=ParserHere(), network=Network()
        )
        self.app = App(
            settings=self._settings,
            database=self.disk,
            tools=Tools(**vars(tools)),
            plan=self.plan,
            channels={"mail": self.mail},
            jitter=float,
            stream=StringIO(),
            token=secrets.token_hex(8),
        )

    def _kill(self) -> None:
        self.disk.dead = True

    def do(self, step: Callable[[], Awaitable[object]]) -> None:
        """One step of the daemon; if it dies in it, the next process begins."""
        self.step += 1
        self.runner.run(self._do(step))
        if self.disk.dead:
            self.crash()
        self._look()

    async def _do(self, step: Callable[[], Awaitable[object]]) -> None:
        try:
            await step()
        except Crash:
            self.disk.dead = True

    def crash(self) -> None:
        """Die and begin again; what was under way is gone."""
        self.crashes += 1
        self.disk.dead = True
        self.net.open.set()
        self.runner.run(self.app.rounds.cancel())
        self.disk._writer.shutdown(wait=True)
        self.boot()

    def close(self) -> None:
        self.crash()
        self.disk._writer.shutdown(wait=True)
        self._engine.dispose()
        self.runner.close()

    # its steps

    def poll(self) -> None:
        self.net.open.set()
        self.do(self._poll)

    async def _poll(self) -> None:
        await self.app.poll_due(self.now)
        await self.app.rounds.settle()

    def begin_poll(self) -> None:
        """Ask, and leave the answers waiting."""
        self.net.open.clear()
        self.net.asked.clear()
        self.do(self._begin_poll)

    async def _begin_poll(self) -> None:
        if await self.app.poll_due(self.now) and self.net.up:
            await self.net.asked.wait()

    def finish_poll(self) -> None:
        self.net.open.set()
        self.do(self.app.rounds.settle)

    def compose(self) -> None:
        self.do(lambda: self.app.compose_due(self.now))

    def tick(self) -> None:
        self.do(lambda: self.app.tick(self.now))

    def deliver(self) -> None:
        self.do(lambda: self.app.deliver_due(self.now, secrets.token_hex(8)))

    def edit(self, plan: Plan) -> None:
        self.do(lambda: self._take_over(plan))

    async def _take_over(self, plan: Plan) -> None:
        fresh = replace(plan)
        await self.disk.write(lambda conn: in_force.record(conn, fresh, self.now))
        self.plan = self.app.plan = fresh

    # what is seen from outside

    def _look(self) -> None:
        """Note which rows are there since this step."""
        e, r, d = schema.evidence.c, schema.flag_reasons.c, schema.digests.c
        with self._engine.connect() as conn:
            for id_, at in conn.execute(select(e.id, e.decided_at)):
                self.rows.setdefault(id_, (self.step, at))
            for id_, at in conn.execute(select(r.id, r.raised_at)):
                self.reasons.setdefault(id_, (self.step, at))
            for id_, urgent, start, end in conn.execute(
                select(d.id, d.urgent, d.window_from, d.window_to)
            ):
                self.digests.setdefault(id_, Told(self.step, urgent, start, end))

    def stored(self) -> list[str]:
        with self._engine.connect() as conn:
            return sorted(conn.scalars(select(schema.entries.c.link)))

    def read(self, step: Callable[[Connection], T]) -> T:
        with self._engine.connect() as conn:
            return step(conn)

    def recover(self, mornings: int = 3) -> None:
        """Everything outside works again; some days pass."""
        self.net.up = True
        self.net.open.set()
        self.mail.outcomes.clear()
        self.finish_poll()
        for _ in range(mornings):
            self.now += timedelta(days=1)
            for step in (self.poll, self.tick, self.compose, self.deliver):
                step()
            self.now += timedelta(hours=2)
            self.deliver()
