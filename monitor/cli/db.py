"""`monitor db`: the database itself: its schema, a copy of it, and what is old enough to go."""

import asyncio
import contextlib
from pathlib import Path

import click
from sqlalchemy import Engine

from monitor.cli.output import as_json, say
from monitor.cli.prepare import prepare
from monitor.config.settings import FEWEST_DAYS, MOST_DAYS
from monitor.daemon import jobs
from monitor.daemon import retention as daemon_retention
from monitor.runtime.database import connect, open_database
from monitor.store import migrate
from monitor.store import upkeep as store_upkeep

LINES = (
    ("entries", "entries that no question cared for"),
    ("polls", "lines of the log of polls"),
    ("notices", "notices on feeds"),
    ("marks", "marks of entries dropped long ago"),
)


@click.group()
def db() -> None:
    """The database: bring its schema up to date, copy it, or drop what is old."""


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
    """Copy the SQLite database to the new file TARGET while the daemon goes on.

    It is copied as it is, whatever version wrote it: nothing is brought up to date first.
    """
    with connect(prepare(quiet=True)) as database:
        store_upkeep.backup(database.engine, target)
    say(f"copied to {target}")


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
