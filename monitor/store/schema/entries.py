"""Entries with their revisions, the marks of pruned ones, and what they hit."""

from sqlalchemy import Column, Index, LargeBinary, PrimaryKeyConstraint, Table, UniqueConstraint

from monitor.model.entries import DateTrust
from monitor.model.questions import Direction, Strength
from monitor.store.columns import counts, numbered, partial, refers, texts, times, truths
from monitor.store.metadata import METADATA
from monitor.store.types import EnumText, Tuples, text

# feed_id refers to no row of feeds: an archive holds entries of feeds that nobody polls
entries = Table(
    "entries",
    METADATA,
    Column("id", text(), primary_key=True),
    *texts("feed_id", "outlet", "key"),
    # PostgreSQL cannot index texts over 2.7 kB, and a publisher's guid may be longer
    Column("key_hash", LargeBinary(16), nullable=False),
    *texts("link", "canonical_link", "title", "summary"),
    *times("published_at"),
    Column("date_trust", EnumText(DateTrust), nullable=False),
    *times("seen_at"),
    *texts("content_hash"),
    *counts("revision"),
    *truths("alerts"),
    *texts("supersedes"),
    UniqueConstraint("feed_id", "key_hash"),
    Index(None, "seen_at", "id"),
    partial("link", where="link <> ''", using="hash"),
    partial("canonical_link", where="canonical_link <> ''", using="hash"),
    partial("supersedes", where="supersedes <> ''"),
)

entry_revisions = Table(
    "entry_revisions",
    METADATA,
    refers("entry_id", "entries.id"),
    *counts("number"),
    *texts("title", "summary", "content_hash"),
    *times("seen_at"),
    PrimaryKeyConstraint("entry_id", "number"),
)

# what a pruned entry leaves behind while its feed may still list it
entry_tombstones = Table(
    "entry_tombstones",
    METADATA,
    *texts("feed_id"),
    Column("key_hash", LargeBinary(16), nullable=False),
    *texts("entry_id", "content_hash"),
    *counts("revision"),
    *times("seen_at", "published_at"),
    *truths("alerts"),
    *times("pruned_at"),
    PrimaryKeyConstraint("feed_id", "key_hash"),
    Index(None, "pruned_at"),
)

# one row per assessed revision, so that "it hits nothing any more" is known as well as a hit
scopes = Table(
    "scopes",
    METADATA,
    refers("entry_id", "entries.id"),
    *counts("revision"),
    *texts("rules"),
    Column("questions", Tuples, nullable=False),
    *times("at"),
    PrimaryKeyConstraint("entry_id", "revision", "rules"),
)

matches = Table(
    "matches",
    METADATA,
    numbered(),
    refers("entry_id", "entries.id"),
    *counts("revision"),
    *texts("rules", "question", "indicator"),
    Column("direction", EnumText(Direction), nullable=False),
    Column("strength", EnumText(Strength), nullable=False),
    Column("spans", Tuples(depth=2), nullable=False),
    *texts("hedge", "veto"),
    *times("at"),
    UniqueConstraint("entry_id", "revision", "rules", "question", "indicator"),
    Index(None, "at", "entry_id"),
)
