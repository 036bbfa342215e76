"""Several workers on one PostgreSQL database: who is woken, who claims, and who takes over."""

import asyncio
import json
import os
import re
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from sqlalchemy import Connection, text

from monitor.daemon import jobs
from monitor.daemon.app import LEASE, App
from monitor.errors import LeaseLostError, NewerDatabaseError, StoreError
from monitor.polling import poll as polling_poll
from monitor.runtime.notify import COMPOSE, Task, delivery
from monitor.store import feeds as store_feeds
from monitor.store import meta as store_meta
from monitor.store import workers as store_workers
from monitor.store.engine import open_engine
from monitor.web.app import serve
from monitor.workers import queue, sweep
from tests.clusters import Now, opened, sent, swept, until, waiting, working
from tests.support.scene import RETURNED, SIGNED, SIGNED_TOO, START, Item, Publisher, Scene, at

NO_POLLER = "no worker polls: start one with --role poll or --role all"
NO_ASSESSOR = "no worker assesses: start one with --role assess or --role all"


async def test_three_roles_do_together_what_one_process_does(
    running: Scene, publisher: Publisher, new_postgresql: str
) -> None:
    publisher.publish("courier", Item(guid="0", title="Old news"))
    publisher.publish("herald", Item(guid="0", title="Old news too", outlet="herald"))
    clock = Now()
    async with AsyncExitStack() as stack:
        workers = [
            await stack.enter_async_context(working(running, new_postgresql, role, clock))
            for role in ("poll", "assess", "deliver")
        ]
        app = workers[0].app
        polled = text("SELECT count(*) FROM feeds WHERE ok_at IS NOT NULL")
        await until(app, lambda conn: conn.scalar(polled) == 2)
        publisher.publish("courier", Item(guid="1", title=SIGNED, at=at(1)))
        clock.set(at(1))
        # in the other order the shorter headline is a copy of the longer, and confirms nothing
        await until(app, lambda conn: conn.scalar(text("SELECT count(*) FROM entries")) == 3)
        publisher.publish("herald", Item(guid="1", title=SIGNED_TOO, at=at(2), outlet="herald"))
        clock.set(at(2))

        await until(app, sent(1))

        # one that was silent on a busy machine was buried, and registers again
        roles = {"poll", "assess", "deliver"}
        await until(app, lambda conn: {each.role for each in store_workers.living(conn)} == roles)
    assert "Ruritania" in running.told("desk.flag-1-1.1")


@dataclass
class Onlooker:
    """Asks one process of a cluster and the command, as an operator does."""

    base: str
    client: aiohttp.ClientSession
    environ: dict[str, str]

    async def get(self, path: str) -> tuple[int, dict[str, Any]]:
        async with self.client.get(self.base + path) as answer:
            return answer.status, await answer.json()

    async def reasons(self, wanted: list[str]) -> None:
        """Wait until /ready says these, and 503 if there are any."""
        async with asyncio.timeout(240):
            while (found := await self.get("/ready"))[1]["reasons"] != wanted:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert found[0] == (503 if wanted else 200)

    async def counted(self) -> list[str]:
        """What /metrics says is missing, by kind."""
        async with self.client.get(f"{self.base}/metrics") as answer:
            found = await answer.text()
        return re.findall(r"^signpost_workers_missing(.+)\.0$", found, re.MULTILINE)

    async def status(self, *options: str) -> tuple[int, str]:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "monitor", "status", *options,
            env=os.environ | self.environ, stdout=PIPE,
        )  # fmt: skip
        out, _ = await process.communicate()
        return process.returncode or 0, out.decode()


@asynccontextmanager
async def looking_at(app: App, scene: Scene, url: str, clock: Now) -> AsyncIterator[Onlooker]:
    environ = scene.environ() | {"MONITOR_DATABASE_URL": url}
    async with (
        serve(app, host="127.0.0.1", port=0, now=clock.now) as port,
        aiohttp.ClientSession() as client,
    ):
        yield Onlooker(f"http://127.0.0.1:{port}", client, environ)


