"""In how many grouped entries each word was found: ever, and on the last two days.

Whole numbers only, so that the counts do not depend on the order in which entries are counted.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Final

from sqlalchemy import (
    Connection,
    Integer,
    Select,
    Text,
    bindparam,
    case,
    delete,
    literal_column,
    select,
    true,
)

from monitor.model.stories import WordCounts
from monitor.store import engine
from monitor.store.schema import words

ENTRIES: Final = ""
"""The word whose row counts the entries."""


def counts(conn: Connection, wanted: Iterable[str], *, today: date) -> WordCounts:
    """The counts of these words as of a day in UTC."""
    values = {"asked": [ENTRIES, *wanted], "day": today.toordinal()}
    told = conn.execute(_counting(conn.dialect.name), values).all()
    found = {word: (ever, recent) for word, ever, recent in told}
    ever, recent = found.pop(ENTRIES, (0, 0))
    return WordCounts(entries=ever, recent=recent, found=found)


def learn(conn: Connection, found: Mapping[str, int], *, entries: int, today: date) -> None:
    """Count that each word was found in so many of `entries` new entries."""
    if entries:
        learnt = sorted({**found, ENTRIES: entries}.items())
        values = {"learnt": learnt, "day": today.toordinal()}
        conn.execute(_learning(conn.dialect.name), values)


_DAY = bindparam("day", type_=Integer)


@cache
def _counting(dialect: str) -> Select[str, int, int]:
    c, asked = words.c, engine.listed(dialect, "asked")
    late = case((c.day >= _DAY, c.today + c.before), (c.day == _DAY - 1, c.today), else_=0)
    return select(c.word, c.entries, late).where(c.word.in_(asked))


@cache
def _learning(dialect: str) -> engine.Upsert:
    learnt = engine.given(dialect, "learnt", word=Text, entries=Integer)
    word, entries = learnt.c
    statement = engine.insert_of(dialect, words).from_select(
        ["word", "entries", "day", "today", "before"],
        select(word, entries, _DAY, entries, literal_column("0")).where(true()),
    )
    new, c = statement.excluded, words.c
    same_day = c.day >= new.day
    changed = {
        "entries": c.entries + new.entries,
        "today": case((same_day, c.today + new.today), else_=new.today),
        "before": case((same_day, c.before), (c.day == new.day - 1, c.today), else_=0),
        "day": case((same_day, c.day), else_=new.day),
    }
    return statement.on_conflict_do_update(index_elements=["word"], set_=changed)


def prune(conn: Connection, before: date) -> int:
    """Forget words that were last found earlier than `before`; returns how many."""
    return conn.execute(delete(words).where(words.c.day < before.toordinal())).rowcount
