"""Tries to log in of the last minutes, counted before they are answered.

Revision: 0014. Imports nothing of the program.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import CreateTable

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")

TRIES = sa.Table(
    "login_tries",
    sa.MetaData(naming_convention={"pk": "pk_%(table_name)s"}),
    sa.Column("id", NUMBER, primary_key=True),
    sa.Column("at", MOMENT, nullable=False),
    sa.Column("subject", TEXT, nullable=False),
    sa.Column("address", TEXT, nullable=False),
    sqlite_autoincrement=True,
)


def upgrade() -> None:
    op.get_bind().execute(CreateTable(TRIES))
    op.create_index("ix_login_tries_subject_at", "login_tries", ["subject", "at"])
    op.create_index("ix_login_tries_address_at", "login_tries", ["address", "at"])
    op.create_index("ix_login_tries_at", "login_tries", ["at"])


def downgrade() -> None:
    op.drop_table("login_tries")
