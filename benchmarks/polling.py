"""Polls very many feeds on loopback with Signpost, lemon24/reader and rss2email, side by side.

Two rounds each on one server (benchmarks.polling_server): the first reads every feed, the second
finds half of them unchanged; the second is what is told. CPU and memory are those of the tool with
all its processes. The other tools live in a virtual environment made for the purpose.

    python -m benchmarks.polling              10,000 feeds for Signpost, 400 for all three
    python -m benchmarks.polling --quick      400 and 100
    python -m benchmarks.polling --hostile    what hostile documents do to the event loop
"""

import argparse
import asyncio
import contextlib
import json
import resource
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.memory import held_mb
from monitor.config import settings as config_settings
from monitor.daemon.app import App
from monitor.daemon.jobs import POLL_SECONDS
from monitor.daemon.opening import open_app
from monitor.runtime import logs

HOSTS = 2_500
GIVE_UP_SECONDS = 900
OTHERS = ("reader", "rss2email", "sgmllib3k")
ROOT = Path(__file__).parents[1]

WATCHLISTS = """
questions:
- id: q
  ask: Will the treaty be signed?
  about: [Ruritania*]
  briefs:
  - id: b
    title: No treaty
    published: 2026-01-01
    judgments:
    - {id: j, says: It will not be signed., event: the treaty is signed, likelihood: unlikely}
  toward: {strong: {talks: ["Ruritania* .. talks"]}}
"""
DELIVERY = "channels: {t: {type: files, folder: d}}\ndigests: [{name: d, to: [t]}]\n"

READER = """
import sys, reader
r = reader.make_reader(sys.argv[1])
if sys.argv[2] == "add":
    for url in open(sys.argv[3]): r.add_feed(url.strip(), exist_ok=True)
for _ in r.update_feeds_iter(workers=32, scheduled=False): pass
"""


def url(port: int, number: int) -> str:
    """Spread over hosts, as feeds are: 127.0.0.0/8 is all this machine."""
    host = number % HOSTS
    return f"http://127.1.{host // 250}.{host % 250 + 1}:{port}/{number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    tool: str
    feeds: int
    seconds: float
    cpu: float
    memory_mb: float
    counts: dict[str, int]
    note: str = ""

    def row(self) -> str:
        rate = f"{self.feeds / self.seconds:,.0f}"
        asked = self.counts.get("requests", 0)
        return (
            f"| {self.tool} | {self.feeds:,} | {self.seconds:.0f} s | {rate} | "
            f"{self.cpu:.1f} s | {self.cpu / self.feeds * 1e3:.1f} ms | {self.memory_mb:.0f} MB | "
            f"{self.counts.get('unconditional', 0):,} of {asked:,} | {self.note} |"
        )


