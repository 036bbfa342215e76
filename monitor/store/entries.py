"""Entries and their numbered revisions, and the marks that pruned ones leave behind."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    Text,
    bindparam,
    delete,
    func,
    literal,
    or_,
    select,
    union_all,
)

from monitor.model.entries import Entry, KnownEntry
from monitor.store import rows, search, statements
from monitor.store.schema import entries, entry_revisions, entry_tombstones
from monitor.store.statements import Statement

FOUND_LIMIT = 50
"""Entries that one search by id or link returns at most."""

_PAGE = 1_000
"""Rows that a stream holds in memory."""

_SELECT = select(*rows.columns(entries, Entry))

_FACTS = tuple(name for name in rows.names(KnownEntry) if name not in {"id", "feed_id", "key"})

_KNOWN = ("id", *_FACTS)

_RUN = 256
"""Keys or links of one statement, at most."""

_COLUMNS = tuple(column.name for column in entries.c)
_ADD = Statement(
    lambda dialect: statements.insert_of(dialect, entries).on_conflict_do_nothing(
        index_elements=["id"]
    ),
    _COLUMNS,
)
_REVISE = Statement(
    lambda dialect: statements.upsert(
        dialect, entries, key=["id"], kept=["feed_id", "key", "key_hash", "seen_at"]
    ),
    _COLUMNS,
)
_RISE = Statement(
    lambda _: delete(entry_tombstones).where(entry_tombstones.c.entry_id == bindparam("its"))
)
_APPEND = Statement(
    lambda dialect: statements.insert_of(dialect, entry_revisions).on_conflict_do_nothing(
        index_elements=["entry_id", "number"]
    ),
    [column.name for column in entry_revisions.c],
)

_AFTER_ANY = "\U0010ffff"
"""Sorts behind every other character, by bytes."""


def known(conn: Connection, feed_id: str, keys: Sequence[str]) -> dict[str, KnownEntry]:
    """What is known of a feed's entries, by key; pruned ones are still known."""
    wanted = {key_hash(key): key for key in keys}
    found: dict[str, KnownEntry] = {}
    for run in rows.chunks(wanted, _RUN):
        size = statements.run_of(len(run), _RUN)
        given = statements.padded("key", run, size)
        for hash_, *facts in _knowing(size).all(conn, feed=feed_id, **given):
            key = wanted[hash_]
            found[key] = KnownEntry(
                feed_id=feed_id, key=key, **dict(zip(_KNOWN, facts, strict=True))
            )
    return found


@cache
def _knowing(size: int) -> Statement:
    """Of so many keys: entries that are stored, after those that were pruned."""

    def of(table: Table, entry_id: ColumnElement[str]) -> Select[Any]:
        c, keys = table.c, statements.places("key", size)
        nothing = literal("", Text)
        facts = [c[name] if name in c else nothing.label(name) for name in _FACTS]
        chosen = (c.feed_id == bindparam("feed"), c.key_hash.in_(keys))
        return select(c.key_hash, entry_id.label("id"), *facts).where(*chosen)

    return Statement(
        lambda _: union_all(
            of(entry_tombstones, entry_tombstones.c.entry_id), of(entries, entries.c.id)
        )
    )


def on_pages(conn: Connection, feed_id: str, links: Sequence[str]) -> tuple[KnownEntry, ...]:
    """What a feed had under these canonical links, pruned entries left out."""
    found: list[KnownEntry] = []
    names = rows.names(KnownEntry)
    for run in rows.chunks(links, _RUN):
        size = statements.run_of(len(run), _RUN)
        given = statements.padded("link", run, size)
        stored = _paging(size).all(conn, feed=feed_id, **given)
        found += [KnownEntry(**dict(zip(names, row, strict=True))) for row in stored]
    return tuple(found)


@cache
def _paging(size: int) -> Statement:
    c = entries.c
    chosen = (c.feed_id == bindparam("feed"), c.canonical_link.in_(statements.places("link", size)))
    columns = rows.columns(entries, KnownEntry)
    return Statement(
        lambda _: select(*columns).where(*chosen, c.canonical_link != "").order_by(c.id)
    )


