"""Copies a whole database into an empty one, of either kind, and sees that all of it arrived.

The source is read as of one moment, whoever writes to it meanwhile. Each table is one transaction
in the target: its rows are read back and held against the source's before it is committed, with a
note of the tables that are done. A copy that was interrupted goes on behind those, or begins anew
where the source has changed since; until the last table is there nobody else may work with the
target. Must never write to a database that holds anything but such an unfinished copy.
"""

import json
import secrets
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Select,
    Table,
    column,
    delete,
    func,
    insert,
    inspect,
    select,
    table,
)
from sqlalchemy import exc as sa_exc

from monitor.errors import StoreError
from monitor.store import meta, migrate, search
from monitor.store.engine import blaming, place, read, wait_for_reader, write
from monitor.store.schema import FTS, METADATA, app_meta, entries, entry_words

BATCH: Final = 5_000
"""Rows that are read, and written by one statement, at once."""

Progress = Callable[[str, int], None]
"""Told a table and how many more of its rows are in the target, or were there already."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a table holds: how many rows, and a sum over them that their order does not change."""

    rows: int = 0
    digest: str = ""


def copy(
    source: Engine, target: Engine, tell: Progress = lambda _table, _rows: None
) -> dict[str, int]:
    """Copy every table; how many rows each has, as counted in both databases.

    The target gets this version's schema. Raises StoreError if the source has another schema or is
    an unfinished copy itself, if the target is not empty, and where a row did not arrive as it is.
    """
    _require_source(source)
    _require_room(target)
    with read(source) as old:
        wait_for_reader(old)
        note = _begin(old, target)
        for each in _ORDER:
            if each.name in note.done:
                tell(each.name, note.done[each.name].rows)
                continue
            with write(target) as new:
                note.require(new)
                found = _copy_table(old, new, each, tell)
                note = note.plus(each, found)
                if each is not app_meta:  # that one has put the source's facts in its place
                    note.store(new)
    _finish(target)
    return {name: found.rows for name, found in note.done.items()}


def sizes(source: Engine) -> dict[str, int]:
    """How many rows there are to copy, by table."""
    with read(source) as conn:
        return {each.name: _count(conn, each) for each in _ORDER}


def unfinished(conn: Connection) -> bool:
    """Whether a database is a copy that is under way, or was interrupted."""
    return meta.get(conn, _NOTE) is not None


# What a table is copied by.

_ORDER: Final[Sequence[Table]] = (
    *(each for each in METADATA.sorted_tables if each is not app_meta),
    app_meta,  # holds the note, and so comes last
)
_NOTE: Final = "unfinished_copy"
_OWN: Final = (_NOTE, "queue_version")
"""Facts that are the target's own: the queue's tables are not copied, they are made anew."""


def _copied(each: Table) -> list[Column[Any]]:
    """The columns that are read; words are stored in each database's own way, and made anew."""
    return [found for found in each.c if found is not entry_words.c.words]


def _all(each: Table) -> Select[Any]:
    rows = select(*_copied(each))
    return rows.where(app_meta.c.key.not_in(_OWN)) if each is app_meta else rows


def _count(conn: Connection, each: Table) -> int:
    return conn.scalar(select(func.count()).select_from(_all(each).subquery())) or 0


def _copy_table(old: Connection, new: Connection, each: Table, tell: Progress) -> Contents:
    """Write a table's rows into the target's transaction; what it now holds, as it was read."""
    if each is app_meta:
        new.execute(delete(app_meta).where(app_meta.c.key == _NOTE))
    statement = _all(each)
    if each is entry_words:
        joined = entry_words.join(entries, entries.c.id == entry_words.c.entry_id)
        statement = statement.select_from(joined).add_columns(entries.c.title, entries.c.summary)
    names = [found.name for found in _copied(each)]
    sums = _Sums()
    with closing(_batches(old, statement)) as batches:
        for batch in batches:
            sums.add(row[: len(names)] for row in batch)
            rows = [dict(zip(names, row, strict=False)) for row in batch]
            if each is entry_words:
                for values, row in zip(rows, batch, strict=True):
                    values["words"] = search.entry_text(row.title, row.summary)
            _insert(new, each, rows)
            tell(each.name, len(batch))
    _copy_counter(old, new, each)
    arrived = contents(new, each)
    if arrived != sums.contents():
        raise StoreError(
            f"the table {each.name} did not arrive whole: {sums.contents().rows:,} rows were read, "
            f"{arrived.rows:,} are there" + ("" if arrived.rows != sums.rows else " and differ")
        )
    return arrived


