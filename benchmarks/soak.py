"""Runs the daemon's own steps over 30 simulated days and shows that nothing piles up.

Feeds on loopback bring one new entry each an hour; one in twenty matches the watchlist, so stories,
evidence, flags and digests are made all along. Memory is that of the process and of its parsers.

    python -m benchmarks.soak                 30 days, 15 feeds: some minutes
    python -m benchmarks.soak --days 3 --feeds 5
    python -m benchmarks.soak --plot FILE     also draws it (matplotlib)
"""

import argparse
import asyncio
import os
import random
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from sqlalchemy import Connection, func, select

from benchmarks.memory import held_mb
from benchmarks.polling_server import plain
from monitor.config import settings as config_settings
from monitor.daemon.app import App
from monitor.daemon.opening import open_app
from monitor.runtime import logs
from monitor.store.schema import deliveries, entries, evidence, stories

START = datetime(2026, 1, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
LISTED = 20
"""Entries in a document."""

MATCHING = 0.05
WATCHLISTS = """
questions:
- id: treaty
  ask: Will Ruritania sign the treaty?
  about: [Ruritania*]
  briefs:
  - id: no-treaty
    title: No treaty
    published: 2026-01-01
    judgments:
    - {id: j, says: It will not be signed., event: the treaty is signed, likelihood: unlikely}
  toward:
    moderate: {talks: ["talks", "envoy* .. meet*"]}
  away:
    moderate: {breach: ["breach", "walk* out"]}
"""
DELIVERY = """
channels: {files: {type: files, folder: digests}}
digests: [{name: desk, at: "08:00", days: daily, to: [files]}]
"""
MATCHES = ("Ruritania talks", "Envoys of Ruritania meet", "Breach in Ruritania:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The state at the end of one day."""

    day: int
    entries: int
    stories: int
    evidence: int
    sent: int
    memory_mb: float
    database_mb: float
    cpu_ms: float  # of this process, for each entry of the day

    def line(self) -> str:
        return (
            f"| {self.day} | {self.entries:,} | {self.stories:,} | {self.evidence:,} | {self.sent} "
            f"| {self.memory_mb:.0f} MB | {self.database_mb:.1f} MB | {self.cpu_ms:.1f} ms |"
        )


class Site:
    """The feeds, as they stand at the hour that the runner sets."""

    def __init__(self) -> None:
        self.hour = 0
        draw = random.Random(1)  # noqa: S311
        letters = "abcdefghilmnoprstu"
        self._words = ["".join(draw.choices(letters, k=draw.randint(3, 9))) for _ in range(3_000)]
        self._weights = [1 / place for place in range(1, len(self._words) + 1)]

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                feed = int(head.split(b" ", 2)[1].decode().lstrip("/"))
                writer.write(plain("200 OK", self.document(feed)))
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def document(self, feed: int) -> bytes:
        numbers = range(self.hour, max(-1, self.hour - LISTED), -1)
        items = "".join(self._item(feed, number) for number in numbers)
        channel = f"<channel><title>Feed {feed}</title>{items}</channel>"
        return f"<?xml version='1.0'?><rss version='2.0'>{channel}</rss>".encode()

    def _item(self, feed: int, number: int) -> str:
        draw = random.Random(feed * 1_000_000 + number)  # noqa: S311
        words = draw.choices(self._words, self._weights, k=9)
        if draw.random() < MATCHING:
            words.insert(0, draw.choice(MATCHES))
        title = " ".join(words).capitalize() if words[0].islower() else " ".join(words)
        lead = " ".join(draw.choices(self._words, self._weights, k=30))
        return (
            f"<item><guid isPermaLink='false'>{feed}-{number}</guid><title>{title}</title>"
            f"<link>https://o.example/{feed}/{number}</link><description>{lead}</description>"
            f"<pubDate>{format_datetime(START + number * HOUR)}</pubDate></item>"
        )


@asynccontextmanager
async def served(site: Site) -> AsyncIterator[int]:
    """The site's port."""
    server = await asyncio.start_server(site.answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def soak(folder: Path, *, days: int, feeds: int) -> list[Row]:
    """Run it, printing one line a day."""
    site, rows = Site(), list[Row]()
    async with served(site) as port:
        app_settings = _settings(folder, port, feeds)
        async with open_app(app_settings, now=START, jitter=lambda: 0.5) as app:
            for day in range(days):
                cpu = time.process_time()
                for _ in range(24):
                    site.hour += 1
                    await _hour(app, START + site.hour * HOUR)
                await app.prune(START + site.hour * HOUR)
                took = (time.process_time() - cpu) / (24 * feeds) * 1e3
                rows.append(_row(app, folder, day + 1, took))
                print(rows[-1].line(), flush=True)
    return rows


async def _hour(app: App, now: datetime) -> None:
    await app.poll_due(now)
    await app.rounds.settle()
    await app.tick(now)
    await app.compose_due(now)
    await app.deliver_due(now, f"t{now.timestamp():.0f}")


def _settings(folder: Path, port: int, feeds: int) -> config_settings.Settings:
    config = folder / "config"
    config.mkdir()
    lines = [
        f'- {{id: f{n}, outlet: Outlet {n}, url: "http://127.0.0.1:{port}/{n}", '
        "allow_private: true, interval: 30m}"
        for n in range(feeds)
    ]
    (config / "feeds.yaml").write_text("feeds:\n" + "\n".join(lines) + "\n", encoding="utf-8")
    (config / "watchlists.yaml").write_text(WATCHLISTS, encoding="utf-8")
    (config / "delivery.yaml").write_text(DELIVERY, encoding="utf-8")
    return config_settings.load(
        {"MONITOR_CONFIG_DIR": str(config), "MONITOR_DATA_DIR": str(folder / "data")}
    )


def _row(app: App, folder: Path, day: int, cpu_ms: float) -> Row:
    def counts(conn: Connection) -> Iterator[int]:
        for table in (entries, stories, evidence):
            yield conn.scalar(select(func.count()).select_from(table)) or 0
        sent = deliveries.c.state == "sent"
        yield conn.scalar(select(func.count()).select_from(deliveries).where(sent)) or 0

    found = app.database.read_now(lambda conn: tuple(counts(conn)))
    size = sum(file.stat().st_size for file in (folder / "data").glob("monitor.db*"))
    return Row(
        day=day,
        entries=found[0],
        stories=found[1],
        evidence=found[2],
        sent=found[3],
        memory_mb=held_mb(os.getpid()),
        database_mb=size / 2**20,
        cpu_ms=cpu_ms,
    )


def draw(rows: Sequence[Row], path: Path) -> None:
    """Memory and cost of an entry over the days."""
    import matplotlib as mpl  # noqa: PLC0415

    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415

    days = [row.day for row in rows]
    figure, (upper, lower) = plt.subplots(2, 1, sharex=True, figsize=(7, 5))
    upper.plot(days, [row.memory_mb for row in rows], label="memory, parsers included")
    upper.plot(days, [row.database_mb for row in rows], label="database")
    upper.set_ylabel("MB")
    upper.legend(frameon=False)
    lower.plot(days, [row.cpu_ms for row in rows])
    lower.set_ylabel("CPU ms an entry")
    lower.set_xlabel("simulated day")
    for axes in (upper, lower):
        axes.set_ylim(bottom=0)
        axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--feeds", type=int, default=15)
    parser.add_argument("--plot", type=Path)
    arguments = parser.parse_args()
    logs.configure(level="critical")
    print("| day | entries | stories | evidence | sent | memory | database | CPU an entry |")
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        rows = asyncio.run(soak(Path(folder), days=arguments.days, feeds=arguments.feeds))
    if arguments.plot:
        draw(rows, arguments.plot)


if __name__ == "__main__":
    main()
