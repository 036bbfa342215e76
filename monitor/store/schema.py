"""The tables, as the code of today sees them; how a database gets there is alembic's business.

Columns are named as the fields of monitor/model, so that a row is a value. A rule that the database
can hold is a key or an index here, not a promise in code. Must never be imported by a migration.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    DDL,
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    event,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.types import TypeDecorator, TypeEngine

from monitor.model.access import Role, Via
from monitor.model.deliveries import DeliveryState
from monitor.model.entries import DateTrust
from monitor.model.feeds import FeedHealth, GapKind, NoticeKind
from monitor.model.flags import FlagKind, FlagState
from monitor.model.questions import Direction, QuestionAnswer, Strength
from monitor.model.stories import DecisionKind, Relation, StandingKind
from monitor.store.types import EnumText, TextSet, Tuples, UTCDateTime, key_integer, text

# The one collection of tables, and how their keys and indexes are called.

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


# Column and index definitions that the tables share, so that a table reads as a list of names.
# Every column is NOT NULL unless it is a time that may not have come yet.


def partial(
    *columns: str,
    where: str,
    on_postgresql: str | None = None,
    name: str | None = None,
    unique: bool = False,
    using: str | None = None,
) -> Index:
    """An index of the rows that meet a condition; both databases have them."""
    return Index(
        name,
        *columns,
        unique=unique,
        sqlite_where=sql(where),
        postgresql_where=sql(on_postgresql or where),
        postgresql_using=using,
    )


def numbered() -> Column[int]:
    """An id that the database gives out."""
    return Column("id", key_integer(), primary_key=True)


def refers(name: str, target: str) -> Column[str]:
    """A text that must be an id of another table, "table.column"."""
    return Column(name, text(), ForeignKey(target), nullable=False)


def texts(*names: str) -> list[Column[str]]:
    return [Column(name, text(), nullable=False) for name in names]


def counts(*names: str) -> list[Column[int]]:
    return [Column(name, Integer, nullable=False) for name in names]


def numbers(*names: str) -> list[Column[float]]:
    return [Column(name, Double, nullable=False) for name in names]


def truths(*names: str) -> list[Column[bool]]:
    return [Column(name, Boolean, nullable=False) for name in names]


def times(*names: str, nullable: bool = False) -> list[Column[datetime]]:
    return [Column(name, UTCDateTime, nullable=nullable) for name in names]


# Facts about the database as a whole: its watchlists and since when, and who works on it.

watchlist_versions = Table(
    "watchlist_versions",
    METADATA,
    Column("version", text(), primary_key=True),
    *texts("text"),
    *times("first_at", "loaded_at"),
    Index(None, "loaded_at"),
)

app_meta = Table(
    "app_meta",
    METADATA,
    Column("key", text(), primary_key=True),
    *texts("value"),
)

# processes that share a PostgreSQL database; a lease begins with its worker's token
workers = Table(
    "workers",
    METADATA,
    Column("token", text(), primary_key=True),
    *texts("role", "host"),
    *times("started_at", "beat_at"),
)


# Feeds: what is remembered of each, its polls, and what operators are told.

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
    # what its last document was made of, as feeds.incremental packs it
    Column("items", LargeBinary, nullable=False),
    Column("told", EnumText(FeedHealth), nullable=False),
    *times("told_at", nullable=True),
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


# Entries with their revisions, the marks of pruned ones, and what they hit.

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


# The table that entries are found by their words in, and the index either database keeps of it.
#
# On SQLite an FTS5 table (https://www.sqlite.org/fts5.html) whose content is that table, kept by
# triggers; on PostgreSQL a tsvector column with a GIN index. Words come folded and parted by
# `monitor.model.search`, so no tokenizer, dictionary or locale of a database has a say.

FTS: Final = "entry_words_fts"
"""The FTS5 table; what it keeps its own data in is called the same with an ending."""


class SearchWords(TypeDecorator[tuple[str, ...]]):
    """Words in order: a text on SQLite, a tsvector with their places on PostgreSQL. Write only."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return TSVECTOR() if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> Any:
        if value is None or dialect.name != "postgresql":
            return None if value is None else " ".join(value)
        return " ".join(f"'{word}':{place}" for place, word in enumerate(value, 1))


# number: the second an entry was first seen and its place in it, so that newer is higher; see
# monitor.store.search
entry_words = Table(
    "entry_words",
    METADATA,
    Column("number", key_integer(), primary_key=True, autoincrement=False),
    Column("entry_id", text(), ForeignKey("entries.id"), nullable=False, unique=True),
    *texts("feed_id", "outlet"),
    Column("words", SearchWords, nullable=False),
    Index(None, "feed_id", "number"),
    Index(None, "outlet", "number"),
)

