"""Notes of words that were counted; their table's index by day, which one job a night used, goes.

Revision: 0013. Imports nothing of the program.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "word_notes",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("found", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_word_notes"),
    )
    op.drop_index("ix_words_day", "words")


def downgrade() -> None:
    # words that were only noted are forgotten: counts of rarity, which new entries soon make up for
    op.create_index("ix_words_day", "words", ["day"])
    op.drop_table("word_notes")
