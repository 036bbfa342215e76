"""Turns the address of a feed or of a page into the feeds found there, through the guarded fetcher.

Asks one place after another, as a person would, and stores nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urljoin

from monitor.errors import FeedError, NotFoundError, ParseError
from monitor.feeds import discover, opml
from monitor.feeds.discover import Candidate
from monitor.feeds.fetch import Fetcher
from monitor.feeds.opml import SubscriptionList
from monitor.feeds.pool import ParserPool
from monitor.model.feeds import Feed, Fetched, ParsedFeed

_NO_FEED = frozenset(
    {"html", "not-a-feed", "no-element", "not-a-news-sitemap", "malformed", "json"}
)
"""What a page may look like to the parser."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoveredFeed:
    """A feed that was read. `newest` is the latest date of its entries, None without any."""

    url: str
    title: str = ""
    format: str = ""
    entries: int = 0
    newest: datetime | None = None


@dataclass(slots=True, kw_only=True)
class FeedSearch:
    """One look for feeds. `tried` lists the places that held none, and what was there instead."""

    fetcher: Fetcher
    parser: ParserPool
    now: datetime
    allow_private: bool = False
    tried: list[str] = field(default_factory=list)

    async def find(self, url: str) -> tuple[DiscoveredFeed, ...] | SubscriptionList:
        """The feed at `url`; else those its page names; else those it links to in its text; else
        the first at a well-known place or among its site's news sitemaps. A subscription list
        comes back as such.

        Raises FetchError or ParseError for `url` itself, NotFoundError when no place has a feed.
        """
        first = await self._get(url)
        if opml.is_opml(first.body):
            return opml.parse_opml(first.body)
        links: tuple[Candidate, ...] = ()
        try:
            parsed = await self._parsed(first)
            if not parsed.sitemaps:
                return (_found(url, first, parsed),)
            candidates = _listed(parsed)
        except ParseError as error:
            if error.code not in _NO_FEED:
                raise
            candidates = discover.announced(first.body, first.url)
            links = discover.linked(first.body, first.url)
        found = await self._try(candidates)
        found = found or await self._try(links)
        found = found or await self._try(discover.guesses(first.url), most=1)
        found = found or await self._sitemaps(first.url)
        if not found:
            raise NotFoundError(
                f"no feed found at {url}, at {len(self.tried)} other places of its site or among "
                "its sitemaps; if you know the feed’s address, give that"
            )
        return found

    async def _sitemaps(self, url: str) -> tuple[DiscoveredFeed, ...]:
        try:
            robots = await self._get(urljoin(url, "/robots.txt"))
        except FeedError:
            return ()
        listed = discover.sitemaps(robots.body.decode("utf-8", "replace"))
        return await self._try(listed, most=1)

    async def _try(
        self, candidates: Iterable[Candidate], most: int = 0
    ) -> tuple[DiscoveredFeed, ...]:
        """Those of the candidates that are feeds, the first `most` or all."""
        found: list[DiscoveredFeed] = []
        for candidate in candidates:
            found += await self._at(candidate)
            if most and len(found) >= most:
                break
        return tuple(found)

    async def _at(self, candidate: Candidate) -> list[DiscoveredFeed]:
        try:
            fetched = await self._get(candidate.url)
            parsed = await self._parsed(fetched)
        except FeedError as error:
            self.tried.append(f"{candidate.url}: {error}")
            return []
        if parsed.sitemaps:
            return list(await self._try(_listed(parsed), most=1))
        read = _found(candidate.url, fetched, parsed)
        return [replace(read, title=read.title or candidate.title)]

    async def _get(self, url: str) -> Fetched:
        feed = Feed(id="discover", url=url, outlet="", allow_private=self.allow_private)
        return await self.fetcher.fetch(feed, now=self.now)

    async def _parsed(self, fetched: Fetched) -> ParsedFeed:
        return await self.parser.parse(
            fetched.body, url=fetched.url, content_type=fetched.content_type
        )


def _listed(index: ParsedFeed) -> tuple[Candidate, ...]:
    """The sitemaps of an index that speak of news."""
    return tuple(Candidate(url) for url in index.sitemaps if "news" in url.lower())


def _found(url: str, fetched: Fetched, parsed: ParsedFeed) -> DiscoveredFeed:
    """The feed in an answer; for good it is where a permanent redirect says."""
    dates = [entry.published for entry in parsed.entries if entry.published]
    return DiscoveredFeed(
        url=fetched.moved_to or url,
        title=parsed.title,
        format=parsed.format,
        entries=len(parsed.entries),
        newest=max(dates, default=None),
    )
