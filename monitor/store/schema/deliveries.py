"""Digests as they were rendered, and the outbox."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)

from monitor.model.deliveries import DeliveryState
from monitor.store.columns import counts, numbered, partial, texts, times, truths
from monitor.store.metadata import METADATA
from monitor.store.types import EnumText, Tuples, key_integer, text

digests = Table(
    "digests",
    METADATA,
    numbered(),
    *texts("name", "slot"),
    *truths("urgent"),
    *times("window_from", "window_to", "composed_at"),
    *texts("subject", "text", "html"),
    Column("blocks", Tuples, nullable=False),
    *texts("summary", "thread"),
    UniqueConstraint("name", "slot"),
    partial("name", "window_to", where="urgent = 0", on_postgresql="NOT urgent"),
    sqlite_autoincrement=True,
)

digest_pictures = Table(
    "digest_pictures",
    METADATA,
    Column("digest_id", key_integer(), ForeignKey("digests.id"), nullable=False),
    *texts("name", "alt"),
    Column("png", LargeBinary, nullable=False),
    PrimaryKeyConstraint("digest_id", "name"),
)

# by number, since two may begin at the same character
answer_links = Table(
    "answer_links",
    METADATA,
    Column("digest_id", key_integer(), ForeignKey("digests.id"), nullable=False),
    *counts("number"),
    *texts("part"),
    *counts("start", "stop"),
    Column("flag_id", key_integer(), nullable=False),
    *texts("answer"),
    PrimaryKeyConstraint("digest_id", "number"),
)

# `next_at` of a row that is being sent is the end of its lease
deliveries = Table(
    "deliveries",
    METADATA,
    numbered(),
    Column("digest_id", key_integer(), ForeignKey("digests.id"), nullable=False),
    *texts("channel", "recipient"),
    Column("key", text(), nullable=False, unique=True),
    Column("state", EnumText(DeliveryState), nullable=False),
    *counts("attempts"),
    *times("next_at", "queued_at"),
    *times("sent_at", nullable=True),
    *texts("provider_id", "error", "token"),
    UniqueConstraint("digest_id", "channel", "recipient"),
    CheckConstraint("state <> 'sent' OR sent_at IS NOT NULL", name="sent_has_time"),
    Index(None, "state", "next_at", "id"),
    sqlite_autoincrement=True,
)