def _insert(conn: Connection, each: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    try:
        conn.execute(insert(each), rows)
    except sa_exc.DataError as exc:
        cause = str(exc.orig).partition("\n")[0]
        raise StoreError(f"the table {each.name} cannot be copied: {cause}") from exc


def _batches(conn: Connection, statement: Select[Any]) -> Generator[Sequence[Any], None, None]:
    """Rows in runs. To be closed: PostgreSQL keeps a place in them for as long."""
    options = {"yield_per": BATCH}
    with blaming(conn.engine), conn.execute(statement, execution_options=options) as found:
        yield from found.partitions()


def contents(conn: Connection, each: Table) -> Contents:
    """What a table holds at this moment, the same number for the same rows in either database."""
    sums = _Sums()
    for batch in _batches(conn, _all(each)):
        sums.add(batch)
    return sums.contents()


@dataclass(slots=True)
class _Sums:
    """Contents, while rows are added."""

    rows: int = 0
    total: int = 0

    def add(self, rows: Iterable[Iterable[Any]]) -> None:
        """Add rows, of values that are alike from either database."""
        for row in rows:
            # a set has another order in each process
            values = [sorted(each) if isinstance(each, frozenset) else each for each in row]
            self.rows += 1
            hashed = blake2b(repr(values).encode(), digest_size=16).digest()
            self.total = (self.total + int.from_bytes(hashed)) % 2**128

    def contents(self) -> Contents:
        return Contents(self.rows, f"{self.total:032x}")


def _copy_counter(old: Connection, new: Connection, each: Table) -> None:
    """Let the target number its next row as the source would; no number is given out twice."""
    key = each.autoincrement_column
    if key is None or key.name != "id":
        return
    last = max(new.scalar(select(func.max(key))) or 0, _counter(old, each))
    if new.dialect.name == "postgresql":
        if last:
            sequence = func.pg_get_serial_sequence(each.name, key.name)
            new.execute(select(func.setval(sequence, last)))
    elif each.dialect_options["sqlite"]["autoincrement"]:
        new.execute(delete(_COUNTERS).where(_COUNTERS.c.name == each.name))
        new.execute(insert(_COUNTERS).values(name=each.name, seq=last))


_COUNTERS: Final = table("sqlite_sequence", column("name"), column("seq"))


def _counter(conn: Connection, each: Table) -> int:
    """The highest number that was ever given out, as far as the database remembers; else 0."""
    if conn.dialect.name == "postgresql":
        last = func.pg_sequence_last_value(func.pg_get_serial_sequence(each.name, "id"))
        return conn.scalar(select(last)) or 0
    if not each.dialect_options["sqlite"]["autoincrement"]:
        return 0
    return conn.scalar(select(_COUNTERS.c.seq).where(_COUNTERS.c.name == each.name)) or 0


# The two ends, and what stands in the target between them.


@dataclass(frozen=True, slots=True)
class _Note:
    """Stored in a target that is not finished: which copy writes it, and the tables done."""

    run: str
    done: Mapping[str, Contents]

    def plus(self, each: Table, found: Contents) -> "_Note":
        return _Note(self.run, {**self.done, each.name: found})

    def store(self, conn: Connection) -> None:
        done = {name: [found.rows, found.digest] for name, found in self.done.items()}
        meta.put(conn, _NOTE, json.dumps({"run": self.run, "done": done}))

    def require(self, conn: Connection) -> None:
        """Raises StoreError if this copy is not the target's any more."""
        stored = _stored(conn)
        if stored is None or stored.run != self.run:
            raise StoreError(
                f"another copy to {place(conn.engine.url)} has begun meanwhile; this one ends"
            )


def _stored(conn: Connection) -> _Note | None:
    found = meta.get(conn, _NOTE)
    if found is None:
        return None
    held = json.loads(found)
    return _Note(held["run"], {name: Contents(*each) for name, each in held["done"].items()})


def _require_source(source: Engine) -> None:
    found, wanted = migrate.known(source), migrate.head()
    where = place(source.url)
    if found != wanted:
        raise StoreError(
            f"the database {where} is empty: there is nothing to copy"
            if found is None
            else f"the database {where} is at revision {found}, and {wanted} is copied: run "
            "`monitor db upgrade` on it first"
        )
    with read(source) as conn:
        if unfinished(conn):
            raise StoreError(f"the database {where} is itself an unfinished copy")


def _require_room(target: Engine) -> None:
    """See to it that there is nothing but this version's schema, making it where there is none."""
    if migrate.current(target) is None:
        with read(target) as conn:
            others = inspect(conn).get_table_names()
        if others:
            raise StoreError(
                f"the database {place(target.url)} holds tables of another program "
                f"({', '.join(others[:3])} …); name an empty one"
            )
    elif migrate.known(target) != migrate.head():
        raise StoreError(
            f"the database {place(target.url)} is an older version's and in use; name an empty one"
        )
    migrate.upgrade(target)


def _begin(old: Connection, target: Engine) -> _Note:
    """Take the target over: as far as an earlier copy got, if that still is what the source has."""
    run = secrets.token_hex(8)
    with write(target) as new:
        before = _stored(new)
        if before is None:
            for each in _ORDER:
                if new.execute(_all(each).limit(1)).first() is not None:
                    raise StoreError(
                        f"the database {place(target.url)} is in use: its table {each.name} is not "
                        "empty; name an empty one"
                    )
        done = dict(before.done) if before else {}
        _Note(run, done).store(new)  # from here on an earlier copy that still runs ends itself
    if all(contents(old, METADATA.tables[name]) == found for name, found in done.items()):
        return _Note(run, done)
    with write(target) as new:
        fresh = _Note(run, {})
        fresh.require(new)
        for each in reversed(_ORDER[:-1]):
            new.execute(delete(each))
        fresh.store(new)
    return fresh


def _finish(target: Engine) -> None:
    """See that entries are found by their words, and let the database learn what it holds."""
    with write(target) as conn:
        if target.dialect.name == "sqlite":
            conn.exec_driver_sql(f"INSERT INTO {FTS} ({FTS}) VALUES ('integrity-check')")  # noqa: S608  # a name of our own
        else:  # SQLite plans without figures, as every file of ours does
            conn.exec_driver_sql("ANALYZE")
