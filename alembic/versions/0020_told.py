"""What people were last told of each feed's health, so that one that fails on and off is told once.

Revision: 0020. Imports nothing of the program. Until now each change was told, so people know what
a feed is; since when they do is left open, and nothing counts as a relapse.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")


def upgrade() -> None:
    feeds = sa.table("feeds", *(sa.column(n) for n in ("told", "health")))
    with op.batch_alter_table("feeds") as table:
        table.add_column(sa.Column("told", sa.Text, nullable=True))
        table.add_column(sa.Column("told_at", MOMENT, nullable=True))
    said = sa.case((feeds.c.health == "degraded", "ok"), else_=feeds.c.health)
    op.get_bind().execute(sa.update(feeds).values(told=said))
    with op.batch_alter_table("feeds") as table:
        table.alter_column("told", existing_type=sa.Text(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("feeds") as table:
        table.drop_column("told_at")
        table.drop_column("told")
