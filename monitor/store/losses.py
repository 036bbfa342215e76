"""What changes of the watchlist took away, as long as somebody may still have to be told."""

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from monitor.model.losses import Loss, Whose
from monitor.store import meta

KEPT: Final = timedelta(days=45)
"""Longer than between any two digests."""

_KEY: Final = "watchlist_losses"


def add(conn: Connection, loss: Loss) -> None:
    """Remember a loss; those that everybody has been told of are forgotten."""
    recent = [row for row in _rows(conn) if _at(row) > loss.at - KEPT]
    fresh = {**asdict(loss), "at": loss.at.isoformat()}
    meta.put(conn, _KEY, json.dumps([*recent, fresh]))


def between(conn: Connection, since: datetime, until: datetime) -> tuple[Loss, ...]:
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