# names of our own
_FORGET: Final = f"INSERT INTO {FTS} ({FTS}, rowid, words) VALUES ('delete', old.number, old.words)"  # noqa: S608
_LEARN: Final = f"INSERT INTO {FTS} (rowid, words) VALUES (new.number, new.words)"  # noqa: S608

INDEXED: Final = (
    f"CREATE VIRTUAL TABLE {FTS} USING fts5("
    "words, content='entry_words', content_rowid='number', columnsize=0, tokenize='ascii')",
    f"CREATE TRIGGER entry_words_insert AFTER INSERT ON entry_words BEGIN {_LEARN}; END",
    f"CREATE TRIGGER entry_words_delete AFTER DELETE ON entry_words BEGIN {_FORGET}; END",
    f"CREATE TRIGGER entry_words_update AFTER UPDATE ON entry_words BEGIN {_FORGET}; {_LEARN}; END",
)
"""What SQLite keeps the index with."""

for _dialect, _statement in (
    *(("sqlite", statement) for statement in INDEXED),
    ("postgresql", "CREATE INDEX ix_entry_words_words ON entry_words USING gin (words)"),
):
    _made: Any = DDL(_statement)  # type: ignore[no-untyped-call]  # the library's
    event.listen(entry_words, "after_create", _made.execute_if(dialect=_dialect))


# Stories: who is in them and why, and where their members are found.

stories = Table(
    "stories",
    METADATA,
    Column("id", text(), primary_key=True),
    *texts("title"),
    *times("started_at", "last_at"),
    Index(None, "last_at"),
)

story_members = Table(
    "story_members",
    METADATA,
    Column("entry_id", text(), ForeignKey("entries.id"), primary_key=True),
    refers("story_id", "stories.id"),
    *counts("position"),
    *texts("feed_id", "outlet", "title", "summary", "link", "canonical_link"),
    *times("at"),
    Column("relation", EnumText(Relation), nullable=False),
    Column("signature", TextSet, nullable=False),
    Index(None, "story_id", "position"),
)

story_links = Table(
    "story_links",
    METADATA,
    numbered(),
    refers("entry_id", "entries.id"),
    refers("story_id", "stories.id"),
    Column("relation", EnumText(Relation), nullable=False),
    *numbers("score"),
    *texts("rule", "reason", "near"),
    *times("linked_at"),
    Index(None, "entry_id", "id"),
    Index(None, "linked_at", "story_id"),
)

# where members of stories are found; rows outlive their window by hours, and their entry never.
# No reference to entries: without an index by entry, dropping an entry would read this whole table
story_postings = Table(
    "story_postings",
    METADATA,
    *texts("key"),
    *times("at"),
    *texts("entry_id"),
    PrimaryKeyConstraint("key", "at", "entry_id"),
    Index(None, "at"),
    sqlite_with_rowid=False,
)

# in how many grouped entries a word was found: ever, on `day` (counted from 0001-01-01, UTC) and on
# the day before; the row of the empty word counts the entries
words = Table(
    "words",
    METADATA,
    Column("word", text(), primary_key=True),
    *counts("entries", "day", "today", "before"),
    sqlite_with_rowid=False,
)

# what was counted and is not yet added to `words`, a row for each poll: in how many of its entries
# each word was found
word_notes = Table(
    "word_notes",
    METADATA,
    numbered(),
    *counts("day"),
    Column("found", JSON, nullable=False),
)

story_decisions = Table(
    "story_decisions",
    METADATA,
    numbered(),
    Column("kind", EnumText(DecisionKind), nullable=False),
    Column("entries", Tuples, nullable=False),
    Column("others", Tuples, nullable=False),
    *texts("by"),
    *times("at"),
    *texts("note"),
)


# What news says of judgments: evidence, flags, answers, cited articles.

# story_id refers to no row of stories: an expectation that did not come true has no story
evidence = Table(
    "evidence",
    METADATA,
    numbered(),
    *texts("judgment", "story_id", "indicator"),
    *counts("number"),
    Column("direction", EnumText(Direction), nullable=False),
    *counts("weight"),
    Column("outlets", Tuples, nullable=False),
    Column("entry_ids", Tuples, nullable=False),
    *truths("hedged"),
    *numbers("prior_credit", "credit", "points"),
    *texts("title", "link"),
    *times("first_at", "last_at", "decided_at"),
    *texts("rules"),
    *counts("sources"),
    *texts("origin"),
    Column("standing", EnumText(StandingKind), nullable=False),
    *counts("digit"),
    UniqueConstraint("judgment", "story_id", "indicator", "number"),
    Index(None, "story_id"),
    Index(None, "last_at"),
)

