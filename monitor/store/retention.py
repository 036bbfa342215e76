"""Drops entries that no question ever cared for, and leaves a mark while a feed may list them.

Must never drop an entry that hit an indicator, was in a scope, is in a story or is cited: those are
the sources of what was published. Nor one that superseded another or was superseded.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    update,
)

from monitor.store import rows, search
from monitor.store.schema import (
    citation_snapshots,
    entries,
    entry_revisions,
    entry_tombstones,
    feeds,
    matches,
    scopes,
    story_links,
    story_members,
)
from monitor.store.types import UTCDateTime

BATCH = 2_000
"""Entries dropped in one transaction: some 50 ms on SQLite, so that no poll waits for long."""


def prune_entries(conn: Connection, before: datetime, *, at: datetime, limit: int = BATCH) -> int:
    """Drop up to `limit` such entries first seen earlier than `before`, the oldest first.

    Returns how many; call again, in a new transaction, until it is 0.
    """
    c = entries.c
    kept: list[ColumnElement[bool]] = [
        exists().where(table.c.entry_id == c.id)
        for table in (scopes, matches, story_members, story_links, citation_snapshots)
    ]
    # what a guid stood for is needed as long as it may come to stand for something else
    later = entries.alias("later").c
    kept += [c.supersedes != "", exists().where(later.supersedes == c.id, later.supersedes != "")]
    oldest = select(c.id).where(c.seen_at < before, *(~wanted for wanted in kept))
    ids = tuple(conn.scalars(oldest.order_by(c.seen_at, c.id).limit(limit)))
    for run in rows.chunks(ids):
        _mark(conn, run, at)
        search.drop(conn, run)
        conn.execute(delete(entry_revisions).where(entry_revisions.c.entry_id.in_(run)))
        conn.execute(delete(entries).where(c.id.in_(run)))
    return len(ids)


def prune_tombstones(conn: Connection, before: datetime) -> int:
    """Forget entries that were dropped earlier than `before`; returns how many."""
    c = entry_tombstones.c
    return conn.execute(delete(entry_tombstones).where(c.pruned_at < before)).rowcount


def _mark(conn: Connection, ids: Sequence[str], at: datetime) -> None:
    """Leave a tombstone for each entry and count it out of its feed."""
    c = entries.c
    held = (c.feed_id, c.key_hash, c.id, c.content_hash, c.revision)
    dates = (c.seen_at, c.published_at, c.alerts, literal(at, UTCDateTime))
    marks = select(*held, *dates).where(c.id.in_(ids))
    names = [column.name for column in entry_tombstones.c]
    conn.execute(insert(entry_tombstones).from_select(names, marks))
    lost = select(c.feed_id, func.count()).where(c.id.in_(ids)).group_by(c.feed_id)
    for feed_id, number in conn.execute(lost).all():
        one_less = feeds.c.entry_count - number
        conn.execute(update(feeds).where(feeds.c.id == feed_id).values(entry_count=one_less))
