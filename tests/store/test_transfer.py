"""A copy of a database: every table, both ways, whole or not at all, and never over anything."""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Double,
    Engine,
    Integer,
    LargeBinary,
    Table,
    insert,
    select,
    text,
    update,
)

from monitor.core.search import parse
from monitor.errors import StoreError
from monitor.model.search import Search
from monitor.store import migrate, search, transfer, upkeep
from monitor.store.engine import open_engine, open_to_read, read, sqlite_url, write
from monitor.store.schema import METADATA, SearchWords, entries, entry_words, feeds, flags
from monitor.store.types import EnumText, TextSet, Tuples, UTCDateTime
from tests.databases import NewDatabase

ROWS = 7
WAYS = [("sqlite", "postgresql"), ("postgresql", "sqlite")]
START = datetime(2026, 11, 3, 23, 59, 59, 999_999, tzinfo=UTC)
TEXTS = ("", "plain", "“quoted” – 'it''s' \\N\t\\.\n;", "리비아 \U0001f6a8 e\u0301", "x" * 5_000)


def value(column: Column[Any], number: int) -> Any:
    """One that the column takes, another for each number, at the limits of its type."""
    if column.foreign_keys:
        (key,) = column.foreign_keys
        return value(key.column, number)
    if column.nullable and number % 2 and column.name != "sent_at":
        return None
    made = VALUES.get(type(column.type))
    return made(column, number) if made else f"{number} {TEXTS[number % len(TEXTS)]}"


def a_tuple(column: Column[Any], number: int) -> Any:
    pair = ("ü\u2028\\", number, 0.1)
    depth: int = column.type.depth  # type: ignore[attr-defined]
    return (pair, ()) if depth == 2 else (*pair, {"b": 1, "a": []})


def a_member(column: Column[Any], number: int) -> Any:
    members: list[Any] = list(column.type.members)  # type: ignore[attr-defined]
    return members[number % len(members)]


def a_number(column: Column[Any], number: int) -> int:
    return number + (1 if column.primary_key else 2**31 - 100)


VALUES: dict[type, Callable[[Column[Any], int], Any]] = {
    UTCDateTime: lambda _, number: START + timedelta(days=number, microseconds=number),
    EnumText: a_member,
    Tuples: a_tuple,
    TextSet: lambda _, number: frozenset(f"{name}{number}" for name in "zebra"),
    SearchWords: lambda _, _number: ("stale",),  # a copy makes them anew
    Boolean: lambda _, number: bool(number % 2),
    Double: lambda _, number: (-0.1, 1e-300, math.pi, 1e22, 0.0)[number % 5],
    LargeBinary: lambda _, number: bytes([number, 0, 255]) * 5,
    Integer: a_number,
    BigInteger: a_number,
    JSON: lambda _, number: {"": number, "ü": 2},
}


def fill(conn: Connection) -> None:
    for table in METADATA.sorted_tables:
        conn.execute(
            insert(table),
            [{column.name: value(column, number) for column in table.c} for number in range(ROWS)],
        )


def contents(engine: Engine) -> dict[str, list[Sequence[Any]]]:
    """Every row of every table, but for what each database keeps in its own way."""
    with read(engine) as conn:
        return {
            table.name: [
                tuple(row)
                for row in conn.execute(
                    select(*(c for c in table.c if c is not entry_words.c.words)).order_by(
                        *table.primary_key.columns
                    )
                )
            ]
            for table in METADATA.sorted_tables
        }


@contextmanager
def opened(*urls: str) -> Iterator[list[Engine]]:
    engines = [open_engine(url) for url in urls]
    try:
        yield engines
    finally:
        for engine in engines:
            engine.dispose()


@pytest.fixture(params=WAYS, ids=" to ".join)
def both(request: pytest.FixtureRequest, new_database: NewDatabase) -> Iterator[list[Engine]]:
    """A database with every table filled, and an empty one."""
    source, target = request.param
    with opened(new_database(source, True), new_database(target, True)) as engines:
        with write(engines[0]) as conn:
            fill(conn)
        yield engines


