"""The processes that share one database.

Revision: 0012. Imports nothing of the program.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import CreateTable

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")

WORKERS = sa.Table(
    "workers",
    sa.MetaData(naming_convention={"pk": "pk_%(table_name)s"}),
    sa.Column("token", TEXT, primary_key=True),
    sa.Column("role", TEXT, nullable=False),
    sa.Column("host", TEXT, nullable=False),
    sa.Column("started_at", MOMENT, nullable=False),
    sa.Column("beat_at", MOMENT, nullable=False),
)


def upgrade() -> None:
    op.get_bind().execute(CreateTable(WORKERS))


def downgrade() -> None:
    op.drop_table("workers")
