"""`monitor db`: the database itself: its schema, a copy of it, and what is old enough to go."""

import asyncio
import contextlib
import sys
import tempfile
from pathlib import Path

import click
from sqlalchemy import Engine

from monitor.cli.output import as_json, say
from monitor.cli.prepare import prepare
from monitor.config.settings import FEWEST_DAYS, MOST_DAYS
from monitor.daemon import jobs
from monitor.daemon import retention as daemon_retention
from monitor.model.numbers import plural
from monitor.runtime.database import connect, open_database
from monitor.store import engine as store_engine
from monitor.store import migrate, transfer
from monitor.store import upkeep as store_upkeep

LINES = (
    ("entries", "entries that no question cared for"),
    ("polls", "lines of the log of polls"),
    ("notices", "notices on feeds"),
    ("marks", "marks of entries dropped long ago"),
)


@click.group()
def db() -> None:
    """The database: its schema, backups, moving it elsewhere, and what is old enough to go."""


@db.command()
def upgrade() -> None:
    """Bring the schema up to date. `monitor run` does it by itself unless told not to."""
    with connect(prepare(quiet=True)) as database:
        done = migrate.upgrade(database.engine)
        _prepare_queue(database.engine)
        say(f"schema at {migrate.current(database.engine)}" + (", upgraded" if done else ""))


def _prepare_queue(engine: Engine) -> None:
    """For workers, where they can be: with PostgreSQL and the extra."""
    if engine.dialect.name == "sqlite":
        return
    with contextlib.suppress(ImportError):
        from monitor.workers import queue  # noqa: PLC0415  # an extra

        queue.prepare(engine)


@db.command()
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
def backup(target: Path) -> None:
    """Copy the database to the new SQLite file TARGET while the daemon goes on.

    From a SQLite file it is copied as it is, whatever version wrote it; from PostgreSQL row by row.
    `monitor db restore` reads either back, into either kind.
    """
    with connect(prepare(quiet=True)) as database:
        store_upkeep.backup(database.engine, target)
    say(f"copied to {target}")


_JSON = click.option("--json", "json_", is_flag=True, help="Print the rows of each table as JSON.")


@db.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_JSON
def restore(file: Path, json_: bool) -> None:
    """Read the backup FILE into the configured database, which must be empty.

    A backup of an older version is brought up to date on the way; FILE itself is not changed. What
    was interrupted is given again.
    """
    settings = prepare(quiet=True)
    with tempfile.TemporaryDirectory(prefix="signpost-") as folder:
        source = store_engine.open_to_read(store_engine.sqlite_url(file))
        if migrate.known(source) not in {None, migrate.head()}:
            newer = Path(folder) / "newer.db"
            store_upkeep.backup(source, newer)
            source.dispose()
            source = store_engine.open_engine(store_engine.sqlite_url(newer))
            migrate.upgrade(source)
        with connect(settings) as database:
            _copy(source, database.engine, json_=json_)


@db.command()
@click.option("--to", "to", metavar="URL", help="Copy the configured database to this empty one.")
@click.option("--from", "from_", metavar="URL", help="Copy this database to the configured one.")
@_JSON
def copy(to: str | None, from_: str | None, json_: bool) -> None:
    """Copy all tables into an empty database: SQLite to PostgreSQL, back, or to another of a kind.

    URL is postgresql://user@host/name, with the password in PGPASSFILE or PGPASSWORD, or
    sqlite:///path. Each table is counted and compared after it was written. Stop the daemon first,
    and the workers: what comes later is not copied. What was interrupted is given again; it goes on
    where it stopped, or begins anew if the source has changed.
    """
    if (to is None) == (from_ is None):
        raise click.UsageError("name the other database: --to URL or --from URL")
    with connect(prepare(quiet=True)) as database:
        if to is not None:
            _copy(database.engine, store_engine.open_engine(to), json_=json_)
        else:
            _copy(store_engine.open_to_read(str(from_)), database.engine, json_=json_)


def _copy(source: Engine, target: Engine, *, json_: bool) -> None:
    total = sum(transfer.sizes(source).values()) if migrate.known(source) == migrate.head() else 0
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=total, label="rows", file=sys.stderr, hidden=hidden) as bar:

        def tell(table: str, rows: int) -> None:
            bar.label = f"{table:<20}"
            bar.update(rows)

        counts = transfer.copy(source, target, tell)
    _prepare_queue(target)
    if json_:
        as_json({"target": store_engine.place(target.url), "tables": counts})
    else:
        for name, count in counts.items():
            if count:
                say(f"{count:>12,} {name}")
        rows = plural(sum(counts.values()), "row")
        say(f"copied to {store_engine.place(target.url)}: {rows}, counted and compared")
    source.dispose()
    target.dispose()


@db.command()
@click.option(
    "--keep-days",
    type=click.IntRange(FEWEST_DAYS, MOST_DAYS),
    help="How long entries that no question cared for are kept; else as MONITOR_KEEP_DAYS says.",
)
@click.option("--yes", is_flag=True, help="Drop it. Without this, only what would go is told.")
@click.option("--json", "json_", is_flag=True, help="Print the counts as JSON.")
def prune(keep_days: int | None, yes: bool, json_: bool) -> None:
    """Drop what is old enough to go; first without --yes, which tells what that would be.

    The daemon does this once a night. Stories, evidence, flags, citations, digests and decisions
    are kept for ever, and so are the entries they rest on.
    """
    settings = prepare(quiet=True)
    now, days = jobs.SystemClock().now(), keep_days or settings.keep_days
    with open_database(settings) as database:
        if yes:
            gone = asyncio.run(daemon_retention.prune(database, now, days))
        else:
            gone = database.read_now(lambda conn: daemon_retention.preview(conn, now, days))
    if json_:
        as_json({"dropped": yes, **gone})
        return
    say("dropped:" if yes else "would go (drop it with --yes):")
    for name, text in (*LINES, *((("bytes", "bytes given back to the disk"),) if yes else ())):
        say(f"  {gone.get(name, 0):>9,} {text}")
    if days is None:
        say("entries are kept for ever: set MONITOR_KEEP_DAYS, or give --keep-days")
