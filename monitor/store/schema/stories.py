"""Stories: who is in them and why, and where their members are found."""

from sqlalchemy import JSON, Column, ForeignKey, Index, PrimaryKeyConstraint, Table

from monitor.model.stories import DecisionKind, Relation
from monitor.store.columns import counts, numbered, numbers, refers, texts, times
from monitor.store.metadata import METADATA
from monitor.store.types import EnumText, TextSet, Tuples, text

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
