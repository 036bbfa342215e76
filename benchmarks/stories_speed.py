"""Measures what grouping an arriving entry costs beside how many are stored; prints Markdown.

Run from the checkout: `python -m benchmarks.stories_speed [--sizes 10000,100000] [--plot FILE]`.
Titles are made of invented words that are as unevenly common as real ones. Stored entries lie one
behind the other at PER_DAY a day and nothing is ever pruned, so the index holds all of them. Times
are CPU time of one process, SQLite included; brute force compares each title with all stored ones
by rapidfuzz. The plot needs matplotlib.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, islice
from pathlib import Path
from typing import Final

from rapidfuzz import fuzz, process
from sqlalchemy import Engine, insert

from benchmarks.stories_data import entry
from monitor.core import story
from monitor.core.headline import read
from monitor.core.keys import keys, postings
from monitor.core.rarity import Rarity, count_words
from monitor.model.entries import Entry
from monitor.model.matches import Matched
from monitor.model.stories import Member, Relation, WordCounts
from monitor.service import known
from monitor.store import engine, migrate, rows
from monitor.store import entries as store_entries
from monitor.store import postings as store_postings
from monitor.store import stories as store_stories
from monitor.store import words as store_words
from monitor.store.schema import stories, story_members, story_postings

PER_DAY: Final = 2_500
"""Entries in some scope; the 72 hours that are looked back on hold three times as many."""

POLL: Final = 20
POLLS: Final = 25
VOCABULARY: Final = 40_000
BATCH: Final = 5_000
START: Final = datetime(2020, 1, 1, tzinfo=UTC)
OUTLETS: Final = tuple(f"Outlet {number}" for number in range(40))


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
    arguments.add_argument("--plot", type=Path, help="where to draw the curve, a PNG")
    given = arguments.parse_args()
    print(
        "| stored | copies, µs an entry (entries/s) | with stories, µs (entries/s) | brute force |"
    )
    print("|---|---|---|---|")
    costs = []
    for size in map(int, given.sizes.split(",")):
        with tempfile.TemporaryDirectory(prefix="stories-") as folder:
            cost = _measure(size, Path(folder))
        costs.append(cost)
        told = [f"{us:,.0f} ({1e6 / us:,.0f})" for us in (cost.copies, cost.news)]
        print(f"| {size:,} | {told[0]} | {told[1]} | {cost.brute:,.0f} |", flush=True)
    if given.plot:
        _draw(costs, given.plot)


class Newsroom:
    """Invented headlines, the same at every run."""

    def __init__(self) -> None:
        self._chance = random.Random(7)  # noqa: S311 — invents headlines, guards nothing
        syllables = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
        self._words = sorted({"".join(self._pick(syllables, 2, 4)) for _ in range(VOCABULARY)})
        self._chance.shuffle(self._words)
        self._weights = list(accumulate(1 / rank for rank in range(2, len(self._words) + 2)))

    def _pick(self, of: Sequence[str], least: int, most: int) -> list[str]:
        return self._chance.choices(of, k=self._chance.randint(least, most))

    def headline(self) -> tuple[str, str]:
        """A title of 7–12 words and a lead of 18–30 that takes up some of them."""
        title = self._some(7, 12)
        lead = [*self._some(14, 24), *self._chance.sample(title, 5)]
        self._chance.shuffle(lead)
        return " ".join(title).capitalize(), " ".join(lead).capitalize()

    def _some(self, least: int, most: int) -> list[str]:
        count = self._chance.randint(least, most)
        return self._chance.choices(self._words, cum_weights=self._weights, k=count)


def _entries(newsroom: Newsroom) -> Iterator[Entry]:
    step = timedelta(days=1) / PER_DAY
    number = 0
    while True:
        title, lead = newsroom.headline()
        outlet = OUTLETS[number % len(OUTLETS)]
        yield entry(f"e{number:07}", title, outlet, START + number * step, summary=lead)
        number += 1


def _measure(size: int, folder: Path) -> Cost:
    opened = engine.open_engine(f"sqlite:///{folder / 'stories.db'}")
    migrate.upgrade(opened)
    source = _entries(Newsroom())
    stored: list[str] = []
    newest: list[Entry] = []
    for _ in range(size // BATCH):
        newest = list(islice(source, BATCH))
        stored += [one.title for one in newest]
        _store(opened, newest)
    news = list(islice(source, POLL * POLLS))
    copies = [_copy(one, number) for number, one in enumerate(newest[-POLL * POLLS :])]
    cost = Cost(
        stored=size,
        copies=_timed(opened, copies),
        news=_timed(opened, news),
        brute=_brute(news[: max(3, 2_000_000 // size)], stored),
    )
    opened.dispose()
    return cost


def _copy(one: Entry, number: int) -> Entry:
    """The same wire text at another outlet three hours later, one word of its title changed."""
    first, *rest = one.title.split()
    at = one.published_at + timedelta(hours=3)
    title = " ".join([*rest, first])
    return entry(f"c{number:06}", title, f"{one.outlet} Weekly", at, summary=one.summary)


def _store(opened: Engine, entries: Sequence[Entry]) -> None:
    """Put entries in as stories of their own, without comparing them: a million take minutes."""
    told = [read(one.title, one.summary, one.outlet) for one in entries]
    rare = Rarity(WordCounts(), told)
    members = [_member(one) for one in entries]
    index = [
        rows.values(row)
        for member, headline in zip(members, told, strict=True)
        for row in postings(member, keys(headline, member.canonical_link, rare))
    ]
    with engine.write(opened) as conn:
        store_entries.insert(conn, entries)
        conn.execute(
            insert(stories),
            [
                {"id": m.entry_id, "title": m.title, "started_at": m.at, "last_at": m.at}
                for m in members
            ],
        )
        conn.execute(
            insert(story_members),
            [{"story_id": m.entry_id, "position": 0, **rows.values(m)} for m in members],
        )
        conn.execute(insert(story_postings), index)
        today = entries[-1].published_at.date()
        store_words.learn(conn, count_words(told), entries=len(entries), today=today)


def _member(one: Entry) -> Member:
    return Member(
        entry_id=one.id,
        feed_id=one.feed_id,
        outlet=one.outlet,
        title=one.title,
        summary=one.summary,
        link=one.link,
        canonical_link=one.canonical_link,
        at=one.published_at,
        relation=Relation.ROOT,
        signature=frozenset(),
    )


def _timed(opened: Engine, entries: Sequence[Entry]) -> float:
    """CPU microseconds an entry: look up, decide, write; in polls of POLL entries."""
    spent = 0.0
    for first in range(0, len(entries), POLL):
        poll = entries[first : first + POLL]
        matched = [Matched(entry=one, questions=("q",), matches=()) for one in poll]
        now = max(one.published_at for one in poll)
        with engine.write(opened) as conn:
            store_entries.insert(conn, poll)
            begun = time.process_time()
            found, words = known.read_stories(conn, matched, now=now)
            grouping = story.group(matched, found, words=words, now=now)
            store_stories.save(conn, grouping.stories, grouping.links)
            store_postings.add(conn, grouping.postings)
            store_words.learn(conn, grouping.words, entries=len(poll), today=now.date())
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
        ("with stories", [cost.news for cost in costs], "#1f5fa8", "o"),
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
    figure.savefig(path, dpi=150)


if __name__ == "__main__":
    main()
