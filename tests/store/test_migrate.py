"""Migrations: one process does them, all or nothing, and they lead to the schema of the code."""

import shutil
import sqlite3
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import replace
from functools import partial
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, select, text

from monitor.errors import NewerDatabaseError, StoreError
from monitor.model.flags import FlagKind, FlagState, Raised, Reason, Review
from monitor.model.questions import Direction
from monitor.store import entries, evidence, flags, migrate, watchlists
from monitor.store.engine import open_engine, read, write
from monitor.store.schema import FTS, METADATA
from monitor.store.types import EnumText
from tests import build
from tests.support import siblings

OTHERS = (FTS, "ix_entry_words_words")
"""Made by hand for one of the databases; the comparison of definitions above covers them."""

ROOT = Path(__file__).parents[2]
STARTERS = 6

STEP = """
from alembic import op
import sqlalchemy as sa

revision, down_revision = "{number}", {after}


def upgrade():
{body}
"""


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """A folder of migrations with the program's own env.py and one small revision."""
    folder = tmp_path / "100% ours"
    (folder / "versions").mkdir(parents=True)
    for name in ("env.py", "script.py.mako"):
        (folder / name).write_bytes((ROOT / "alembic" / name).read_bytes())
    add_step(folder, "0001", None, 'op.create_table("one", sa.Column("id", sa.Integer))')
    return folder


def add_step(folder: Path, number: str, after: str | None, *body: str) -> None:
    lines = "\n".join(f"    {line}" for line in body)
    step = STEP.format(number=number, after=repr(after), body=lines)
    (folder / "versions" / f"{number}_step.py").write_text(step)


def tables(engine: Engine) -> set[str]:
    """Without what SQLite keeps its index of words in."""
    with read(engine) as conn:
        return {name for name in inspect(conn).get_table_names() if not name.startswith(FTS)}


def test_an_empty_database_is_migrated_once(empty_url: str) -> None:
    engine = open_engine(empty_url)
    assert migrate.current(engine) is None

    assert migrate.upgrade(engine)
    assert not migrate.upgrade(engine)

    assert migrate.current(engine) == migrate.head()
    assert tables(engine) == {*METADATA.tables, "alembic_version"}
    engine.dispose()


def definitions(conn: Connection) -> set[str]:
    """Every table and index as the database itself spells it."""
    if conn.dialect.name == "sqlite":
        master = conn.scalars(text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"))
        # a table that was made anew and renamed has its name in quotes
        plain = (" ".join(sql.replace('"', "").split()) for sql in master)
        return {sql for sql in plain if "alembic_version" not in sql}
    queries = (
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)"
        " FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
        "SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, collation_name,"
        " column_default) FROM information_schema.columns WHERE table_schema = 'public'",
    )
    found = [row for query in queries for row in conn.scalars(text(query))]
    return {row for row in found if "alembic_version" not in row}


def test_migrations_lead_to_the_schema_of_the_code(empty_url: str) -> None:
    engine = open_engine(empty_url)
    with engine.connect() as conn:
        METADATA.create_all(conn)
        wanted = definitions(conn)
        conn.rollback()

    migrate.upgrade(engine)

    with read(engine) as conn:
        assert definitions(conn) == wanted
    assert len(wanted) > len(METADATA.tables)
    engine.dispose()


def test_alembic_would_generate_no_further_migration(engine: Engine) -> None:
    with read(engine) as conn:
        context = MigrationContext.configure(
            conn,
            opts={
                "compare_type": True,
                "compare_server_default": True,
                "include_name": lambda name, *_: not str(name).startswith(OTHERS),
            },
        )
        assert compare_metadata(context, METADATA) == []


def test_the_comparison_sees_a_difference(engine: Engine) -> None:
    with write(engine) as conn:
        conn.execute(text("ALTER TABLE feeds ADD COLUMN extra TEXT"))
        context = MigrationContext.configure(conn)
        assert compare_metadata(context, METADATA) != []


def test_a_revision_that_is_not_known_is_refused(engine: Engine) -> None:
    with write(engine) as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(NewerDatabaseError, match="at revision 9999; this version knows only up to"):
        migrate.upgrade(engine)

    assert migrate.current(engine) == "9999"


