"""Runs the steps of the app by the clock: the only place that reads time or draws randomness.

APScheduler plans the steps by the wall clock; a guard on the event loop's own time, which nobody
can set, plans them anew when that clock was set. What is due stands in the tables, by the wall
clock; it is moved along before a step reads the time. SIGTERM and SIGINT drain and stop, SIGHUP
reloads.
"""

import asyncio
import random
import secrets
import signal
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from contextvars import Context, copy_context
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import Connection

from monitor.daemon.app import App
from monitor.runtime.notify import COMPOSE, Work

log = structlog.get_logger("monitor")

POLL_SECONDS = 1
DIGEST_SECONDS = 15
DELIVER_SECONDS = 5
RELOAD_SECONDS = 10
PRUNE_SECONDS = 3600
TICK_SECONDS = 600
DRAIN_SECONDS = 20
DRIFT_SECONDS = 5.0
"""A wall clock that leaves the monotonic one by more than this has been set."""


class TimeSource(Protocol):
    """Where the time comes from: the system, or a simulation."""

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock; every other part of the program is given its time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def system_jitter() -> float:
    """Uniform in 0…1; not for secrets."""
    return random.random()  # noqa: S311 — spreads polls, guards nothing


def lease_token() -> str:
    """A new name for whoever holds a delivery while it is sent."""
    return secrets.token_hex(8)


async def guarded(
    name: str,
    step: Callable[[], Awaitable[object]],
    *,
    again: str = "tried again at its next time",
) -> None:
    """The one broad except: a bug in a step is logged with its traceback, and what comes next."""
    try:
        await step()
    except Exception:
        log.exception("job.failed", job=name, next=again)


