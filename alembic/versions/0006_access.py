"""People, their sessions, tokens of the API, and the audit log.

Revision: 0006.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import CreateIndex, CreateTable, DropTable

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")

TABLES = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

sa.Table(
    "people",
    TABLES,
    sa.Column("name", TEXT, primary_key=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("password_hash", TEXT, nullable=False),
    sa.Column("disabled", sa.Boolean, nullable=False),
    sa.Column("created_at", MOMENT, nullable=False),
)

sa.Table(
    "sessions",
    TABLES,
    sa.Column("secret_hash", sa.LargeBinary(32), primary_key=True),
    sa.Column("person", TEXT, sa.ForeignKey("people.name"), nullable=False),
    sa.Column("opened_at", MOMENT, nullable=False),
    sa.Column("expires_at", MOMENT, nullable=False),
    sa.Index(None, "person"),
    sa.Index(None, "expires_at"),
)

sa.Table(
    "tokens",
    TABLES,
    sa.Column("id", ID, primary_key=True),
    sa.Column("name", TEXT, nullable=False),
    sa.Column("secret_hash", sa.LargeBinary(32), nullable=False, unique=True),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("created_by", TEXT, nullable=False),
    sa.Column("created_at", MOMENT, nullable=False),
    *(sa.Column(name, MOMENT, nullable=True) for name in ("expires_at", "used_at", "revoked_at")),
    sqlite_autoincrement=True,
)

sa.Table(
    "deeds",
    TABLES,
    sa.Column("id", ID, primary_key=True),
    sa.Column("at", MOMENT, nullable=False),
    sa.Column("actor", TEXT, nullable=False),
    sa.Column("via", sa.Text, nullable=False),
    *(sa.Column(name, TEXT, nullable=False) for name in ("action", "subject", "detail", "address")),
    sa.Index(None, "action", "at"),
    sa.Index(None, "subject", "id"),
    sqlite_autoincrement=True,
)


def upgrade() -> None:
    for table in TABLES.sorted_tables:
        op.execute(CreateTable(table))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            op.execute(CreateIndex(index))


def downgrade() -> None:
    for table in reversed(TABLES.sorted_tables):
        op.execute(DropTable(table))