def test_a_migration_that_fails_leaves_everything_as_it_was(empty_url: str, scripts: Path) -> None:
    engine = open_engine(empty_url)
    add_step(
        scripts,
        "0002",
        "0001",
        'op.create_table("two", sa.Column("id", sa.Integer))',
        'op.execute("INSERT INTO two VALUES (1)")',
        'op.execute("INSERT INTO one VALUES (no_such_thing)")',
    )

    with pytest.raises(Exception, match="no_such_thing"):
        migrate.upgrade(engine, scripts=scripts)

    assert migrate.current(engine) is None
    assert tables(engine) == set()
    engine.dispose()


def test_a_later_migration_that_fails_leaves_the_earlier_ones(
    empty_url: str, scripts: Path
) -> None:
    engine = open_engine(empty_url)
    migrate.upgrade(engine, scripts=scripts)
    add_step(
        scripts,
        "0002",
        "0001",
        'op.drop_table("one")',
        'raise RuntimeError("half-way")',
    )

    with pytest.raises(RuntimeError, match="half-way"):
        migrate.upgrade(engine, scripts=scripts)

    assert migrate.current(engine) == "0001"
    assert tables(engine) == {"one", "alembic_version"}
    engine.dispose()


def test_a_table_may_be_rebuilt_while_others_refer_to_it(sqlite_url: str, scripts: Path) -> None:
    """SQLite drops and recreates it; the rows of the others must stay."""
    engine = open_engine(sqlite_url)
    with write(engine) as conn:
        conn.execute(text("CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT)"))
        conn.execute(
            text("CREATE TABLE child (id INTEGER REFERENCES parent (id) ON DELETE CASCADE)")
        )
        conn.execute(text("INSERT INTO parent VALUES (1, 'a')"))
        conn.execute(text("INSERT INTO child VALUES (1)"))
        conn.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    add_step(
        scripts,
        "0002",
        "0001",
        'with op.batch_alter_table("parent") as batch:',
        '    batch.alter_column("name", nullable=False)',
    )

    assert migrate.upgrade(engine, scripts=scripts)

    with write(engine) as conn:
        assert conn.execute(text("SELECT count(*) FROM child")).scalar_one() == 1
        assert conn.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
        assert conn.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == 5_000
    engine.dispose()


def test_a_migration_that_breaks_a_reference_is_rolled_back(sqlite_url: str, scripts: Path) -> None:
    engine = open_engine(sqlite_url)
    newest = migrate.head()
    add_step(scripts, newest, "0001", "pass")
    add_step(
        scripts,
        "9000",
        newest,
        'op.execute("CREATE TABLE child (id INTEGER REFERENCES flags (id))")',
        'op.execute("INSERT INTO child VALUES (7)")',
    )

    with pytest.raises(StoreError, match="broke a reference in table child"):
        migrate.upgrade(engine, scripts=scripts)

    assert migrate.current(engine) == newest
    assert "child" not in tables(engine)
    engine.dispose()


def test_scripts_that_do_not_fit_together_are_a_store_error(empty_url: str, scripts: Path) -> None:
    engine = open_engine(empty_url)
    add_step(scripts, "0002", "0001", "pass")
    add_step(scripts, "0003", "0001", "pass")

    with pytest.raises(StoreError, match="cannot be run"):
        migrate.upgrade(engine, scripts=scripts)

    assert tables(engine) == set()
    engine.dispose()


def test_entries_that_supersede_each_other_become_one_line(empty_url: str) -> None:
    """A ring, and an entry that was superseded twice; a sound line stays as it is."""
    opened = open_engine(empty_url)
    migrate.upgrade(opened)
    held = {
        "ring1": ("ring3", 1),
        "ring2": ("ring1", 2),
        "ring3": ("ring2", 3),
        "own": ("own", 1),
        "fork1": ("", 1),
        "fork2": ("fork1", 3),
        "fork3": ("fork1", 2),
        # the clock was set back meanwhile
        "line1": ("", 9),
        "line2": ("line1", 2),
        "alone": ("", 5),
        "orphan": ("gone", 5),
    }
    stored = [
        replace(build.entry(id_, seen=build.at(hour)), supersedes=before)
        for id_, (before, hour) in held.items()
    ]
    with write(opened) as conn:
        entries.insert(conn, stored)
        drop_later(conn)
        conn.execute(text("UPDATE alembic_version SET version_num = '0015'"))

    assert migrate.upgrade(opened)

    with read(opened) as conn:
        assert {entry.id: entry.supersedes for entry in entries.stream(conn)} == {
            "ring1": "",
            "ring2": "ring1",
            "ring3": "ring2",
            "own": "",
            "fork1": "",
            "fork3": "fork1",
            "fork2": "fork3",
            "line1": "",
            "line2": "line1",
            "alone": "",
            "orphan": "gone",
        }
    opened.dispose()


