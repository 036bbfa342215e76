"""The table that entries are found by their words in, and the index either database keeps of it.

On SQLite an FTS5 table (https://www.sqlite.org/fts5.html) whose content is that table, kept by
triggers; on PostgreSQL a tsvector column with a GIN index. Words come folded and parted by
`monitor.model.search`, so no tokenizer, dictionary or locale of a database has a say.
"""

from typing import Any, Final

from sqlalchemy import DDL, Column, Dialect, ForeignKey, Index, Table, Text, event
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.types import TypeDecorator, TypeEngine

from monitor.store.columns import texts
from monitor.store.metadata import METADATA
from monitor.store.types import key_integer, text

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
# monitor.store.search_index
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