def lines(conn: Connection, entry_ids: Sequence[str]) -> dict[str, tuple[Entry, ...]]:
    """Each entry with those that superseded it, one by one, the oldest first.

    Ids that name no stored entry are left out. A line ends at what it holds already.
    """
    c = entries.c
    found: dict[str, tuple[Entry, ...]] = {}
    for run in rows.chunks(entry_ids):
        line = select(c.id.label("first"), c.id.label("id")).where(c.id.in_(run))
        held = line.cte("line", recursive=True)
        # not UNION ALL: what is found again is dropped, so that a ring ends
        held = held.union(
            select(held.c.first, c.id).where(c.supersedes == held.c.id, c.supersedes != "")
        )
        whole = select(held.c.first, *rows.columns(entries, Entry)).join(held, held.c.id == c.id)
        later: dict[str, dict[str, list[Entry]]] = {}  # by first, by what they superseded
        for row in conn.execute(whole.order_by(c.seen_at, c.id)).mappings():
            entry = Entry(**{name: value for name, value in row.items() if name != "first"})
            later.setdefault(row["first"], {}).setdefault(entry.supersedes, []).append(entry)
        found |= {first: _in_order(first, those) for first, those in later.items()}
    return found


def _in_order(first: str, later: Mapping[str, Sequence[Entry]]) -> tuple[Entry, ...]:
    """The entry and those after it, step by step."""
    step = [entry for those in later.values() for entry in those if entry.id == first]
    walked = {entry.id: entry for entry in step}
    while step:
        step = [
            after for entry in step for after in later.get(entry.id, ()) if after.id not in walked
        ]
        walked |= {entry.id: entry for entry in step}
    return tuple(walked.values())


def firsts(conn: Connection, entry_ids: Sequence[str]) -> dict[str, str]:
    """The id that the line of each entry began with: its own, if it superseded none.

    Ids that name no stored entry are left out. On a ring it is the last that was not walked yet.
    """
    c = entries.c
    before: dict[str, str] = {}
    for run in rows.chunks(entry_ids):
        line = select(c.id.label("id"), c.supersedes.label("before")).where(c.id.in_(run))
        held = line.cte("line", recursive=True)
        held = held.union(select(c.id, c.supersedes).where(c.id == held.c.before))
        before |= {row.id: row.before for row in conn.execute(select(held.c.id, held.c.before))}
    return {one: _first(one, before) for one in entry_ids if one in before}


def _first(entry_id: str, before: Mapping[str, str]) -> str:
    walked = {entry_id}
    while (earlier := before[entry_id]) in before and earlier not in walked:
        walked.add(earlier)
        entry_id = earlier
    return entry_id


def told(conn: Connection, entry_ids: Sequence[str]) -> dict[str, frozenset[str]]:
    """The content hashes of all revisions of each entry."""
    c = entry_revisions.c
    found = {entry_id: frozenset[str]() for entry_id in entry_ids}
    for run in rows.chunks(entry_ids):
        for row in conn.execute(select(c.entry_id, c.content_hash).where(c.entry_id.in_(run))):
            found[row.entry_id] |= {row.content_hash}
    return found


def insert(conn: Connection, new: Sequence[Entry]) -> tuple[str, ...]:
    """Store entries and their first revision; ids of those that were not there already."""
    if not new:
        return ()
    stored = [entry for entry in new if _ADD.run(conn, **_row(entry))]
    _append_revisions(conn, [(entry, entry.seen_at) for entry in stored])
    search.index(conn, stored)
    return tuple(entry.id for entry in stored)


def revise(conn: Connection, revised: Sequence[Entry], *, at: datetime | None = None) -> None:
    """Replace what is current and keep every revision.

    `at`: when the change was seen; without it, the revision's claimed date. A revision of a pruned
    entry brings the entry back.
    """
    if not revised:
        return
    _REVISE.many(conn, [_row(entry) for entry in revised])
    _append_revisions(conn, [(entry, at or entry.published_at) for entry in revised])
    search.index(conn, revised)
    _RISE.many(conn, [{"its": entry.id} for entry in revised])


def get(conn: Connection, entry_id: str) -> Entry | None:
    """The entry as it is now."""
    return of_ids(conn, [entry_id]).get(entry_id)


