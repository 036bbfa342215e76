"""What is old goes once a night; what was told, or may be told, stays with all it rests on."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from monitor.daemon import retention
from monitor.model.digests import Message
from monitor.model.entries import Entry
from monitor.model.feeds import FeedHealth, FeedNotice, NoticeKind, PollRecord
from monitor.runtime.database import open_database
from monitor.store import entries as store_entries
from monitor.store import feeds as store_feeds
from monitor.store import outbox as store_outbox
from monitor.store import upkeep as store_upkeep
from monitor.store.schema import METADATA, entry_tombstones
from tests import build, databases
from tests.support.scene import Item, Scene, at, publishing
from tests.web.stage import NOW, fill

YEARS_LATER = NOW + timedelta(days=1_500)

GOES = {"entries", "entry_revisions", "entry_words", "entry_tombstones", "feeds", "app_meta",
        "poll_log", "feed_notices"}  # fmt: skip


def rows(conn: Connection, table: str) -> list[Any]:
    return sorted(map(repr, conn.execute(select(METADATA.tables[table])).all()))


def others(conn: Connection) -> dict[str, list[Any]]:
    """Everything that retention has no business with."""
    return {name: rows(conn, name) for name in METADATA.tables if name not in GOES}


def chatter(number: int) -> Entry:
    return replace(build.entry(f"chatter{number}", f"Weather {number}"), seen_at=at(1))


@pytest.mark.slow
async def test_all_that_was_told_and_may_be_told_stays_years_later(tmp_path: Path) -> None:
    """A flag is open and rests on evidence, a digest was sent, one message was given up."""
    await fill(tmp_path)
    scene = Scene(tmp_path)
    async with scene.open(NOW) as app:
        data = app.database
        kept = [entry.id for entry in data.read_now(lambda c: list(store_entries.stream(c)))]
        data.write_now(lambda c: store_entries.insert(c, [chatter(n) for n in range(5)]))
        before, would = (
            data.read_now(others),
            data.read_now(lambda c: retention.preview(c, YEARS_LATER, 365)),
        )

        gone = await retention.prune(data, YEARS_LATER, 365)

        assert {name: gone[name] for name in would} == would
        left = [entry.id for entry in data.read_now(lambda c: list(store_entries.stream(c)))]
        assert data.read_now(others) == before
        assert left == kept
        assert gone["entries"] == 5
        assert all(before[table] for table in ("flags", "evidence", "deliveries", "digests"))
        again = await retention.prune(data, YEARS_LATER, 365)
        assert again == dict.fromkeys(gone, 0)


async def test_a_feed_that_still_lists_what_was_dropped_brings_nothing_back(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    async with publishing() as publisher:
        scene.write(base=publisher.base)
        publisher.publish("courier", *(Item(guid=f"w{n}", title=f"Weather {n}", at=at(n))
                                       for n in range(3)))  # fmt: skip
        async with scene.open(at(5)) as app:
            await app.poll_now("courier", at(5))
            later = at(5) + timedelta(days=31)

            gone = await retention.prune(app.database, later, 30)
            publisher.publish("courier", *(Item(guid=f"w{n}", title=f"Weather {n}", at=at(n))
                                           for n in range(3)))  # fmt: skip
            poll = await app.poll_now("courier", later)

            assert gone["entries"] == 3
            assert (poll.record.new, poll.record.unchanged) in {(0, 3), (0, 0)}
            assert app.database.read_now(store_entries.count) == 0


async def test_without_a_number_of_days_entries_stay_and_logs_go(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.write()
    async with scene.open(at(0)) as app:
        app.database.write_now(lambda c: store_entries.insert(c, [chatter(1)]))
        app.database.write_now(_one_poll)

        gone = await retention.prune(app.database, at(0) + timedelta(days=91), None)

        assert gone == {"polls": 1, "marks": 0, "bytes": gone["bytes"]}
        assert app.database.read_now(store_entries.count) == 1


def _one_poll(conn: Connection) -> None:
    state = store_feeds.state(conn, "courier")
    assert state is not None
    record = PollRecord(polled_at=at(0), next_poll_at=at(1), ok=True)
    store_feeds.save_poll(conn, state, record)


def test_notices_that_no_digest_has_told_stay(tmp_path: Path) -> None:
    """A daemon that was off for two years tells them when it comes back."""
    scene = Scene(tmp_path)
    scene.write()
    notice = FeedNotice(
        at=at(0), kind=NoticeKind.HEALTH, feed_id="courier", outlet="Courier",
        before=FeedHealth.OK, after=FeedHealth.DOWN, text="courier is down",
    )  # fmt: skip

    def left(conn: Connection, told: datetime | None) -> int:
        if told is not None:
            store_outbox.create_digest(
                conn, name="d", slot=f"{told}", window_from=at(0), window_to=told,
                message=Message(subject="", text="", html="", blocks=(), summary=""), at=told,
            )  # fmt: skip
        for step in retention.steps(conn, at(0) + timedelta(days=730), None):
            step.drop(conn)
        return len(store_feeds.notices(conn))

    with open_database(scene.settings()) as database:
        database.write_now(lambda conn: store_feeds.add_notices(conn, [notice]))
        assert database.write_now(lambda conn: left(conn, None)) == 1
        assert database.write_now(lambda conn: left(conn, at(10))) == 1
        assert database.write_now(lambda conn: left(conn, at(0) + timedelta(days=32))) == 0


@pytest.mark.parametrize(
    ("zone", "hours", "wanted"),
    [
        ("UTC", ["01T12", "01T13", "02T02", "02T03", "02T04", "03T02", "03T05"], "100100" + "1"),
        ("Asia/Tokyo", ["01T12", "01T17", "01T18", "02T17", "02T18"], "10101"),
    ],
)
async def test_the_work_of_a_night_is_done_once_from_three_in_the_desks_morning(
    tmp_path: Path, zone: str, hours: list[str], wanted: str
) -> None:
    scene = Scene(tmp_path)
    scene.write()
    times = [datetime.fromisoformat(f"2019-03-{hour}:00").replace(tzinfo=UTC) for hour in hours]
    async with scene.open(at(0)) as app:
        done = [
            await app.database.write(partial(retention.take_night, now=time, zone=zone))
            for time in times
        ]

    assert "".join("1" if each else "0" for each in done) == wanted


@pytest.mark.slow
@databases.sqlite_only
async def test_the_daemons_housekeeping_prunes_and_shrinks_the_file(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.write()
    async with scene.open(at(0), scene.settings({"MONITOR_KEEP_DAYS": "30"})) as app:
        long = [replace(chatter(n), summary="rain " * 200) for n in range(4_500)]
        app.database.write_now(lambda c: store_entries.insert(c, long))

        await app.prune(at(0) + timedelta(days=40))

        assert app.database.read_now(store_entries.count) == 0
        marks = app.database.read_now(lambda c: rows(c, "entry_tombstones"))
        assert len(marks) == 4_500
        free = app.database.read_now(
            lambda c: c.exec_driver_sql("PRAGMA freelist_count").scalar_one()
        )
        assert free == 0
    assert entry_tombstones.name == store_upkeep.MARKS.table.name


async def test_polls_are_stored_between_the_batches(tmp_path: Path) -> None:
    """5,000 entries go in three batches; who asks to write meanwhile does not wait for the last."""
    scene = Scene(tmp_path)
    scene.write()
    async with scene.open(at(0)) as app:
        data = app.database
        data.write_now(lambda c: store_entries.insert(c, [chatter(n) for n in range(5_000)]))
        pruning = asyncio.create_task(retention.prune(data, at(0) + timedelta(days=40), 30))
        left = []
        while not pruning.done():
            left.append(await data.write(store_entries.count))

        assert (await pruning)["entries"] == 5_000
        assert {3_000, 1_000, 0} <= set(left) <= {5_000, 3_000, 1_000, 0}
        assert len(data.read_now(lambda c: rows(c, "entry_tombstones"))) == 5_000
