"""An index that members of stories are found by, and counts of words.

Revision: 0005. Imports nothing of the program. Starts empty: stories of the last three days are not
found by entries that come after the upgrade, which open stories of their own.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")


def upgrade() -> None:
    op.create_table(
        "story_postings",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("entry_id", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("key", "at", "entry_id", name="pk_story_postings"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_story_postings_at", "story_postings", ["at"])
    op.create_table(
        "words",
        sa.Column("word", TEXT, nullable=False),
        sa.Column("entries", sa.Integer, nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("today", sa.Integer, nullable=False),
        sa.Column("before", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("word", name="pk_words"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_words_day", "words", ["day"])


def downgrade() -> None:
    op.drop_table("words")
    op.drop_table("story_postings")
