"""The first tables.

Revision: 0001. Imports nothing of the program: it must keep working when the code of its day is
gone, so the tables are spelt out here as they were.
"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import CreateIndex, CreateTable, DropTable

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")

TABLES = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def _partial(
    *columns: str,
    where: str,
    on_postgresql: str | None = None,
    name: str | None = None,
    unique: bool = False,
    using: str | None = None,
) -> sa.Index:
    """An index of the rows that meet a condition; both databases have them."""
    return sa.Index(
        name,
        *columns,
        unique=unique,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(on_postgresql or where),
        postgresql_using=using,
    )


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, TEXT, nullable=False) for name in names]


def _counts(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer, nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[float]]:
    return [sa.Column(name, sa.Double, nullable=False) for name in names]


def _truths(*names: str) -> list[sa.Column[bool]]:
    return [sa.Column(name, sa.Boolean, nullable=False) for name in names]


def _times(*names: str, nullable: bool = False) -> list[sa.Column[datetime]]:
    return [sa.Column(name, MOMENT, nullable=nullable) for name in names]


def _id() -> sa.Column[int]:
    return sa.Column("id", ID, primary_key=True)


def _to(name: str, target: str) -> sa.Column[str]:
    return sa.Column(name, TEXT, sa.ForeignKey(target), nullable=False)


sa.Table(
    "feeds",
    TABLES,
    sa.Column("id", TEXT, primary_key=True),
    *_texts("url", "outlet"),
    *_truths("configured"),
    *_times("next_poll_at"),
    *_texts("etag", "last_modified", "body_hash"),
    *_times("polled_at", "ok_at", nullable=True),
    *_counts("fail_count"),
    *_texts("error_code", "error_text"),
    *_truths("gone"),
    *_counts("entry_count"),
    _partial("next_poll_at", "id", where="configured = 1", on_postgresql="configured"),
)

sa.Table(
    "poll_log",
    TABLES,
    _id(),
    _to("feed_id", "feeds.id"),
    *_times("polled_at", "next_poll_at"),
    *_truths("ok"),
    *_counts("status", "fail_count"),
    *_texts("error_code", "error_text"),
    *_truths("gone"),
    *_counts("new", "revised", "unchanged"),
    *_numbers("seconds"),
    sa.Index(None, "feed_id", "id"),
    sa.Index(None, "polled_at"),
)

sa.Table(
    "entries",
    TABLES,
    sa.Column("id", TEXT, primary_key=True),
    *_texts("feed_id", "outlet", "key"),
    sa.Column("key_hash", sa.LargeBinary(16), nullable=False),
    *_texts("link", "canonical_link", "title", "summary"),
    *_times("published_at"),
    sa.Column("date_trust", sa.Text, nullable=False),
    *_times("seen_at"),
    *_texts("content_hash"),
    *_counts("revision"),
    *_truths("alerts"),
    sa.UniqueConstraint("feed_id", "key_hash"),
    sa.Index(None, "seen_at", "id"),
    _partial("link", where="link <> ''", using="hash"),
    _partial("canonical_link", where="canonical_link <> ''", using="hash"),
)

sa.Table(
    "entry_revisions",
    TABLES,
    _to("entry_id", "entries.id"),
    *_counts("number"),
    *_texts("title", "summary", "content_hash"),
    *_times("seen_at"),
    sa.PrimaryKeyConstraint("entry_id", "number"),
)

sa.Table(
    "entry_tombstones",
    TABLES,
    *_texts("feed_id"),
    sa.Column("key_hash", sa.LargeBinary(16), nullable=False),
    *_texts("entry_id", "content_hash"),
    *_counts("revision"),
    *_times("seen_at", "published_at"),
    *_truths("alerts"),
    *_times("pruned_at"),
    sa.PrimaryKeyConstraint("feed_id", "key_hash"),
    sa.Index(None, "pruned_at"),
)

sa.Table(
    "scopes",
    TABLES,
    _to("entry_id", "entries.id"),
    *_counts("revision"),
    *_texts("rules"),
    sa.Column("questions", sa.JSON, nullable=False),
    *_times("at"),
    sa.PrimaryKeyConstraint("entry_id", "revision", "rules"),
)

sa.Table(
    "matches",
    TABLES,
    _id(),
    _to("entry_id", "entries.id"),
    *_counts("revision"),
    *_texts("rules", "question", "indicator"),
    sa.Column("direction", sa.Text, nullable=False),
    sa.Column("strength", sa.Integer, nullable=False),
    sa.Column("spans", sa.JSON, nullable=False),
    *_texts("hedge", "veto"),
    *_times("at"),
    sa.UniqueConstraint("entry_id", "revision", "rules", "question", "indicator"),
    sa.Index(None, "at", "entry_id"),
)

sa.Table(
    "stories",
    TABLES,
    sa.Column("id", TEXT, primary_key=True),
    *_texts("title"),
    *_times("started_at", "last_at"),
    sa.Index(None, "last_at"),
)

sa.Table(
    "story_members",
    TABLES,
    sa.Column("entry_id", TEXT, sa.ForeignKey("entries.id"), primary_key=True),
    _to("story_id", "stories.id"),
    *_counts("position"),
    *_texts("feed_id", "outlet", "title", "summary", "link", "canonical_link"),
    *_times("at"),
    sa.Column("relation", sa.Text, nullable=False),
    sa.Column("signature", sa.JSON, nullable=False),
    sa.Index(None, "story_id", "position"),
)

sa.Table(
    "story_links",
    TABLES,
    _id(),
    _to("entry_id", "entries.id"),
    _to("story_id", "stories.id"),
    sa.Column("relation", sa.Text, nullable=False),
    *_numbers("score"),
    *_texts("rule", "reason", "near"),
    *_times("linked_at"),
    sa.Index(None, "entry_id", "id"),
    sa.Index(None, "linked_at", "story_id"),
)

sa.Table(
    "evidence",
    TABLES,
    _id(),
    *_texts("judgment"),
    _to("story_id", "stories.id"),
    *_texts("indicator"),
    *_counts("number"),
    sa.Column("direction", sa.Text, nullable=False),
    *_counts("weight"),
    sa.Column("outlets", sa.JSON, nullable=False),
    sa.Column("entry_ids", sa.JSON, nullable=False),
    *_truths("hedged"),
    *_numbers("prior_credit", "credit", "points"),
    *_texts("title", "link"),
    *_times("first_at", "last_at", "decided_at"),
    *_texts("rules"),
    sa.UniqueConstraint("judgment", "story_id", "indicator", "number"),
    sa.Index(None, "story_id"),
    sa.Index(None, "last_at"),
)

LIVE = "state IN ('open', 'acknowledged')"

sa.Table(
    "flags",
    TABLES,
    _id(),
    *_texts("question", "brief"),
    sa.Column("state", sa.Text, nullable=False),
    *_times("opened_at", "changed_at"),
    _partial("brief", where=LIVE, unique=True, name="uq_flags_live_brief"),
    sqlite_autoincrement=True,
)

sa.Table(
    "flag_reasons",
    TABLES,
    _id(),
    sa.Column("flag_id", ID, sa.ForeignKey("flags.id"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    *_texts("judgment"),
    sa.Column("direction", sa.Text, nullable=False),
    *_texts("text"),
    sa.Column("numbers", sa.JSON, nullable=False),
    sa.Column("evidence", sa.JSON, nullable=False),
    *_truths("interrupts"),
    *_times("raised_at"),
    *_texts("rules"),
    sa.Index(None, "flag_id", "id"),
    sa.Index(None, "raised_at"),
)

sa.Table(
    "reviews",
    TABLES,
    _id(),
    sa.Column("flag_id", ID, sa.ForeignKey("flags.id"), nullable=False),
    *_texts("brief"),
    sa.Column("decision", sa.Text, nullable=False),
    *_texts("by"),
    *_times("at"),
    *_texts("note"),
    sa.Index(None, "flag_id"),
    sa.Index(None, "brief", "at"),
)

sa.Table(
    "digests",
    TABLES,
    _id(),
    *_texts("name", "slot"),
    *_truths("urgent"),
    *_times("window_from", "window_to", "composed_at"),
    *_texts("subject", "text", "html"),
    sa.Column("blocks", sa.JSON, nullable=False),
    *_texts("summary", "thread"),
    sa.UniqueConstraint("name", "slot"),
    _partial("name", "window_to", where="urgent = 0", on_postgresql="NOT urgent"),
    sqlite_autoincrement=True,
)

sa.Table(
    "deliveries",
    TABLES,
    _id(),
    sa.Column("digest_id", ID, sa.ForeignKey("digests.id"), nullable=False),
    *_texts("channel", "recipient"),
    sa.Column("key", TEXT, nullable=False, unique=True),
    sa.Column("state", sa.Text, nullable=False),
    *_counts("attempts"),
    *_times("next_at", "queued_at"),
    *_times("sent_at", nullable=True),
    *_texts("provider_id", "error", "token"),
    sa.UniqueConstraint("digest_id", "channel", "recipient"),
    sa.CheckConstraint("state <> 'sent' OR sent_at IS NOT NULL", name="sent_has_time"),
    sa.Index(None, "state", "next_at", "id"),
    sqlite_autoincrement=True,
)

sa.Table(
    "watchlist_versions",
    TABLES,
    sa.Column("version", TEXT, primary_key=True),
    *_texts("text"),
    *_times("first_at", "loaded_at"),
    sa.Index(None, "loaded_at"),
)

sa.Table(
    "app_meta",
    TABLES,
    sa.Column("key", TEXT, primary_key=True),
    *_texts("value"),
)


def upgrade() -> None:
    for table in TABLES.sorted_tables:
        op.execute(CreateTable(table))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            op.execute(CreateIndex(index))


def downgrade() -> None:
    for table in reversed(TABLES.sorted_tables):
        op.execute(DropTable(table))
