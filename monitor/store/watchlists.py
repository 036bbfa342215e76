"""Watchlists that were in force, and what is remembered across their versions."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from monitor.model.questions import IndicatorState, Loss, QuestionAnswer, Resolution, Whose
from monitor.store import meta, rows, statements
from monitor.store.schema import indicators as indicator_rows
from monitor.store.schema import resolutions as resolution_rows
from monitor.store.schema import watchlist_versions


def record_version(conn: Connection, *, version: str, text: str, at: datetime) -> None:
    """Remember that `version` came into force at `at`; its first text and time are kept."""
    statement = statements.insert(conn, watchlist_versions).values(
        version=version, text=text, first_at=at, loaded_at=at
    )
    conn.execute(
        statement.on_conflict_do_update(index_elements=["version"], set_={"loaded_at": at})
    )


def last_good(conn: Connection) -> tuple[str, str, datetime] | None:
    """Version, text and time of what came into force last; None before the first."""
    c = watchlist_versions.c
    newest = select(c.version, c.text, c.loaded_at).order_by(c.loaded_at.desc(), c.first_at.desc())
    row = conn.execute(newest.limit(1)).one_or_none()
    return None if row is None else (row.version, row.text, row.loaded_at)


def text_of(conn: Connection, version: str) -> str | None:
    """The watchlists as they were in a version, None if it was never in force here."""
    c = watchlist_versions.c
    found: str | None = conn.scalar(select(c.text).where(c.version == version))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchlistVersion:
    """A text of watchlists.yaml that was in force, when it came and when it was last loaded."""

    version: str
    text: str
    first_at: datetime
    loaded_at: datetime


def versions(conn: Connection) -> tuple[WatchlistVersion, ...]:
    """All that were ever in force, the oldest first."""
    c = watchlist_versions.c
    asked = select(c.version, c.text, c.first_at, c.loaded_at).order_by(c.first_at, c.version)
    return tuple(WatchlistVersion(**row) for row in conn.execute(asked).mappings())


_STATE = rows.columns(indicator_rows, IndicatorState)


def indicators(conn: Connection) -> tuple[IndicatorState, ...]:
    """All that were ever loaded, by question and name."""
    statement = select(*_STATE).order_by(indicator_rows.c.question, indicator_rows.c.name)
    return tuple(IndicatorState(**row) for row in conn.execute(statement).mappings())


def save_indicators(conn: Connection, states: Sequence[IndicatorState]) -> None:
    """Write states in the place of what was known of them."""
    if not states:
        return
    statement = statements.insert(conn, indicator_rows)
    changed = {c.name: statement.excluded[c.name] for c in indicator_rows.c if not c.primary_key}
    conn.execute(
        statement.on_conflict_do_update(index_elements=["question", "name"], set_=changed),
        [rows.values(state) for state in states],
    )


def alert_from(conn: Connection, questions: Iterable[str], at: datetime) -> None:
    """Let news published from `at` on raise flags on these questions, however new an indicator."""
    c = indicator_rows.c
    for run in rows.chunks(questions):
        later = (c.question.in_(run), c.alerts_from > at)
        conn.execute(update(indicator_rows).where(*later).values(alerts_from=at))


KEPT: Final = timedelta(days=45)
"""Longer than losses any two digests."""

_KEY: Final = "watchlist_losses"


def add_loss(conn: Connection, loss: Loss) -> None:
    """Remember a loss; those that everybody has been told of are forgotten."""
    recent = [row for row in _rows(conn) if _at(row) > loss.at - KEPT]
    fresh = {**asdict(loss), "at": loss.at.isoformat()}
    meta.put(conn, _KEY, json.dumps([*recent, fresh]))


def losses(conn: Connection, since: datetime, until: datetime) -> tuple[Loss, ...]:
    """Losses after `since`, up to `until`, the oldest first."""
    return tuple(_loss(row) for row in _rows(conn) if since < _at(row) <= until)


def _rows(conn: Connection) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(meta.get(conn, _KEY) or "[]")
    return found


def _at(row: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(row["at"])


def _loss(row: dict[str, Any]) -> Loss:
    return Loss(
        at=_at(row),
        questions=tuple(row["questions"]),
        of_questions=row["of_questions"],
        indicators=tuple(row["indicators"]),
        gone=row["gone"],
        of_indicators=row["of_indicators"],
        whose=tuple(
            Whose(id=each["id"], owner=each["owner"], tags=tuple(each["tags"]))
            for each in row["whose"]
        ),
    )


_RESOLUTION = rows.columns(resolution_rows, Resolution)


def add_resolution(conn: Connection, resolution: Resolution) -> None:
    conn.execute(insert(resolution_rows).values(**rows.values(resolution)))


def resolutions(conn: Connection, question: str | None = None) -> tuple[Resolution, ...]:
    """Answers in the order they were given, to one question or to all."""
    statement = select(*_RESOLUTION).order_by(resolution_rows.c.id)
    if question is not None:
        statement = statement.where(resolution_rows.c.question == question)
    return tuple(Resolution(**row) for row in conn.execute(statement).mappings())


def resolved(conn: Connection) -> dict[str, Resolution]:
    """The answer that counts, by question; those taken back are left out."""
    newest = {row.question: row for row in resolutions(conn)}
    return {key: row for key, row in newest.items() if row.answer is not QuestionAnswer.OPEN}
