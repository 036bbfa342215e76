"""What a poll costs beside reader, rss2email and feedparser alone: steady state and first round.

300 feeds on loopback. The first round reads all of them; in each later one half of the feeds answer
304, 45 of 100 have one new entry, and 5 of 100 fail. Every tool runs in one process of its own,
the tools take turns, and what is told is CPU of a tool with all its processes, so that start-up is
not in it. Quality beside speed: at the end two databases are compared, one that left known items
out and one that read every document whole.

    python -m benchmarks.bench                 the table, into docs/performance.md too with --write
    python -m benchmarks.bench --against DIR   another checkout of this program, by turns

Documents are those of ../shared/data where that is, else made up.
"""

import argparse
import asyncio
import contextlib
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared/data"
FEEDS, ROUNDS, TURNS = 300, 4, 3
HOSTS = 250
UNCHANGED, CHANGED = 0.50, 0.95
OTHERS = ("reader", "rss2email", "sgmllib3k")
ITEM = re.compile(r"<(item|entry)[\s>].*?</\1>", re.DOTALL)
NAMED = re.compile(r"(</guid>|</id>|</title>|\]\]></title>)|(https?://[^/<\"]+/)")
START, END = "<!-- bench -->\n", "<!-- end of bench -->\n"


def url(port: int, number: int) -> str:
    """Spread over hosts, as feeds are: 127.0.0.0/8 is all this machine."""
    return f"http://127.1.{number % HOSTS // 250}.{number % HOSTS % 250 + 1}:{port}/{number}"


# the server


def made_up(number: int) -> str:
    """A document of the size of a usual one."""
    chance = random.Random(number)  # noqa: S311 not a secret
    words = [f"{a}{b}" for a in ("ta", "bor", "trea", "min", "cou") for b in ("lks", "der", "ty")]

    def text(count: int) -> str:
        return " ".join(chance.choice(words) for _ in range(count)).capitalize()

    items = "".join(
        f"<item><title>{text(9)}</title><link>https://o.example/{number}/{n}</link>"
        f"<guid>https://o.example/{number}/{n}</guid><description>{text(30)}.</description>"
        f"<pubDate>Wed, 25 Nov 2026 {n:02}:00:00 GMT</pubDate></item>"
        for n in range(18)
    )
    head = f"<rss version='2.0'><channel><title>Feed {number}</title>"
    return f"{head}{items}</channel></rss>"


@dataclass(slots=True)
class Pages:
    """What the feeds say in each round."""

    bases: list[tuple[str, list[str], str]]
    chance: random.Random = field(default_factory=lambda: random.Random(21))  # noqa: S311
    versions: list[int] = field(default_factory=lambda: [0] * FEEDS)
    failing: set[int] = field(default_factory=set)

    def step(self) -> None:
        self.failing.clear()
        for number in range(FEEDS):
            share = self.chance.random()
            if share >= CHANGED:
                self.failing.add(number)
            elif share >= UNCHANGED:
                self.versions[number] += 1

    def document(self, number: int) -> str:
        head, items, tail = self.bases[number % len(self.bases)]
        version = self.versions[number]
        fresh = [self.new(items[v % len(items)], number, v) for v in range(version, 0, -1)]
        return head + "".join([*fresh, *items][: len(items)]) + tail

    @staticmethod
    def new(item: str, number: int, version: int) -> str:
        """The item under another guid, link and title."""
        other = f"{number}-{version}"
        item = item.replace("-idUS", f"-idUS{number}X{version}X")  # by which Reuters goes
        return NAMED.sub(lambda x: f"-{other}{x[1]}" if x[1] else f"{x[2]}{other}/", item)


def bases() -> list[tuple[str, list[str], str]]:
    paths = sorted([*DATA.glob("feeds/*.xml"), *DATA.glob("snapshots/*/*.xml")])
    found = []
    texts = [path.read_text(encoding="utf-8") for path in paths] or [made_up(n) for n in range(32)]
    for text in texts:
        spans = list(ITEM.finditer(text))[:40]
        if spans:
            tail = text[text.rindex(f"</{spans[0][1]}>") + len(spans[0][1]) + 3 :]
            found.append((text[: spans[0].start()], [span[0] for span in spans], tail))
    return found


async def serve() -> None:
    pages = Pages(bases())

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while head := (await reader.readuntil(b"\r\n\r\n")).decode("latin-1"):
                path = head.split(" ", 2)[1].lstrip("/")
                if path == "step":
                    pages.step()
                writer.write(reply(pages, path, head))
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "0.0.0.0", 0, backlog=1_000)  # noqa: S104
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


def reply(pages: Pages, path: str, head: str) -> bytes:
    if not path.isdecimal():
        return plain("200 OK", b"{}")
    number = int(path)
    if number in pages.failing:
        return plain("500 Internal Server Error", b"")
    tag = f'"{number}-{pages.versions[number]}"'
    if tag in head:
        return f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode()
    return plain("200 OK", pages.document(number).encode(), f"ETag: {tag}\r\n")


