"""Tells feeds that are down from a network of our own that is down.

Remembers which feeds no server answered for since any server last answered. Must never wait for
all of ten thousand feeds to fail, nor call one publisher's outage ours.
"""

from datetime import datetime

from sqlalchemy import Connection

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
    text = (
        f"Feeds can be reached again. None could be from {since:%d %b %H:%M} to "
        f"{now:%d %b %H:%M} UTC, most likely because of our own network."
    )
    notice = _notice(now, FeedHealth.DOWN, FeedHealth.OK, text)
    store_feeds.add_notices(conn, [notice])
    return (notice,)


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
