"""Tells feeds that are down from a network of our own that is down.

Remembers which feeds no server answered for since any server last answered. Must never wait for
all of ten thousand feeds to fail, nor call one publisher's outage ours. What failed for one cause
is asked again as soon as that is over, and does not sit out its own back-off.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from monitor.core.feeds import health, polling
from monitor.model.feeds import FeedGap, FeedHealth, FeedNotice, FeedState, GapKind, NoticeKind
from monitor.store import feeds as store_feeds

ENOUGH = 20
"""Feeds that fail one after the other, with not one answer between them."""

LEAST = 3
"""With fewer feeds than that nobody can tell."""

HOSTS = 2


class Network:
    """Whether anything can be reached. `since` is when it began that nothing can, else None."""

    def __init__(self, since: datetime | None = None) -> None:
        self.since = since
        self._unreached: dict[str, tuple[str, datetime]] = {}  # feed → its host, first failure

    @property
    def down(self) -> bool:
        return self.since is not None

    def answered(self) -> bool:
        """A server answered, whatever it said. True if that ends a time in which none did."""
        was_down, self.since = self.down, None
        self._unreached.clear()
        return was_down

    def unreached(self, feed_id: str, host: str, *, feeds: int, now: datetime) -> bool:
        """No server answered for a feed, one of so many. True if that shows that none will."""
        self._unreached.setdefault(feed_id, (host, now))
        hosts = {host for host, _ in self._unreached.values()}
        enough = max(min(feeds, ENOUGH), LEAST)
        if self.down or len(self._unreached) < enough or len(hosts) < HOSTS:
            return False
        self.since = min(at for _, at in self._unreached.values())
        return True


def unreached(
    conn: Connection, network: Network, state: FeedState, *, feeds: int, now: datetime
) -> tuple[FeedNotice, ...]:
    """Take note that no server answered for a feed; tell it if that makes it our own trouble."""
    if not network.unreached(state.feed_id, state.host, feeds=feeds, now=now):
        return ()
    since = network.since or now
    text = (
        f"None of the {feeds} feeds can be reached since {since:%d %b %H:%M} UTC. That is most "
        "likely our own network; they are tried again by themselves."
    )
    notice = _notice(now, FeedHealth.OK, FeedHealth.DOWN, text)
    gap = FeedGap(feed_id="", kind=GapKind.NETWORK, started_at=since)
    store_feeds.add_notices(conn, [notice], gaps=[gap])
    return (notice,)


def answered(conn: Connection, network: Network, now: datetime) -> tuple[FeedNotice, ...]:
    """Take note that a server answered; tell it if none did before."""
    since = network.since
    if not network.answered() or since is None:
        return ()
    store_feeds.close_gaps(conn, "", at=now)
    _ask_soon(conn, store_feeds.polled_in_vain(conn, since=since, now=now), now)
    text = (
        f"Feeds can be reached again. None could be from {since:%d %b %H:%M} to "
        f"{now:%d %b %H:%M} UTC, most likely because of our own network."
    )
    notice = _notice(now, FeedHealth.DOWN, FeedHealth.OK, text)
    store_feeds.add_notices(conn, [notice])
    return (notice,)


def recovered(conn: Connection, before: FeedState, now: datetime) -> None:
    """Take note that a feed was read: those that failed with it are asked again soon.

    `before` is what it was until then. One that never failed says nothing of others.
    """
    if not before.fail_count or before.ok_at is None or not health.on_the_way(before.error_code):
        return
    start, end = before.ok_at - health.TOGETHER, before.ok_at + health.TOGETHER
    others = [
        other
        for other in store_feeds.failing_since(conn, start, end, now=now)
        if other.feed_id != before.feed_id and health.recover_together(before, other)
    ]
    _ask_soon(conn, others, now)


def _ask_soon(conn: Connection, feeds: Sequence[FeedState], now: datetime) -> None:
    """Within minutes, one after the other: a recovery is no stampede."""
    count = len(feeds)
    spread = (polling.start_spread(count, index, health.TOGETHER) for index in range(count))
    times = {state.feed_id: now + wait for state, wait in zip(feeds, spread, strict=True)}
    store_feeds.hasten(conn, times)


def _notice(at: datetime, before: FeedHealth, after: FeedHealth, text: str) -> FeedNotice:
    return FeedNotice(
        at=at,
        kind=NoticeKind.NETWORK,
        feed_id="",
        outlet="",
        before=before,
        after=after,
        text=text,
    )
