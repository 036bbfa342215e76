"""Lists of flags for pages: by how much they press, and page by page."""

from collections.abc import Collection

from sqlalchemy import Connection, Select, case, func, select, text

from monitor.model.flags import Flag, FlagState
from monitor.store import rows
from monitor.store.flags import of_ids
from monitor.store.schema import LIVE, flag_reasons, flags


def ranked(conn: Connection) -> tuple[int, ...]:
    """Numbers of the flags that want an answer, the most pressing first.

    Those nobody has seen come before those acknowledged, those that interrupt before those that
    waited for a digest, and among equals the one with the newest reason.
    """
    c = flag_reasons.c
    told = (
        select(
            c.flag_id,
            func.max(case((c.interrupts, 1), else_=0)).label("loud"),
            func.max(c.raised_at).label("newest"),
        )
        .where(c.flag_id.in_(select(flags.c.id).where(text(LIVE))))
        .group_by(c.flag_id)
        .subquery()
    )
    seen = case((flags.c.state == FlagState.OPEN, 0), else_=1)
    statement = (
        select(flags.c.id)
        .outerjoin(told, told.c.flag_id == flags.c.id)
        .where(text(LIVE))
        .order_by(seen, told.c.loud.desc(), told.c.newest.desc(), flags.c.id.desc())
    )
    return tuple(conn.scalars(statement))


def ranked_page(conn: Connection, start: int, limit: int) -> tuple[Flag, ...]:
    """Flags that want an answer, in their rank, from place `start` (counted from 0) on."""
    chosen = ranked(conn)[start : start + limit]
    found = {flag.id: flag for flag in of_ids(conn, chosen)}
    return tuple(found[number] for number in chosen)


def page(conn: Connection, *, before: int | None = None, limit: int) -> tuple[Flag, ...]:
    """Flags of every state, the newest first; those older than number `before` if it is given."""
    statement = select(flags.c.id).order_by(flags.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(flags.c.id < before)
    return _newest_first(conn, statement)


def of_question(conn: Connection, question: str, *, limit: int) -> tuple[Flag, ...]:
    """The newest flags of a question, the newest first."""
    theirs = select(flags.c.id).where(flags.c.question == question)
    return _newest_first(conn, theirs.order_by(flags.c.id.desc()).limit(limit))


def of_briefs(conn: Connection, briefs: Collection[str]) -> tuple[Flag, ...]:
    """Every flag of these briefs, the newest first."""
    found = [
        flag
        for run in rows.chunks(briefs)
        for flag in _newest_first(conn, select(flags.c.id).where(flags.c.brief.in_(run)))
    ]
    return tuple(sorted(found, key=lambda flag: -flag.id))


def _newest_first(conn: Connection, numbers: Select[tuple[int]]) -> tuple[Flag, ...]:
    found = of_ids(conn, conn.scalars(numbers))
    return tuple(sorted(found, key=lambda flag: -flag.id))
