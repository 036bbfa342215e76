"""The index that members of stories are found by: words and hashes, bounded by time.

Its cost follows the entries in the window asked for and the limit, never the archive.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache

from sqlalchemy import Connection, TextClause, bindparam, delete, text

from monitor.model.stories import Lookup, Posting
from monitor.store import engine, rows
from monitor.store.schema import story_postings
from monitor.store.types import UTCDateTime

AT_ONCE = 50
"""Look-ups in one statement, which always has as many parts: databases plan it once."""

_NEVER = Lookup(
    key="", since=datetime(1, 1, 1, tzinfo=UTC), until=datetime(1, 1, 1, tzinfo=UTC)
)  # fills up the last statement; no key is empty


def find(conn: Connection, asked: Sequence[Lookup], *, limit: int) -> list[list[str]]:
    """The entry ids under each key, the newest first, at most `limit` each."""
    found: list[list[str]] = [[] for _ in asked]
    for first in range(0, len(asked), AT_ONCE):
        run = asked[first : first + AT_ONCE]
        values: dict[str, object] = {"most": limit}
        for place in range(AT_ONCE):
            lookup = run[place] if place < len(run) else _NEVER
            values[f"k{place}"] = lookup.key
            values[f"s{place}"] = lookup.since
            values[f"u{place}"] = lookup.until
        for place, entry_id in conn.execute(_statement(), values):
            found[first + place].append(entry_id)
    return found


@cache
def _statement() -> TextClause:
    """One part for each look-up, so that each has a limit of its own.

    As text: building and hashing fifty expressions takes the library longer than the database.
    """
    parts = " UNION ALL ".join(
        f"SELECT * FROM (SELECT {place} AS place, entry_id FROM story_postings "  # noqa: S608 — numbers of our own
        f"WHERE key = :k{place} AND at >= :s{place} AND at <= :u{place} "
        f"ORDER BY at DESC, entry_id DESC LIMIT :most) AS part{place}"
        for place in range(AT_ONCE)
    )
    times = [
        bindparam(f"{end}{place}", type_=UTCDateTime) for end in "su" for place in range(AT_ONCE)
    ]
    return text(parts).bindparams(*times)


def add(conn: Connection, postings: Iterable[Posting]) -> None:
    """Store postings; those that are there already are left as they are."""
    new = [rows.values(posting) for posting in postings]
    if new:
        conn.execute(engine.insert(conn, story_postings).on_conflict_do_nothing(), new)


def prune(conn: Connection, before: datetime) -> int:
    """Forget postings of entries dated earlier than `before`; returns how many."""
    return conn.execute(delete(story_postings).where(story_postings.c.at < before)).rowcount
