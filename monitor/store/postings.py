"""The index that members of stories are found by: words and hashes, bounded by time.

Its cost follows the entries in the window asked for and the limit, never the archive.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Connection, Integer, Select, Text, bindparam, delete, func, select, true

from monitor.model.stories import Lookup, Posting
from monitor.store import engine
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
    lookups = [
        [group, one.key, one.weight, told[one.since], told[one.until]]
        for group, of_one in enumerate(asked)
        for one in of_one
    ]
    found: list[dict[str, int]] = [{} for _ in asked]
    if not lookups:
        return found
    values = {"asked": lookups, "limit": limit, "enough": enough}
    for group, entry_id, weight in conn.execute(_shared(conn.dialect.name), values).all():
        found[group][entry_id] = weight
    return found


@cache
def _shared(dialect: str) -> Select[int, str, int]:
    """Where a look-up has more than the limit, its window begins at the last that counts."""
    asked = engine.given(
        dialect,
        "asked",
        place=Integer,
        key=Text,
        weight=Integer,
        since=UTCDateTime,
        until=UTCDateTime,
    )
    older, c = story_postings.alias(), story_postings.c
    last = (
        select(older.c.at)
        .where(older.c.key == asked.c.key, older.c.at.between(asked.c.since, asked.c.until))
        .order_by(older.c.at.desc())
        .limit(1)
        .offset(bindparam("limit", type_=Integer) - 1)
    )
    a = asked.c
    since = func.coalesce(last.scalar_subquery(), a.since).label("since")
    bounded = select(a.place, a.key, a.weight, since, a.until).cte("bounded")
    a = bounded.c
    weight = func.sum(a.weight)
    return (
        select(a.place, c.entry_id, weight)
        .join_from(bounded, story_postings, (c.key == a.key) & c.at.between(a.since, a.until))
        .group_by(a.place, c.entry_id)
        .having(weight >= bindparam("enough", type_=Integer))
    )


def add(conn: Connection, postings: Iterable[Posting]) -> None:
    """Store postings; those that are there already are left as they are."""
    told = Moments()
    new = [[posting.key, told[posting.at], posting.entry_id] for posting in postings]
    if new:
        conn.execute(_adding(conn.dialect.name), {"new": new})


@cache
def _adding(dialect: str) -> engine.Upsert:
    new = engine.given(dialect, "new", key=Text, at=UTCDateTime, entry_id=Text)
    return (
        engine.insert_of(dialect, story_postings)
        .from_select(["key", "at", "entry_id"], select(new).where(true()))
        .on_conflict_do_nothing()
    )


def prune(conn: Connection, before: datetime) -> int:
    """Forget postings of entries dated earlier than `before`; returns how many."""
    return conn.execute(delete(story_postings).where(story_postings.c.at < before)).rowcount
