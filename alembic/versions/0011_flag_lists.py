"""Flags are found by their brief and by their question.

Revision: 0011. Imports nothing of the program.
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_flags_brief_id", "flags", ["brief", "id"])
    op.create_index("ix_flags_question_id", "flags", ["question", "id"])


def downgrade() -> None:
    op.drop_index("ix_flags_question_id", "flags")
    op.drop_index("ix_flags_brief_id", "flags")
