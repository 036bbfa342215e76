"""Measures how long news that interrupts takes from a publisher's server to an analyst's mail.

The daemon is a process of its own (`monitor run`) on SQLite, its feeds are on loopback, each at a
host of its own, at the shortest interval that the program allows; mail goes to a real SMTP server.
An event is told at once when a second outlet reports it; that report appears at a random moment,
and what is measured is from then to the mail's last byte. Each event has a question of its own, so
that none is held back for another. Every feed also brings other news, about one entry in 24
minutes.

    python -m benchmarks.latency                   half an hour, mostly idle
    python -m benchmarks.latency --feeds 50 --events 30
"""

import argparse
import asyncio
import contextlib
import itertools
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from bisect import bisect_right
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from benchmarks.memory import held_mb
from benchmarks.polling_server import plain
from monitor.core.feeds.polling import SHORTEST
from tests.deliver.channels.email.mail_server import Inbox, mail_server

ROOT = Path(__file__).parents[1]
MINUTE = 60.0
INTERVAL = SHORTEST.total_seconds()
OUTLETS = 100
NEWS_EVERY = 24 * MINUTE
LISTED = 20
MOST_SECONDS = 5.0
"""What may be added to the interval, at the 99th percentile."""

SETTLED = 1.15 * INTERVAL
"""By then each feed is polled again, its jitter included."""

