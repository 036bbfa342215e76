"""What people decided about how entries are grouped. Rows are added, never changed."""

from collections.abc import Iterable

from sqlalchemy import Connection, insert, select

from monitor.model.stories import Decision
from monitor.store import rows
from monitor.store.schema import story_decisions

_DECISION = rows.columns(story_decisions, Decision)


def add(conn: Connection, decision: Decision) -> None:
    conn.execute(insert(story_decisions).values(**rows.values(decision)))


def listing(conn: Connection) -> tuple[Decision, ...]:
    """All of them, oldest first: the order in which they are to be taken."""
    statement = select(*_DECISION).order_by(story_decisions.c.id)
    return tuple(Decision(**row) for row in conn.execute(statement).mappings())


def of_entries(conn: Connection, entry_ids: Iterable[str]) -> tuple[Decision, ...]:
    """Those that name any of these entries, oldest first. People decide seldom: all are read."""
    wanted = frozenset(entry_ids)
    return tuple(
        decision
        for decision in listing(conn)
        if wanted.intersection((*decision.entries, *decision.others))
    )
