"""How feeds are doing: their health, gaps, moves, what their servers ask for, and leases.

Revision: 0004. Imports nothing of the program.
"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import CreateIndex, CreateTable

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")

TABLES = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, TEXT, nullable=False) for name in names]


def _count(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer, nullable=False) for name in names]


def _moment(*names: str, nullable: bool = False) -> list[sa.Column[datetime]]:
    return [sa.Column(name, MOMENT, nullable=nullable) for name in names]


def _word(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _numbered() -> sa.Column[int]:
    return sa.Column("id", ID, primary_key=True)


FEEDS = sa.Table(
    "feeds",
    TABLES,
    sa.Column("id", TEXT, primary_key=True),
    *_text("url", "outlet"),
    sa.Column("configured", sa.Boolean, nullable=False),
    *_moment("next_poll_at"),
    *_text("location", "moving_to"),
    *_moment("moving_since", nullable=True),
    *_count("moving_count"),
    *_text("same_as"),
    *_text("etag", "last_modified", "validators_url", "body_hash"),
    *_moment("polled_at", "ok_at", "first_ok_at", "read_at", nullable=True),
    *_count("fail_count"),
    *_text("error_code", "error_text"),
    sa.Column("gone", sa.Boolean, nullable=False),
    _word("health"),
    *_moment("health_at", "retry_at", nullable=True),
    sa.Column("ttl_seconds", sa.Double, nullable=False),
    sa.Column("skip_hours", sa.JSON, nullable=False),
    sa.Column("skip_days", sa.JSON, nullable=False),
    *_count("entry_count"),
    *_moment("new_at", "stale_at", nullable=True),
    *_count("halvings"),
    *_moment("overrun_at", nullable=True),
    *_text("lease"),
    *_moment("leased_until", nullable=True),
    sa.Index(
        None,
        "next_poll_at",
        "id",
        sqlite_where=sa.text("configured = 1"),
        postgresql_where=sa.text("configured"),
    ),
)

NEW = (
    sa.Table(
        "feed_notices",
        TABLES,
        _numbered(),
        *_moment("at"),
        _word("kind"),
        *_text("feed_id", "outlet"),
        _word("before"),
        _word("after"),
        *_text("text"),
        sa.Index(None, "at"),
    ),
    sa.Table(
        "feed_gaps",
        TABLES,
        _numbered(),
        *_text("feed_id"),
        _word("kind"),
        *_moment("started_at"),
        *_moment("ended_at", nullable=True),
        sa.Column("made_good", sa.Boolean, nullable=False),
        sa.Index(None, "feed_id", "ended_at"),
        sa.Index(None, "ended_at"),
    ),
    sa.Table(
        "feed_moves",
        TABLES,
        _numbered(),
        sa.Column("feed_id", TEXT, sa.ForeignKey("feeds.id"), nullable=False),
        *_moment("at"),
        *_text("before", "after"),
        sa.Index(None, "feed_id", "id"),
    ),
    sa.Table(
        "robots",
        TABLES,
        sa.Column("origin", TEXT, primary_key=True),
        *_moment("fetched_at"),
        *_count("status"),
        *_text("text"),
    ),
)

# What the columns that an older feeds table lacks hold at first, as SQL.
FIRST = {
    "location": "''",
    "moving_to": "''",
    "moving_count": "0",
    "same_as": "''",
    "validators_url": "url",
    "first_ok_at": "ok_at",
    "read_at": "ok_at",
    "health": (
        "CASE WHEN gone THEN 'gone' WHEN fail_count >= 3 THEN 'down'"
        " WHEN fail_count > 0 THEN 'degraded' WHEN ok_at IS NULL THEN 'new' ELSE 'ok' END"
    ),
    "ttl_seconds": "0",
    "skip_hours": "'[]'",
    "skip_days": "'[]'",
    "halvings": "0",
    "lease": "''",
}


def upgrade() -> None:
    conn = op.get_bind()
    if conn.dialect.name == "sqlite":
        _rebuild(conn)
    else:
        _extend(conn)
    for table in NEW:
        conn.execute(CreateTable(table))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            conn.execute(CreateIndex(index))


def _rebuild(conn: sa.Connection) -> None:
    """SQLite keeps a table's text as written; a new one reads as if it had always been so."""
    old = [column["name"] for column in sa.inspect(conn).get_columns("feeds")]
    names = [*old, *FIRST]
    values = [*old, *FIRST.values()]
    conn.execute(sa.text("CREATE TABLE feeds_before AS SELECT * FROM feeds"))
    conn.execute(sa.text("DROP TABLE feeds"))
    conn.execute(CreateTable(FEEDS))
    conn.execute(
        sa.text(
            f"INSERT INTO feeds ({', '.join(names)})"  # noqa: S608 — names of our own
            f" SELECT {', '.join(values)} FROM feeds_before"
        )
    )
    conn.execute(sa.text("DROP TABLE feeds_before"))
    for index in FEEDS.indexes:
        conn.execute(CreateIndex(index))


def _extend(conn: sa.Connection) -> None:
    old = {column["name"] for column in sa.inspect(conn).get_columns("feeds")}
    for column in FEEDS.columns:
        if column.name not in old:
            op.add_column("feeds", sa.Column(column.name, column.type, nullable=True))
    values = ", ".join(
        f"{name} = ({value})" if name not in {"skip_hours", "skip_days"} else f"{name} = {value}"
        for name, value in FIRST.items()
    )
    conn.execute(sa.text(f"UPDATE feeds SET {values}"))  # noqa: S608 — names of our own
    for column in FEEDS.columns:
        if column.name not in old and not column.nullable:
            op.alter_column("feeds", column.name, nullable=False)


def downgrade() -> None:
    for table in reversed(NEW):
        op.drop_table(table.name)
    old = ("location moving_to moving_since moving_count same_as validators_url first_ok_at read_at"
           " health health_at retry_at ttl_seconds skip_hours skip_days new_at stale_at halvings"
           " overrun_at lease leased_until")  # fmt: skip
    for name in old.split():
        op.drop_column("feeds", name)
