"""What is remembered of each indicator across versions of the watchlist."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from monitor.model.questions import IndicatorState
from monitor.store import rows, statements
from monitor.store.schema import indicators

_STATE = rows.columns(indicators, IndicatorState)


def read(conn: Connection) -> tuple[IndicatorState, ...]:
    """All that were ever loaded, by question and name."""
    statement = select(*_STATE).order_by(indicators.c.question, indicators.c.name)
    return tuple(IndicatorState(**row) for row in conn.execute(statement).mappings())


def save(conn: Connection, states: Sequence[IndicatorState]) -> None:
    """Write states in the place of what was known of them."""
    if not states:
        return
    statement = statements.insert(conn, indicators)
    changed = {c.name: statement.excluded[c.name] for c in indicators.c if not c.primary_key}
    conn.execute(
        statement.on_conflict_do_update(index_elements=["question", "name"], set_=changed),
        [rows.values(state) for state in states],
    )


def alert_from(conn: Connection, questions: Iterable[str], at: datetime) -> None:
    """Let news published from `at` on raise flags on these questions, however new an indicator."""
    c = indicators.c
    for run in rows.chunks(questions):
        later = (c.question.in_(run), c.alerts_from > at)
        conn.execute(update(indicators).where(*later).values(alerts_from=at))
