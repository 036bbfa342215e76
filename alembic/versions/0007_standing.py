"""What evidence rests on; and what people decided about the grouping of entries into stories.

Revision: 0007. Imports nothing of the program. Rows from before count every outlet as a source, as
they did when they were written: their points stay what they were.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
ROWS = sa.table(
    "evidence",
    sa.column("id", sa.BigInteger),
    sa.column("outlets", sa.JSON),
    sa.column("hedged", sa.Boolean),
    sa.column("sources", sa.Integer),
    sa.column("origin", sa.Text),
    sa.column("standing", sa.Text),
    sa.column("digit", sa.Integer),
)
COLUMNS = {
    "sources": sa.Integer(),
    "origin": TEXT,
    "standing": sa.Text(),
    "digit": sa.Integer(),
}
RUN = 500  # rows at a time


def upgrade() -> None:
    op.create_table(
        "story_decisions",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("entries", sa.JSON, nullable=False),
        sa.Column("others", sa.JSON, nullable=False),
        sa.Column("by", TEXT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("note", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_story_decisions"),
    )
    with op.batch_alter_table("evidence") as table:
        for name, kind in COLUMNS.items():
            table.add_column(sa.Column(name, kind, nullable=True))
    _fill(op.get_bind())
    with op.batch_alter_table("evidence") as table:
        for name, kind in COLUMNS.items():
            table.alter_column(name, existing_type=kind, nullable=False)


def _fill(conn: sa.Connection) -> None:
    last = -1
    while True:
        chosen = sa.select(ROWS.c.id, ROWS.c.outlets, ROWS.c.hedged).where(ROWS.c.id > last)
        rows = conn.execute(chosen.order_by(ROWS.c.id).limit(RUN)).all()
        if not rows:
            return
        for number, outlets, hedged in rows:
            sources = len(outlets)
            values = {
                "sources": sources,
                "origin": "",
                "standing": "corroborated" if sources > 1 else "single source",
                "digit": _digit(sources, hedged=hedged),
            }
            conn.execute(sa.update(ROWS).where(ROWS.c.id == number).values(values))
        last = rows[-1][0]


def _digit(sources: int, *, hedged: bool) -> int:
    if not sources:
        return 6
    return 3 if hedged else max(1, 4 - sources)


def downgrade() -> None:
    op.drop_table("story_decisions")
    with op.batch_alter_table("evidence") as table:
        for name in COLUMNS:
            table.drop_column(name)