def plain(status: str, body: bytes, headers: str = "") -> bytes:
    kind = "Content-Type: application/xml; charset=utf-8\r\n"
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{kind}{headers}\r\n"
    return head.encode() + body


# the tools: each a program that is told of every round on standard input, and answers with its CPU

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

CPU = """
import os, pathlib, sys
TICK = os.sysconf("SC_CLK_TCK")
def family(pid):
    yield pid
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from family(int(child))
def cpu():
    total = 0
    for pid in family(os.getpid()):
        told = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ended = sum(map(int, told[13:15])) if pid == os.getpid() else 0
        total += int(told[11]) + int(told[12]) + ended
    return total / TICK
def pss():
    total = 0
    for pid in family(os.getpid()):
        for line in open(f"/proc/{pid}/smaps_rollup"):
            if line.startswith("Pss:"): total += int(line.split()[1])
    return total / 1024
def rounds(step):
    print("ready", flush=True)
    for line in sys.stdin:
        before = cpu(); count = step(); print(cpu() - before, count, pss(), flush=True)
"""

SIGNPOST = """
import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from monitor.config import settings as config_settings
from monitor.daemon.opening import open_app
from monitor.runtime import logs
async def main(folder, whole):
    logs.configure(level="critical")
    settings = config_settings.load(
        {"MONITOR_CONFIG_DIR": folder + "/config", "MONITOR_DATA_DIR": folder + "/data"})
    now = datetime(2026, 11, 25, 23, tzinfo=UTC)
    if whole:
        from dataclasses import replace
        from monitor.polling import poll
        kept = poll.poll
        def forgetful(asked, tools):
            return kept(replace(asked, state=replace(asked.state, items=b"")), tools)
        poll.poll = forgetful
    async with open_app(settings, now=now, jitter=lambda: 0.5) as app:
        now += timedelta(hours=1)
        print("ready", flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            before = cpu(); polls = 0
            while (started := await app.poll_due(now)) or len(app.rounds):
                polls += started
                await app.rounds.settle()
            print(cpu() - before, polls, pss(), flush=True)
            now += timedelta(hours=3)
asyncio.run(main(sys.argv[1], sys.argv[2] == "whole"))
"""

READER = """
import reader
r = reader.make_reader(sys.argv[1] + "/db.sqlite")
for url in open(sys.argv[1] + "/urls"): r.add_feed(url.strip())
r.enable_search()
def step():
    count = sum(1 for _ in r.update_feeds_iter(workers=8, scheduled=False)); r.update_search()
    return count
rounds(step)
"""

RSS2EMAIL = """
import rss2email.main, logging
logging.disable()
folder = sys.argv[1]
def step():
    with open(os.devnull, "w") as sys.stdout:
        rss2email.main.run(["-c", folder + "/cfg", "-d", folder + "/data.json", "run", "--no-send"])
    sys.stdout = sys.__stdout__
    return sum(1 for _ in open(folder + "/urls"))
rounds(step)
"""

FEEDPARSER = """
import feedparser
tags = {}
def step():
    count = 0
    for url in open(sys.argv[1] + "/urls"):
        found = feedparser.parse(url.strip(), etag=tags.get(url)); count += 1
        tags[url] = found.get("etag", tags.get(url))
    return count
rounds(step)
"""


@dataclass(slots=True)
class Tool:
    name: str
    program: str
    python: str
    where: Path = ROOT
    option: str = ""
    first: list[float] = field(default_factory=list)
    steady: list[float] = field(default_factory=list)
    memory: float = 0.0


