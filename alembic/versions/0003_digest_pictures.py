"""Pictures of digests, shown in mails.

Revision: 0003. Imports nothing of the program: it must keep working when the code of its day is
gone.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import CreateTable

revision = "0003"
down_revision = "0002"
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

PICTURES = sa.Table(
    "digest_pictures",
    TABLES,
    sa.Column("digest_id", ID, sa.ForeignKey("digests.id"), nullable=False),
    sa.Column("name", TEXT, nullable=False),
    sa.Column("alt", TEXT, nullable=False),
    sa.Column("png", sa.LargeBinary, nullable=False),
    sa.PrimaryKeyConstraint("digest_id", "name"),
)


def upgrade() -> None:
    op.execute(CreateTable(PICTURES))


def downgrade() -> None:
    op.drop_table("digest_pictures")
