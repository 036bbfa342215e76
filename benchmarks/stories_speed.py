"""Measures what grouping an arriving entry costs beside how many are stored; prints Markdown.

Run from the checkout: `python -m benchmarks.stories_speed [--sizes 10000,100000] [--plot FILE]`.
Titles are made of invented words that are as unevenly common as real ones. Stored entries lie one
behind the other at PER_DAY a day and nothing is ever pruned, so the index holds all of them. Times
are CPU time of one process, SQLite included, the least of PASSES; brute force compares each title
with all stored ones by rapidfuzz. The plot needs matplotlib.
"""

import argparse
import gc
import random
import shutil
import tempfile
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, count, islice
from pathlib import Path
from typing import Any, Final

from rapidfuzz import fuzz, process
from sqlalchemy import Engine, insert

from benchmarks.stories_data import entry
from monitor.core.stories import story
from monitor.core.stories.headline import read
from monitor.core.stories.keys import keys, postings
from monitor.core.stories.similarity import Rarity, count_words
from monitor.core.stories.wording import STOPWORDS
from monitor.model.entries import Entry
from monitor.model.matches import Matched
from monitor.model.stories import Member, Relation, WordCounts
from monitor.polling import known
from monitor.runtime import garbage
from monitor.store import engine, migrate, rows
from monitor.store import entries as store_entries
from monitor.store import stories as store_stories
from monitor.store import story_index as store_story_index
from monitor.store.schema import METADATA, stories, story_members, story_postings

PER_DAY: Final = 2_500
"""Entries in some scope; the 72 hours that are looked back on hold three times as many."""

POLL: Final = 20
POLLS: Final = 25
PASSES: Final = 5  # of which the least is told: others on the machine only ever add
WARM: Final = 10  # polls of each kind before, since a daemon knows the words and stories of late
VOCABULARY: Final = 40_000
BATCH: Final = 5_000
BLOCK: Final = 25_000  # entries that are made; more than these are the same again, days earlier
START: Final = datetime(2020, 1, 1, tzinfo=UTC)
AGAIN: Final = 0.2  # of all entries tell one of the last RETOLD events that are told again
RETOLD: Final = 100
BETWEEN: Final = ("the", "of", "to", "in", "a", "and", "for", "on", "with", "as", "at", "by")
OUTLETS: Final = tuple(f"Outlet {number}" for number in range(40))


@dataclass(frozen=True, slots=True)
class Told:
    """What an entry tells, in words that carry meaning. `event`: the id of its first entry."""

    event: str
    title: list[str]
    lead: list[str]


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU microseconds an entry: copies, other news, and comparing with every title."""

    stored: int
    copies: float
    news: float
    brute: float


def main() -> None:
    """Print the table, and draw the curve if asked."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    arguments.add_argument("--sizes", default="10000,100000,1000000")
    arguments.add_argument("--plot", type=Path, help="where to draw the curve, PNG and SVG")
    arguments.add_argument("--keep", type=Path, help="a folder for databases to use again")
    given = arguments.parse_args()
    print(
        "| stored | copies, µs an entry (entries/s) | with stories, µs (entries/s) | brute force |"
    )
    print("|---|---|---|---|")
    costs = []
    for size in map(int, given.sizes.split(",")):
        with tempfile.TemporaryDirectory(prefix="stories-") as folder:
            cost = _measure(size, given.keep or Path(folder))
        costs.append(cost)
        told = [f"{us:,.0f} ({1e6 / us:,.0f})" for us in (cost.copies, cost.news)]
        print(f"| {size:,} | {told[0]} | {told[1]} | {cost.brute:,.0f} |", flush=True)
    if given.plot:
        _draw(costs, given.plot)