QUESTION = """- id: q{n}
  ask: Will {place} sign the treaty?
  about: [{place}]
  briefs:
  - id: b{n}
    title: {place} will not sign
    published: 2026-01-01
    judgments:
    - id: j
      says: {place} will not sign.
      event: the treaty is signed
      likelihood: very unlikely
  toward:
    decisive: {{signing: ["sign .. treaty", "treaty .. signed"]}}
"""
DELIVERY = """
channels:
  mail: {{type: email, host: 127.0.0.1, port: {port}, security: none, sender: s@example.org}}
digests:
- {{name: desk, at: "08:00", days: daily, urgent: true, to: ["mail:one@example.org"]}}
"""
WORDS = ("grain", "port", "rail", "budget", "flood", "harvest", "strike", "court", "school", "bank")


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One entry, at one feed, from a moment on (seconds since 1970)."""

    at: float
    feed: int
    guid: str
    title: str
    lead: str


@dataclass(slots=True)
class Site:
    """All publishers. `served` says when an entry was first handed out."""

    entries: dict[int, list[Published]] = field(default_factory=lambda: defaultdict(list))
    served: dict[str, float] = field(default_factory=dict)
    asked: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))

    def publish(self, entries: Sequence[Published]) -> None:
        for entry in entries:
            self.entries[entry.feed].append(entry)
        for listed in self.entries.values():
            listed.sort(key=lambda entry: entry.at)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                feed = int(head.split(b" ", 2)[1].decode().lstrip("/"))
                writer.write(self._reply(feed, head.lower(), time.time()))
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def _reply(self, feed: int, head: bytes, now: float) -> bytes:
        self.asked[feed].append(now)
        listed = self.entries[feed]
        count = bisect_right(listed, now, key=lambda entry: entry.at)
        tag = f'"{feed}-{count}"'.encode()
        if b"if-none-match: " + tag in head:
            return b"HTTP/1.1 304 Not Modified\r\nETag: " + tag + b"\r\n\r\n"
        for entry in listed[:count]:
            self.served.setdefault(entry.guid, now)
        body = _document(feed, listed[max(0, count - LISTED) : count])
        return plain("200 OK", body, b"ETag: " + tag + b"\r\n")


def _document(feed: int, entries: Sequence[Published]) -> bytes:
    items = "".join(
        f"<item><guid isPermaLink='false'>{entry.guid}</guid><title>{entry.title}</title>"
        f"<link>https://o{feed}.example/{entry.guid}</link>"
        f"<description>{entry.lead}</description>"
        f"<pubDate>{format_datetime(datetime.fromtimestamp(entry.at, UTC))}</pubDate></item>"
        for entry in reversed(entries)
    )
    channel = f"<channel><title>Feed {feed}</title>{items}</channel>"
    return f"<?xml version='1.0'?><rss version='2.0'>{channel}</rss>".encode()


@dataclass
class TimedInbox(Inbox):
    """Remembers when each mail was taken, by the place that it is about."""

    places: frozenset[str] = frozenset()
    taken_at: dict[str, float] = field(default_factory=dict)
    all_taken: threading.Event = field(default_factory=threading.Event)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        now = time.time()
        said = await super().handle_DATA(server, session, envelope)
        for word in re.findall(r"\w+", str(self.mails[-1]["Subject"])):
            if word in self.places:
                self.taken_at.setdefault(word, now)
        if len(self.taken_at) == len(self.places):
            self.all_taken.set()
        return said


@dataclass(frozen=True, slots=True)
class Event:
    """A place's signing: first told by one feed, then confirmed by another outlet's."""

    number: int
    place: str
    town: str
    leader: str
    first: int
    second: int

    @property
    def confirming(self) -> str:
        return f"second-{self.number}"


def events(count: int, feeds: int, draw: random.Random) -> list[Event]:
    syllables = ["".join(pair) for pair in zip("bdfgklmnprstvz" * 5, "aeiou" * 14, strict=True)]
    names: dict[str, None] = {}
    while len(names) < 3 * count:
        names["".join(draw.choices(syllables, k=4)).capitalize()] = None
    left, found = iter(names), []
    for number in range(count):
        first = draw.randrange(feeds)
        others = [feed for feed in range(feeds) if feed % OUTLETS != first % OUTLETS]
        second = draw.choice(others)
        found.append(Event(number, next(left), next(left), next(left), first, second))
    return found


def first_report(event: Event, at: float) -> Published:
    return Published(
        at=at,
        feed=event.first,
        guid=f"first-{event.number}",
        title=f"{event.place} signs border treaty in {event.town}, ending years of dispute",
        lead=f"Minister {event.leader} put the name of {event.place} to the accord.",
    )


def second_report(event: Event, at: float) -> Published:
    return Published(
        at=at,
        feed=event.second,
        guid=event.confirming,
        title=f"{event.leader} in {event.town}: border treaty signed by {event.place}",
        lead=f"Crowds in {event.town} cheered as {event.leader} held up the long awaited text.",
    )


def other_news(feeds: int, begin: float, end: float, draw: random.Random) -> Iterator[Published]:
    """Some old entries in each feed, then one every NEWS_EVERY seconds or so."""
    for feed in range(feeds):
        at = begin - 6 * NEWS_EVERY * (1 + draw.random())
        for number in range(10_000):
            at += draw.expovariate(1 / NEWS_EVERY)
            if at > end:
                break
            words = " ".join(draw.sample(WORDS, 6))
            lead = " ".join(draw.choices(WORDS, k=20))
            title = f"{words.capitalize()} {feed}.{number}"
            yield Published(at=at, feed=feed, guid=f"{feed}-{number}", title=title, lead=lead)


def configure(folder: Path, told: Sequence[Event], feeds: int, port: int, mail: int) -> None:
    folder.mkdir()
    lines = [
        f"- {{id: f{n}, outlet: O{n % OUTLETS}, interval: {INTERVAL / MINUTE:.0f}m, "
        f'allow_private: true, url: "http://127.1.{n // 250}.{n % 250 + 1}:{port}/{n}"}}\n'
        for n in range(feeds)
    ]
    (folder / "feeds.yaml").write_text("feeds:\n" + "".join(lines))
    questions = (QUESTION.format(n=event.number, place=event.place) for event in told)
    (folder / "watchlists.yaml").write_text("questions:\n" + "".join(questions))
    (folder / "delivery.yaml").write_text(DELIVERY.format(port=mail))


@contextlib.asynccontextmanager
async def daemon(folder: Path) -> AsyncIterator[subprocess.Popen[bytes]]:
    """`monitor run`, once it says that it has begun."""
    environ = os.environ | {
        "MONITOR_CONFIG_DIR": str(folder / "config"),
        "MONITOR_DATA_DIR": str(folder / "data"),
        "MONITOR_HEALTH_PORT": "0",
        "MONITOR_LOG_FORMAT": "json",
    }
    log = folder / "log"
    with log.open("wb") as lines:
        running = subprocess.Popen(  # noqa: ASYNC220
            [sys.executable, "-m", "monitor", "run"],
            cwd=ROOT, env=environ, stdout=lines, stderr=lines,
        )  # fmt: skip
    try:
        while b"daemon.started" not in log.read_bytes():
            if running.poll() is not None:
                raise SystemExit(f"the daemon did not start:\n{log.read_text()}")
            await asyncio.sleep(0.1)
        yield running
    finally:
        running.send_signal(signal.SIGTERM)
        await asyncio.to_thread(running.wait, 60)


@dataclass(frozen=True, slots=True)
class Row:
    """Seconds of one event: from published to asked for, and from then to delivered."""

    waited: float
    worked: float

    @property
    def whole(self) -> float:
        return self.waited + self.worked


async def measure(folder: Path, *, feeds: int, count: int, minutes: float) -> list[Row]:
    draw, site = random.Random(9), Site()  # noqa: S311
    told = events(count, feeds, draw)
    inbox = TimedInbox(places=frozenset(event.place for event in told))
    server = await asyncio.start_server(site.answer, "0.0.0.0", 0, backlog=1_000)  # noqa: S104
    port = server.sockets[0].getsockname()[1]
    with mail_server(inbox) as mail:
        configure(folder / "config", told, feeds, port, mail)
        begin = time.time()
        known = begin + SETTLED  # by then every feed was read once
        window = known + MINUTE + SETTLED
        end = window + minutes * MINUTE
        site.publish([*other_news(feeds, begin, end, draw)])
        site.publish([first_report(event, known + MINUTE * draw.random()) for event in told])
        moments = {event: draw.uniform(window, end) for event in told}
        site.publish([second_report(event, at) for event, at in moments.items()])
        async with server, daemon(folder) as running:
            patience = end + SETTLED + MINUTE - time.time()
            await asyncio.to_thread(inbox.all_taken.wait, patience)
            report(site, running.pid, feeds)
    lost = [event for event in told if event.place not in inbox.taken_at]
    print(f"{count - len(lost)} of {count} delivered, {len(inbox.mails)} mails")
    return [
        Row(
            waited=site.served[event.confirming] - at,
            worked=inbox.taken_at[event.place] - site.served[event.confirming],
        )
        for event, at in moments.items()
        if event not in lost
    ]


def report(site: Site, pid: int, feeds: int) -> None:
    """What the daemon did meanwhile."""
    gaps = [
        later - sooner
        for times in site.asked.values()
        for sooner, later in itertools.pairwise(times)
    ]
    times = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    cpu = sum(map(int, times[11:15])) / os.sysconf("SC_CLK_TCK")
    print(
        f"{feeds} feeds, asked again after {statistics.median(gaps):.1f} s in the middle, "
        f"{max(gaps):.1f} s at most; {sum(map(len, site.asked.values())):,} polls, "
        f"{cpu:.0f} s CPU, {held_mb(pid):.0f} MB"
    )


def table(rows: Sequence[Row]) -> Iterator[str]:
    yield "| seconds | p50 | p95 | p99 | most |\n|---|---|---|---|---|"
    for name, values in (
        ("published to delivered", [row.whole for row in rows]),
        ("of it, until the feed is asked", [row.waited for row in rows]),
        ("of it, from the answer to the mail", [row.worked for row in rows]),
    ):
        cuts = statistics.quantiles(values, n=100, method="inclusive")
        shown = " | ".join(f"{value:.1f}" for value in (cuts[49], cuts[94], cuts[98], max(values)))
        yield f"| {name} | {shown} |"
    cuts = statistics.quantiles([row.whole for row in rows], n=100, method="inclusive")
    reached = "reached" if cuts[98] < INTERVAL + MOST_SECONDS else "NOT reached"
    yield f"\ninterval {INTERVAL:.0f} s; p99 under {INTERVAL + MOST_SECONDS:.0f} s: {reached}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--feeds", type=int, default=500)
    parser.add_argument("--events", type=int, default=300)
    parser.add_argument("--minutes", type=float, default=12, help="in which the events come")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = asyncio.run(
            measure(Path(folder), feeds=given.feeds, count=given.events, minutes=given.minutes)
        )
    print("\n".join(table(rows)))


if __name__ == "__main__":
    main()
