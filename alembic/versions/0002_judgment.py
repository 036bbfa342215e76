"""Reasons say what they are about and why they wait; reviews say more; what time decides.

Revision: 0002. Imports nothing of the program. Three tables gain columns in the middle or lose a
key, so they are made anew and filled: that is the one way that both databases spell alike.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import CreateIndex, CreateTable, DropTable

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
AT_ONCE = 500

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}
TABLES = sa.MetaData(naming_convention=NAMES)


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


def _json(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON, nullable=False)


def _id() -> sa.Column[int]:
    return sa.Column("id", ID, primary_key=True)


def _to(name: str, target: str, kind: Any = TEXT) -> sa.Column[Any]:
    return sa.Column(name, kind, sa.ForeignKey(target), nullable=False)


# only so that keys can refer to them
sa.Table("flags", TABLES, _id())
sa.Table("entries", TABLES, sa.Column("id", TEXT, primary_key=True))

evidence = sa.Table(
    "evidence",
    TABLES,
    _id(),
    *_texts("judgment", "story_id", "indicator"),
    *_counts("number"),
    sa.Column("direction", sa.Text, nullable=False),
    *_counts("weight"),
    _json("outlets"),
    _json("entry_ids"),
    *_truths("hedged"),
    *_numbers("prior_credit", "credit", "points"),
    *_texts("title", "link"),
    *_times("first_at", "last_at", "decided_at"),
    *_texts("rules"),
    sa.UniqueConstraint("judgment", "story_id", "indicator", "number"),
    sa.Index(None, "story_id"),
    sa.Index(None, "last_at"),
)

flag_reasons = sa.Table(
    "flag_reasons",
    TABLES,
    _id(),
    _to("flag_id", "flags.id", ID),
    sa.Column("kind", sa.Text, nullable=False),
    *_texts("judgment", "about"),
    sa.Column("direction", sa.Text, nullable=False),
    *_texts("text"),
    _json("numbers"),
    _json("evidence"),
    *_truths("interrupts"),
    *_texts("held"),
    *_times("raised_at"),
    *_texts("rules"),
    sa.Index(None, "flag_id", "id"),
    sa.Index(None, "raised_at"),
)

reviews = sa.Table(
    "reviews",
    TABLES,
    _id(),
    _to("flag_id", "flags.id", ID),
    *_texts("brief"),
    sa.Column("decision", sa.Text, nullable=False),
    *_texts("by"),
    *_times("at"),
    *_texts("note", "likelihood", "indicator"),
    _json("assumptions"),
    _json("ledger"),
    *_times("until", nullable=True),
    sa.Index(None, "flag_id"),
    sa.Index(None, "brief", "at"),
)

resolutions = sa.Table(
    "resolutions",
    TABLES,
    _id(),
    *_texts("question"),
    sa.Column("answer", sa.Text, nullable=False),
    *_texts("by"),
    *_times("at"),
    *_texts("note"),
    sa.Index(None, "question", "id"),
)

indicators = sa.Table(
    "indicators",
    TABLES,
    *_texts("question", "name", "definition"),
    *_times("first_at", "edited_at", "alerts_from"),
    sa.PrimaryKeyConstraint("question", "name"),
)

citation_snapshots = sa.Table(
    "citation_snapshots",
    TABLES,
    _id(),
    *_texts("brief", "citation"),
    _to("entry_id", "entries.id"),
    *_counts("revision"),
    *_texts("title", "summary", "link"),
    _json("indicators"),
    *_texts("found_by"),
    *_times("seen_at", "taken_at"),
    sa.UniqueConstraint("brief", "citation", "entry_id", "revision"),
    sa.Index(None, "entry_id"),
    sa.Index(None, "taken_at"),
)

NEW = (resolutions, indicators, citation_snapshots)
ADDED: Mapping[str, Mapping[str, Any]] = {
    "evidence": {},
    "flag_reasons": {"about": "", "held": ""},
    "reviews": {"likelihood": "", "indicator": "", "assumptions": [], "ledger": []},
}


def upgrade() -> None:
    for table in (evidence, reviews, flag_reasons):
        _rebuild(table, ADDED[table.name])
    for table in NEW:
        _create(table)


def _create(table: sa.Table) -> None:
    op.execute(CreateTable(table))
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        op.execute(CreateIndex(index))


def _rebuild(table: sa.Table, added: Mapping[str, Any]) -> None:
    """The table as it now is, with its rows; new columns take the values of `added`."""
    conn = op.get_bind()
    kept = [column for column in table.c if column.name not in added and column.name != "until"]
    held = conn.execute(sa.select(*kept).order_by(table.c.id)).mappings().all()
    op.execute(DropTable(table))
    _create(table)
    rows = [dict(row) | added for row in held]
    if table is flag_reasons:
        rows = list(_numbered(conn, rows))
    for start in range(0, len(rows), AT_ONCE):
        conn.execute(sa.insert(table), rows[start : start + AT_ONCE])
    if rows and conn.dialect.name == "postgresql":
        sequence = sa.func.pg_get_serial_sequence(table.name, "id")
        conn.execute(sa.select(sa.func.setval(sequence, rows[-1]["id"])))


def _numbered(conn: sa.Connection, rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Reasons with the evidence they name given the number of the row that stood then."""
    c = evidence.c
    for row in rows:
        refs = []
        for judgment, story, indicator in row["evidence"]:
            own = (c.judgment == judgment, c.story_id == story, c.indicator == indicator)
            newest = sa.select(sa.func.max(c.number)).where(*own, c.decided_at <= row["raised_at"])
            refs.append([judgment, story, indicator, conn.scalar(newest) or 1])
        yield row | {"evidence": refs}


def downgrade() -> None:
    raise NotImplementedError("restore the copy that was made before the upgrade")
