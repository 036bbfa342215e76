"""Retention: what nobody cared for goes, what was published on stays, and nothing comes twice."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text

from monitor.errors import StoreError
from monitor.model.citations import Snapshot
from monitor.model.feeds import Feed, PollRecord
from monitor.store import citations, entries, feeds, matches, meta, stories, upkeep
from monitor.store.engine import open_engine, write
from monitor.store.upkeep import backup
from tests import build

BEFORE = build.at(50)
LATER = build.at(99)


def prune(conn: Connection, limit: int = 99) -> int:
    return upkeep.prune_entries(conn, BEFORE, at=LATER, limit=limit)


def snapshot(entry_id: str) -> Snapshot:
    return Snapshot(
        brief="q/b",
        citation="c",
        entry_id=entry_id,
        revision=1,
        title="",
        summary="",
        link="",
        indicators=(),
        found_by="title",
        seen_at=build.NOON,
        taken_at=build.NOON,
    )


def test_only_old_entries_that_nothing_refers_to_are_dropped(conn: Connection) -> None:
    plain, in_scope, hit, told, cited = (
        build.entry(name) for name in ("plain", "scope", "hit", "told", "cited")
    )
    fresh = build.entry("fresh", seen=BEFORE)
    entries.insert(conn, [plain, in_scope, hit, told, cited, fresh])
    citations.add(conn, [snapshot("cited")])
    matches.add(conn, [build.matched(in_scope)], rules="r", at=build.NOON)
    matches.add(conn, [build.matched(hit, build.match())], rules="r", at=build.NOON)
    stories.save(conn, [build.story(build.matched(told))], [])

    assert prune(conn) == 1
    assert prune(conn) == 0

    assert entries.get(conn, "plain") is None
    assert entries.revisions(conn, "plain") == ()
    assert {entry.id for entry in entries.stream(conn)} == {
        "scope",
        "hit",
        "told",
        "cited",
        "fresh",
    }


def test_the_oldest_go_first_a_batch_at_a_time(conn: Connection) -> None:
    entries.insert(conn, [build.entry(str(n), seen=build.at(n)) for n in (3, 1, 2)])

    assert prune(conn, limit=2) == 2
    assert [entry.id for entry in entries.stream(conn)] == ["3"]


def test_a_feed_that_still_lists_a_dropped_entry_does_not_bring_it_back(conn: Connection) -> None:
    entry = build.entry("a")
    entries.insert(conn, [entry])
    before = entries.known(conn, entry.feed_id, [entry.key])[entry.key]

    prune(conn)

    after = replace(before, canonical_link="", title="")  # what a mark does not hold
    assert entries.known(conn, entry.feed_id, [entry.key]) == {entry.key: after}


def test_what_superseded_another_entry_and_what_was_superseded_stay(conn: Connection) -> None:
    """A guid may come back to what it stood for, which must then be known as told."""
    first = build.entry("a")
    entries.insert(conn, [first, replace(build.entry("b"), supersedes="a"), build.entry("c")])

    assert prune(conn) == 1
    assert set(entries.lines(conn, ["a", "c"])) == {"a"}


def test_a_revision_of_a_dropped_entry_brings_it_back(conn: Connection) -> None:
    entry = build.entry("a")
    entries.insert(conn, [entry])
    prune(conn)
    revised = replace(entry, title="News after all", content_hash="n", revision=2)

    entries.revise(conn, [revised], at=LATER)

    assert entries.get(conn, "a") == revised
    assert entries.known(conn, entry.feed_id, [entry.key])[entry.key].revision == 2
    assert upkeep.prune_rows(conn, upkeep.MARKS, build.at(999)) == 0


def test_tombstones_are_forgotten_in_their_turn(conn: Connection) -> None:
    entry = build.entry("a")
    entries.insert(conn, [entry])
    prune(conn)

    assert upkeep.prune_rows(conn, upkeep.MARKS, LATER) == 0
    assert upkeep.prune_rows(conn, upkeep.MARKS, build.at(100)) == 1
    assert entries.known(conn, entry.feed_id, [entry.key]) == {}


def test_a_feed_counts_the_entries_that_are_left(conn: Connection) -> None:
    feeds.add(conn, Feed(id="reuters", url="https://r.example", outlet="Reuters"), now=build.NOON)
    entries.insert(conn, [build.entry("a"), build.entry("b", seen=LATER)])
    polled = PollRecord(polled_at=build.NOON, next_poll_at=LATER, ok=True, new=2)
    before = feeds.state(conn, "reuters")
    assert before is not None
    feeds.save_poll(conn, before, polled)

    prune(conn)

    state = feeds.state(conn, "reuters")
    assert state is not None
    assert state.entry_count == 1


def test_a_backup_is_the_database_of_one_moment(sqlite_url: str, tmp_path: Path) -> None:
    engine, target = open_engine(sqlite_url), tmp_path / "copy.db"
    with write(engine) as conn:
        entries.insert(conn, [build.entry("a")])

    backup(engine, target)

    with write(engine) as conn:
        meta.put(conn, "later", "1")
    engine.dispose()
    assert [path.name for path in tmp_path.glob("copy*")] == ["copy.db"]
    # 1 and 1: needs no log beside it, so it can be read from a medium that cannot be written
    assert target.read_bytes()[18:20] == b"\1\1"
    copy = create_engine(f"sqlite:///{target}")
    with copy.connect() as conn:
        assert conn.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
        assert entries.get(conn, "a") == build.entry("a")
        assert meta.get(conn, "later") is None
    copy.dispose()


def test_a_backup_can_be_opened_as_the_database(sqlite_url: str, tmp_path: Path) -> None:
    engine = open_engine(sqlite_url)
    backup(engine, tmp_path / "copy.db")
    engine.dispose()

    restored = open_engine(f"sqlite:///{tmp_path / 'copy.db'}")
    with write(restored) as conn:
        entries.insert(conn, [build.entry("a")])
        assert entries.count(conn) == 1
    restored.dispose()


def test_a_backup_writes_over_nothing(sqlite_url: str, tmp_path: Path) -> None:
    engine, target = open_engine(sqlite_url), tmp_path / "copy.db"
    target.write_text("mine")

    with pytest.raises(StoreError, match="exists; name a new file"):
        backup(engine, target)

    engine.dispose()
    assert target.read_text() == "mine"


def test_a_backup_that_cannot_be_written_is_a_store_error(sqlite_url: str, tmp_path: Path) -> None:
    engine, file = open_engine(sqlite_url), tmp_path / "file"
    file.touch()

    with pytest.raises(StoreError, match=r"the backup .*file/copy\.db cannot be written"):
        backup(engine, file / "copy.db")

    engine.dispose()
