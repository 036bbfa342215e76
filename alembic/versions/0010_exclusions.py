"""What people said is not evidence.

Revision: 0010. Imports nothing of the program.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "exclusions",
        sa.Column("id", ID, nullable=False),
        sa.Column("judgment", TEXT, nullable=False),
        sa.Column("indicator", TEXT, nullable=False),
        sa.Column("entries", sa.JSON, nullable=False),
        sa.Column("counts", sa.Boolean, nullable=False),
        sa.Column("by", TEXT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("note", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_exclusions"),
    )


def downgrade() -> None:
    op.drop_table("exclusions")
