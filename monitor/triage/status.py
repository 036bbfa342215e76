"""Turns the store and the plan in force into what an operator asks: is it alive, what is wrong.

One value for `monitor status`, and a row of it for the API. Holds no secret, and no feed text.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from monitor import __version__
from monitor.core.feeds import health
from monitor.model.deliveries import Delivery, DeliveryState
from monitor.model.feeds import FeedNotice, FeedState
from monitor.model.flags import Flag
from monitor.model.workers import Cluster, Duty
from monitor.store import entries as store_entries
from monitor.store import feeds as store_feeds
from monitor.store import flags as store_flags
from monitor.store import outbox as store_outbox
from monitor.store import stories as store_stories
from monitor.store import watchlists as store_watchlists
from monitor.store import workers as store_workers

TROUBLED: Final = (DeliveryState.RETRY, DeliveryState.UNKNOWN, DeliveryState.RESENDING)

NOTICES: Final = 5
RECENT: Final = 50
"""Notices among which those are that a person should hear of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReport:
    version: str
    rules: str  # version of the newest watchlist taken over
    rules_since: datetime | None
    feeds: tuple[FeedState, ...]
    notices: tuple[FeedNotice, ...]  # the newest on feeds, newest first
    network_down: datetime | None  # since when no feed at all can be reached
    entries: int
    stories: int
    flags: tuple[Flag, ...]  # live
    deliveries: dict[str, int]  # by state
    waiting: tuple[Delivery, ...]  # refused for now, or in doubt: to be tried again
    held: tuple[Delivery, ...]  # may have arrived; a person decides
    dead: tuple[Delivery, ...]
    cluster: Cluster | None  # None where a daemon does everything

    @property
    def failing(self) -> tuple[FeedState, ...]:
        return tuple(state for state in self.feeds if state.fail_count or state.health.trouble)

    @property
    def healthy(self) -> bool:
        """No feed failing, no message given up or held, no part of the work without a worker."""
        undone = self.network_down or self.dead or self.held or self.missing
        return not self.failing and not undone

    @property
    def missing(self) -> tuple[Duty, ...]:
        """Of a cluster, what no worker does."""
        return self.cluster.missing if self.cluster else ()


def read(conn: Connection) -> StatusReport:
    good = store_watchlists.last_good(conn)
    return StatusReport(
        version=__version__,
        rules=good[0] if good else "",
        rules_since=good[2] if good else None,
        feeds=store_feeds.states(conn),
        notices=tuple(filter(health.matters, store_feeds.latest_notices(conn, RECENT)))[:NOTICES],
        network_down=store_feeds.network_down(conn),
        entries=store_entries.count(conn),
        stories=store_stories.count(conn),
        flags=store_flags.live(conn),
        deliveries={s: n for s, n in store_outbox.counts(conn).items() if n},
        waiting=store_outbox.listing(conn, states=TROUBLED),
        held=store_outbox.listing(conn, states=(DeliveryState.HELD,)),
        dead=store_outbox.listing(conn, states=(DeliveryState.DEAD,)),
        cluster=store_workers.cluster(conn),
    )


def as_json(status: StatusReport) -> dict[str, Any]:
    """Plain values; times as ISO 8601 in UTC."""
    return {
        "version": status.version,
        "healthy": status.healthy,
        "rules": status.rules,
        "entries": status.entries,
        "stories": status.stories,
        "open_flags": [flag.id for flag in status.flags],
        "deliveries": status.deliveries,
        "undelivered": [_delivery(row) for row in (*status.waiting, *status.held, *status.dead)],
        "feeds": [feed_json(state) for state in status.feeds],
        "feed_notices": [
            {"at": notice.at.isoformat(), "feed": notice.feed_id, "text": notice.text}
            for notice in status.notices
        ],
        "network_down_since": status.network_down.isoformat() if status.network_down else None,
        "cluster": _cluster(status.cluster) if status.cluster else None,
    }


def _cluster(found: Cluster) -> dict[str, Any]:
    return {
        "last_round": found.last_round.isoformat() if found.last_round else None,
        "without_worker": [duty.value for duty in found.missing],
    }


_TOLD: Final = tuple(
    field.name
    for field in fields(FeedState)
    if field.name not in {"etag", "last_modified", "validators_url", "body_hash", "items"}
)


def _delivery(row: Delivery) -> dict[str, Any]:
    return {
        "id": row.id,
        "key": row.key,
        "channel": row.channel,
        "state": row.state.value,
        "attempts": row.attempts,
        "next_at": row.next_at.isoformat() if row.state.waiting else None,
        "error": row.error,
    }


def feed_json(state: FeedState) -> dict[str, Any]:
    """What is known of a feed, without its validators."""
    values = ((name, getattr(state, name)) for name in _TOLD)
    row = {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in values
    }
    return row | {"health": state.health.value}
