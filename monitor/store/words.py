"""In how many grouped entries each word was found: ever, and on the last two days.

Whole numbers only, so that the counts do not depend on the order in which entries are counted.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from sqlalchemy import Connection, case, delete, select

from monitor.model.stories import WordCounts
from monitor.store import engine, rows
from monitor.store.schema import words

ENTRIES: Final = ""
"""The word whose row counts the entries."""


def counts(conn: Connection, wanted: Iterable[str], *, today: date) -> WordCounts:
    """The counts of these words as of a day in UTC."""
    day = today.toordinal()
    found: dict[str, tuple[int, int]] = {}
    c = words.c
    statement = select(c.word, c.entries, c.day, c.today, c.before)
    for run in rows.chunks({ENTRIES, *wanted}):
        told = conn.execute(statement.where(c.word.in_(run))).all()
        for word, entries, last, at_last, before in told:
            of_late = at_last + before if last >= day else at_last if last == day - 1 else 0
            found[word] = (entries, of_late)
    ever, recent = found.pop(ENTRIES, (0, 0))
    return WordCounts(entries=ever, recent=recent, found=found)


def learn(conn: Connection, found: Mapping[str, int], *, entries: int, today: date) -> None:
    """Count that each word was found in so many of `entries` new entries."""
    if not entries:
        return
    statement = engine.insert(conn, words)
    new, c = statement.excluded, words.c
    same_day = c.day >= new.day
    changed = {
        "entries": c.entries + new.entries,
        "today": case((same_day, c.today + new.today), else_=new.today),
        "before": case((same_day, c.before), (c.day == new.day - 1, c.today), else_=0),
        "day": case((same_day, c.day), else_=new.day),
    }
    day = today.toordinal()
    conn.execute(
        statement.on_conflict_do_update(index_elements=["word"], set_=changed),
        [
            {"word": word, "entries": count, "day": day, "today": count, "before": 0}
            for word, count in sorted({**found, ENTRIES: entries}.items())
        ],
    )


def prune(conn: Connection, before: date) -> int:
    """Forget words that were last found earlier than `before`; returns how many."""
    return conn.execute(delete(words).where(words.c.day < before.toordinal())).rowcount
