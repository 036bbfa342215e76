"""A replay's memory gives what the store would: the same archive taken in side by side."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import groupby, islice
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, update

from monitor.core.judging import indicators
from monitor.core.judging.rules import Rules
from monitor.core.stories.outlets import Outlets
from monitor.model.entries import Entry
from monitor.model.flags import Evidence, FlagKind, FlagState, Review
from monitor.model.stories import Lookup, Posting
from monitor.polling import citations, ingest
from monitor.polling.known import StoredIndex
from monitor.polling.recognise import recognise
from monitor.replay import batches
from monitor.replay import run as replay_run
from monitor.replay.memory_index import MemoryIndex
from monitor.replay.run import REVIEW_AFTER, Replayed
from monitor.store import engine, schema
from monitor.store import evidence as store_evidence
from monitor.store import feeds as store_feeds
from monitor.store import flags as store_flags
from monitor.store import story_index as store_story_index
from monitor.store import watchlists as store_watchlists
from monitor.triage import tick
from tests import build, databases
from tests.support import timelines
from tests.support.rulebook import rules, told


@pytest.fixture
def conn() -> Iterator[Connection]:
    opened = databases.in_memory()
    with engine.write(opened) as connection:
        yield connection
    opened.dispose()


TIMED = (
    timelines.WATCHLIST.replace(
        "  opened: 2017-01-01\n", "  opened: 2017-01-01\n  closes: 2017-01-21\n"
    )
    .replace("confidence: high\n", "confidence: high\n      review_every: 10d\n")
    .replace(
        "  toward:\n    decisive",
        """  quiet:
  - {indicator: signed, by: 2017-01-10, strength: moderate}
  toward:
    decisive""",
    )
    .replace(
        "    judgments:\n",
        """    cites:
    - outlet: outlet0.example
      date: 2017-01-21
      title: Ruritania signs canal treaty with its neighbour
    judgments:
""",
    )
)


def archive(folder: Path) -> Path:
    """Some weeks of noise, an event on which all outlets agree, and retitled entries."""
    noise = islice(timelines.noise(2.0, 2.0, seed=3), 70)
    return timelines.written(folder / "archive.jsonl", iter([*noise, *timelines.event(day=20)]))


def stored(conn: Connection, path: Path, own: Rules) -> tuple[list[Evidence], list[dict[str, Any]]]:
    """What the daemon's intake makes of the archive, batch by batch."""
    source = batches.from_lines(path, Outlets(()))
    last: datetime | None = None
    for at, together in groupby(source.batches, key=lambda batch: batch.at):
        if last is None:
            states = indicators.states(own.questions, (), now=at, first=True)
            store_watchlists.save_indicators(conn, states)
        midnight = datetime.combine((last or at).date(), time(), tzinfo=UTC)
        while (midnight := midnight + timedelta(days=1)) <= at:
            answer(conn, midnight)
            up = {"first_ok_at": build.at(days=-10_000), "ok_at": midnight}
            conn.execute(update(schema.feeds).values(**up))
            tick.tick(conn, own, midnight)
        last = at
        answer(conn, at)
        new: list[Entry] = []
        revised: list[Entry] = []
        for batch in together:
            if store_feeds.state(conn, batch.feed.id) is None:
                store_feeds.add(conn, batch.feed, now=at)
            parts = recognise(conn, batch.feed.id, batch.read().found, own)
            new += parts.new
            revised += parts.revised
        ingest.take_in(conn, new, revised, rules=own, now=at)
        store_flags.raise_all(conn, citations.watch(citations.StoredCitations(conn), own, at))
    rows = store_evidence.current(conn, since=build.at(days=-10_000))
    return sorted(rows, key=lambda row: row.ref), told(store_flags.listing(conn, live_only=False))


def answer(conn: Connection, at: datetime) -> None:
    for flag in store_flags.live(conn):
        asked = replay_run.asked_at(flag)
        if asked is not None and asked <= at - REVIEW_AFTER:
            store_flags.decide(conn, review(flag.id, flag.brief, at))


def review(flag_id: int, brief: str, at: datetime) -> Review:
    return Review(
        flag_id=flag_id,
        brief=brief,
        decision=FlagState.STANDS,
        by="replay",
        at=at,
        note="answered by the replay",
    )


def current(replayed: Replayed) -> list[Evidence]:
    newest = {row.key: row for row in replayed.evidence}
    return sorted(newest.values(), key=lambda row: row.ref)


def test_a_replay_decides_what_the_daemon_would_decide(conn: Connection, tmp_path: Path) -> None:
    """Evidence row by row, flags reason by reason."""
    path = archive(tmp_path)
    source = batches.from_lines(path, Outlets(()))
    own = rules(TIMED, source.outlets)
    replayed = replay_run.replay(source, rules=own)
    evidence, flags = stored(conn, path, own)
    assert current(replayed) == evidence
    assert told(replayed.flags) == flags
    kinds = {reason.kind for flag in replayed.flags for reason in flag.reasons}
    assert kinds >= {FlagKind.TRIPWIRE, FlagKind.SILENCE, FlagKind.CITATION, FlagKind.RESOLVED}
    assert any(not row.heard for row in evidence), "silence is a row of its own"


def test_words_are_counted_as_the_table_counts_them(conn: Connection) -> None:
    """Ever, and over two days, whatever days come in whatever order."""
    draw = Random(11)  # noqa: S311  # days and words for a test
    days = [build.NOON.date() + timedelta(days=ago) for ago in range(5)]
    index, table = MemoryIndex(), StoredIndex(conn)
    for _ in range(40):
        learnt = {draw.choice("abc"): draw.randrange(1, 6)}
        today, entries = draw.choice(days), draw.randrange(1, 6)
        index.learn(learnt, entries=entries, today=today)
        store_story_index.learn_words(conn, learnt, entries=entries, today=today)
        for day in days:
            assert index.word_counts("abcd", today=day) == table.word_counts("abcd", today=day)


def test_postings_are_found_as_the_table_finds_them(conn: Connection) -> None:
    """Between two moments, no more than asked for, in whatever order they were stored."""
    draw = Random(12)  # noqa: S311  # times for a test
    postings = [
        Posting(key=draw.choice("ab"), at=build.at(draw.randrange(40)), entry_id=f"e{number}")
        for number in range(60)
    ]
    index, table = MemoryIndex(), StoredIndex(conn)
    index.save((), [*postings, *postings[:5]])
    store_story_index.add(conn, postings)
    asked = [
        [
            Lookup(key=key, weight=weight, since=build.at(start), until=build.at(start + length))
            for key, weight in (("a", 700), ("b", 400), ("c", 900))
        ]
        for start, length in ((0, 40), (5, 0), (10, 12), (39, 1))
    ]
    for limit, enough in ((3, 0), (400, 500), (400, 1_000)):
        found = index.find(asked, limit=limit, enough=enough)
        assert found == table.find(asked, limit=limit, enough=enough)
