"""Polls that leave out what they know store the same as polls that read every document whole."""

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from monitor.feeds.parse import parse
from monitor.model.feeds import Feed, FeedState, Fetched, ParsedFeed
from monitor.polling.network import Network
from monitor.polling.settle import Poll, PollRequest, fingerprint, succeeded
from monitor.store import feeds as store_feeds
from monitor.store import schema
from monitor.store.engine import read, write
from tests import databases
from tests.support.rulebook import rules
from tests.support.scene import START

FEED = Feed(id="courier", url="https://courier.example/feed", outlet="Courier")
MINUTES = timedelta(minutes=7)
RULES = """
questions:
- id: world
  ask: Will there be a war?
  about: [government*, president*, minister*, police, court*, Trump, China, Korea*, coronavirus]
  briefs:
  - id: none
    title: None
    published: 2017-01-01
    judgments:
    - {id: peace, says: There will be none., event: there is a war, likelihood: unlikely}
  toward: {strong: {threat: [threat*, attack*, kill*]}}
  away: {strong: {deal: [deal*, talk*, agree*]}}
"""
ITEM = re.compile(r"<(item|entry)[\s>].*?</\1>", re.DOTALL)


class Archive:
    """A database that documents are polled into, with what it knows or without."""

    def __init__(self, *, whole: bool) -> None:
        self.engine: Engine = databases.in_memory()
        self.network = Network()
        self.rules = rules(RULES)
        self.whole = whole
        self.left_out = self.again = 0
        with write(self.engine) as conn:
            store_feeds.add(conn, FEED, now=START)

    def poll(self, body: bytes, now: datetime) -> Poll:
        """As polling.poll does, without HTTP and in this process."""
        with write(self.engine) as conn:
            state = store_feeds.claim_one(
                conn, FEED.id, now, lease=timedelta(minutes=1), token=str(now)
            )
        assert state is not None
        asked = PollRequest(feed=FEED, state=state, rules=self.rules, feeds=1, now=now, jitter=0.5)
        if asked.unconditional or self.whole:
            state = replace(state, items=b"")
        poll = self._store(asked, body, state)
        if poll is None:
            self.again += 1
            poll = self._store(asked, body, replace(state, items=b""))
        assert poll is not None
        return poll

    def _store(self, asked: PollRequest, body: bytes, state: FeedState) -> Poll | None:
        document: ParsedFeed | None = None
        if fingerprint(body) != state.body_hash:
            document = parse(body, url=FEED.url, items=state.items)
            self.left_out += len(document.items.known) if document.items else 0
        fetched = Fetched(status=200, url=FEED.url, body=body)
        with write(self.engine) as conn:
            return succeeded(conn, asked, fetched, document, self.network, 0.0)

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        """All there is but for the memory itself, and a stamp that is drawn by chance."""
        with read(self.engine) as conn:
            found = {
                table.name: [dict(row) for row in conn.execute(select(table)).mappings()]
                for table in schema.METADATA.sorted_tables
            }
        for row in found["feeds"]:
            del row["items"]
        found["app_meta"] = [row for row in found["app_meta"] if row["key"] != "words"]
        return found


def consecutive(pages: list[str], chance: random.Random) -> Iterator[str]:
    """Documents as a feed would publish them: real items come in and go, some are edited."""
    for page in pages:
        items = [found[0] for found in ITEM.finditer(page)]
        head, tail = ITEM.split(page)[0], page[page.rindex(items[-1]) + len(items[-1]) :]
        shown: list[str] = []
        while items:
            for _ in range(chance.choice((0, 1, 1, 2, 4))):
                if items:
                    shown.insert(0, items.pop())
            if shown and chance.random() < 0.3:
                place = chance.randrange(len(shown))
                shown[place] = edited(shown[place], chance)
            if chance.random() < 0.1:
                chance.shuffle(shown)
            del shown[18:]
            yield head + "".join(shown) + tail


def edited(item: str, chance: random.Random) -> str:
    """What desks do: another word, another date, another guid, the same once more."""
    edits = (
        lambda: re.sub(r"(<title[^>]*>(?:<!\[CDATA\[)?)", r"\1Updated: ", item, count=1),
        lambda: re.sub(r"\b(\w+)(</title>|\]\]></title>)", r"denied\2", item, count=1),
        lambda: re.sub(r"(<pubDate>.*?)(\d\d)( GMT| [+-]\d{4})", r"\g<1>59\3", item, count=1),
        lambda: re.sub(r"(</guid>)", r"#2\1", item, count=1),
        lambda: re.sub(r"(</link>)", r"?other=1\1", item, count=1),
    )
    return chance.choice(edits)()


@pytest.mark.slow
def test_500_documents_in_a_row_fill_the_tables_alike(shared_data: Path) -> None:
    paths = sorted([*shared_data.glob("feeds/*.xml"), *shared_data.glob("snapshots/*/*.xml")])
    chance = random.Random(500)  # noqa: S311 not a secret
    pages = [path.read_text(encoding="utf-8") for path in paths]
    less, whole = Archive(whole=False), Archive(whole=True)
    documents = list(consecutive(pages, chance))[:520]
    assert len(documents) >= 500
    for number, document in enumerate(documents):
        now, body = START + number * MINUTES, document.encode()
        first, second = less.poll(body, now), whole.poll(body, now)
        assert first.record == second.record, number
        if number % 50 == 0:
            assert less.tables() == whole.tables()
    assert less.tables() == whole.tables()
    assert less.left_out > 3_000
    assert whole.left_out == 0
    assert less.again > 0, "what came under another name was read whole"
    with read(less.engine) as conn:
        counts = {
            table.name: len(conn.execute(select(table)).all())
            for table in (schema.entries, schema.entry_revisions, schema.evidence)
        }
    assert counts["entry_revisions"] > counts["entries"] > 400
    assert counts["evidence"] > 10, "some of it matched"


def document(*items: str) -> bytes:
    text = f'<rss version="2.0"><channel><title>t</title>{"".join(items)}</channel></rss>'
    return text.encode()


def item(guid: str, title: str, page: str = "") -> str:
    link = f"<link>https://courier.example/{page or guid}</link>"
    return f"<item><guid>{guid}</guid>{link}<title>{title}</title></item>"


@pytest.mark.parametrize("language", ["", "en"])
def test_both_ways_agree_on_what_is_left_out_and_comes_back(language: str) -> None:
    """Another language, the same twice, one guid for two, a change and its return."""
    french = "<item><guid>f</guid><title>f</title><dc:language>fr</dc:language></item>"
    first, second = item("a", "One thing"), item("b", "Another thing")
    rounds = (
        (first, second, french),
        (item("c", "A third"), first, first, second, french),
        (item("c", "A third"), item("a", "One thing, corrected"), second),
        (item("a", "One thing"), item("a", "Quite another story", "z"), second),
        (item("c", "A third"), second),
        (item("new", "A third", "c"), second, first),
        (item("c", "It comes back", "elsewhere"), item("new", "A third", "c"), second),
    )
    less, whole = Archive(whole=False), Archive(whole=True)
    feed = replace(FEED, language=language)
    assert feed.language == language
    for number, shown in enumerate(rounds):
        now = START + number * MINUTES
        assert less.poll(document(*shown), now).record == whole.poll(document(*shown), now).record
        assert less.tables() == whole.tables(), number
    assert less.left_out
