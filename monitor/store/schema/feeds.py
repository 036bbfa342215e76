"""Feeds: what is remembered of each, its polls, and what operators are told."""

from sqlalchemy import Column, Index, Table

from monitor.model.feed_health import FeedHealth, GapKind, NoticeKind
from monitor.store.columns import counts, numbered, numbers, partial, refers, texts, times, truths
from monitor.store.metadata import METADATA
from monitor.store.types import EnumText, Tuples, text

feeds = Table(
    "feeds",
    METADATA,
    Column("id", text(), primary_key=True),
    *texts("url", "outlet"),
    *truths("configured"),
    *times("next_poll_at"),
    *texts("location", "moving_to"),
    *times("moving_since", nullable=True),
    *counts("moving_count"),
    *texts("same_as"),
    *texts("etag", "last_modified", "validators_url", "body_hash"),
    *times("polled_at", "ok_at", "first_ok_at", "read_at", nullable=True),
    *counts("fail_count"),
    *texts("error_code", "error_text"),
    *truths("gone"),
    Column("health", EnumText(FeedHealth), nullable=False),
    *times("health_at", "retry_at", nullable=True),
    *numbers("ttl_seconds"),
    Column("skip_hours", Tuples, nullable=False),
    Column("skip_days", Tuples, nullable=False),
    *counts("entry_count"),
    *times("new_at", "stale_at", nullable=True),
    *counts("halvings"),
    *times("overrun_at", nullable=True),
    # the daemon that polls it at this moment, and until when it may take itself to do so
    *texts("lease"),
    *times("leased_until", nullable=True),
    partial("next_poll_at", "id", where="configured = 1", on_postgresql="configured"),
)

# feed_id is "" where all feeds are meant
feed_notices = Table(
    "feed_notices",
    METADATA,
    numbered(),
    *times("at"),
    Column("kind", EnumText(NoticeKind), nullable=False),
    *texts("feed_id", "outlet"),
    Column("before", EnumText(FeedHealth), nullable=False),
    Column("after", EnumText(FeedHealth), nullable=False),
    *texts("text"),
    Index(None, "at"),
)

feed_gaps = Table(
    "feed_gaps",
    METADATA,
    numbered(),
    *texts("feed_id"),
    Column("kind", EnumText(GapKind), nullable=False),
    *times("started_at"),
    *times("ended_at", nullable=True),
    *truths("made_good"),
    Index(None, "feed_id", "ended_at"),
    Index(None, "ended_at"),
)

# where each feed was asked before: a permanent redirect is never followed without a trace
feed_moves = Table(
    "feed_moves",
    METADATA,
    numbered(),
    refers("feed_id", "feeds.id"),
    *times("at"),
    *texts("before", "after"),
    Index(None, "feed_id", "id"),
)

# robots.txt of the hosts whose pages or sitemaps are read; status 0 when none could be had
robots = Table(
    "robots",
    METADATA,
    Column("origin", text(), primary_key=True),
    *times("fetched_at"),
    *counts("status"),
    *texts("text"),
)

poll_log = Table(
    "poll_log",
    METADATA,
    numbered(),
    refers("feed_id", "feeds.id"),
    *times("polled_at", "next_poll_at"),
    *truths("ok"),
    *counts("status", "fail_count"),
    *texts("error_code", "error_text"),
    *truths("gone"),
    *counts("new", "revised", "unchanged"),
    *numbers("seconds"),
    Index(None, "feed_id", "id"),
    Index(None, "polled_at"),
)
