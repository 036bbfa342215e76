"""How questions were settled. Rows are added, never changed: the newest one counts."""

from sqlalchemy import Connection, insert, select

from monitor.model.questions import QuestionAnswer, Resolution
from monitor.store import rows
from monitor.store.schema import resolutions

_RESOLUTION = rows.columns(resolutions, Resolution)


def add(conn: Connection, resolution: Resolution) -> None:
    conn.execute(insert(resolutions).values(**rows.values(resolution)))


def history(conn: Connection, question: str | None = None) -> tuple[Resolution, ...]:
    """Answers in the order they were given, to one question or to all."""
    statement = select(*_RESOLUTION).order_by(resolutions.c.id)
    if question is not None:
        statement = statement.where(resolutions.c.question == question)
    return tuple(Resolution(**row) for row in conn.execute(statement).mappings())


def current(conn: Connection) -> dict[str, Resolution]:
    """The answer that counts, by question; those taken back are left out."""
    newest = {row.question: row for row in history(conn)}
    return {key: row for key, row in newest.items() if row.answer is not QuestionAnswer.OPEN}