@pytest.fixture
def files(new_database: NewDatabase) -> Iterator[list[Engine]]:
    """The same, two SQLite files."""
    with opened(new_database("sqlite", True), new_database("sqlite", True)) as engines:
        with write(engines[0]) as conn:
            fill(conn)
        yield engines


class InterruptedCopyError(Exception):
    pass


def interrupt_at(name: str) -> transfer.Progress:
    def tell(table: str, _rows: int) -> None:
        if table == name:
            raise InterruptedCopyError

    return tell


def test_every_row_of_every_table_arrives_as_it_was(both: list[Engine]) -> None:
    source, target = both

    counts = transfer.copy(source, target)

    found = contents(target)
    assert found == contents(source)
    assert counts == {name: len(rows) for name, rows in found.items()}
    assert set(counts.values()) == {ROWS}


def test_a_database_without_tables_is_given_them(
    files: list[Engine], new_database: NewDatabase
) -> None:
    with opened(new_database("postgresql", False)) as (target,):
        transfer.copy(files[0], target)

        assert migrate.current(target) == migrate.head()
        assert contents(target) == contents(files[0])


def test_what_is_copied_is_found_by_its_words(both: list[Engine]) -> None:
    source, target = both
    transfer.copy(source, target)

    wanted = Search(terms=parse("리비아"))
    with read(target) as conn:
        page = search.entries_page(conn, wanted, before=None, limit=9)

    assert [found.entry.title for found in page.found] == ["3 " + TEXTS[3]]


def test_no_number_is_given_out_twice(both: list[Engine]) -> None:
    source, target = both
    with write(source) as conn:
        conn.execute(insert(flags), [{"id": 99, **row(flags, 99)}])
        conn.execute(flags.delete().where(flags.c.id == 99))
    transfer.copy(source, target)

    with write(target) as conn:
        conn.execute(insert(flags), row(flags, 50))
        newest = max(conn.scalars(select(flags.c.id)))
    # a sequence that was never asked does not know what was written beside it
    assert newest == (100 if source.dialect.name == "sqlite" else ROWS + 1)


def row(table: Table, number: int) -> dict[str, Any]:
    return {c.name: value(c, number) for c in table.c if c.name != "id"}


def test_a_copy_goes_on_where_it_was_interrupted(both: list[Engine]) -> None:
    source, target = both
    with pytest.raises(InterruptedCopyError):
        transfer.copy(source, target, interrupt_at("evidence"))
    with read(target) as conn:
        assert transfer.unfinished(conn)
        # rows that a copy which began anew would write again
        before = conn.scalar(text("SELECT count(*) FROM entries"))
    assert before == ROWS

    told: list[str] = []
    transfer.copy(source, target, lambda table, rows: told.append(f"{table} {rows}"))

    assert contents(target) == contents(source)
    assert f"entries {ROWS}" in told
    with read(target) as conn:
        assert not transfer.unfinished(conn)


@pytest.mark.parametrize("name", ["deeds", "entry_words", "words", "app_meta"])
def test_a_copy_may_be_interrupted_in_any_table(files: list[Engine], name: str) -> None:
    source, target = files
    with pytest.raises(InterruptedCopyError):
        transfer.copy(source, target, interrupt_at(name))

    transfer.copy(source, target)

    assert contents(target) == contents(source)


def test_a_copy_begins_anew_where_the_source_has_changed(both: list[Engine]) -> None:
    source, target = both
    with pytest.raises(InterruptedCopyError):
        transfer.copy(source, target, interrupt_at("evidence"))
    with write(source) as conn:
        conn.execute(update(feeds).where(feeds.c.gone).values(etag="another"))
        conn.execute(update(entries).values(title="Another"))

    transfer.copy(source, target)

    assert contents(target) == contents(source)


def test_a_copy_is_of_the_moment_it_began(both: list[Engine]) -> None:
    source, target = both
    before = contents(source)

    def write_meanwhile(table: str, _rows: int) -> None:
        if table == "feeds":
            with write(source) as conn:
                conn.execute(update(entries).values(title="Later"))

    transfer.copy(source, target, write_meanwhile)

    assert contents(target) == before


