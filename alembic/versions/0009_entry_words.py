"""Words of entries, to search by; what is stored already is indexed here.

Revision: 0009. Imports nothing of the program.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(TSVECTOR(), "postgresql")

BATCH = 5_000
A_SECOND = 100_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

NEXT = sa.text(
    "SELECT id, feed_id, outlet, title, summary, seen_at FROM entries"
    " WHERE (seen_at, id) > (:at, :id) ORDER BY seen_at, id LIMIT :most"
)
FIRST = sa.text(
    "SELECT id, feed_id, outlet, title, summary, seen_at FROM entries"
    " ORDER BY seen_at, id LIMIT :most"
)

FTS = "entry_words_fts"
FORGET = f"INSERT INTO {FTS} ({FTS}, rowid, words) VALUES ('delete', old.number, old.words)"  # noqa: S608  # names of our own
LEARN = f"INSERT INTO {FTS} (rowid, words) VALUES (new.number, new.words)"  # noqa: S608  # names of our own
INDEXED = (
    f"CREATE VIRTUAL TABLE {FTS} USING fts5("
    "words, content='entry_words', content_rowid='number', columnsize=0, tokenize='ascii')",
    f"INSERT INTO {FTS} ({FTS}) VALUES ('rebuild')",  # noqa: S608  # names of our own
    f"CREATE TRIGGER entry_words_insert AFTER INSERT ON entry_words BEGIN {LEARN}; END",
    f"CREATE TRIGGER entry_words_delete AFTER DELETE ON entry_words BEGIN {FORGET}; END",
    f"CREATE TRIGGER entry_words_update AFTER UPDATE ON entry_words BEGIN {FORGET}; {LEARN}; END",
)


def upgrade() -> None:
    table = op.create_table(
        "entry_words",
        sa.Column("number", NUMBER, nullable=False, autoincrement=False),
        sa.Column("entry_id", TEXT, nullable=False),
        sa.Column("feed_id", TEXT, nullable=False),
        sa.Column("outlet", TEXT, nullable=False),
        sa.Column("words", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_entry_words"),
        sa.UniqueConstraint("entry_id", name="uq_entry_words_entry_id"),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name="fk_entry_words_entry_id"),
    )
    conn = op.get_bind()
    for rows in _numbered(conn):
        conn.execute(table.insert(), rows)
    op.create_index("ix_entry_words_feed_id_number", "entry_words", ["feed_id", "number"])
    op.create_index("ix_entry_words_outlet_number", "entry_words", ["outlet", "number"])
    if conn.dialect.name == "sqlite":
        for statement in INDEXED:
            conn.exec_driver_sql(statement)
    else:
        op.create_index("ix_entry_words_words", "entry_words", ["words"], postgresql_using="gin")


def _numbered(conn: sa.Connection) -> Iterator[list[dict[str, Any]]]:
    """The rows of all entries in order of time, each second's numbers from its first on."""
    written = _text if conn.dialect.name == "sqlite" else _vector
    number = 0
    batch = conn.execute(FIRST, {"most": BATCH}).all()
    while batch:
        rows = []
        for entry in batch:
            number = max(number + 1, _second(entry.seen_at) * A_SECOND)
            found = written([*_words(entry.title), "000bound000", *_words(entry.summary)][:10_000])
            rows.append(
                {
                    "number": number,
                    "entry_id": entry.id,
                    "feed_id": entry.feed_id,
                    "outlet": entry.outlet,
                    "words": found,
                }
            )
        yield rows
        last = {"at": batch[-1].seen_at, "id": batch[-1].id, "most": BATCH}
        batch = conn.execute(NEXT, last).all()


def _second(at: datetime | str) -> int:
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return (moment - EPOCH) // timedelta(seconds=1)


def _text(words: list[str]) -> str:
    return " ".join(words)


def _vector(words: list[str]) -> str:
    return " ".join(f"'{word}':{place}" for place, word in enumerate(words, 1))


# as monitor.model.search parts and folds words at this revision

ALONE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003ffff"
)
MARKS = "\u0300-\u036f\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a"
WORD = re.compile(rf"[{ALONE}]|(?:[^\W_{ALONE}][{MARKS}]*)+")


def _words(text: str) -> list[str]:
    return [word for part in WORD.findall(text) if (word := _folded(part))][:10_000]


@lru_cache(maxsize=1 << 16)
def _folded(word: str) -> str:
    if word.isascii():
        return word.lower()[:60]
    apart = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(c for c in apart if not unicodedata.combining(c))
    whole = unicodedata.normalize("NFKC", plain).casefold()
    return "".join(c for c in whole if c.isalnum())[:60]


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TABLE {FTS}")
    op.drop_table("entry_words")
