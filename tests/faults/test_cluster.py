"""Faults 21 to 25: several workers on one PostgreSQL, and what becomes of their work.

Each test begins with rows that somebody must deal with, and ends with what the tables and the mail
server say. Victims are processes of their own, since they are killed and stopped.
"""

import asyncio
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from aiosmtpd.smtp import Envelope, Session
from sqlalchemy import Connection, text, update

from monitor.daemon.app import App
from monitor.model.deliveries import Delivery
from monitor.polling import ingest
from monitor.runtime import plan
from monitor.store import outbox as store_outbox
from monitor.store import schema
from monitor.store import stories as store_stories
from monitor.store.engine import open_engine, write
from tests import build
from tests.clusters import Now, opened, sent, until, victim, working
from tests.deliver.channels.email.mail_server import Inbox, mail_server
from tests.support.bulletins import signing
from tests.support.scene import RETURNED, SIGNED, SIGNED_TOO, START, Item, Publisher, Scene, at

MAIL = """
channels:
  mail: {{type: email, host: 127.0.0.1, port: {port}, security: none, sender: s@example.org}}
digests:
- {{name: desk, at: "08:00", days: daily, urgent: true, to: ["mail:one@example.org"]}}
"""
WORKERS = 4
STORIES = 12


@dataclass
class Hostage(Inbox):
    """Keeps whoever brings the first mail waiting, then answers it with `verdict`."""

    verdict: str = "250 queued"
    free: threading.Event = field(default_factory=threading.Event)

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802
        first = not self.mails
        answer = await super().handle_DATA(server, session, envelope)
        if not first:
            return answer
        await asyncio.to_thread(self.free.wait)
        return self.verdict

    def copies(self) -> list[tuple[str, str | None]]:
        """Of each mail that was taken or left hanging: its id, and the attempt it names."""
        return [(mail["Message-ID"], mail["X-Monitor-Attempt"]) for mail in self.mails]


def composed(wanted: list[str], conn: Connection) -> bool:
    """Whether the digests are those of these slots, each once."""
    slots = text("SELECT slot FROM digests WHERE NOT urgent ORDER BY slot")
    return list(conn.scalars(slots)) == wanted


def counted(table: str, rows: int) -> Callable[[Connection], bool]:
    """Whether a table has that many rows, or more."""
    query = text(f"SELECT count(*) FROM {table}")  # noqa: S608  # names of this file
    return lambda conn: conn.scalar(query) >= rows


def emptied(conn: Connection) -> None:
    """The queue, whatever is waiting or in hand."""
    conn.execute(text("SET LOCAL search_path TO signpost_queue, public"))
    conn.execute(text("DELETE FROM procrastinate_jobs"))


async def queued(app: App) -> None:
    signing(app, START)
    (told,) = await app.compose_due(START)
    assert told.sent


def outbox(app: App) -> tuple[Delivery, ...]:
    return app.database.read_now(store_outbox.listing)


async def test_fault_21_a_worker_killed_while_it_sends_is_succeeded(
    scene: Scene, new_postgresql: str
) -> None:
    inbox = Hostage()
    with mail_server(inbox) as port:
        scene.write(delivery=MAIL.format(port=port))
        async with opened(scene, new_postgresql) as app:
            await queued(app)
            async with victim(scene, new_postgresql, "deliver") as dying:
                await asyncio.to_thread(inbox.taken.wait)
                await dying.kill()
            async with working(scene, new_postgresql, "deliver"):
                await until(app, sent(1))
            inbox.free.set()
            (row,) = outbox(app)
    assert row.attempts == 2
    (first, attempt), (again, second) = inbox.copies()
    assert first == again, "a reader's program can tell that it is the same"
    assert (attempt, second) == (None, "2")


