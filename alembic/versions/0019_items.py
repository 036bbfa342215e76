"""The items of a feed's last document, so that what was read of it is not parsed again.

Revision: 0019. Imports nothing of the program. Of feeds from before nothing is known: their next
document is read whole.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("feeds") as table:
        table.add_column(sa.Column("items", sa.LargeBinary, nullable=True))
    op.get_bind().execute(sa.update(sa.table("feeds", sa.column("items"))).values(items=b""))
    with op.batch_alter_table("feeds") as table:
        table.alter_column("items", existing_type=sa.LargeBinary(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("feeds") as table:
        table.drop_column("items")
