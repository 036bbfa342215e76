"""Feeds: what an operator configured, what a poll brought, what is remembered between polls."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit


class FeedHealth(StrEnum):
    """How a feed is doing, judged after each poll."""

    NEW = "new"  # never polled
    OK = "ok"
    DEGRADED = "degraded"  # the last poll or two failed
    DOWN = "down"  # three polls in a row failed
    BLOCKED = "blocked"  # the server answers, and refuses us
    STALE = "stale"  # it answers, but has been silent for much longer than it usually is
    GONE = "gone"  # the server says for good; not polled any more

    @property
    def watching(self) -> bool:
        """Whether news of this feed would be noticed."""
        return self in {FeedHealth.OK, FeedHealth.DEGRADED}

    @property
    def trouble(self) -> bool:
        """Whether a person should know."""
        return self in {FeedHealth.DOWN, FeedHealth.BLOCKED, FeedHealth.STALE, FeedHealth.GONE}


class NoticeKind(StrEnum):
    HEALTH = "health"  # a feed changed its health
    NETWORK = "network"  # no feed at all can be reached, or again some can
    OVERRUN = "overrun"  # entries may have come and gone between two polls
    MOVED = "moved"  # a permanent redirect is followed from now on, or no more
    SAME = "same"  # a feed redirects to the address of another configured feed


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedNotice:
    """One thing that an operator is told of a feed, once. `feed_id` is "" for the network."""

    at: datetime
    kind: NoticeKind
    feed_id: str
    outlet: str
    before: FeedHealth  # the same as `after` where health is not what changed
    after: FeedHealth
    text: str  # a whole sentence for people, with the feed's name


class GapKind(StrEnum):
    """Why a stretch of a feed's time was not watched."""

    DOWN = "down"
    BLOCKED = "blocked"
    STALE = "stale"
    GONE = "gone"
    OVERRUN = "overrun"
    NETWORK = "network"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedGap:
    """A stretch of time in which entries may have been missed. Open while `ended_at` is None.

    `made_good`: the first document read after it reached back before it, so nothing was missed.
    `feed_id` is "" for a gap of all feeds.
    """

    feed_id: str
    kind: GapKind
    started_at: datetime
    ended_at: datetime | None = None
    made_good: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedsUp:
    """How many feeds, and of how many outlets, would bring news now."""

    feeds: int  # configured
    feeds_up: int
    outlets: int
    outlets_up: int


class FeedFormat(StrEnum):
    """How to read a feed. `AUTO` decides by the root element."""

    AUTO = "auto"
    FEED = "feed"
    SITEMAP = "sitemap"


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
    private_hosts: frozenset[str] = frozenset()  # of all such feeds, where it may redirect to
    headers: tuple[tuple[str, str], ...] = ()
    language: str = ""  # keep only entries of this language, e.g. "en"; empty keeps all
    timezone: str = ""  # of dates that name no zone, like Asia/Seoul; empty: they are not believed


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What is remembered of a feed between polls."""

    feed_id: str
    url: str  # as configured
    outlet: str
    next_poll_at: datetime
    # where it is asked
    location: str = ""  # where it moved for good; "" means `url`
    moving_to: str = ""  # where a permanent redirect has led lately
    moving_since: datetime | None = None
    moving_count: int = 0  # polls in a row that were led there
    same_as: str = ""  # the configured feed to whose address it redirects
    # what makes the next request conditional; only `validators_url` may be sent them
    etag: str = ""
    last_modified: str = ""
    validators_url: str = ""
    body_hash: str = ""
    # how it went
    polled_at: datetime | None = None  # last attempt, whatever its outcome
    ok_at: datetime | None = None  # last success (200 or 304)
    first_ok_at: datetime | None = None
    read_at: datetime | None = None  # last whole document (200)
    fail_count: int = 0  # failures since the last success
    error_code: str = ""
    error_text: str = ""
    gone: bool = False
    health: FeedHealth = FeedHealth.NEW
    health_at: datetime | None = None  # when it became that
    # what people were last told of that, and when; degraded: that it fails on and off
    told: FeedHealth = FeedHealth.NEW
    told_at: datetime | None = None
    # when it wants to be asked
    retry_at: datetime | None = None  # the server asked to be left alone until then
    ttl_seconds: float = 0.0
    skip_hours: tuple[int, ...] = ()  # of the day in UTC, 0 to 23
    skip_days: tuple[int, ...] = ()  # of the week, Monday is 0
    # how much it brings
    entry_count: int = 0  # entries stored of this feed
    new_at: datetime | None = None  # last poll that brought a new entry
    stale_at: datetime | None = None  # when silence since then becomes unusual
    halvings: int = 0  # how often its interval was halved, because its window was overrun
    overrun_at: datetime | None = None
    items: bytes = b""  # of its last document, as feeds.incremental packs them
    lease: str = ""  # by which its poller may write what it found; no other claim has the same

    @property
    def first_poll(self) -> bool:
        """True until one poll has succeeded: what it brings is history, not news."""
        return self.ok_at is None

    @property
    def address(self) -> str:
        """Where it is asked."""
        return self.location or self.url

    @property
    def host(self) -> str:
        return urlsplit(self.address).hostname or ""


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
    zoned: bool = True  # False: the date names no zone (or no time of day) and was read as UTC
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemMarks:
    """The items of a document, each by its mark: a hash that stays while nothing of it is news.

    Marks are good for one `context`: what else decides on how an item is read. `same_header`: what
    the document says of the feed is what it said before.
    """

    context: int
    header: int
    read: tuple[int, ...]  # of the entries, in their order; 0 for one that must not be remembered
    known: tuple[int, ...] = ()  # of what was left out because it had been read, each once
    same_header: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """A feed document turned into rows."""

    format: str  # "rss20", "atom10", "sitemap", …
    title: str
    entries: tuple[RawEntry, ...]
    ttl: timedelta | None = None
    skip_hours: tuple[int, ...] = ()  # as in FeedState
    skip_days: tuple[int, ...] = ()
    warnings: tuple[str, ...] = field(default=())
    sitemaps: tuple[str, ...] = ()  # of an index: where the news is, the best first
    items: ItemMarks | None = None  # None where items cannot be told apart: it was read whole


@dataclass(frozen=True, slots=True, kw_only=True)
class PollRecord:
    """One line of the log of polls."""

    polled_at: datetime
    next_poll_at: datetime
    ok: bool
    status: int = 0  # HTTP status; 0 when no answer came
    fail_count: int = 0
    error_code: str = ""
    error_text: str = ""
    gone: bool = False
    new: int = 0
    revised: int = 0
    unchanged: int = 0
    seconds: float = 0.0