class Newsroom:
    """Invented news, the same at every run, with words as common as in real headlines.

    Of 3,442 real ones: 8.0 words of a title carry meaning and 20 of a lead; the chance that two
    words drawn from titles are the same is 7.4 in 10,000, here 7.6; one entry in five tells an
    event again. Words without meaning are put in between.
    """

    def __init__(self) -> None:
        self._chance = random.Random(7)  # noqa: S311 — invents headlines, guards nothing
        syllables = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
        self._words = sorted(
            {"".join(self._pick(syllables, 2, 4)) for _ in range(VOCABULARY)} - STOPWORDS
        )
        self._chance.shuffle(self._words)
        self._weights = list(accumulate(1 / (rank + 21) for rank in range(len(self._words))))
        self._retold: deque[Told] = deque(maxlen=RETOLD)

    def entries(self) -> Iterator[tuple[Entry, str]]:
        """Entries with the id of the first one that told their event."""
        step = timedelta(days=1) / PER_DAY
        for number in count():
            name = f"e{number:07}"
            if self._retold and self._chance.random() < AGAIN:
                told = self._again(self._chance.choice(self._retold))
            else:
                title, lead = self._some(6, 10), self._some(12, 18)
                told = Told(name, title, [*lead, *self._chance.sample(title, 5)])
                if self._chance.random() < 1 / 4:
                    self._retold.append(told)
            at = START + number * step
            text, summary = self._text(told.title), self._text(told.lead)
            outlet = OUTLETS[number % len(OUTLETS)]
            yield entry(name, text, outlet, at, summary=summary), told.event

    def _again(self, told: Told) -> Told:
        """Two thirds of the words of title and lead, and others."""
        title = [*self._chance.sample(told.title, 2 * len(told.title) // 3), *self._some(2, 3)]
        lead = [*self._chance.sample(told.lead, 2 * len(told.lead) // 3), *self._some(5, 7)]
        return Told(told.event, title, lead)

    def _pick(self, of: Sequence[str], least: int, most: int) -> list[str]:
        return self._chance.choices(of, k=self._chance.randint(least, most))

    def _some(self, least: int, most: int) -> list[str]:
        size = self._chance.randint(least, most)
        return self._chance.choices(self._words, cum_weights=self._weights, k=size)

    def _text(self, words: Sequence[str]) -> str:
        between = self._chance.choices(BETWEEN, k=len(words) // 2)
        text = [*words, *between]
        self._chance.shuffle(text)
        return " ".join(text).capitalize()


def _measure(size: int, folder: Path) -> Cost:
    """Costs at a size, on a copy of a database in `folder` that is made when it is not there."""
    source = Newsroom().entries()
    told = list(islice(source, min(size, BLOCK)))
    kept = folder / f"stories-{size}.db"
    if not kept.exists():
        _build(kept, told, size)
    news = [one for one, _ in islice(source, POLL * (POLLS + WARM))]
    last = told[-POLL * (POLLS + WARM) :]
    copies = [_copy(one, number) for number, (one, _) in enumerate(last)]
    titles = [one.title for one, _ in told] * (size // len(told))
    for one, _ in told:
        read(one.title, one.summary, one.outlet)  # as a daemon has, that took them in
    passes = [_pass(kept, copies, news) for _ in range(PASSES)]
    return Cost(
        stored=size,
        copies=min(copied for copied, _ in passes),
        news=min(told for _, told in passes),
        brute=min(_brute(news[: max(3, 1_000_000 // size)], titles) for _ in range(PASSES)),
    )


def _pass(kept: Path, copies: Sequence[Entry], news: Sequence[Entry]) -> tuple[float, float]:
    """CPU microseconds of an entry, copies and other news, on a copy of the database."""
    with tempfile.TemporaryDirectory(dir=kept.parent) as own:
        opened = engine.open_engine(f"sqlite:///{shutil.copy(kept, own)}")
        warm = POLL * WARM
        _timed(opened, copies[:warm])
        _timed(opened, news[:warm])
        gc.collect()
        gc.freeze()  # as the daemon does
        with garbage.seldom():
            took = _timed(opened, copies[warm:]), _timed(opened, news[warm:])
        opened.dispose()
    return took


def _build(kept: Path, told: Sequence[tuple[Entry, str]], size: int) -> None:
    opened = engine.open_engine(f"sqlite:///{kept}")
    migrate.upgrade(opened)
    places: Counter[str] = Counter()
    for first in range(0, len(told), BATCH):
        _store(opened, told[first : first + BATCH], places)
    _repeat(opened, size // len(told))
    opened.dispose()


def _copy(one: Entry, number: int) -> Entry:
    """The same wire text at another outlet three hours later, one word of its title changed."""
    first, *rest = one.title.split()
    at = one.published_at + timedelta(hours=3)
    title = " ".join([*rest, first])
    return entry(f"c{number:06}", title, f"{one.outlet} Weekly", at, summary=one.summary)


def _store(opened: Engine, told: Sequence[tuple[Entry, str]], places: Counter[str]) -> None:
    """Put entries into the stories of their events without comparing them.

    `places` counts the members of each story, and is kept up to date.
    """
    entries = [one for one, _ in told]
    read_all = [read(one.title, one.summary, one.outlet) for one in entries]
    rare = Rarity(WordCounts(), read_all)
    members: list[dict[str, Any]] = []
    index: list[dict[str, Any]] = []
    for (one, event), headline in zip(told, read_all, strict=True):
        place = places[event]
        places[event] += 1
        member = _member(one, Relation.SIBLING if place else Relation.ROOT)
        members.append({"story_id": event, "position": place, **rows.values(member)})
        index += map(rows.values, postings(member, keys(headline, one.canonical_link, rare)))
    with engine.write(opened) as conn:
        store_entries.insert(conn, entries)
        firsts = [one for one, event in told if one.id == event]
        conn.execute(insert(stories), [_story(one) for one in firsts])
        conn.execute(insert(story_members), members)
        conn.execute(insert(story_postings), index)
        today = entries[-1].published_at.date()
        store_story_index.learn_words(
            conn, count_words(read_all), entries=len(entries), today=today
        )


NAMES: Final = {
    "stories": ("id",),
    "entries": ("id", "key"),
    "story_members": ("entry_id", "story_id"),
    "story_postings": ("entry_id",),
}
MOMENTS: Final = frozenset({"at", "published_at", "seen_at", "started_at", "last_at"})


def _repeat(opened: Engine, blocks: int) -> None:
    """Put what is stored in again, so many times less one, each time a block of days earlier."""
    days = BLOCK // PER_DAY
    numbers = (
        f"WITH RECURSIVE b(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM b WHERE n < {blocks - 1})"  # noqa: S608 — numbers of our own
    )

    def value(table: str, column: str) -> str:
        if column in NAMES[table]:
            return f"\"{column}\" || '-' || n"
        if column in MOMENTS:
            return f"date(substr({column}, 1, 10), '-' || (n * {days}) || ' days') || substr({column}, 11)"  # noqa: E501
        return "randomblob(16)" if column == "key_hash" else f'"{column}"'

    if blocks < 2:
        return
    with engine.write(opened) as conn:
        for table, (key, *_) in NAMES.items():
            columns = [column.name for column in METADATA.tables[table].columns]
            values = ", ".join(value(table, column) for column in columns)
            order = "key, at" if table == "story_postings" else key
            conn.exec_driver_sql(
                f"INSERT INTO {table} SELECT {values} FROM {table}, ({numbers} SELECT n FROM b) ORDER BY {order}"  # noqa: S608, E501
            )
        conn.exec_driver_sql(f"UPDATE words SET entries = entries * {blocks:d}")  # noqa: S608


def _story(one: Entry) -> dict[str, object]:
    at = one.published_at
    return {"id": one.id, "title": one.title, "started_at": at, "last_at": at}


def _member(one: Entry, relation: Relation) -> Member:
    return Member(
        entry_id=one.id,
        feed_id=one.feed_id,
        outlet=one.outlet,
        title=one.title,
        summary=one.summary,
        link=one.link,
        canonical_link=one.canonical_link,
        at=one.published_at,
        relation=relation,
        signature=frozenset(),
    )


def _timed(opened: Engine, entries: Sequence[Entry]) -> float:
    """CPU microseconds an entry: look up, decide, write, commit; in polls of POLL entries."""
    spent = 0.0
    for first in range(0, len(entries), POLL):
        poll = entries[first : first + POLL]
        matched = [Matched(entry=one, questions=("q",), matches=()) for one in poll]
        now = max(one.published_at for one in poll)
        with engine.write(opened) as conn:
            store_entries.insert(conn, poll)
        begun = time.process_time()
        with engine.write(opened) as conn:
            found, words = known.read_stories(known.StoredIndex(conn), matched, now=now)
            grouping = story.group(matched, found, words=words, now=now)
            store_stories.save(conn, grouping.stories, grouping.links, held=found)
            store_story_index.add(conn, grouping.postings)
            store_story_index.learn_words(conn, grouping.words, entries=len(poll), today=now.date())
        spent += time.process_time() - begun
    return 1e6 * spent / len(entries)


def _brute(entries: Sequence[Entry], stored: Sequence[str]) -> float:
    """CPU microseconds an entry to find the likest of all stored titles."""
    begun = time.process_time()
    for one in entries:
        process.extractOne(one.title, stored, scorer=fuzz.token_set_ratio)
    return 1e6 * (time.process_time() - begun) / len(entries)


def _draw(costs: Sequence[Cost], path: Path) -> None:
    from matplotlib import pyplot as plt  # noqa: PLC0415 — only for those who want the picture

    figure, axes = plt.subplots(figsize=(7, 4.2), layout="constrained")
    sizes = [cost.stored for cost in costs]
    lines = (
        ("rapidfuzz over all titles", [cost.brute for cost in costs], "#999999", "s"),
        ("other news, with stories", [cost.news for cost in costs], "#1f5fa8", "o"),
        ("copies", [cost.copies for cost in costs], "#2f8f5b", "^"),
    )
    for name, values, colour, marker in lines:
        axes.plot(sizes, [us / 1000 for us in values], color=colour, marker=marker, linewidth=2)
        axes.annotate(
            name,
            (sizes[-1], values[-1] / 1000),
            xytext=(8, -3),
            textcoords="offset points",
            color=colour,
        )
    axes.set(xscale="log", yscale="log", xlabel="stored entries", ylabel="ms an arriving entry")
    axes.set_xlim(sizes[0] / 1.5, sizes[-1] * 8)
    axes.grid(visible=True, which="major", alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title("Grouping costs what is near, not what is stored", loc="left", fontsize=11)
    for kind in (".png", ".svg"):
        figure.savefig(path.with_suffix(kind), dpi=150)


if __name__ == "__main__":
    main()
