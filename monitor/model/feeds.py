"""Feeds: what an operator configured, what a poll brought, what is remembered between polls."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class FeedFormat(StrEnum):
    """How to read a feed. `AUTO` decides by the root element."""

    AUTO = "auto"
    FEED = "feed"
    SITEMAP = "sitemap"


class FeedHealth(StrEnum):
    """What `monitor status` says of a feed."""

    NEW = "new"
    OK = "ok"
    FAILING = "failing"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A publisher. `name` is its identity everywhere; `domains` are the hosts that mean it."""

    name: str
    domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A source that is polled, as configured in feeds.yaml."""

    id: str
    url: str
    outlet: str
    format: FeedFormat = FeedFormat.AUTO
    interval: timedelta = timedelta(minutes=15)
    enabled: bool = True
    allow_private: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    language: str = ""  # keep only entries of this language, e.g. "en"; empty keeps all


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What is remembered of a feed between polls."""

    feed_id: str
    url: str
    outlet: str
    next_poll_at: datetime
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    polled_at: datetime | None = None  # last attempt, whatever its outcome
    ok_at: datetime | None = None  # last success (200 or 304)
    fail_count: int = 0  # failures since the last success
    error_code: str = ""
    error_text: str = ""
    gone: bool = False
    entry_count: int = 0  # entries stored of this feed

    @property
    def health(self) -> FeedHealth:
        if self.gone:
            return FeedHealth.GONE
        if self.fail_count:
            return FeedHealth.FAILING
        return FeedHealth.OK if self.ok_at else FeedHealth.NEW

    @property
    def first_poll(self) -> bool:
        """True until one poll has succeeded: what it brings is history, not news."""
        return self.ok_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """The answer of a server. `status` is 200 or 304; a 304 has an empty body."""

    status: int
    url: str  # after redirects
    body: bytes = b""
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""
    max_age: timedelta | None = None
    moved_to: str = ""  # set when the whole redirect chain was permanent


@dataclass(frozen=True, slots=True, kw_only=True)
class RawEntry:
    """One item of a feed document as published: plain text, nothing decided yet."""

    guid: str = ""
    link: str = ""
    title: str = ""
    summary: str = ""
    published: datetime | None = None  # aware, UTC; None when absent or unreadable
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """A feed document turned into rows."""

    format: str  # "rss20", "atom10", "sitemap", …
    title: str
    entries: tuple[RawEntry, ...]
    ttl: timedelta | None = None
    warnings: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class PollRecord:
    """What one poll means for the feed's state; written with its entries."""

    polled_at: datetime
    next_poll_at: datetime
    ok: bool
    status: int = 0  # HTTP status; 0 when no answer came
    etag: str | None = None  # None keeps what is stored; "" clears it
    last_modified: str | None = None
    body_hash: str | None = None
    fail_count: int = 0
    error_code: str = ""
    error_text: str = ""
    gone: bool = False
    new: int = 0
    revised: int = 0
    unchanged: int = 0
    seconds: float = 0.0