@contextlib.contextmanager
def site() -> Iterator[int]:
    """The server in a process of its own; gives its port."""
    command = [sys.executable, __file__, "--serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603
        assert server.stdout is not None  # noqa: S101 it was opened as a pipe
        try:
            yield int(server.stdout.readline())
        finally:
            server.terminate()


def prepare(folder: Path, port: int) -> None:
    addresses = [url(port, n) for n in range(FEEDS)]
    (folder / "urls").write_text("\n".join(addresses) + "\n")
    sections = "".join(f"[feed.f{n}]\nurl = {each}\n" for n, each in enumerate(addresses))
    (folder / "cfg").write_text("[DEFAULT]\nto = a@b.example\nfrom = a@b.example\n" + sections)
    config = folder / "config"
    config.mkdir()
    lines = [
        f'- {{id: f{n}, outlet: O{n % 50}, url: "{each}", allow_private: true}}'
        for n, each in enumerate(addresses)
    ]
    (config / "feeds.yaml").write_text("feeds:\n" + "\n".join(lines) + "\n")
    (config / "watchlists.yaml").write_text(WATCHLISTS)
    (config / "delivery.yaml").write_text(DELIVERY)


def run(tool: Tool, rounds: int, keep: Path | None = None) -> None:
    """One first round and some later ones, against a server of its own."""
    with tempfile.TemporaryDirectory() as name, site() as port:
        folder = keep or Path(name)
        prepare(folder, port)
        command = [tool.python, "-c", CPU + tool.program, str(folder), tool.option]
        environment = {**os.environ, "PYTHONPATH": str(tool.where)}
        with subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, env=environment, cwd=tool.where,
        ) as process:  # fmt: skip
            assert process.stdin is not None  # noqa: S101 it was opened as a pipe
            assert process.stdout is not None  # noqa: S101 it was opened as a pipe
            if process.stdout.readline() != "ready\n":
                raise SystemExit(f"{tool.name} does not start")
            for number in range(1 + rounds):
                process.stdin.write("go\n")
                process.stdin.flush()
                said = process.stdout.readline().split()
                cost = float(said[0]) / FEEDS * 1e3
                (tool.steady if number else tool.first).append(cost)
                tool.memory = float(said[2])
                urllib.request.urlopen(f"http://127.0.0.1:{port}/step").read()
            process.stdin.close()


def installed(folder: Path) -> str:
    """A Python with the other tools; "" where they cannot be installed."""
    try:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)  # noqa: S603
        pip = [str(folder / "bin/python"), "-m", "pip", "-q", "install", *OTHERS]
        subprocess.run(pip, check=True, capture_output=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return ""
    return str(folder / "bin/python")


def table(tools: Sequence[Tool], entries: float) -> str:
    own = tools[0]
    lines = [
        "| | first round, ms an entry | steady state, ms a poll | ours is × of it | memory, PSS |",
        "|---|---|---|---|---|",
    ]
    for tool in tools:
        ratios = [a / b for a, b in zip(own.steady, tool.steady, strict=True)]
        spread = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        lines.append(
            f"| {tool.name} | {statistics.median(tool.first) / entries:.2f} | "
            f"{statistics.median(tool.steady):.2f} | {'' if tool is own else spread} | "
            f"{tool.memory:.0f} MB |"
        )
    return "\n".join(lines) + "\n"


def same_tables(rounds: int) -> str:
    """Whether leaving known items out stores what reading every document whole stores."""
    import sqlite3  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as name:
        found = []
        for option in ("", "whole"):
            folder = Path(name) / (option or "less")
            folder.mkdir()
            run(Tool("Signpost", SIGNPOST, sys.executable, option=option), rounds, folder)
            with contextlib.closing(sqlite3.connect(folder / "data/monitor.db")) as base:
                port = re.compile(r":\d{4,5}/")
                found.append(
                    {
                        kind: sorted(port.sub("/", str(row)) for row in base.execute(query))
                        for kind, query in COMPARED.items()
                    }
                )
    rows = sum(map(len, found[0].values()))
    return f"all {rows:,} rows are equal" if found[0] == found[1] else "THE TABLES DIFFER"


COMPARED = {
    "entries": "SELECT id, feed_id, key, link, title, summary, published_at, revision FROM entries",
    "revisions": "SELECT entry_id, number, title, content_hash FROM entry_revisions",
    "polls": "SELECT feed_id, polled_at, ok, status, new, revised, unchanged FROM poll_log",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--against", type=Path, help="another checkout of this program")
    parser.add_argument("--others", default="", help="a Python that has reader and rss2email")
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--write", action="store_true", help="into docs/performance.md")
    given = parser.parse_args()
    if given.serve:
        asyncio.run(serve())
        return
    with tempfile.TemporaryDirectory() as folder:
        tools = [Tool("**Signpost**", SIGNPOST, sys.executable)]
        if given.against:
            tools.append(Tool(f"at {given.against.name}", SIGNPOST, sys.executable, given.against))
        if not given.against or given.others:
            python = given.others or installed(Path(folder) / "others")
            tools += (
                [
                    Tool("reader, search on, 8 threads", READER, python),
                    Tool("rss2email", RSS2EMAIL, python),
                ]
                if python
                else []
            )
            tools.append(Tool("feedparser alone", FEEDPARSER, sys.executable))
        for _ in range(given.turns):
            for tool in tools:
                run(tool, ROUNDS)
    pages = Pages(bases())
    entries = statistics.mean(len(pages.bases[n % len(pages.bases)][1]) for n in range(FEEDS))
    told = table(tools, entries)
    if not given.against:
        told += f"\nKnown items left out, or every document read whole: {same_tables(ROUNDS)}.\n"
    print(told)
    if given.write:
        page = ROOT / "docs/performance.md"
        before, _, rest = page.read_text().partition(START)
        page.write_text(before + START + told + END + rest.partition(END)[2])


if __name__ == "__main__":
    main()
