"""The index that members of stories are found by: words and hashes, bounded by time.

Its cost follows the entries in the window asked for and the limit, never the archive.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from operator import itemgetter
from typing import Final

from sqlalchemy import (
    Connection,
    Integer,
    Select,
    Text,
    bindparam,
    delete,
    func,
    select,
    true,
)

from monitor.model.stories import Lookup, Posting
from monitor.store import statements
from monitor.store.schema import story_postings
from monitor.store.types import Moments, UTCDateTime


def find(
    conn: Connection, asked: Sequence[Sequence[Lookup]], *, limit: int, enough: int
) -> list[dict[str, int]]:
    """For each group of look-ups, the entry ids they find and the weight of what found them.

    Of each look-up the newest `limit`, and those of the same moment as the last of these; entries
    whose weights come to less than `enough` are left out.
    """
    told = Moments()
    rows = [
        [place, one.key, told[one.since], told[one.until]]
        for place, one in enumerate(one for of_one in asked for one in of_one)
    ]
    if not rows:
        return [{} for _ in asked]
    answers = conn.execute(_newest(conn.dialect.name), {"asked": rows, "limit": limit}).all()
    ids = iter(found for _, found in sorted(answers, key=itemgetter(0)))
    return [_shared(zip(of_one, ids, strict=False), enough) for of_one in asked]


def _shared(lookups: Iterable[tuple[Lookup, str | None]], enough: int) -> dict[str, int]:
    weights: dict[str, int] = {}
    for one, ids in lookups:
        for entry_id in ids.split(_APART) if ids else ():
            weights[entry_id] = weights.get(entry_id, 0) + one.weight
    return {entry_id: weight for entry_id, weight in weights.items() if weight >= enough}


_APART: Final = "\x1f"
"""Between the entry ids that one look-up finds. Handing out a row for each takes far longer."""


@cache
def _newest(dialect: str) -> Select[int, str | None]:
    """Where a look-up has more than the limit, its window begins at the last that counts."""
    asked = statements.given(
        dialect, "asked", place=Integer, key=Text, since=UTCDateTime, until=UTCDateTime
    )
    older, c, a = story_postings.alias().c, story_postings.c, asked.c
    last = (
        select(older.at)
        .where(older.key == a.key, older.at.between(a.since, a.until))
        .order_by(older.at.desc())
        .limit(1)
        .offset(bindparam("limit", type_=Integer) - 1)
        .correlate(asked)
        .scalar_subquery()
    )
    since = func.coalesce(last, a.since)
    ids = select(statements.joined(dialect, c.entry_id, _APART))
    ids = ids.where(c.key == a.key, c.at.between(since, a.until)).correlate(asked)
    return select(a.place, ids.scalar_subquery())


def add(conn: Connection, postings: Iterable[Posting]) -> None:
    """Store postings; those that are there already are left as they are."""
    told = Moments()
    new = [[posting.key, told[posting.at], posting.entry_id] for posting in postings]
    if new:
        conn.execute(_adding(conn.dialect.name), {"new": new})


@cache
def _adding(dialect: str) -> statements.Upsert:
    new = statements.given(dialect, "new", key=Text, at=UTCDateTime, entry_id=Text)
    return (
        statements.insert_of(dialect, story_postings)
        .from_select(["key", "at", "entry_id"], select(new).where(true()))
        .on_conflict_do_nothing()
    )


def empty(conn: Connection) -> bool:
    """Whether nothing is indexed."""
    return conn.scalar(select(story_postings.c.key).limit(1)) is None


def prune(conn: Connection, before: datetime) -> int:
    """Forget postings of entries dated earlier than `before`; returns how many."""
    return conn.execute(delete(story_postings).where(story_postings.c.at < before)).rowcount
