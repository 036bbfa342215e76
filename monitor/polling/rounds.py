"""Starts polls of feeds that are due, each at most once at a time and politely per host.

Never waits in the tick: polls run as tasks of this set, and `settle` waits for them.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from functools import partial

import structlog

from monitor.errors import StoreError
from monitor.model.feeds import FeedState

log = structlog.get_logger("monitor")

AT_ONCE = 32
"""Polls under way at once, over all hosts."""

REST = timedelta(minutes=15)
"""A poll that broke off left the feed due: a mistake of ours must not make us ask at every tick."""

SOON = timedelta(minutes=1)
"""The same when the database could not be written, doubled each time: room is made, locks end."""

PATIENCE_SECONDS = 60.0
"""A poll that waited so long for its turn is given up, before its lease ends: it is still due."""

SPACING_SECONDS = 1.0
"""Between the starts of two polls at one public host."""

Poller = Callable[[FeedState], Awaitable[None]]


class Rounds:
    """The polls under way."""

    def __init__(
        self,
        poller: Poller,
        *,
        give_up: Poller,
        public: Callable[[FeedState], bool],
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        """`give_up` is called instead of `poller` for a feed whose turn came too late.

        `public` tells whether a feed is at somebody else's server: that gets time to breathe.
        """
        self._poller = poller
        self._give_up = give_up
        self._patience = patience
        self._public = public
        self._tasks: dict[str, asyncio.Task[None]] = {}
        # feeds whose poll broke off: when it began, and until when they are left alone
        self._resting: dict[str, tuple[datetime, datetime]] = {}
        self._unwritten: dict[str, int] = {}  # feeds whose polls could not be stored, how often
        self._hosts: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._starts: dict[str, float] = {}  # host → its last start, by the event loop's time
        self._slots = asyncio.Semaphore(AT_ONCE)

    def __len__(self) -> int:
        return len(self._tasks)

    def start(self, due: Iterable[FeedState], now: datetime) -> int:
        """Start a poll for every feed that has none under way; returns how many were started."""
        fresh = [
            state
            for state in due
            if state.feed_id not in self._tasks and not self._rests(state.feed_id, now)
        ]
        for state in fresh:
            task = asyncio.create_task(self._poll(state), name=f"poll {state.feed_id}")
            self._tasks[state.feed_id] = task
            task.add_done_callback(partial(self._done, state.feed_id, now))
        return len(fresh)

    def _rests(self, feed_id: str, now: datetime) -> bool:
        """A rest that is still to begin is none: the clock was set back meanwhile."""
        since, until = self._resting.get(feed_id, (now, now))
        return since <= now < until

    def _done(self, feed_id: str, started: datetime, task: asyncio.Task[None]) -> None:
        del self._tasks[feed_id]
        self._resting.pop(feed_id, None)
        broke = None if task.cancelled() else task.exception()
        times = self._unwritten.pop(feed_id, 0)
        if isinstance(broke, StoreError):
            self._unwritten[feed_id] = times + 1
            until = started + min(REST, SOON * 2 ** min(times, 10))
            said = f"polled again after {until:%H:%M:%S} UTC"
            log.error("poll.not_stored", feed=feed_id, error=str(broke), next=said)
        elif broke is not None:
            until = started + REST
            log.error(
                "poll.failed",
                feed=feed_id,
                next=f"polled again after {until:%H:%M} UTC",
                exc_info=broke,
            )
        else:
            return
        self._resting[feed_id] = started, until

    async def _poll(self, state: FeedState) -> None:
        loop = asyncio.get_running_loop()
        asked = loop.time()
        async with self.turn(state):
            late = loop.time() - asked >= self._patience
            await (self._give_up if late else self._poller)(state)

    @contextlib.asynccontextmanager
    async def turn(self, state: FeedState) -> AsyncIterator[None]:
        """Wait until the feed's host is free: no host is asked for two feeds at once.

        A public host is left alone for a second between two starts.
        """
        loop, host = asyncio.get_running_loop(), state.host
        async with self._hosts[host]:
            if self._public(state):
                rested = self._starts.get(host, -SPACING_SECONDS) + SPACING_SECONDS
                await asyncio.sleep(max(0.0, rested - loop.time()))
            async with self._slots:
                self._starts[host] = loop.time()
                yield

    async def settle(self, seconds: float | None = None) -> bool:
        """Wait for the polls under way; False if some were still running after `seconds`."""
        pending = set(self._tasks.values())
        if pending:
            _, pending = await asyncio.wait(pending, timeout=seconds)
        return not pending

    async def cancel(self) -> None:
        """Give up the polls under way. Nothing of them is stored; they are due again at once."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