HEADINGS = (
    "| tool | feeds | wall | feeds/s | CPU | CPU a feed | peak memory | unconditional | |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


@contextlib.contextmanager
def site() -> Iterator[int]:
    """The server in a process of its own; gives its port."""
    command = [sys.executable, "-m", "benchmarks.polling_server"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as server:  # noqa: S603
        assert server.stdout is not None  # noqa: S101 it was opened as a pipe
        try:
            yield int(server.stdout.readline())
        finally:
            server.terminate()


def ask(port: int, path: str) -> dict[str, int]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}") as answer:
        found: dict[str, int] = json.load(answer)
    return found


class Memory(threading.Thread):
    """Watches a process and its children: the most memory that all of them held at once, in MB."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.peak, self.over = pid, 0.0, threading.Event()

    def run(self) -> None:
        while not self.over.wait(0.2):
            self.peak = max(self.peak, held_mb(self.pid))


def measured(tool: str, feeds: int, port: int, command: list[str]) -> Measured:
    """Run the tool's second round and take its measure."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began, note = time.perf_counter(), ""
    with subprocess.Popen(  # noqa: S603
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as run:
        memory = Memory(run.pid)
        memory.start()
        try:
            said, _ = run.communicate(timeout=GIVE_UP_SECONDS)
            note = said.decode().strip().rpartition("\n")[2] if tool == "Signpost" else ""
        except subprocess.TimeoutExpired:
            run.kill()
            note = f"given up after {GIVE_UP_SECONDS} s"
        memory.over.set()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Measured(
        tool=tool,
        feeds=feeds,
        seconds=time.perf_counter() - began,
        cpu=after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        memory_mb=memory.peak,
        counts=ask(port, "stats"),
        note=note,
    )


# Signpost


def prepare(folder: Path, port: int, feeds: int) -> None:
    config = folder / "config"
    config.mkdir()
    lines = [
        f'- {{id: f{n}, outlet: O{n % 50}, url: "{url(port, n)}", allow_private: true}}'
        for n in range(feeds)
    ]
    (config / "feeds.yaml").write_text("feeds:\n" + "\n".join(lines) + "\n")
    (config / "watchlists.yaml").write_text(WATCHLISTS)
    (config / "delivery.yaml").write_text(DELIVERY)


async def signpost(folder: Path, hours: float) -> str:
    """One round of the daemon's own steps at its own pace; what the event loop suffered."""
    logs.configure(level="critical")
    settings = config_settings.load(
        {"MONITOR_CONFIG_DIR": str(folder / "config"), "MONITOR_DATA_DIR": str(folder / "data")}
    )
    start = datetime(2026, 11, 25, 23, tzinfo=UTC) + timedelta(hours=hours)
    async with open_app(settings, now=start, jitter=lambda: 0.5) as app:
        gap = asyncio.create_task(_longest_gap())
        began, cpu = time.perf_counter(), time.process_time()
        while await app.poll_due(start + timedelta(minutes=30)) or len(app.rounds):
            await app.rounds.settle(POLL_SECONDS)
        seconds = time.perf_counter() - began
        gap.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await gap
        said = _stored(app)
    workers = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = time.process_time() - cpu
    return (
        f"polling alone {seconds:.0f} s, CPU {cpu:.1f} s and {workers.ru_utime:.1f} s of the "
        f"parsers; longest gap of the event loop {_GAP[0] * 1e3:.0f} ms; {said}"
    )


_GAP = [0.0]


async def _longest_gap() -> None:
    loop = asyncio.get_running_loop()
    while True:
        began = loop.time()
        await asyncio.sleep(0.005)
        _GAP[0] = max(_GAP[0], loop.time() - began - 0.005)


def _stored(app: App) -> str:
    from sqlalchemy import func, select  # noqa: PLC0415

    from monitor.store.schema import entries, poll_log  # noqa: PLC0415

    def read(conn: Any) -> str:
        last = select(func.max(poll_log.c.polled_at)).scalar_subquery()
        slowest = conn.scalar(
            select(func.max(poll_log.c.seconds)).where(poll_log.c.polled_at == last)
        )
        stored = conn.scalar(select(func.count()).select_from(entries))
        return f"{stored:,} entries stored; slowest poll {slowest:.1f} s"

    return app.database.read_now(read)


def run_signpost(port: int, feeds: int) -> Measured:
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder), port, feeds)
        command = [sys.executable, "-m", "benchmarks.polling", "--round", folder]
        subprocess.run([*command, "0"], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603
        ask(port, "next")
        return measured("Signpost", feeds, port, [*command, "2"])


# the others


def environment(folder: Path) -> Path:
    """A virtual environment with the other tools; its `bin`."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)  # noqa: S603
    pip = [str(folder / "bin/python"), "-m", "pip", "-q", "install", *OTHERS]
    subprocess.run(pip, check=True)  # noqa: S603
    return folder / "bin"


def run_reader(tools: Path, port: int, feeds: int) -> Measured:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "urls").write_text("\n".join(url(port, n) for n in range(feeds)))
        command = [str(tools / "python"), "-c", READER, str(folder / "db.sqlite")]
        subprocess.run([*command, "add", str(folder / "urls")], check=True)  # noqa: S603
        ask(port, "next")
        return measured("lemon24/reader, 32 threads", feeds, port, [*command, "update"])


def run_rss2email(tools: Path, port: int, feeds: int) -> Measured:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sections = "".join(f"[feed.f{n}]\nurl = {url(port, n)}\n" for n in range(feeds))
        (folder / "cfg").write_text("[DEFAULT]\nto = a@b.example\nfrom = a@b.example\n" + sections)
        r2e = [str(tools / "r2e"), "-c", str(folder / "cfg"), "-d", str(folder / "data.json")]
        command = [*r2e, "run", "--no-send"]
        subprocess.run(command, check=False, capture_output=True, timeout=GIVE_UP_SECONDS)  # noqa: S603
        ask(port, "next")
        return measured("rss2email", feeds, port, command)


# hostile documents


def hostile() -> None:
    """Ten documents that take feedparser for ever, beside two hundred good feeds."""
    from benchmarks.polling_hostile import report  # noqa: PLC0415

    print(asyncio.run(report()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--hostile", action="store_true")
    parser.add_argument("--round", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.round:
        print(asyncio.run(signpost(Path(given.round[0]), float(given.round[1]))))
        return
    if given.hostile:
        hostile()
        return
    many, few = (400, 100) if given.quick else (10_000, 400)
    print(HEADINGS)
    with site() as port:
        print(run_signpost(port, many).row(), flush=True)
        print(run_signpost(port, few).row(), flush=True)
        with tempfile.TemporaryDirectory() as folder:
            tools = environment(Path(folder))
            print(run_reader(tools, port, few).row(), flush=True)
            print(run_rss2email(tools, port, few).row(), flush=True)


if __name__ == "__main__":
    main()
