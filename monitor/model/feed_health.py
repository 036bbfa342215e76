"""How feeds are doing: their health, what an operator is told of it, when nothing could be read."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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