class Daemon:
    """The app on a schedule, until it is told to stop.

    `pace` divides the time between steps: 1 in earnest, more in a simulation. `reloaded` is called
    after new files came into force.
    """

    def __init__(
        self,
        app: App,
        clock: TimeSource,
        *,
        pace: float = 1.0,
        reloaded: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.app = app
        self.clock = clock
        self._pace = pace
        self._reloaded = reloaded
        self._stop = asyncio.Event()
        self._lanes: dict[str, asyncio.Task[None]] = {}  # channels that are sending
        self._composing: asyncio.Task[None] | None = None  # woken, and not yet begun
        self._drift = self._measure_drift()
        self._jobs: Mapping[str, tuple[Callable[[], Awaitable[object]], float]] = {
            "poll": (self._poll, POLL_SECONDS),
            "digest": (self._digest, DIGEST_SECONDS),
            "deliver": (self._deliver, DELIVER_SECONDS),
            "reload": (self._reload, RELOAD_SECONDS),
            "prune": (self._prune, PRUNE_SECONDS),
            "tick": (self._tick, TICK_SECONDS),
        }
        self._under_way: set[asyncio.Task[None]] = set()  # steps that the scheduler began
        self._moving = asyncio.Lock()
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            # a late run is still wanted, and once is enough
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT; then finish what is under way and return."""
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, self.stop, name.name)
        loop.add_signal_handler(signal.SIGHUP, self._reload_soon)
        self.listen()
        await self.app.works_alone()
        self._schedule()
        self._scheduler.start()
        guard = asyncio.create_task(self._guard_clock(), name="guard of the clock")
        plan = self.app.plan
        log.info("daemon.started", feeds=len(plan.feeds), rules=plan.rules.version)
        try:
            await self._stop.wait()
        finally:
            await self._drain(guard)

    def stop(self, why: str) -> None:
        log.info("daemon.stopping", why=why)
        self._stop.set()

    @property
    def stopping(self) -> bool:
        return self._stop.is_set()

    def listen(self) -> None:
        """Compose at once when a poll raises something urgent."""
        self.app.wake = partial(self._wake, asyncio.get_running_loop(), copy_context())

    def _schedule(self) -> None:
        for name, (step, seconds) in self._jobs.items():
            self._scheduler.add_job(
                self._run_step,
                IntervalTrigger(seconds=seconds / self._pace, timezone=UTC),
                args=(name, step),
                id=name,
                next_run_time=datetime.now(UTC),
            )

    async def _run_step(self, name: str, step: Callable[[], Awaitable[object]]) -> None:
        """A step in a task of its own: shutting the scheduler down cancels what it awaits."""
        task = asyncio.create_task(self._guarded(name, step), name=f"every {name}")
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        await asyncio.shield(task)

    async def _guard_clock(self) -> None:
        """Looks every second, by the event loop's time, whether somebody set the wall clock."""
        while not self.stopping:
            await self._guarded("guard of the clock", self._now)
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self._stop.wait()

    async def _guarded(self, name: str, step: Callable[[], Awaitable[object]]) -> None:
        if not self.stopping:
            await guarded(name, step)

    async def _poll(self) -> None:
        await self.app.poll_due(await self._now())

    async def _digest(self) -> None:
        if await self.app.compose_due(await self._now()):
            await self._deliver()

    def _wake(
        self,
        loop: asyncio.AbstractEventLoop,
        context: Context,
        _conn: Connection,
        works: Sequence[Work],
    ) -> None:
        """A poll raised something: what is urgent need not wait for the next round of digests.

        Called by the writer's thread, which knows of no collector: the loop's context does.
        Composing is written after the transaction that woke it.
        """
        if COMPOSE in works:
            loop.call_soon_threadsafe(self._compose_soon, context=context)

    def _compose_soon(self) -> None:
        if self._composing is None:
            self._composing = asyncio.create_task(
                self._guarded("digest", self._compose), name="compose"
            )

    async def _compose(self) -> None:
        self._composing = None  # who is woken from here on may come too late for this round
        await self._digest()

    async def _deliver(self) -> None:
        """Start sending on every channel that has something due; none waits for another."""
        for channel in await self.app.due_channels(await self._now()):
            if channel not in self._lanes:
                lane = self._guarded(f"deliver {channel}", partial(self._send_all, channel))
                task = asyncio.create_task(lane, name=f"deliver {channel}")
                self._lanes[channel] = task
                task.add_done_callback(partial(self._lane_done, channel))

    async def _send_all(self, channel: str) -> None:
        while not self.stopping:
            row = await self.app.deliver_next(channel, await self._now(), lease_token())
            if row is None:
                return

    def _lane_done(self, channel: str, _task: asyncio.Task[None]) -> None:
        del self._lanes[channel]

    async def _reload(self) -> None:
        if await self.app.reload(await self._now()) and self._reloaded is not None:
            await self._reloaded()

    def _reload_soon(self) -> None:
        self._scheduler.modify_job("reload", next_run_time=datetime.now(UTC))
        log.info("daemon.reloading", why="SIGHUP")

    async def _prune(self) -> None:
        await self.app.prune(await self._now())

    async def _tick(self) -> None:
        await self.app.tick(await self._now())

    @staticmethod
    def _measure_drift() -> float:
        return time.time() - time.monotonic()

    async def _now(self) -> datetime:
        """The time. If somebody set the clock since it was last read, what waits is moved first."""
        async with self._moving:
            drift = self._measure_drift()
            step = drift - self._drift
            if abs(step) > DRIFT_SECONDS:
                moved = await self.app.clock_set(timedelta(seconds=round(step)))
                self._drift = drift
                log.warning("clock.stepped", seconds=round(step, 1), **moved,
                            next="every step is done now, and then at its pace")  # fmt: skip
                for job in self._scheduler.get_jobs():
                    job.modify(next_run_time=datetime.now(UTC))
        return self.clock.now()

    async def _drain(self, guard: asyncio.Task[None]) -> None:
        """Finish what is under way, for some seconds in all; what is left is due again later."""
        self._scheduler.pause()
        loop = asyncio.get_running_loop()
        until = loop.time() + DRAIN_SECONDS
        if not await self.app.rounds.settle(DRAIN_SECONDS):
            log.warning("daemon.cut_short", next="unfinished polls are due again at the next start")
        under_way = {guard, *self._under_way, *self._lanes.values()}
        if self._composing is not None:
            under_way.add(self._composing)
        _, unfinished = await asyncio.wait(under_way, timeout=max(0.0, until - loop.time()))
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)
        self._scheduler.shutdown(wait=False)  # nothing is under way that it could cancel
        log.info("daemon.stopped")
