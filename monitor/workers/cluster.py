"""Runs the steps of the app as one of several workers on one PostgreSQL database.

Truth is in the tables: what is due, who holds it and until when. The queue only wakes; whoever is
woken claims the row first. A worker says every few seconds that it lives; one that falls silent
loses its leases, and what it finishes later is refused, because its lease is no longer the row's.
"""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from monitor.daemon.app import LEASE, App
from monitor.daemon.jobs import RELOAD_SECONDS, TimeSource, guarded, lease_token
from monitor.model.feeds import FeedState
from monitor.model.workers import ROLES, Duty
from monitor.polling.rounds import AT_ONCE, REST, SPACING_SECONDS
from monitor.runtime.notify import Task
from monitor.store import feeds as store_feeds
from monitor.store import workers as store_workers
from monitor.workers import queue, sweep
from monitor.workers.queue import QUEUES, Queue, Runner

log = structlog.get_logger("monitor")

TOGETHER: Mapping[Duty, int] = {Duty.POLL: AT_ONCE, Duty.ASSESS: 1, Duty.DELIVER: 8}
"""How many pieces of work a worker does at once. Polls wait for the network; what is assessed takes
turns in the database anyway; channels wait for their servers."""

AGAIN_SECONDS = 5.0
"""Before a queue is worked again after the database was away."""

CLOCK_SECONDS = 5.0
"""A clock that differs from the database's by more is told."""