def drop_later(conn: Connection) -> None:
    """Columns of later revisions than those that a test looks at."""
    conn.execute(text("ALTER TABLE flag_reasons DROP COLUMN facts"))
    for column in ("items", "told", "told_at"):
        conn.execute(text(f"ALTER TABLE feeds DROP COLUMN {column}"))


REVISIONS = sorted(
    item.revision for item in ScriptDirectory(str(ROOT / "alembic")).walk_revisions()
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Of each revision before the newest a file with two rows in every table."""
    folder = tmp_path_factory.mktemp("revisions")
    scripts, growing = folder / "scripts", folder / "growing.db"
    shutil.copytree(ROOT / "alembic", scripts, ignore=shutil.ignore_patterns("[0-9]*", "__*"))
    made = {}
    for revision in REVISIONS[:-1]:
        (step,) = (ROOT / "alembic" / "versions").glob(f"{revision}_*.py")
        shutil.copy(step, scripts / "versions")
        engine = open_engine(f"sqlite:///{growing}")
        assert migrate.upgrade(engine, scripts=scripts)
        engine.dispose()
        made[revision] = folder / f"{revision}.db"
        shutil.copy(growing, made[revision])
        with closing(sqlite3.connect(made[revision])) as conn, conn:
            fill(conn)
    return made


WORDS = {
    (table.name, column.name): next(iter(column.type.members.__members__.values())).value
    for table in METADATA.tables.values()
    for column in table.columns
    if isinstance(column.type, EnumText)
}
"""A value for each column of an enumeration."""


def fill(conn: sqlite3.Connection) -> None:
    """Two rows in every table that there is, each column filled as its type asks."""
    for table in tables_of(conn):
        columns = conn.execute(f"PRAGMA table_info({table})").fetchall()
        for row in (1, 2):
            values = [sample(table, column[1], column[2], row) for column in columns]
            names = ", ".join(f'"{column[1]}"' for column in columns)
            marks = ", ".join("?" * len(values))
            conn.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)  # noqa: S608


def tables_of(conn: sqlite3.Connection) -> list[str]:
    """As they are, not as the code has them; without what the index of words is kept in."""
    names = conn.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    others = (FTS, "alembic_", "sqlite_")
    return [name for (name,) in names if not name.startswith(others)]


def sample(table: str, name: str, kind: str, row: int) -> object:
    """A value that such a column may hold; the same in every table, so that references hold."""
    if name == "supersedes":
        return ""  # a line of its own: another would be mended
    if (table, name) in WORDS:
        return WORDS[table, name]
    by_kind = {
        "VARCHAR(27)": f"2026-03-0{row}T12:00:00.000000Z",
        "JSON": "[]",
        "BLOB": bytes([row] * 16),
        "BOOLEAN": 1,
        "TEXT": str(row),
    }
    return by_kind.get(kind, row)


def contents(path: Path) -> dict[str, list[dict[str, object]]]:
    """Every row of every table, by the names of its columns."""
    with closing(sqlite3.connect(path)) as conn:
        conn.row_factory = sqlite3.Row
        return {
            name: [dict(row) for row in conn.execute(f"SELECT * FROM {name}")]  # noqa: S608
            for name in tables_of(conn)
        }


@pytest.mark.slow
@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_an_upgrade_from_every_earlier_revision_keeps_what_is_stored(
    filled: dict[str, Path], tmp_path: Path, revision: str
) -> None:
    path = tmp_path / "monitor.db"
    shutil.copy(filled[revision], path)
    before = contents(path)
    assert {name: len(rows) for name, rows in before.items()} == dict.fromkeys(before, 2)
    engine = open_engine(f"sqlite:///{path}")
    assert migrate.current(engine) == revision

    assert migrate.upgrade(engine)

    with read(engine) as conn:
        for table in METADATA.sorted_tables:
            held = conn.execute(select(table)).all()  # each value turned into what it means
            assert len(held) >= len(before.get(table.name, ()))
    engine.dispose()
    with closing(sqlite3.connect(path)) as conn:
        assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
        assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    after = contents(path)
    assert set(after) == {*METADATA.tables}
    for name, rows in before.items():
        assert [{column: row[column] for column in rows[0]} for row in after[name]] == rows


SHORT = """
questions:
- ask: Will it rain?
  judgment: It will not rain.{day}
  likelihood: unlikely
  watch: [rain]
"""
KEY = "will-it-rain/brief/it-will-not-rain"


@pytest.mark.parametrize(
    ("text_", "kept"),
    [
        (SHORT.format(day=""), [(9.0, -4.0), (0.0, 0.0)]),
        (SHORT.format(day="\n  published: 2019-03-01"), [(0.0, 0.0), (0.0, 0.0)]),
        ("no watchlist: [", [(0.0, 0.0), (0.0, 0.0)]),
    ],
)
def test_answers_on_a_brief_without_a_day_keep_what_was_known(
    empty_url: str, text_: str, kept: list[tuple[float, float]]
) -> None:
    """What grew or came afterwards is not in it; nor what an earlier answer had priced in."""
    opened = open_engine(empty_url)
    migrate.upgrade(opened)
    row = partial(build.evidence, judgment_=KEY)
    first = [row("a", points=6), row("a", points=9, number=2), row("b", points=-4)]
    later = [
        replace(row("b", points=-7, number=2), decided_at=build.at(2)),
        row("c", points=3, first=build.at(2)),
    ]
    brief = "will-it-rain/brief"
    with write(opened) as conn:
        watchlists.record_version(conn, version="v1", text=text_, at=build.at(-1))
        evidence.append(conn, [*first, *later])
        for hour in (0, 3):
            raised = Raised(question="will-it-rain", brief=brief, reason=reason(KEY))
            (flag,) = flags.raise_all(conn, [raised])
            review = Review(
                flag_id=flag.id,
                brief=brief,
                decision=FlagState.STANDS,
                by="kim",
                at=build.at(hour),
                ledger=((KEY, 0.0, 0.0),),
            )
            flags.decide(conn, review)
        drop_later(conn)
        conn.execute(text("UPDATE alembic_version SET version_num = '0016'"))

    assert migrate.upgrade(opened)

    with read(opened) as conn:
        found = [review.ledger for review in flags.reviews(conn)]
    opened.dispose()
    assert found == [((KEY, *sums),) for sums in kept]


def reason(judgment: str) -> Reason:
    return Reason(
        kind=FlagKind.SILENCE,
        judgment=judgment,
        direction=Direction.NONE,
        text="",
        numbers=(),
        evidence=(),
        interrupts=False,
        raised_at=build.NOON,
        rules="v1",
    )


def wait_for_all(start: Barrier) -> None:
    """Keep the barrier where the task of this process finds it."""
    globals()["START"] = start


def start_up(url: str) -> bool:
    engine = open_engine(url)
    globals()["START"].wait(timeout=60)
    migrated = migrate.upgrade(engine)
    engine.dispose()
    return migrated


@pytest.mark.slow
def test_of_six_that_start_at_once_exactly_one_migrates(empty_url: str) -> None:
    processes = siblings.context()
    start = processes.Barrier(STARTERS)
    with ProcessPoolExecutor(
        STARTERS, mp_context=processes, initializer=wait_for_all, initargs=(start,)
    ) as pool:
        migrated = list(pool.map(start_up, [empty_url] * STARTERS))

    assert sorted(migrated) == [False] * (STARTERS - 1) + [True]
    engine = open_engine(empty_url)
    assert migrate.current(engine) == migrate.head()
    engine.dispose()


def test_the_library_is_found_with_the_checkout_on_the_path() -> None:
    """A folder alembic/ that were a package would hide the library of that name."""
    assert not (ROOT / "alembic" / "__init__.py").exists()

    found = subprocess.run(  # our own interpreter and a constant
        [
            sys.executable,
            "-W",
            "error",
            "-c",
            "from alembic import command; import alembic; print(alembic.__version__)",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert found.returncode == 0, found.stderr
    assert found.stdout.strip()