def test_of_two_copies_into_one_database_the_later_one_ends_it(both: list[Engine]) -> None:
    source, target = both
    with pytest.raises(InterruptedCopyError):
        transfer.copy(source, target, interrupt_at("stories"))

    def begin_another(table: str, _rows: int) -> None:
        if table == "feeds":
            transfer.copy(source, target)

    with pytest.raises(StoreError, match=r"another copy to .* has begun meanwhile; this one ends"):
        transfer.copy(source, target, begin_another)

    assert contents(target) == contents(source)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("table", ["feeds", "app_meta", "deeds"])
def test_a_database_in_use_is_refused_and_left_alone(
    files: list[Engine], new_database: NewDatabase, kind: str, table: str
) -> None:
    source, _ = files
    with opened(new_database(kind, True)) as (target,):
        one = {c.name: value(c, 1) for c in METADATA.tables[table].c}
        with write(target) as conn:
            conn.execute(insert(METADATA.tables[table]), [one])
        before = contents(target)

        with pytest.raises(StoreError, match=f"is in use: its table {table} is not empty"):
            transfer.copy(source, target)

        assert contents(target) == before


def test_a_database_of_another_program_is_refused(files: list[Engine], tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path / 'other.db'}") as (target,):
        with write(target) as conn:
            conn.execute(text("CREATE TABLE feeds (mine TEXT)"))

        with pytest.raises(StoreError, match=r"tables of another program \(feeds …\)"):
            transfer.copy(files[0], target)


def test_a_database_is_not_copied_onto_itself(files: list[Engine]) -> None:
    with pytest.raises(StoreError, match="is in use"):
        transfer.copy(files[0], files[0])


def test_an_empty_source_and_one_that_is_not_finished_are_refused(
    files: list[Engine], new_database: NewDatabase
) -> None:
    source, target = files
    with opened(new_database("sqlite", False)) as (empty,):
        with pytest.raises(StoreError, match="is empty: there is nothing to copy"):
            transfer.copy(empty, target)
        with pytest.raises(InterruptedCopyError):
            transfer.copy(source, target, interrupt_at("stories"))
        with pytest.raises(StoreError, match="is itself an unfinished copy"):
            transfer.copy(target, empty)


def test_a_source_of_an_older_version_is_refused(files: list[Engine]) -> None:
    source, target = files
    with write(source) as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    with pytest.raises(StoreError, match=r"at revision 0001, and \d+ is copied: run `monitor db"):
        transfer.copy(source, target)


def test_damage_is_said_of_the_database_that_has_it(files: list[Engine]) -> None:
    source, target = files
    with write(source) as conn:
        conn.execute(text("UPDATE flags SET state = 'nonsense'"))

    with pytest.raises(StoreError, match=rf"{source.url.database} cannot be used: malformed, 'non"):
        transfer.copy(source, target)


def test_what_a_database_cannot_hold_is_said_with_its_table(
    files: list[Engine], new_database: NewDatabase
) -> None:
    source, _ = files
    with write(source) as conn:
        conn.execute(text("UPDATE feeds SET fail_count = 3000000000"))

    with (
        opened(new_database("postgresql", True)) as (target,),
        pytest.raises(StoreError, match="the table feeds cannot be copied: integer out of range"),
    ):
        transfer.copy(source, target)


def test_postgresql_is_backed_up_to_a_file_that_stands_alone(
    new_postgresql: str, new_database: NewDatabase, tmp_path: Path
) -> None:
    file = tmp_path / "a backup.db"
    with opened(new_postgresql, new_database("postgresql", True)) as (source, restored):
        with write(source) as conn:
            fill(conn)

        upkeep.backup(source, file)

        assert [path.name for path in tmp_path.glob("a backup*")] == [file.name]
        assert file.stat().st_mode & 0o077 == 0
        assert file.read_bytes()[18:20] == b"\1\1"
        file.chmod(0o400)
        before = file.read_bytes()
        backed_up = open_to_read(sqlite_url(file))
        transfer.copy(backed_up, restored)
        backed_up.dispose()
        assert file.read_bytes() == before
        assert contents(restored) == contents(source)


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no database"):
        open_to_read(f"sqlite:///{tmp_path / 'none.db'}")

    assert not (tmp_path / "none.db").exists()