async def test_fault_22_what_a_stopped_worker_does_later_is_refused(
    scene: Scene, new_postgresql: str
) -> None:
    """Its server refuses the mail for good when it wakes up; by then it is sent, and stays so."""
    inbox = Hostage(verdict="550 never")
    with mail_server(inbox) as port:
        scene.write(delivery=MAIL.format(port=port))
        async with opened(scene, new_postgresql) as app:
            await queued(app)
            async with victim(scene, new_postgresql, "deliver") as sleeper:
                await asyncio.to_thread(inbox.taken.wait)
                sleeper.send(signal.SIGSTOP)
                async with working(scene, new_postgresql, "deliver"):
                    await until(app, sent(1))
                before = outbox(app)
                sleeper.send(signal.SIGCONT)
                inbox.free.set()
                await sleeper.says("delivery.")
                await sleeper.says("worker.buried")
                after = outbox(app)
    assert before == after
    assert [row.state.value for row in after] == ["sent"]
    assert len({key for key, _ in inbox.copies()}) == 1
    assert len(inbox.copies()) == 2


async def test_fault_23_a_queue_that_is_emptied_loses_nothing(
    running: Scene, publisher: Publisher, new_postgresql: str
) -> None:
    """Emptied before anything is done, and again at each step from the news to the message."""
    publisher.publish("courier", Item(guid="0", title="Old news"))
    publisher.publish("herald", Item(guid="0", title="Old news too", outlet="herald"))
    clock = Now()
    async with (
        opened(running, new_postgresql) as app,
        working(running, new_postgresql, "all", clock),
    ):
        await until(app, counted("entries", 2))
        # in the other order the shorter headline is a copy of the longer, and confirms nothing
        await app.database.write(courier_first)
        clock.set(at(1))
        publisher.publish("courier", Item(guid="1", title=SIGNED, at=at(1)))
        publisher.publish("herald", Item(guid="1", title=SIGNED_TOO, at=at(1), outlet="herald"))
        for table, rows in (("entries", 3), ("flags", 1), ("digests", 1)):
            await app.database.write(emptied)
            clock.set(clock.now() + timedelta(seconds=20))  # the next round of digests
            await until(app, counted(table, rows))
        await app.database.write(emptied)
        clock.set(clock.now() + timedelta(seconds=20))
        await until(app, sent(1))
    assert publisher.statuses == [200] * 4, "each feed was asked when it was due, and once"


def courier_first(conn: Connection) -> None:
    conn.execute(
        update(schema.feeds).where(schema.feeds.c.id == "herald").values(next_poll_at=at(0.5))
    )
    conn.execute(
        update(schema.feeds).where(schema.feeds.c.id == "courier").values(next_poll_at=at(0.4))
    )


async def test_fault_24_each_slot_is_composed_once_whoever_is_killed(
    scene: Scene, new_postgresql: str
) -> None:
    async with AsyncExitStack() as stack:
        app = await stack.enter_async_context(opened(scene, new_postgresql))
        dying = await stack.enter_async_context(victim(scene, new_postgresql, "assess"))
        await dying.says("worker.started")
        clock = Now()
        for _ in range(2):
            await stack.enter_async_context(working(scene, new_postgresql, "assess", clock))
        wanted = []
        for day in range(1, 5):
            clock.set(at(days=day))
            dying.clock.set(at(days=day))
            if day == 2:
                await dying.kill()
            wanted.append(f"{at(days=day):%Y-%m-%d}T08:00")
            await until(app, partial(composed, wanted))


def test_fault_25_the_same_story_at_four_workers_at_once_is_one_story(
    scene: Scene, new_postgresql: str
) -> None:
    rules = plan.load_plan(scene.folder / "config").rules
    barrier = threading.Barrier(WORKERS)

    def worker(number: int) -> None:
        engine = open_engine(new_postgresql)
        for story in range(STORIES):
            now = START + timedelta(days=story)
            entry = build.entry(f"{story}-{number}", RETURNED, outlet=f"O{number}", seen=now)
            barrier.wait(timeout=60)
            with write(engine) as conn:
                ingest.take_in(conn, [entry], (), rules=rules, now=now)
        engine.dispose()

    with ThreadPoolExecutor(WORKERS) as pool:
        for future in [pool.submit(worker, number) for number in range(WORKERS)]:
            future.result()

    engine = open_engine(new_postgresql)
    with write(engine) as conn:
        found = store_stories.window(conn, START - timedelta(days=9))
    engine.dispose()
    assert [len(story.members) for story in found] == [WORKERS] * STORIES