async def test_a_cluster_without_a_role_says_so_and_which(
    running: Scene, publisher: Publisher, new_postgresql: str
) -> None:
    publisher.publish("courier", Item(guid="0", title="Old news"))
    publisher.publish("herald", Item(guid="0", title="Old news too", outlet="herald"))
    clock = Now()
    async with (
        working(running, new_postgresql, "deliver", clock) as worker,
        looking_at(worker.app, running, new_postgresql, clock) as looks,
    ):
        async with AsyncExitStack() as stack:
            for role in ("poll", "assess"):
                await stack.enter_async_context(working(running, new_postgresql, role, clock))
            polled = text("SELECT count(*) FROM feeds WHERE ok_at IS NOT NULL")
            await until(worker.app, lambda conn: conn.scalar(polled) == 2)
            await looks.reasons([])
            assert (await looks.status())[0] == 0
            before = (await looks.get("/health"))[1]
            assert (before["without_worker"], bool(before["last_round"])) == ([], True)

        await looks.reasons([NO_POLLER, NO_ASSESSOR])

        status, found = await looks.get("/health")
        assert status == 200, "this worker is alive"
        assert found["without_worker"] == ["poll", "assess"]
        assert await looks.counted() == [
            '{kind="poll"} 1',
            '{kind="assess"} 1',
            '{kind="deliver"} 0',
        ]
        ended = found["last_round"]
        assert ended >= before["last_round"]
        code, said = await looks.status()
        assert code == 1
        assert f"Not ready: {NO_POLLER}\nNot ready: {NO_ASSESSOR}\n" in said
        code, said = await looks.status("--json")
        told = json.loads(said)
        assert (code, told["healthy"]) == (1, False)
        assert told["cluster"] == {"last_round": ended, "without_worker": ["poll", "assess"]}

        async with working(running, new_postgresql, "all", clock):
            await looks.reasons([])
            assert (await looks.get("/health"))[1]["last_round"] > ended

    assert (await looks.status())[0] == 1, "nobody is left at all"


async def test_a_daemon_after_workers_misses_none_and_workers_after_it_do(
    running: Scene, publisher: Publisher, new_postgresql: str
) -> None:
    publisher.publish("courier", Item(guid="0", title="Old news"))
    publisher.publish("herald", Item(guid="0", title="Old news too", outlet="herald"))
    clock = Now()
    async with working(running, new_postgresql, "deliver", clock):
        pass
    settings = running.settings({"MONITOR_DATABASE_URL": new_postgresql})
    async with (
        running.open(clock.now(), settings) as app,
        looking_at(app, running, new_postgresql, clock) as looks,
    ):
        daemon = jobs.Daemon(app, clock)
        task = asyncio.create_task(daemon.run())
        await looks.reasons([])
        assert "without_worker" not in (await looks.get("/health"))[1]
        async with working(running, new_postgresql, "deliver", clock) as worker:
            # as by a daemon that somebody starts beside workers, and ends again
            await worker.app.works_alone()
            await until(worker.app, lambda conn: store_workers.cluster(conn) is not None)
        daemon.stop("the test is over")
        await task


async def test_work_is_enqueued_with_the_rows_that_make_it_due(
    scene: Scene, new_postgresql: str
) -> None:
    async with opened(scene, new_postgresql) as app:

        def step(conn: Connection) -> None:
            store_meta.put(conn, "news", "yes")
            queue.wake(conn, [COMPOSE, delivery("mail"), delivery("mail")])

        def broken(conn: Connection) -> None:
            step(conn)
            raise RuntimeError("half-way")

        with pytest.raises(RuntimeError, match="half-way"):
            app.database.write_now(broken)
        assert app.database.read_now(waiting) == set()
        assert app.database.read_now(lambda conn: store_meta.get(conn, "news")) is None

        app.database.write_now(step)
        app.database.write_now(step)
        app.database.write_now(lambda conn: queue.wake(conn, []))

        assert app.database.read_now(waiting) == {"compose:", "deliver:mail"}
        count = text("SELECT count(*) FROM signpost_queue.procrastinate_jobs")
        assert app.database.read_now(lambda conn: conn.scalar(count)) == 2


