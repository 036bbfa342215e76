"""Draws how costs grow: with the entries that are stored, and with the rules that are watched.

Entries are written past the program under ids of their own (`benchmarks.pages_data`), a year of
them whatever their number, one in seventeen in a scope; so ten million are a thousand times as much
news of each question as ten thousand. Rules are those of `benchmarks.matching`.

    python -m benchmarks.growth --entries 10000,100000 --keep FOLDER --plot growth-entries.png
    python -m benchmarks.growth --rules 100,1000,10000 --plot growth-rules.png

Ten million entries are about ten gigabytes and a quarter of an hour to fill. CPU time throughout.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from math import ceil, floor, log10, nan
from pathlib import Path
from random import Random

from sqlalchemy import Connection

from benchmarks import matching
from benchmarks.matching_rules import corpus, rules, scopes, watchlist
from benchmarks.pages import row_of
from benchmarks.pages_data import NOW, QUESTIONS, SCOPED, fill, phrases_of, write_config
from monitor.config import settings as config_settings
from monitor.core.feeds import normalise
from monitor.core.feeds.normalise import Normalised
from monitor.core.judging.rules import Rules
from monitor.core.language.watch.compiler import compile_watch
from monitor.daemon.app import App
from monitor.daemon.opening import open_app
from monitor.model.feeds import Feed, ParsedFeed, RawEntry
from monitor.polling import ingest
from monitor.polling.recognise import recognise
from monitor.runtime import logs
from monitor.triage import status as triage_status
from monitor.web import site

POLL = 20
POLLS = 40
WARM = 10
FLAGS = 1_000
PAGES = {
    "desk": "/",
    "question": "/questions/q7",
    "entry": "/entries/e0000017",
    "feeds": "/feeds",
    "search, a common word": "/search?text=sanctions",
    "search, a rare word": "/search?text=needle",
    "search, word and question": "/search?text=sanctions&question=q7",
    "/health": "/health",
}
FEED = Feed(id="feed7", url="http://127.0.0.1:9/7", outlet="Outlet 7", allow_private=True)


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU milliseconds by what was done, with so much stored or watched."""

    size: int
    spent: dict[str, float]


# entries


async def entries(folder: Path, size: int) -> Cost:
    """What arriving entries, pages and the status cost beside `size` stored entries."""
    database = folder / "data" / "monitor.db"
    if not database.exists():
        database.parent.mkdir(parents=True)
        write_config(folder / "config")
        fill(database, entries=size, flags=FLAGS)
    settings = config_settings.load(
        {"MONITOR_CONFIG_DIR": str(folder / "config"), "MONITOR_DATA_DIR": str(folder / "data")}
    )
    async with open_app(settings, now=NOW, jitter=float) as app:
        app.last_round = NOW
        spent = {"arriving entry": arriving(app)}
        served = await site.build(app, lambda: NOW)
        for name, path in PAGES.items():
            spent[name] = (await row_of(served, path, ""))[3]
        begun = time.process_time()
        app.database.read_now(triage_status.read)
        spent["monitor status"] = 1e3 * (time.process_time() - begun)
    return Cost(size, spent)


def arriving(app: App) -> float:
    """Recognise, match, group, weigh and store an entry; one in seventeen is in a scope."""
    run = time.time_ns()  # so that a database can be used again
    draw = Random(run)  # noqa: S311
    said = phrases_of(draw)
    spent = 0.0
    for first in range(-WARM * POLL, POLL * POLLS, POLL):
        at = NOW + timedelta(seconds=first)
        items = tuple(_item(run, number, draw, said) for number in range(first, first + POLL))
        document = ParsedFeed(format="rss20", title="Feed 7", entries=items)
        found = normalise.entries(document, FEED, first_poll=False, now=at)
        begun = time.process_time()
        app.database.write_now(partial(store, found=found, rules=app.plan.rules, at=at))
        spent += time.process_time() - begun if first >= 0 else 0.0
    return 1e3 * spent / (POLL * POLLS)


def _item(run: int, number: int, draw: Random, said: Sequence[str]) -> RawEntry:
    about = f"Land{draw.randrange(QUESTIONS)}" if number % SCOPED == 0 else "Ministers"
    return RawEntry(
        guid=f"{run}-{number}",
        link=f"http://x.example/{run}/{number}",
        title=f"{about} {draw.choice(said)}",
        summary=f"{draw.choice(said)} {draw.choice(said)}",
        published=NOW,
    )


