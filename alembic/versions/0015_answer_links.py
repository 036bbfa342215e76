"""Where a message offers answers by links of our own; what was rendered before has none to sign.

Revision: 0015. Imports nothing of the program.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import CreateTable

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

TABLES = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)

sa.Table("digests", TABLES, sa.Column("id", ID, primary_key=True))

LINKS = sa.Table(
    "answer_links",
    TABLES,
    sa.Column("digest_id", ID, sa.ForeignKey("digests.id"), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("part", TEXT, nullable=False),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("stop", sa.Integer, nullable=False),
    sa.Column("flag_id", ID, nullable=False),
    sa.Column("answer", TEXT, nullable=False),
    sa.PrimaryKeyConstraint("digest_id", "number"),
)


def upgrade() -> None:
    op.execute(CreateTable(LINKS))


def downgrade() -> None:
    op.drop_table("answer_links")
