"""Entries remember which other one they superseded under the same guid.

Revision: 0008. Imports nothing of the program.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import CreateIndex, CreateTable

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")

TABLES = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, TEXT, nullable=False) for name in names]


def _filled(column: str, using: str | None = None) -> sa.Index:
    where = sa.text(f"{column} <> ''")
    return sa.Index(
        None, column, sqlite_where=where, postgresql_where=where, postgresql_using=using
    )


ENTRIES = sa.Table(
    "entries",
    TABLES,
    sa.Column("id", TEXT, primary_key=True),
    *_text("feed_id", "outlet", "key"),
    sa.Column("key_hash", sa.LargeBinary(16), nullable=False),
    *_text("link", "canonical_link", "title", "summary"),
    sa.Column("published_at", MOMENT, nullable=False),
    sa.Column("date_trust", sa.Text, nullable=False),
    sa.Column("seen_at", MOMENT, nullable=False),
    *_text("content_hash"),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("alerts", sa.Boolean, nullable=False),
    *_text("supersedes"),
    sa.UniqueConstraint("feed_id", "key_hash"),
    sa.Index(None, "seen_at", "id"),
    _filled("link", using="hash"),
    _filled("canonical_link", using="hash"),
    _filled("supersedes"),
)


def upgrade() -> None:
    conn = op.get_bind()
    if conn.dialect.name == "sqlite":
        _rebuild(conn)
        return
    op.add_column("entries", sa.Column("supersedes", TEXT, nullable=False, server_default=""))
    op.alter_column("entries", "supersedes", server_default=None)
    (index,) = (i for i in ENTRIES.indexes if i.name == "ix_entries_supersedes")
    conn.execute(CreateIndex(index))


def _rebuild(conn: sa.Connection) -> None:
    """SQLite keeps a table's text as written; a new one reads as if it had always been so."""
    names = ", ".join(c.name for c in ENTRIES.columns if c.name != "supersedes")
    conn.execute(sa.text("CREATE TABLE entries_before AS SELECT * FROM entries"))
    conn.execute(sa.text("DROP TABLE entries"))
    conn.execute(CreateTable(ENTRIES))
    conn.execute(
        sa.text(
            f"INSERT INTO entries ({names}, supersedes)"  # noqa: S608  # names of our own
            f" SELECT {names}, '' FROM entries_before"
        )
    )
    conn.execute(sa.text("DROP TABLE entries_before"))
    for index in sorted(ENTRIES.indexes, key=lambda index: str(index.name)):
        conn.execute(CreateIndex(index))


def downgrade() -> None:
    op.drop_index("ix_entries_supersedes", "entries")
    op.drop_column("entries", "supersedes")