exclusions = Table(
    "exclusions",
    METADATA,
    numbered(),
    *texts("judgment", "indicator"),
    Column("entries", Tuples, nullable=False),
    *truths("counts"),
    *texts("by"),
    *times("at"),
    *texts("note"),
)

LIVE = "state IN ('open', 'acknowledged')"

# slots and messages name flags and digests for ever, so their numbers are never given out twice
flags = Table(
    "flags",
    METADATA,
    numbered(),
    *texts("question", "brief"),
    Column("state", EnumText(FlagState), nullable=False),
    *times("opened_at", "changed_at"),
    partial("brief", where=LIVE, unique=True, name="uq_flags_live_brief"),
    Index(None, "brief", "id"),
    Index(None, "question", "id"),
    sqlite_autoincrement=True,
)

flag_reasons = Table(
    "flag_reasons",
    METADATA,
    numbered(),
    Column("flag_id", key_integer(), ForeignKey("flags.id"), nullable=False),
    Column("kind", EnumText(FlagKind), nullable=False),
    *texts("judgment", "about"),
    Column("direction", EnumText(Direction), nullable=False),
    *texts("text"),
    Column("numbers", Tuples(depth=2), nullable=False),
    Column("evidence", Tuples(depth=2), nullable=False),
    *truths("interrupts"),
    *texts("held"),
    *times("raised_at"),
    *texts("rules"),
    Column("facts", Tuples(depth=2), nullable=False),
    Index(None, "flag_id", "id"),
    Index(None, "raised_at"),
)

reviews = Table(
    "reviews",
    METADATA,
    numbered(),
    Column("flag_id", key_integer(), ForeignKey("flags.id"), nullable=False),
    *texts("brief"),
    Column("decision", EnumText(FlagState), nullable=False),
    *texts("by"),
    *times("at"),
    *texts("note", "likelihood", "indicator"),
    Column("assumptions", Tuples(depth=2), nullable=False),
    Column("ledger", Tuples(depth=2), nullable=False),
    *times("until", nullable=True),
    Index(None, "flag_id"),
    Index(None, "brief", "at"),
)

resolutions = Table(
    "resolutions",
    METADATA,
    numbered(),
    *texts("question"),
    Column("answer", EnumText(QuestionAnswer), nullable=False),
    *texts("by"),
    *times("at"),
    *texts("note"),
    Index(None, "question", "id"),
)

indicators = Table(
    "indicators",
    METADATA,
    *texts("question", "name", "definition"),
    *times("first_at", "edited_at", "alerts_from"),
    PrimaryKeyConstraint("question", "name"),
)

citation_snapshots = Table(
    "citation_snapshots",
    METADATA,
    numbered(),
    *texts("brief", "citation"),
    refers("entry_id", "entries.id"),
    *counts("revision"),
    *texts("title", "summary", "link"),
    Column("indicators", Tuples(depth=2), nullable=False),
    *texts("found_by"),
    *times("seen_at", "taken_at"),
    UniqueConstraint("brief", "citation", "entry_id", "revision"),
    Index(None, "entry_id"),
    Index(None, "taken_at"),
)


# Digests as they were rendered, and the outbox.

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


# Who may see the page, and who did what.

people = Table(
    "people",
    METADATA,
    Column("name", text(), primary_key=True),
    Column("role", EnumText(Role), nullable=False),
    *texts("password_hash"),
    *truths("disabled"),
    *times("created_at"),
)

# what the cookie or the token holds is a secret: here stands its SHA-256
sessions = Table(
    "sessions",
    METADATA,
    Column("secret_hash", LargeBinary(32), primary_key=True),
    refers("person", "people.name"),
    *times("opened_at", "expires_at"),
    Index(None, "person"),
    Index(None, "expires_at"),
)

tokens = Table(
    "tokens",
    METADATA,
    numbered(),
    *texts("name"),
    Column("secret_hash", LargeBinary(32), nullable=False, unique=True),
    Column("scopes", Tuples, nullable=False),
    *texts("created_by"),
    *times("created_at"),
    *times("expires_at", "used_at", "revoked_at", nullable=True),
    sqlite_autoincrement=True,
)

# of the last minutes alone; a try that opened the door is taken back
login_tries = Table(
    "login_tries",
    METADATA,
    numbered(),
    *times("at"),
    *texts("subject", "address"),
    Index(None, "subject", "at"),
    Index(None, "address", "at"),
    Index(None, "at"),
    sqlite_autoincrement=True,
)

deeds = Table(
    "deeds",
    METADATA,
    numbered(),
    *times("at"),
    *texts("actor"),
    Column("via", EnumText(Via), nullable=False),
    *texts("action", "subject", "detail", "address"),
    Index(None, "action", "at"),
    Index(None, "subject", "id"),
    sqlite_autoincrement=True,
)
