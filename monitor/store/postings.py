"""The index that members of stories are found by: words and hashes, bounded by time.

Its cost follows the entries in the window asked for and the limit, never the archive.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache

from sqlalchemy import Connection, TextClause, bindparam, delete, text

from monitor.model.stories import Lookup, Posting
from monitor.store import engine, rows
from monitor.store.schema import story_postings
from monitor.store.types import UTCDateTime

AT_ONCE = 55
"""Look-ups in one statement, which always has as many parts: databases plan it once."""

_NEVER = Lookup(
    key="", weight=0, since=datetime(1, 1, 1, tzinfo=UTC), until=datetime(1, 1, 1, tzinfo=UTC)
)  # fills up a statement; no key is empty


def find(
    conn: Connection, asked: Sequence[Sequence[Lookup]], *, limit: int, enough: int
) -> list[dict[str, int]]:
    """For each group of look-ups, the entry ids they find and the weight of what found them.

    Of each look-up the newest `limit`; entries whose weights come to less than `enough` are left
    out. A group has at most AT_ONCE look-ups.
    """
    found: list[dict[str, int]] = [{} for _ in asked]
    for run in _runs(asked):
        full = [*run, *[(0, _NEVER)] * (AT_ONCE - len(run))]
        values: dict[str, object] = {"most": limit, "enough": enough}
        for place, (group, lookup) in enumerate(full):
            values[f"g{place}"] = group
            values[f"k{place}"] = lookup.key
            values[f"w{place}"] = lookup.weight
            values[f"s{place}"] = lookup.since
            values[f"u{place}"] = lookup.until
        for group, entry_id, weight in conn.execute(_statement(), values).all():
            found[group][entry_id] = int(weight)
    return found


def _runs(asked: Sequence[Sequence[Lookup]]) -> Iterator[list[tuple[int, Lookup]]]:
    """Whole groups, as many as one statement holds, each look-up with the number of its group."""
    run: list[tuple[int, Lookup]] = []
    for number, group in enumerate(asked):
        if len(run) + len(group) > AT_ONCE:
            yield run
            run = []
        run.extend((number, lookup) for lookup in group)
    if run:
        yield run


@cache
def _statement() -> TextClause:
    """One part for each look-up, so that each has a limit of its own.

    As text: building and hashing fifty expressions takes the library longer than the database.
    """
    parts = " UNION ALL ".join(
        f"SELECT * FROM (SELECT CAST(:g{n} AS INTEGER) AS place, entry_id, "  # noqa: S608 — numbers of our own
        f"CAST(:w{n} AS INTEGER) AS weight FROM story_postings "
        f"WHERE key = :k{n} AND at >= :s{n} AND at <= :u{n} "
        f"ORDER BY at DESC, entry_id DESC LIMIT :most) AS part{n}"
        for n in range(AT_ONCE)
    )
    statement = (
        f"SELECT place, entry_id, sum(weight) FROM ({parts}) AS found "  # noqa: S608 — the same
        "GROUP BY place, entry_id HAVING sum(weight) >= :enough"
    )
    moments = (f"{end}{n}" for end in "su" for n in range(AT_ONCE))
    return text(statement).bindparams(*(bindparam(name, type_=UTCDateTime) for name in moments))


def add(conn: Connection, postings: Iterable[Posting]) -> None:
    """Store postings; those that are there already are left as they are."""
    new = [rows.values(posting) for posting in postings]
    if new:
        conn.execute(engine.insert(conn, story_postings).on_conflict_do_nothing(), new)


def prune(conn: Connection, before: datetime) -> int:
    """Forget postings of entries dated earlier than `before`; returns how many."""
    return conn.execute(delete(story_postings).where(story_postings.c.at < before)).rowcount
