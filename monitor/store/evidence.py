"""Evidence: what stories say about judgments, and what people said of it.

Rows are added, never changed.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, func, insert, or_, select, true

from monitor.model.flags import Evidence, Exclusion
from monitor.store import rows
from monitor.store.schema import evidence
from monitor.store.schema import exclusions as exclusion_rows

_EVIDENCE = rows.columns(evidence, Evidence)


_EXCLUSION = rows.columns(exclusion_rows, Exclusion)


def append(conn: Connection, new: Sequence[Evidence]) -> None:
    """Add rows; each number is free only once per judgment, story and indicator."""
    if new:
        conn.execute(insert(evidence), [rows.values(row) for row in new])


def current(
    conn: Connection,
    *,
    since: datetime,
    judgments: Sequence[str] | None = None,
    as_of: datetime | None = None,
) -> tuple[Evidence, ...]:
    """The row that counts of each judgment, story and indicator: the highest number.

    Only those whose newest hit is at `since` or later, in order of their first hit. `as_of`: the
    rows that counted then, decided by that time.
    """
    chosen = [evidence.c.last_at >= since]
    if judgments is not None:
        chosen.append(evidence.c.judgment.in_(judgments))
    return _current(conn, and_(*chosen), as_of)


def counted(conn: Connection, since: Mapping[str, datetime]) -> tuple[Evidence, ...]:
    """The same of each of these judgments, from a moment of its own on."""
    c = evidence.c
    found: list[Evidence] = []
    for run in rows.chunks(since.items(), 100):
        each = [and_(c.judgment == judgment, c.last_at >= start) for judgment, start in run]
        found += _current(conn, or_(*each), None)
    return tuple(found)


def _current(
    conn: Connection, chosen: ColumnElement[bool], as_of: datetime | None
) -> tuple[Evidence, ...]:
    c = evidence.c
    later = evidence.alias("later")
    superseded = and_(
        later.c.judgment == c.judgment,
        later.c.story_id == c.story_id,
        later.c.indicator == c.indicator,
        later.c.number > c.number,
    )
    known: ColumnElement[bool] = true()
    if as_of is not None:
        superseded = and_(superseded, later.c.decided_at <= as_of)
        known = c.decided_at <= as_of
    statement = select(*_EVIDENCE).where(chosen, known, ~exists().where(superseded))
    ordered = statement.order_by(c.first_at, c.judgment, c.story_id, c.indicator)
    return tuple(Evidence(**row) for row in conn.execute(ordered).mappings())


def older(conn: Connection, *, before: datetime, indicators: Sequence[str]) -> tuple[Evidence, ...]:
    """The newest row of each judgment and indicator whose newest hit is earlier than `before`."""
    c = evidence.c
    latest = [c.last_at.desc(), c.number.desc(), c.id.desc()]
    place = func.row_number().over(partition_by=[c.judgment, c.indicator], order_by=latest)
    found: list[Evidence] = []
    for run in rows.chunks(indicators):
        heard = (c.weight > 0, c.story_id.not_like("silence:%"))
        wanted = (c.last_at < before, c.indicator.in_(run), *heard)
        ranked = select(*_EVIDENCE, place.label("place")).where(*wanted).subquery()
        names = [ranked.c[name] for name in rows.names(Evidence)]
        statement = select(*names).where(ranked.c.place == 1)
        found += [Evidence(**row) for row in conn.execute(statement).mappings()]
    return tuple(sorted(found, key=lambda row: row.ref))


def of_indicator(conn: Connection, judgment: str, indicator: str) -> tuple[Evidence, ...]:
    """The rows that count of one indicator for one judgment, over all time."""
    c = evidence.c
    statement = select(*_EVIDENCE).where(c.judgment == judgment, c.indicator == indicator)
    rows_ = conn.execute(statement.order_by(c.story_id, c.number)).mappings()
    newest = {row["story_id"]: Evidence(**row) for row in rows_}
    return tuple(newest.values())


def everything(conn: Connection) -> tuple[Evidence, ...]:
    """Every row there is, superseded ones included, in the order in which they were decided."""
    found = conn.execute(select(*_EVIDENCE).order_by(evidence.c.id)).mappings()
    return tuple(Evidence(**row) for row in found)


def judgments(conn: Connection, story_ids: Iterable[str]) -> frozenset[str]:
    """The judgments that these stories ever spoke to."""
    c = evidence.c
    found: set[str] = set()
    for run in rows.chunks(story_ids):
        found.update(conn.scalars(select(c.judgment).where(c.story_id.in_(run)).distinct()))
    return frozenset(found)


def of_story(conn: Connection, story_id: str) -> tuple[Evidence, ...]:
    """Every row of a story, superseded ones included, by judgment, indicator and number."""
    c = evidence.c
    statement = select(*_EVIDENCE).where(c.story_id == story_id)
    ordered = statement.order_by(c.judgment, c.indicator, c.number)
    return tuple(Evidence(**row) for row in conn.execute(ordered).mappings())


def exclude(conn: Connection, said: Sequence[Exclusion]) -> None:
    if said:
        conn.execute(insert(exclusion_rows), [rows.values(each) for each in said])


def exclusions(conn: Connection) -> tuple[Exclusion, ...]:
    """All of them, the oldest first. People speak seldom: all are read."""
    statement = select(*_EXCLUSION).order_by(exclusion_rows.c.id)
    return tuple(Exclusion(**row) for row in conn.execute(statement).mappings())
