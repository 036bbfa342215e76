"""Finds what is due and wakes somebody for it; takes over what workers that fell silent held.

Level-triggered: it reads the tables each time and remembers nothing, so every worker may sweep as
often as it likes, no worker leads, and a queue that was lost is filled again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.model.feeds import FeedState
from monitor.runtime.notify import Task, Wake, Work, delivery
from monitor.store import feeds as store_feeds
from monitor.store import meta as store_meta
from monitor.store import outbox as store_outbox
from monitor.store import workers as store_workers

MOST_FEEDS = 1_000
"""Feeds that are enqueued at a time; the others are still due at the next sweep."""

PERIODS = {
    Task.COMPOSE: timedelta(seconds=15),
    Task.TICK: timedelta(minutes=10),
    Task.PRUNE: timedelta(hours=1),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What a sweep found. `buried` are workers, and what was taken from each."""

    works: tuple[Work, ...]
    buried: tuple[tuple[str, int, int], ...]  # token, feeds, deliveries


def sweep(conn: Connection, wake: Wake, *, now: datetime, stall: timedelta) -> Swept:
    """Take over from workers that have been silent for `stall`, and enqueue whatever is due."""
    buried = tuple(
        (token, store_feeds.release(conn, f"{token}."),
         store_outbox.abandon(conn, f"{token}.", now))
        for token in store_workers.bury(conn, stall)
    )  # fmt: skip
    works = (
        *(poll(state) for state in store_feeds.due(conn, now, MOST_FEEDS)),
        *(delivery(channel) for channel in store_outbox.due_channels(conn, now)),
        *_periodic(conn, now),
    )
    wake(conn, works)
    return Swept(works=works, buried=buried)


def poll(state: FeedState) -> Work:
    """No host is asked for two feeds at once, whoever asks."""
    return Work(task=Task.POLL, subject=state.feed_id, alone=f"host {state.host}")


def done(conn: Connection, task: Task, now: datetime) -> None:
    """Remember that a periodic task was done."""
    store_meta.put(conn, _key(task), now.isoformat())


def _periodic(conn: Connection, now: datetime) -> Iterator[Work]:
    for task, period in PERIODS.items():
        last = store_meta.get(conn, _key(task))
        # a time still to come is a clock that was set back
        if last is None or not now - period < datetime.fromisoformat(last) <= now:
            yield Work(task=task)


def _key(task: Task) -> str:
    return f"done_{task.value}_at"
