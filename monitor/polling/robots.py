"""Asks a host's robots.txt, once a day, whether a page or sitemap of it may be read."""

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.errors import FetchError
from monitor.feeds import robots
from monitor.feeds.fetch import Fetcher
from monitor.model.feeds import Feed
from monitor.runtime.database import Database
from monitor.store import feeds as store_feeds
from monitor.store.feeds import Robots

FRESH = timedelta(days=1)
_NO_RULES = range(400, 500)
_NOT_YET = "http-429"


async def require(
    feed: Feed, address: str, *, database: Database, fetcher: Fetcher, now: datetime
) -> None:
    """Raises FetchError: "robots-disallowed"; "robots-unavailable" for 5xx and 429, which mean
    wait (RFC 9309 section 2.3.1.4); or why the host could not be reached at all.
    """
    origin = robots.origin(address)
    known = await database.read(lambda conn: store_feeds.get_robots(conn, origin))
    if known is None or now - known.fetched_at >= FRESH:
        fresh = await _fetch(feed, origin, fetcher, now)
        await database.write(lambda conn: store_feeds.put_robots(conn, fresh))
        known = fresh
    robots.require(known.text, address)


async def _fetch(feed: Feed, origin: str, fetcher: Fetcher, now: datetime) -> Robots:
    asked = replace(feed, headers=())
    try:
        fetched = await fetcher.fetch(asked, address=f"{origin}/robots.txt", now=now)
    except FetchError as error:
        said = error.code.removeprefix("http-")
        if not said.isdecimal():
            raise
        if int(said) not in _NO_RULES or error.code == _NOT_YET:
            text = f"robots.txt cannot be had ({error}); the page is not read before it can"
            raise FetchError("robots-unavailable", text, retry_at=error.retry_at) from error
        return Robots(origin=origin, fetched_at=now, status=int(said), text="")
    text = fetched.body.decode("utf-8", "replace")[: robots.LARGEST]
    return Robots(origin=origin, fetched_at=now, status=fetched.status, text=text)
