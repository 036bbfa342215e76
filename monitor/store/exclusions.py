"""What people said is, or is not, evidence. Rows are added, never changed."""

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from monitor.model.flags import Exclusion
from monitor.store import rows
from monitor.store.schema import exclusions

_EXCLUSION = rows.columns(exclusions, Exclusion)


def add(conn: Connection, said: Sequence[Exclusion]) -> None:
    if said:
        conn.execute(insert(exclusions), [rows.values(each) for each in said])


def listing(conn: Connection) -> tuple[Exclusion, ...]:
    """All of them, the oldest first. People speak seldom: all are read."""
    statement = select(*_EXCLUSION).order_by(exclusions.c.id)
    return tuple(Exclusion(**row) for row in conn.execute(statement).mappings())
