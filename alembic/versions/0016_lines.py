"""Entries that superseded each other in a ring, or one twice, become one line again.

Revision: 0016. Imports nothing of the program.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
ENTRIES = sa.table(
    "entries", sa.column("id"), sa.column("supersedes"), sa.column("seen_at", MOMENT)
)


def upgrade() -> None:
    conn = op.get_bind()
    later = ENTRIES.alias()
    known = sa.exists().where(later.c.supersedes == ENTRIES.c.id, later.c.supersedes != "")
    asked = sa.select(ENTRIES).where((ENTRIES.c.supersedes != "") | known)
    held = {row.id: row for row in conn.execute(asked)}
    before = {row.id: row.supersedes for row in held.values() if row.supersedes in held}
    for line in together(held, before):
        if not sound(line, before):
            ordered = sorted(line, key=lambda one: (held[one].seen_at, one))
            for earlier, one in zip(("", *ordered), ordered, strict=False):
                if held[one].supersedes != earlier:
                    mended = sa.update(ENTRIES).where(ENTRIES.c.id == one)
                    conn.execute(mended.values(supersedes=earlier))


def together(ids: Iterable[str], before: dict[str, str]) -> list[list[str]]:
    """The ids that hang together, whichever way."""
    beside: dict[str, list[str]] = defaultdict(list)
    for one, earlier in before.items():
        beside[one].append(earlier)
        beside[earlier].append(one)
    walked: set[str] = set()
    found = []
    for one in ids:
        line, ahead = [], [one]
        while ahead:
            if (step := ahead.pop()) not in walked:
                walked.add(step)
                line.append(step)
                ahead += beside[step]
        found.append(line)
    return found


def sound(line: Sequence[str], before: dict[str, str]) -> bool:
    """Whether it has a beginning, and nothing in it is superseded twice."""
    used = Counter(before[one] for one in line if one in before)
    return not line or len(used) == used.total() == len(line) - 1


def downgrade() -> None:
    """A line is a line to every version."""