def store(conn: Connection, found: Normalised, rules: Rules, at: datetime) -> None:
    parts = recognise(conn, FEED.id, found, rules)
    ingest.take_in(conn, parts.new, parts.revised, rules=rules, now=at)


# rules


def watched(sizes: Sequence[int]) -> Iterator[Cost]:
    """What an entry costs to match, and what compiling costs, by the number of rules."""
    texts = corpus()
    short = texts.short[: matching.SAMPLES[0]]
    frequencies = texts.frequencies()
    for size in sizes:
        spent = {}
        for name, about in (("no scope", None), ("five names", scopes(texts.vocabulary))):
            questions = watchlist(rules(texts.vocabulary, size), about)
            begun = time.process_time()
            watch = compile_watch(questions, frequencies=frequencies)
            spent["compile, s"] = time.process_time() - begun
            spent[f"match, {name}"] = matching.least(watch, short) / 1e3
        spent["memory, MB"] = float(matching.compiled_mb(size))
        yield Cost(size, spent)


# tables and pictures


def rows(costs: Sequence[Cost], unit: str) -> Iterator[str]:
    names = list(costs[0].spent)
    yield f"| {unit} | " + " | ".join(f"{cost.size:,}" for cost in costs) + " |"
    yield "|---|" + "---|" * len(costs)
    for name in names:
        yield f"| {name} | " + " | ".join(_short(cost.spent[name]) for cost in costs) + " |"


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


COLOURS = ("#1f5fa8", "#2f8f5b", "#b4562a", "#7a4fa3", "#a08000", "#999999")
MARKS = "o^sDvP"


@dataclass(frozen=True, slots=True)
class Panel:
    """One pair of axes: what it shows, of which costs."""

    title: str
    label: str
    names: tuple[str, ...]


ENTRIES = (
    Panel("An entry that arrives", "ms", ("arriving entry",)),
    Panel(
        "Pages", "ms", ("search, a common word", "search, word and question", "entry", "/health")
    ),
    Panel("Pages that show more", "ms", ("desk", "question", "monitor status")),
)
RULES = (
    Panel("Matching an entry", "ms", ("match, no scope", "match, five names")),
    Panel("Compiling", "s", ("compile, s",)),
    Panel("Memory", "MB", ("memory, MB",)),
)


def draw(costs: Sequence[Cost], panels: Sequence[Panel], xlabel: str, path: Path) -> None:
    """Logarithmic both ways: a level line costs the same, a diagonal as much more as there is."""
    from matplotlib import pyplot as plt  # noqa: PLC0415 — only for those who want the picture

    figure, many = plt.subplots(1, len(panels), figsize=(11, 3.8), layout="constrained")
    sizes = [cost.size for cost in costs]
    for axes, panel in zip(many, panels, strict=True):
        for name, colour, mark in zip(panel.names, COLOURS, MARKS, strict=False):
            values = [cost.spent[name] or nan for cost in costs]
            axes.plot(sizes, values, color=colour, marker=mark, linewidth=2, label=name)
        axes.set(xscale="log", yscale="log", xlabel=xlabel, ylabel=panel.label)
        shown = [cost.spent[name] for cost in costs for name in panel.names if cost.spent[name]]
        axes.set_ylim(10 ** floor(log10(min(shown))), 10 ** ceil(log10(2 * max(shown))))
        axes.yaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_formatter("")
        axes.grid(visible=True, which="major", alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_title(panel.title, loc="left", fontsize=11)
        if len(panel.names) > 1:
            axes.legend(frameon=False, fontsize=8, loc="upper left")
    figure.savefig(path, dpi=150)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--entries", default="", help="numbers of stored entries")
    parser.add_argument("--rules", default="", help="numbers of rules")
    parser.add_argument("--keep", type=Path, help="a folder for databases to use again")
    parser.add_argument("--plot", type=Path)
    given = parser.parse_args()
    logs.configure(level="critical")
    with tempfile.TemporaryDirectory() as folder:
        kept = given.keep or Path(folder)
        if given.entries:
            sizes = map(int, given.entries.split(","))
            costs = [asyncio.run(entries(kept / str(size), size)) for size in sizes]
            _show(costs, ENTRIES, "stored entries", given.plot)
        if given.rules:
            costs = list(watched([int(size) for size in given.rules.split(",")]))
            _show(costs, RULES, "rules", given.plot)


def _show(costs: Sequence[Cost], panels: Sequence[Panel], unit: str, plot: Path | None) -> None:
    print("\n".join(rows(costs, unit)), flush=True)
    if plot:
        draw(costs, panels, unit, plot)


if __name__ == "__main__":
    main()
