"""Lines of entries under one guid: they end, nothing is lost on them, tables and memory agree."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from monitor.core.feeds.normalise import entries as normalise
from monitor.core.stories.outlets import Outlets
from monitor.model.entries import Entry, Sorted
from monitor.model.feeds import Feed, ParsedFeed, RawEntry
from monitor.polling.recognise import StoredEntries, against
from monitor.replay import batches
from monitor.replay.memory_entries import MemoryEntries
from monitor.replay.run import replay
from monitor.store import engine
from monitor.store import entries as store_entries
from tests import build, databases
from tests.support.rulebook import rules
from tests.support.scene import START, WATCHLISTS, Item, Publisher, Scene, at

FEED = Feed(id="courier", url="https://courier.example/rss", outlet="Courier")
RULES = rules(WATCHLISTS)
PAGE = "https://courier.example/castle"

RING = (
    (0, "Graustark finishes new castle", f"{PAGE}/finished"),
    (1, "Prince Rupert inspects a tower of great defensive power", f"{PAGE}/finished"),
    (7, "Graustark confirms the opening", f"{PAGE}/opens"),
    (8, "Sixth and most powerful castle opens yet", f"{PAGE}/opens"),
    (27, "Ruritania holds parade after neighbours rattle region", f"{PAGE}/parade"),
)
"""Hour, title and link of one guid that was retitled, moved, and retitled on its new page."""


@dataclass(slots=True)
class Archive:
    """One feed's entries in the tables and in a replay's memory, taken in side by side."""

    conn: Connection
    memory: MemoryEntries = field(default_factory=MemoryEntries)

    def take_in(self, now: datetime, *raws: RawEntry) -> Sorted:
        found = normalise(
            ParsedFeed(format="rss20", title="World", entries=raws), FEED, first_poll=False, now=now
        )
        parts = against(StoredEntries(self.conn), FEED.id, found, RULES)
        assert against(self.memory, FEED.id, found, RULES) == parts
        ids = [entry.id for entry in (*parts.new, *parts.revised)]
        assert len(ids) == len({*ids}), "no entry is taken in twice at once"
        added = store_entries.insert(self.conn, parts.new)
        assert {*added} == {entry.id for entry in parts.new}, "no new entry has another one's key"
        store_entries.revise(self.conn, parts.revised, at=now)
        self.memory.keep((*parts.new, *parts.revised))
        return parts

    def entries(self) -> dict[str, Entry]:
        return {entry.id: entry for entry in store_entries.stream(self.conn)}


def holds_no_ring(archive: Archive) -> None:
    held = archive.entries()
    behind = [entry for entry in held.values() if entry.supersedes]
    assert all(held[entry.supersedes].seen_at < entry.seen_at for entry in behind)
    assert set(Counter(entry.supersedes for entry in behind).values()) <= {1}, "superseded once"
    lines = store_entries.lines(archive.conn, tuple(held))
    assert archive.memory.lines(tuple(held)) == lines
    assert archive.memory.firsts(tuple(held)) == store_entries.firsts(archive.conn, tuple(held))


@pytest.fixture(scope="module")
def store() -> Iterator[Connection]:
    opened = databases.in_memory()
    with engine.write(opened) as connection:
        yield connection
    opened.dispose()


@pytest.fixture
def archive(store: Connection) -> Iterator[Archive]:
    with store.begin_nested() as point:
        yield Archive(store)
        point.rollback()


def raw(title: str, link: str, guid: str = "g") -> RawEntry:
    return RawEntry(guid=guid, link=link, title=title)


def test_a_guid_that_moves_and_is_retitled_is_one_line(archive: Archive) -> None:
    for hour, title, link in RING:
        parts = archive.take_in(at(hour), raw(title, link))
        assert [entry.title for entry in parts.new] == [title]
    holds_no_ring(archive)
    (first,) = (entry for entry in archive.entries().values() if not entry.supersedes)
    line = store_entries.lines(archive.conn, [first.id])[first.id]
    assert [entry.title for entry in line] == [title for _, title, _ in RING]


def test_what_was_said_on_a_page_before_is_no_news_on_the_next(archive: Archive) -> None:
    for hour, title, link in RING:
        archive.take_in(at(hour), raw(title, link))
    again = archive.take_in(at(30), raw(RING[1][1], RING[3][2]))
    assert (again.new, again.revised) == ((), ())


def test_two_rows_that_share_a_guid_never_take_one_key(archive: Archive) -> None:
    """Both change at once, on pages of their own: two more entries, not one."""
    pages = (f"{PAGE}/a", f"{PAGE}/b")
    archive.take_in(at(0), raw("Talks open", pages[0]), raw("Budget passes", pages[1]))
    parts = archive.take_in(at(1), raw("Envoy dies", pages[0]), raw("Minister quits", pages[1]))
    assert sorted(entry.title for entry in parts.new) == ["Envoy dies", "Minister quits"]
    holds_no_ring(archive)


def test_two_rows_of_one_line_follow_on_one_another(archive: Archive) -> None:
    """Rows without a page of their own are taken for what was known of their guid."""
    archive.take_in(at(0), raw("Talks open", f"{PAGE}/a"))
    archive.take_in(at(1), raw("Envoy dies", f"{PAGE}/b"))
    parts = archive.take_in(
        at(2), raw("Budget passes", f"{PAGE}/a"), raw("Minister quits", f"{PAGE}/b")
    )
    assert [entry.title for entry in parts.new] == ["Budget passes", "Minister quits"]
    holds_no_ring(archive)


def test_a_clock_that_was_set_back_turns_no_line_round(archive: Archive) -> None:
    for hour, (_, title, link) in zip((9, 8, -40, 3, 3), RING, strict=True):
        assert len(archive.take_in(at(hour), raw(title, link)).new) == 1
    holds_no_ring(archive)


TITLES = st.sampled_from(
    [
        *(title for _, title, _ in RING),
        "Graustark finishes new castle, envoys say",
        "GRAUSTARK finishes new castle",
        "Graustark does not finish new castle",
        "",
    ]
)
LINKS = st.sampled_from(
    [f"{PAGE}/a", f"{PAGE}/b", f"{PAGE}/a".replace("https", "http"), f"{PAGE}/a?utm_source=x", ""]
)
ROWS = st.builds(
    RawEntry, guid=st.sampled_from(["g", "h", PAGE, ""]), title=TITLES, link=LINKS
).filter(lambda row: bool(row.title or row.link))
DOCUMENTS = st.lists(
    st.tuples(st.integers(-3, 40), st.lists(ROWS, min_size=1, max_size=5)), min_size=1, max_size=8
)


@settings(max_examples=60, deadline=None)
@given(DOCUMENTS)
@example(
    [
        (0, [RawEntry(guid="g", title=RING[0][1], link=f"{PAGE}/a")]),
        (0, [RawEntry(guid="g", title="Graustark finishes new castle", link=f"{PAGE}/a")]),
        (
            0,
            [
                RawEntry(guid="g", title="", link=f"{PAGE}/a"),
                RawEntry(guid="h", title="Graustark finishes new castle", link=f"{PAGE}/a"),
            ],
        ),
    ]
)
def test_no_history_of_a_feed_makes_a_ring_or_loses_an_entry(
    store: Connection, documents: Sequence[tuple[int, Sequence[RawEntry]]]
) -> None:
    with store.begin_nested() as point:
        archive = Archive(store)
        for hours, rows in documents:
            parts = archive.take_in(at(hours), *rows)
            holds_no_ring(archive)
            told = store_entries.told(store, tuple(archive.entries()))
            hashes = frozenset[str]().union(*told.values())
            listed = normalise(
                ParsedFeed(format="rss20", title="", entries=tuple(rows)),
                FEED,
                first_poll=False,
                now=at(hours),
            ).arrivals
            assert hashes >= {arrival.entry.content_hash for arrival in listed} or parts.notes
        again = archive.take_in(at(hours), *rows)
        assert (again.new, again.revised) == ((), ())
        point.rollback()


def ring() -> list[Entry]:
    """What an older version could leave behind."""
    before = {"a": "c", "b": "a", "c": "b"}
    return [
        replace(build.entry(id_, seen=at(n)), supersedes=before[id_]) for n, id_ in enumerate("abc")
    ]


def test_reading_a_ring_ends_at_what_was_read(archive: Archive) -> None:
    a, b, c = ring()
    store_entries.insert(archive.conn, [a, b, c])
    archive.memory.keep([a, b, c])
    for seen in (StoredEntries(archive.conn), archive.memory):
        assert seen.lines(["a", "b"]) == {"a": (a, b, c), "b": (b, c, a)}
        assert seen.firsts(["a", "c", "gone"]) == {"a": "b", "c": "a"}


def test_a_replay_of_such_an_archive_ends(tmp_path: Path) -> None:
    """As Reuters' wire ids, which are one identity under every link."""
    path = tmp_path / "ring.jsonl"
    url = "https://www.reuters.com/article/{}-idUSKCN9ZZ0AA"
    rows = (
        {"t": at(hour).isoformat(), "outlet": "reuters.com", "title": title}
        | {"url": url.format(link.rpartition("/")[2])}
        for hour, title, link in RING
    )
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    source = batches.from_lines(path, Outlets(()))
    replayed = replay(source, rules=RULES)
    assert (replayed.tally.new, replayed.tally.revised) == (len(RING), 0)


async def test_the_daemon_polls_such_a_feed_to_its_end(
    running: Scene, publisher: Publisher
) -> None:
    async with running.open() as app:
        publisher.publish("courier")
        await app.poll_now("courier", START - timedelta(hours=1))
        for hour, title, link in RING:
            publisher.publish("courier", Item(guid="g", title=title, at=at(hour), link=link))
            poll = await app.poll_now("courier", at(hour))
            assert (poll.error, poll.record.new) == (None, 1)

        held = {e.id: e for e in app.database.read_now(lambda c: [*store_entries.stream(c)])}
        line = sorted(held.values(), key=lambda entry: entry.seen_at)
        assert [entry.title for entry in line] == [title for _, title, _ in RING]
        assert [entry.supersedes for entry in line] == ["", *(entry.id for entry in line[:-1])]
