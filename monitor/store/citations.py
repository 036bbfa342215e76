"""Snapshots of cited articles. Rows are added, never changed."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, or_, select

from monitor.model.citations import Snapshot
from monitor.model.entries import Entry
from monitor.store import rows
from monitor.store.entries import key_hash
from monitor.store.schema import citation_snapshots, entries, entry_revisions

_SNAPSHOT = rows.columns(citation_snapshots, Snapshot)
_ENTRY = rows.columns(entries, Entry)


def add(conn: Connection, taken: Sequence[Snapshot]) -> None:
    if taken:
        conn.execute(insert(citation_snapshots), [rows.values(item) for item in taken])


def snapshots(conn: Connection) -> tuple[Snapshot, ...]:
    """Every snapshot, in the order in which they were taken."""
    found = conn.execute(select(*_SNAPSHOT).order_by(citation_snapshots.c.id)).mappings()
    return tuple(Snapshot(**row) for row in found)


def candidates(
    conn: Connection,
    *,
    key: str,
    links: Iterable[str],
    outlet: str,
    since: datetime,
    until: datetime,
) -> tuple[tuple[Entry, tuple[str, ...]], ...]:
    """Entries that may be a cited article, with the titles of all their revisions.

    Those with this key or one of these links, whenever they were seen; and those of the outlet that
    were first seen between the two times.
    """
    c = entries.c
    named = [name for name in links if name]
    of_outlet = (c.outlet == outlet) & (c.seen_at >= since) & (c.seen_at < until)
    by_key = (c.key_hash == key_hash(key)) if key else c.id == ""
    wanted = or_(of_outlet, by_key, c.link.in_(named), c.canonical_link.in_(named))
    statement = select(*_ENTRY).where(wanted).order_by(c.seen_at, c.id)
    found = [Entry(**row) for row in conn.execute(statement).mappings()]
    titles: dict[str, list[str]] = {}
    r = entry_revisions.c
    for run in rows.chunks(entry.id for entry in found):
        told = select(r.entry_id, r.title).where(r.entry_id.in_(run)).order_by(r.number)
        for row in conn.execute(told):
            titles.setdefault(row.entry_id, []).append(row.title)
    return tuple((entry, tuple(titles.get(entry.id, (entry.title,)))) for entry in found)