def of_ids(conn: Connection, entry_ids: Iterable[str]) -> dict[str, Entry]:
    """Entries by id; unknown ids are left out."""
    return {
        row["id"]: Entry(**row)
        for run in rows.chunks(dict.fromkeys(entry_ids))
        for row in conn.execute(_SELECT.where(entries.c.id.in_(run))).mappings()
    }


def find(conn: Connection, text: str) -> tuple[Entry, ...]:
    """Entries by the beginning of their id or by their whole link, newest first."""
    if not text:
        return ()
    c = entries.c
    by_id = (c.id >= text) & (c.id < text + _AFTER_ANY)
    by_link = ((c.link == text) & (c.link != "")) | (
        (c.canonical_link == text) & (c.canonical_link != "")
    )
    newest = _SELECT.where(or_(by_id, by_link)).order_by(c.seen_at.desc(), c.id).limit(FOUND_LIMIT)
    return tuple(Entry(**row) for row in conn.execute(newest).mappings())


def revisions(conn: Connection, entry_id: str) -> tuple[tuple[int, str, str, datetime], ...]:
    """Number, title, summary and time seen of each revision, the first one first."""
    c = entry_revisions.c
    statement = select(c.number, c.title, c.summary, c.seen_at).where(c.entry_id == entry_id)
    found = conn.execute(statement.order_by(c.number))
    return tuple((row.number, row.title, row.summary, row.seen_at) for row in found)


def count(conn: Connection, since: datetime | None = None) -> int:
    """How many entries are stored, or were first seen at `since` or later."""
    statement = select(func.count()).select_from(entries)
    if since is not None:
        statement = statement.where(entries.c.seen_at >= since)
    return conn.execute(statement).scalar_one()


def stream(
    conn: Connection, since: datetime | None = None, until: datetime | None = None
) -> Iterator[Entry]:
    """Entries first seen from `since` to before `until`, in that order, a page at a time."""
    c = entries.c
    statement = _SELECT.order_by(c.seen_at, c.id)
    if since is not None:
        statement = statement.where(c.seen_at >= since)
    if until is not None:
        statement = statement.where(c.seen_at < until)
    for row in conn.execute(statement, execution_options={"yield_per": _PAGE}).mappings():
        yield Entry(**row)


def history(
    conn: Connection, since: datetime | None = None, until: datetime | None = None
) -> Iterator[tuple[datetime, Entry]]:
    """Every revision of every entry with the time it was seen, in that order, a page at a time.

    Each comes as the entry it was then, numbered 1. Of dates only the newest claim is kept, so an
    earlier revision is dated no later than it was seen.
    """
    c = entry_revisions.c
    then = (c.title, c.summary, c.content_hash, c.number, c.seen_at)
    statement = (
        select(
            *rows.columns(entries, Entry), *(column.label(f"then_{column.name}") for column in then)
        )
        .join(entries, entries.c.id == c.entry_id)
        .order_by(c.seen_at, c.entry_id, c.number)
    )
    if since is not None:
        statement = statement.where(c.seen_at >= since)
    if until is not None:
        statement = statement.where(c.seen_at < until)
    for row in conn.execute(statement, execution_options={"yield_per": _PAGE}).mappings():
        entry = Entry(**{name: row[name] for name in rows.names(Entry)})
        seen = row["then_seen_at"]
        newest = row["then_number"] == entry.revision
        yield (
            seen,
            replace(
                entry,
                title=row["then_title"],
                summary=row["then_summary"],
                content_hash=row["then_content_hash"],
                published_at=entry.published_at if newest else min(entry.published_at, seen),
                seen_at=seen,
                revision=1,
            ),
        )


def key_hash(key: str) -> bytes:
    """What a key is found by: 16 bytes, however long a publisher makes the key."""
    return hashlib.sha256(key.encode()).digest()[:16]


def _row(entry: Entry) -> dict[str, Any]:
    return rows.values(entry) | {"key_hash": key_hash(entry.key)}


def _append_revisions(conn: Connection, seen: Sequence[tuple[Entry, datetime]]) -> None:
    _APPEND.many(
        conn,
        [
            {
                "entry_id": entry.id,
                "number": entry.revision,
                "title": entry.title,
                "summary": entry.summary,
                "content_hash": entry.content_hash,
                "seen_at": at,
            }
            for entry, at in seen
        ],
    )
