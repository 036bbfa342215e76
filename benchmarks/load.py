"""How many times real time one machine manages of 100,000 feeds and 1,000,000 entries a day.

Feeds are on loopback (`benchmarks.polling_server`); all are configured and known, and as many are
due as can be polled in some minutes, since what is not due costs nothing but its row. Of those that
are due half answer 304, and the others have one new entry among twenty. The start is timed, too.
What follows parsing is then timed alone: news that matches nothing is recognised, matched and
stored, without a network.

    python -m benchmarks.load                              some ten minutes at rest
    python -m benchmarks.load --feeds 10000 --due 1000
"""

import argparse
import asyncio
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

from sqlalchemy import Connection, func, select, update

from benchmarks.growth import POLL, store
from benchmarks.pages_data import phrases_of
from benchmarks.polling import HEADINGS, ask, measured, prepare, site
from monitor.config import settings as config_settings
from monitor.config.settings import Settings
from monitor.core.feeds import normalise
from monitor.daemon.app import App
from monitor.daemon.jobs import POLL_SECONDS
from monitor.daemon.opening import open_app
from monitor.model.feeds import ParsedFeed, RawEntry
from monitor.runtime import logs
from monitor.store.schema import feeds, poll_log

POLLS_A_SECOND = 100_000 / 1_800
"""In real time: each of 100,000 feeds once in half an hour."""

ENTRIES_A_SECOND = 1_000_000 / 86_400
START = datetime(2026, 11, 25, 23, tzinfo=UTC)
STORED = 20_000
"""Entries that are stored without a network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round of the feeds that are due."""

    opening: float  # seconds, wall and CPU
    opening_cpu: float
    memory_mb: float  # with everything configured, before the first poll
    seconds: float
    polls: int
    new: int

    def __str__(self) -> str:
        return (
            f"start {self.opening:.0f} s ({self.opening_cpu:.0f} s CPU), {self.memory_mb:.0f} MB; "
            f"then {self.polls:,} polls in {self.seconds:.0f} s, {self.polls / self.seconds:.0f}/s "
            f"= {self.polls / self.seconds / POLLS_A_SECOND:.1f} x real time; "
            f"{self.new:,} new entries"
        )


async def one_round(settings: Settings, hours: float, due: int) -> Round:
    """Open the program, let `due` feeds be due and poll them at the daemon's own pace."""
    now = START + timedelta(hours=hours)
    wall, cpu = time.perf_counter(), time.process_time()
    async with open_app(settings, now=now, jitter=lambda: 0.5) as app:
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        await app.database.write(partial(_due, due=due, now=now))
        began = time.perf_counter()
        while await app.poll_due(now) or len(app.rounds):
            await app.rounds.settle(POLL_SECONDS)
        seconds = time.perf_counter() - began
        polls, new = app.database.read_now(partial(_polled, now=now))
    return Round(
        opening=wall, opening_cpu=cpu, memory_mb=memory, seconds=seconds, polls=polls, new=new
    )


def _due(conn: Connection, *, due: int, now: datetime) -> None:
    """The first `due` feeds now, the others tomorrow."""
    conn.execute(update(feeds).values(next_poll_at=now + timedelta(days=1)))
    chosen = feeds.c.id.in_(select(feeds.c.id).order_by(feeds.c.id).limit(due))
    conn.execute(update(feeds).where(chosen).values(next_poll_at=now))


def _polled(conn: Connection, *, now: datetime) -> tuple[int, int]:
    counted = select(func.count(), func.coalesce(func.sum(poll_log.c.new), 0))
    polls, new = conn.execute(counted.where(poll_log.c.polled_at >= now)).one()
    return polls, new


def polling(count: int, due: int) -> Iterator[str]:
    """Two rounds in processes of their own; the second is told."""
    with tempfile.TemporaryDirectory() as folder, site() as port:
        prepare(Path(folder), port, count)
        _list_outlets(Path(folder) / "config" / "feeds.yaml")
        command = [sys.executable, "-m", "benchmarks.load", "--round", folder, "--due", str(due)]
        first = measured("Signpost", due, port, [*command, "--hours", "0"])
        yield f"first round, nothing known: {first.note}"
        ask(port, "next")
        second = measured("Signpost", due, port, [*command, "--hours", "2"])
        yield f"second round: {second.note}\n\n{HEADINGS}\n{second.row()}"


def _list_outlets(path: Path) -> None:
    """Each feed whose outlet is not listed is warned of, and warnings would take the memory."""
    outlets = "".join(f"  O{number}: {{domains: [o{number}.example]}}\n" for number in range(50))
    path.write_text(f"outlets:\n{outlets}{path.read_text(encoding='utf-8')}", encoding="utf-8")


async def storing(folder: Path) -> str:
    """News that matches nothing: seconds of CPU time for an entry that is new, and one that is not.

    Twenty entries a poll: first all of them are new, then one is.
    """
    prepare(folder, 9, 1)
    said = phrases_of(Random(7))  # noqa: S311
    async with open_app(_settings(folder), now=START, jitter=float) as app:
        fresh = [_document(range(n, n + POLL), said) for n in range(0, STORED, POLL)]
        moved = [_document(range(n + 1, n + 1 + POLL), said) for n in range(0, STORED, POLL)]
        first = _stored(app, fresh) / STORED
        later = _stored(app, moved) / len(moved)
    return (
        f"after parsing: {1 / first:,.0f} new entries/s "
        f"= {1 / first / ENTRIES_A_SECOND:.0f} x real time; in polls that bring one new among "
        f"twenty {1 / later:,.0f} new entries/s = {1 / later / ENTRIES_A_SECOND:.0f} x real time"
    )


def _document(numbers: range, said: list[str]) -> ParsedFeed:
    items = tuple(
        RawEntry(
            guid=str(number),
            link=f"http://x.example/{number}",
            title=f"{said[number % len(said)]} {number}",
            summary=f"{said[number * 7 % len(said)]} {said[number * 11 % len(said)]}",
            published=START,
        )
        for number in numbers
    )
    return ParsedFeed(format="rss20", title="Feed", entries=items)


def _stored(app: App, documents: list[ParsedFeed]) -> float:
    """CPU seconds to recognise, match and store them, each in a transaction of its own."""
    (feed,) = app.plan.feeds.values()
    found = [normalise.entries(one, feed, first_poll=False, now=START) for one in documents]
    begun = time.process_time()
    for one in found:
        app.database.write_now(partial(store, found=one, rules=app.plan.rules, at=START))
    return time.process_time() - begun


def _settings(folder: Path) -> Settings:
    return config_settings.load(
        {"MONITOR_CONFIG_DIR": str(folder / "config"), "MONITOR_DATA_DIR": str(folder / "data")}
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--feeds", type=int, default=100_000)
    parser.add_argument("--due", type=int, default=10_000)
    parser.add_argument("--round", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--hours", type=float, default=0.0, help=argparse.SUPPRESS)
    given = parser.parse_args()
    logs.configure(level="critical")
    if given.round:
        print(asyncio.run(one_round(_settings(given.round), given.hours, given.due)))
        return
    with tempfile.TemporaryDirectory() as folder:
        print(asyncio.run(storing(Path(folder))), flush=True)
    for line in polling(given.feeds, given.due):
        print(line, flush=True)


if __name__ == "__main__":
    main()