async def test_a_sweep_enqueues_what_is_due_and_no_more(scene: Scene, new_postgresql: str) -> None:
    async with opened(scene, new_postgresql) as app:
        first = swept(app)

        assert app.database.read_now(waiting) == {work.key for work in first.works}
        assert {work.key for work in first.works} == {
            "poll:courier", "poll:herald", "compose:", "tick:", "prune:",
        }  # fmt: skip
        assert {work.alone for work in first.works if work.task is Task.POLL} == {"host 127.0.0.1"}

        def claim_and_finish(conn: Connection) -> None:
            store_feeds.claim(conn, START, lease=LEASE, token="x.1", limit=9)
            for task in sweep.PERIODS:
                sweep.done(conn, task, START)

        app.database.write_now(claim_and_finish)

        assert swept(app).works == ()
        later = swept(app, START + timedelta(seconds=15)).works
        assert later == (COMPOSE,)
        back = swept(app, START - timedelta(hours=1)).works
        assert {work.task for work in back} == set(sweep.PERIODS), "the clock was set back"


async def test_what_a_silent_worker_held_is_due_again(scene: Scene, new_postgresql: str) -> None:
    async with opened(scene, new_postgresql) as app:

        def one_lives_and_one_is_silent(conn: Connection) -> None:
            for token in ("aa", "bb"):
                store_workers.register(conn, token=token, role="poll", host="here")
                store_feeds.claim(conn, START, lease=LEASE, token=f"{token}.1")
            conn.execute(
                text("UPDATE workers SET beat_at = beat_at - INTERVAL '11 s' WHERE token = 'aa'")
            )

        app.database.write_now(one_lives_and_one_is_silent)

        found = swept(app)

        assert found.buried == (("aa", 1, 0),)
        assert [work.subject for work in found.works if work.task is Task.POLL] == ["courier"]
        assert app.database.write_now(lambda conn: store_workers.beat(conn, "aa")) is None
        assert app.database.write_now(lambda conn: store_workers.beat(conn, "bb")) is not None
        app.database.write_now(lambda conn: store_workers.leave(conn, "bb"))
        assert app.database.read_now(store_workers.living) == ()


async def test_a_poll_that_outlived_its_lease_writes_nothing(
    running: Scene, publisher: Publisher
) -> None:
    publisher.publish("courier", Item(guid="1", title=RETURNED))
    publisher.gate.clear()
    async with running.open() as app:
        poll = asyncio.create_task(app.poll_now("courier", START))
        await publisher.until_inside(1)
        successor = START + LEASE
        app.database.write_now(
            lambda conn: store_feeds.claim(
                conn, successor, lease=LEASE, token="successor", feed_id="courier"
            )
        )
        publisher.gate.set()

        with pytest.raises(LeaseLostError, match="somebody else polls it"):
            await poll

        state = app.database.read_now(lambda conn: store_feeds.state(conn, "courier"))
        assert state is not None
        assert (state.lease, state.polled_at, state.entry_count) == ("successor", None, 0)
        assert app.database.read_now(lambda conn: store_feeds.last_polls(conn, "courier", 9)) == ()


async def test_a_feed_whose_poll_broke_off_rests(
    scene: Scene, new_postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    broke = asyncio.Event()

    async def bug(*_: object) -> None:
        broke.set()
        raise RuntimeError("a bug")

    monkeypatch.setattr(polling_poll, "poll", bug)
    async with working(scene, new_postgresql, "poll") as worker:
        await broke.wait()
        leased = text("SELECT count(*) FROM feeds WHERE leased_until > :later")
        later = {"later": START + timedelta(minutes=10)}

        await until(worker.app, lambda conn: conn.scalar(leased, later) == 2)

        assert Task.POLL not in {work.task for work in swept(worker.app).works}


async def test_the_queue_is_made_anew_for_another_version(new_postgresql: str) -> None:
    engine = open_engine(new_postgresql)
    with pytest.raises(StoreError, match="run `monitor db upgrade`"):
        queue.require(engine, make=False)
    assert queue.prepare(engine)
    assert not queue.prepare(engine)
    queue.require(engine, make=False)

    with engine.begin() as conn:
        queue.wake(conn, [COMPOSE])
        store_meta.put(conn, queue.VERSION, "3.0.0")
    assert queue.prepare(engine)

    with engine.begin() as conn:
        assert waiting(conn) == set()
        store_meta.put(conn, queue.VERSION, "999.0.0")
    with pytest.raises(NewerDatabaseError, match=r"procrastinate 999\.0\.0"):
        queue.prepare(engine)
    engine.dispose()
