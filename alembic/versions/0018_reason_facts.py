"""What the sentence of a reason tells besides numbers, as values: names and moments.

Revision: 0018. Imports nothing of the program. Reasons from before have none: their sentence was
stored whole, with its moments in UTC, and is read from there.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

ROWS = sa.table("flag_reasons", sa.column("facts", sa.JSON))


def upgrade() -> None:
    with op.batch_alter_table("flag_reasons") as table:
        table.add_column(sa.Column("facts", sa.JSON, nullable=True))
    op.get_bind().execute(sa.update(ROWS).values(facts=[]))
    with op.batch_alter_table("flag_reasons") as table:
        table.alter_column("facts", existing_type=sa.JSON(), nullable=False)


def downgrade() -> None:
    conn = op.get_bind()
    rows = sa.table(
        "flag_reasons",
        *(sa.column(name) for name in ("id", "text", "about")),
        sa.column("facts", sa.JSON),
    )
    # the program before shows `text` alone: what the facts say is better than nothing
    for number, about, facts in conn.execute(
        sa.select(rows.c.id, rows.c.about, rows.c.facts).where(rows.c.text == "")
    ).all():
        said = "; ".join([about, *(f"{name.replace('_', ' ')} {value}" for name, value in facts)])
        conn.execute(sa.update(rows).where(rows.c.id == number).values(text=said))
    with op.batch_alter_table("flag_reasons") as table:
        table.drop_column("facts")