T = TypeVar("T")
Step = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds. A worker that was killed is succeeded within `stall` + `sweep` + `fetch`."""

    beat: float = 3.0
    stall: float = 10.0  # silence after which a worker is taken for dead
    sweep: float = 5.0
    fetch: float = 1.0  # for when the database's notice got lost
    reload: float = float(RELOAD_SECONDS)


class Worker:
    """The app as one of several, until it is told to stop."""

    def __init__(
        self,
        app: App,
        clock: TimeSource,
        role: str,
        *,
        pace: Pace | None = None,
        reloaded: Step | None = None,
    ) -> None:
        """The database must be PostgreSQL, with the queue's tables if it may not make them."""
        queue.require(app.database.engine, make=app.settings.auto_migrate)
        self.app, self.clock, self.role = app, clock, role
        self._pace = pace or Pace()
        self._reloaded = reloaded
        self._stop = asyncio.Event()
        self._clock_told = False
        self._reloading: asyncio.Task[None] | None = None
        runners: dict[Task, Runner] = {
            Task.POLL: self._poll,
            Task.COMPOSE: self._compose,
            Task.TICK: self._tick,
            Task.PRUNE: self._prune,
            Task.DELIVER: self._deliver,
        }
        self._queue = Queue(
            app.database.engine,
            {
                task: _guarded(task.value, runner)
                for task, runner in runners.items()
                if QUEUES[task] in ROLES[role]
            },
            fetch=self._pace.fetch,
            beat=self._pace.beat,
        )

    async def run(self) -> None:
        """Work until SIGTERM or SIGINT; then finish what is under way and return."""
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, self.stop, name.name)
        loop.add_signal_handler(signal.SIGHUP, self._reload_soon)
        await self.work()

    async def work(self) -> None:
        """The same until `stop` is called."""
        await self._register()
        self.app.wake = queue.wake
        log.info("worker.started", role=self.role, worker=self.app.token)
        async with self._queue.open():
            lanes = [
                asyncio.create_task(self._keep(duty, TOGETHER[duty]), name=f"queue {duty}")
                for duty in ROLES[self.role]
            ]
            beating = asyncio.create_task(self._every(self._pace.beat, "beat", self._beat))
            others = [
                asyncio.create_task(self._every(self._pace.sweep, "sweep", self._sweep)),
                asyncio.create_task(self._every(self._pace.reload, "reload", self._reload)),
            ]
            try:
                await self._stop.wait()
            finally:
                await _end(others)
                await _end(lanes)  # each finishes what it has in hand, for some seconds
                await _end([beating])
        await self.app.abandon()
        with contextlib.suppress(SQLAlchemyError):  # then others bury us
            await asyncio.to_thread(
                self._beside, lambda conn: store_workers.leave(conn, self._token)
            )
        log.info("worker.stopped", role=self.role, worker=self.app.token)

    def stop(self, why: str) -> None:
        log.info("daemon.stopping", why=why)
        self._stop.set()

    @property
    def _token(self) -> str:
        return self.app.token

    # what it does when it is woken

    async def _poll(self, feed_id: str) -> None:
        loop = asyncio.get_running_loop()
        started, now, lease = loop.time(), self.clock.now(), self.app.new_lease()
        feed = self.app.plan.feeds.get(feed_id)
        if feed is None:
            return  # the files of this worker are older, or newer; another knows it
        found = await self.app.database.write(
            lambda conn: store_feeds.claim(conn, now, lease=LEASE, token=lease, feed_id=feed_id)
        )
        if not found or found[0].url != feed.url:
            return  # done by another meanwhile, or not for the address we know
        await self._poll_claimed(found[0])
        if not feed.allow_private:  # the next worker at this host starts no sooner than we would
            await asyncio.sleep(SPACING_SECONDS - (loop.time() - started))

    async def _poll_claimed(self, state: FeedState) -> None:
        async with self.app.rounds.turn(state):
            try:
                await self.app.poll_claimed(state, self.clock.now())
            except Exception:
                await self._rest(state.feed_id)
                raise

    async def _rest(self, feed_id: str) -> None:
        """A poll broke off: the feed is still due, and must not be asked again at every sweep."""
        now, lease = self.clock.now(), self.app.new_lease()
        await self.app.database.write(
            lambda conn: store_feeds.claim_one(conn, feed_id, now, lease=REST, token=lease)
        )

    async def _compose(self, _subject: str) -> None:
        await self.app.compose_due(self.clock.now())
        await self._done(Task.COMPOSE)

    async def _tick(self, _subject: str) -> None:
        await self.app.tick(self.clock.now())
        await self._done(Task.TICK)

    async def _prune(self, _subject: str) -> None:
        await self.app.prune(self.clock.now())
        await self._done(Task.PRUNE)

    async def _deliver(self, channel: str) -> None:
        while not self._stop.is_set():
            token = f"{self._token}.{lease_token()}"
            if await self.app.deliver_next(channel, self.clock.now(), token) is None:
                return

    async def _done(self, task: Task) -> None:
        now = self.clock.now()
        await self.app.database.write(lambda conn: sweep.done(conn, task, now))

    # what it does all the time

    async def _keep(self, name: str, concurrency: int) -> None:
        """Work off a queue; start anew when the library gave up because the database was away."""
        while True:
            try:
                await self._queue.work(name, concurrency, self._pace.stall)
            except Exception as error:  # noqa: BLE001  # whatever it was, the queue is worked again
                log.warning("queue.failed", queue=name, error=str(error), next="again in seconds")
            await asyncio.sleep(AGAIN_SECONDS)

    async def _every(self, seconds: float, name: str, step: Step) -> None:
        while True:
            await guarded(name, step)
            await asyncio.sleep(seconds)

    def _beside(self, step: Callable[[Connection], T]) -> T:
        """Beside the writers: a sign of life must not wait for them."""
        with self.app.database.engine.begin() as conn:
            return step(conn)

    async def _register(self) -> None:
        named = {"token": self._token, "role": self.role, "host": socket.gethostname()}
        await asyncio.to_thread(self._beside, lambda conn: store_workers.register(conn, **named))

    async def _beat(self) -> None:
        at = await asyncio.to_thread(
            self._beside, lambda conn: store_workers.beat(conn, self._token)
        )
        if at is None:
            self.app.token = lease_token()  # what was begun under the old one is refused
            await self._register()
            log.warning("worker.buried", next="it was silent for too long and begins anew")
            return
        differs = abs(self.clock.now() - at).total_seconds()
        if differs > CLOCK_SECONDS and not self._clock_told:
            log.warning("clock.differs", seconds=round(differs, 1), next="mind the time service")
        self._clock_told = differs > CLOCK_SECONDS

    async def _sweep(self) -> None:
        now, stall = self.clock.now(), timedelta(seconds=self._pace.stall)
        self.app.last_sweep = now  # begun, whatever the database says to it
        found = await self.app.database.write(
            lambda conn: sweep.sweep(conn, queue.wake, now=now, stall=stall)
        )
        for token, feeds, deliveries in found.buried:
            log.warning("worker.lost", worker=token, feeds=feeds, deliveries=deliveries,
                        next="others take over")  # fmt: skip
        await self._queue.reap(self._pace.stall)

    async def _reload(self) -> None:
        if await self.app.reload(self.clock.now()) and self._reloaded is not None:
            await self._reloaded()

    def _reload_soon(self) -> None:
        log.info("daemon.reloading", why="SIGHUP")
        self._reloading = asyncio.create_task(guarded("reload", self._reload))


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.gather(*tasks, return_exceptions=True)


def _guarded(name: str, runner: Runner) -> Runner:
    """What is due comes again, so a bug in a piece of work ends only that piece."""

    async def run(subject: str) -> None:
        await guarded(f"{name} {subject}".strip(), lambda: runner(subject), again="due again")

    return run
