"""Keeps entries findable by their words, each under a number that says when it was first seen."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, func, select

from monitor.model.entries import Entry
from monitor.model.search import MOST, words
from monitor.store import rows, statements
from monitor.store.schema.search import entry_words

A_SECOND: Final = 100_000
"""Numbers that one second has; its entries beyond that get those of the next."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_BOUND: Final = "000bound000"

_W = entry_words.c


def index(conn: Connection, of: Sequence[Entry]) -> None:
    """Make entries findable by the words they have now, and by no others."""
    if not of:
        return
    numbers = _numbers(conn, of)
    statement = statements.insert(conn, entry_words)
    changed = {name: statement.excluded[name] for name in ("outlet", "words")}
    conn.execute(
        statement.on_conflict_do_update(index_elements=["entry_id"], set_=changed),
        [
            {
                "number": number,
                "entry_id": entry.id,
                "feed_id": entry.feed_id,
                "outlet": entry.outlet,
                "words": entry_text(entry.title, entry.summary),
            }
            for entry, number in zip(of, numbers, strict=True)
        ],
    )


def entry_text(title: str, summary: str) -> tuple[str, ...]:
    """The words of an entry; no phrase runs from the title into the summary."""
    first, second = ([each.word for each in words(text)] for text in (title, summary))
    return tuple([*first, _BOUND, *second][:MOST])


def drop(conn: Connection, entry_ids: Sequence[str]) -> None:
    """Forget entries; before they are dropped themselves."""
    for run in rows.chunks(entry_ids):
        conn.execute(delete(entry_words).where(_W.entry_id.in_(run)))


def _numbers(conn: Connection, of: Sequence[Entry]) -> list[int]:
    """A free number for each, by when it was first seen. Known entries keep the one they have."""
    after: dict[int, int] = {}
    numbers = []
    for entry in of:
        first = number_of(entry.seen_at)
        if first not in after:
            after[first] = _free(conn, first)
        numbers.append(after[first])
        after[first] += 1
    return numbers


def _free(conn: Connection, first: int) -> int:
    last = first + A_SECOND - 1
    highest = conn.scalar(select(func.max(_W.number)).where(_W.number.between(first, last)))
    if highest is None:
        return first
    return highest + 1 if highest < last else _free(conn, last + 1)


def number_of(at: datetime) -> int:
    """The lowest number of an entry first seen in this second."""
    return (at - _EPOCH) // timedelta(seconds=1) * A_SECOND


def moment_of(number: int) -> datetime:
    """The second in which an entry with this number was first seen."""
    return _EPOCH + timedelta(seconds=number // A_SECOND)
