"""Faults 26 to 36, 46, 47 and 49: clocks, publishers, the network and analysts' files."""

import asyncio
import json
import sqlite3
import time
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from monitor.daemon import jobs
from monitor.daemon.app import LEASE, App
from monitor.model.feeds import FeedHealth
from monitor.runtime import logs
from monitor.store import feeds as store_feeds
from monitor.store import schema
from monitor.triage.desk import losses as desk_losses
from tests.faults import news
from tests.faults.life import Clock
from tests.faults.world import World
from tests.loopback import Loopback, answer
from tests.support.polls import OLD, begin, state, titles
from tests.support.scene import (
    DELIVERY,
    PARADE,
    RETURNED,
    SIGNED,
    START,
    WALKED_OUT,
    WATCHLISTS,
    Item,
    Publisher,
    Scene,
    at,
    rss,
)

# clocks


@pytest.mark.parametrize(
    ("moments", "slots"),
    [
        ((at(1), at(0), at(1.1)), 0),
        ((at(1), news.MORNING, news.MORNING - timedelta(hours=1), news.MORNING), 1),
        ((at(1), news.MORNING - timedelta(days=1), news.MORNING), 1),
    ],
    ids=["before-a-digest", "after-a-digest", "a-day"],
)
def test_fault_26_the_clock_is_set_back(
    world: World, tmp_path: Path, moments: tuple[datetime, ...], slots: int
) -> None:
    """Polling goes on, no digest is repeated, and what the hour brought is told."""
    household = world.fresh(tmp_path / "household")
    assert household.live(*moments).code == 0
    assert _scheduled(household.database) == slots
    assert household.recover(news.MORNING).code == 0
    found = household.check()
    assert (found.lost, found.doubled) == (0, 0), found
    found.faults = 1
    world.tally.add(found)


@pytest.mark.parametrize("days", [1 / 24, 1, 5])
def test_fault_27_the_clock_jumps_ahead(world: World, tmp_path: Path, days: float) -> None:
    """However far, one digest tells what came meanwhile."""
    household = world.fresh(tmp_path / "household")
    later = news.MORNING + timedelta(days=days)
    assert household.live(at(1), later, later).code == 0
    assert _scheduled(household.database) == 1
    assert household.recover(later).code == 0
    found = household.check()
    assert (found.lost, found.doubled) == (0, 0), found
    found.faults = 1
    world.tally.add(found)


def _scheduled(database: Path) -> int:
    with closing(sqlite3.connect(database)) as conn:
        query = "SELECT count(*) FROM digests WHERE NOT urgent"
        return int(conn.execute(query).fetchone()[0])


@pytest.mark.parametrize("step", [-3600, 3600, -86400])
async def test_fault_26_and_27_what_waits_goes_along_with_a_clock_that_is_set(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """Set back, nothing waits for longer; set ahead, what is in hand stays in the same hand."""
    by = timedelta(seconds=step)
    async with scene.open() as app:
        daemon = jobs.Daemon(app, Clock(START))
        mine = app.database.write_now(
            lambda conn: store_feeds.claim(conn, START, lease=LEASE, token="mine")
        )
        (held,) = (state.feed_id for state in mine)
        other = "herald" if held == "courier" else "courier"
        daemon._schedule()
        daemon._scheduler.start(paused=True)
        planned = datetime.now(UTC) + timedelta(hours=1)
        for job in daemon._scheduler.get_jobs():
            job.modify(next_run_time=planned)
        told = time.time
        monkeypatch.setattr(time, "time", lambda: told() + step)
        await daemon._now()
        leased = app.database.read_now(lambda conn: _waits(conn, held))
        waits = app.database.read_now(lambda conn: _waits(conn, other))
        assert leased["leased_until"] == START + LEASE + by
        assert waits["next_poll_at"] == START + min(by, timedelta())
        assert all(job.next_run_time < planned for job in daemon._scheduler.get_jobs())

        await daemon._now()
        again = app.database.read_now(lambda conn: _waits(conn, held))
        assert again == leased, "once"
        daemon._scheduler.shutdown(wait=False)


def _waits(conn: Connection, feed: str) -> dict[str, Any]:
    c = schema.feeds.c
    found = select(c.next_poll_at, c.leased_until).where(c.id == feed)
    return dict(conn.execute(found).mappings().one())


# publishers


async def test_fault_31_a_document_that_breaks_off_is_not_believed(
    scene: Scene, server: Loopback
) -> None:
    """Half a document is no document, whatever its ETag; the whole one is asked for and read."""
    whole = answer("200 OK", rss(Item(guid="c1", title=RETURNED)), ETag='"whole"')
    scene.write(base=server.base)
    server.routes["/herald"] = [answer("200 OK", rss())]
    server.routes["/courier"] = [whole[:-200], whole]
    async with scene.open() as app:
        broken = await app.poll_now("courier", START)
        assert broken.error is not None
        assert (state(app).etag, titles(app)) == ("", [])
        assert (await app.poll_now("courier", at(1))).error is None
        assert server.sent("If-None-Match") is None
        assert (state(app).etag, titles(app)) == ('"whole"', [RETURNED])


@pytest.mark.parametrize(
    "body",
    [b"", b"<!doctype html><title>Sign in</title>"],
    ids=["empty", "page"],
)
async def test_fault_33_a_200_that_is_no_feed_is_an_error_and_changes_nothing(
    running: Scene, publisher: Publisher, body: bytes
) -> None:
    async with running.open() as app:
        await begin(app, publisher)
        good, publisher.bodies["/courier"] = state(app), body
        publisher.types["/courier"] = "text/html" if b"html" in body else "application/xml"
        failed = await app.poll_now("courier", at(1))
        assert failed.error is not None
        assert (state(app).etag, state(app).fail_count) == (good.etag, 1)
        publisher.publish("courier", OLD, Item(guid="c2", title=RETURNED, at=at(1)))
        publisher.types["/courier"] = "application/xml"
        assert (await app.poll_now("courier", at(2))).record.new == 1


async def test_fault_34_not_modified_reordered_and_all_guids_new_is_no_flood(
    running: Scene, publisher: Publisher
) -> None:
    several = [
        Item(guid=f"c{number}", title=f"{PARADE} number {word}", at=at(-number))
        for number, word in enumerate(("one", "two", "three", "four"))
    ]
    async with running.open() as app:
        publisher.publish("courier", *several)
        publisher.publish("herald")
        await app.poll_now("courier", START)
        assert (await app.poll_now("courier", at(1))).record.status == 304
        publisher.publish("courier", *reversed(several))
        again = [await app.poll_now("courier", at(2))]
        body = publisher.bodies["/courier"]
        publisher.bodies["/courier"] = body.replace(b"'>c", b"'>tag:courier.example,2019:")
        again.append(await app.poll_now("courier", at(3)))
        assert [poll.record.new for poll in again] == [0, 0]
        assert len(titles(app)) == len(several)
        assert any("guid" in warning for warning in again[1].warnings)


async def test_fault_35_a_feed_that_rolls_over_is_a_gap_that_the_digest_tells(
    running: Scene, publisher: Publisher
) -> None:
    async with running.open() as app:
        await begin(app, publisher)
        fresh = [Item(guid=f"n{n}", title=f"{RETURNED} {n}", at=at(5 + n / 10)) for n in range(3)]
        publisher.publish("courier", *fresh)
        assert (await app.poll_now("courier", at(6))).record.new == len(fresh)
        (told,) = [item for item in await app.compose_due(at(23)) if not item.digest.urgent]
    said = " ".join(told.digest.notices)
    assert "courier" in said
    assert "Silence there proves nothing" in said


async def test_fault_36_a_network_that_is_down_is_no_data_and_not_no_news(scene: Scene) -> None:
    feeds = "\n".join(
        f'- {{{{id: f{n}, url: "http://127.0.0.{n}:9/f", outlet: O{n}, allow_private: true}}}}'
        for n in range(1, 4)
    )
    scene.write(feeds=f"feeds:\n{feeds}\n")
    async with scene.open() as app:
        for number in range(1, 4):
            assert (await app.poll_now(f"f{number}", at(1))).error is not None
        (told,) = await app.compose_due(at(23))
        assert all(state(app, f"f{n}").health is not FeedHealth.DOWN for n in range(1, 4))
    assert told.sent
    assert "None of the 3 feeds can be reached since 20 Mar 10:00." in told.digest.notices[0]
    assert "in what could be read" in " ".join(told.message.text.split())


# analysts' files


@pytest.mark.parametrize(
    "text",
    [WATCHLISTS[: len(WATCHLISTS) // 2], WATCHLISTS.replace("likely", "lickely"), "", "{}"],
    ids=["half-written", "mistaken", "emptied", "nothing"],
)
async def test_fault_46_a_broken_watchlist_never_takes_effect(scene: Scene, text: str) -> None:
    """The last good one stays in force, and the next digest says so and since when."""
    async with scene.open() as app:
        before = app.plan.rules.version
        scene.file("watchlists.yaml").write_text(text, encoding="utf-8")
        assert not await app.reload(at(1))
        assert app.plan.rules.version == before
        (told,) = await app.compose_due(at(23))
        assert told.sent
        assert "watchlists.yaml:" in told.digest.notices[0]
        assert "10:00" in told.digest.notices[0]


MORE = "".join(
    f"- id: more{n}\n  ask: Will the harbour {n} open this year?\n  closes: 2019-12-31\n"
    f"  judgment: It will not.\n  likelihood: unlikely\n  watch: [harbour {n}]\n"
    for n in range(59)
)


@pytest.mark.parametrize("restarted", [False, True])
async def test_fault_49_a_watchlist_that_was_cut_and_is_still_valid_is_told_once(
    scene: Scene, *, restarted: bool
) -> None:
    """57 of 60 questions go: log, desk and the next digest name them, the one after does not."""
    scene.write(watchlists=WATCHLISTS + MORE)
    gone = [f"more{n}" for n in range(2, 59)]
    cut = (WATCHLISTS + MORE).partition("- id: more2\n")[0]
    out = StringIO()
    logs.configure(style="json", stream=out)
    async with scene.open() as app:
        scene.file("watchlists.yaml").write_text(cut, encoding="utf-8")
        if not restarted:
            assert await app.reload(at(1))
    async with scene.open(at(1)) as app:
        logged = map(json.loads, out.getvalue().splitlines())
        (line,) = (each for each in logged if each["event"] == "watchlist.poorer")
        assert line["questions"] == gone
        (desk,) = app.database.read_now(lambda conn: desk_losses(conn, app.plan.rules, at(2)))
        (told,) = await app.compose_due(at(23))
        for sentence in (desk, *told.digest.notices[:1]):
            assert "no longer watches 57 of 60 questions (more2, more3, " in sentence
            assert all(f"{name}" in sentence for name in gone)
            assert "changed at 20 Mar 10:00" in sentence
        (later,) = await app.compose_due(at(47))
        assert not any("no longer watches" in notice for notice in later.digest.notices)
        scene.file("watchlists.yaml").write_text(WATCHLISTS + MORE, encoding="utf-8")
        assert await app.reload(at(48))
        assert app.database.read_now(lambda conn: desk_losses(conn, app.plan.rules, at(48))) == ()


async def test_a_digest_names_only_lost_questions_that_it_is_about(scene: Scene) -> None:
    delivery = DELIVERY.replace("urgent: true", "urgent: true, questions: [treaty, more1]")
    scene.write(watchlists=WATCHLISTS + MORE, delivery=delivery)
    async with scene.open() as app:
        scene.file("watchlists.yaml").write_text(
            (WATCHLISTS + MORE).partition("- id: more1\n")[0].replace("talks-back", "back"),
            encoding="utf-8",
        )
        scene.file("delivery.yaml").write_text(delivery.replace(", more1]", "]"), encoding="utf-8")
        assert await app.reload(at(1))
        (told,) = await app.compose_due(at(23))
        assert "58 of 60 questions and 59 of 62 indicators (treaty: talks-back)" in " ".join(
            told.digest.notices
        )


async def test_a_question_that_is_only_reworded_loses_nothing(scene: Scene) -> None:
    async with scene.open() as app:
        text = WATCHLISTS.replace("walk .. out", "stroll* .. out").replace("{signing:", "{signs:")
        scene.file("watchlists.yaml").write_text(text, encoding="utf-8")
        assert await app.reload(at(1))
        assert app.database.read_now(lambda conn: desk_losses(conn, app.plan.rules, at(2))) == ()


async def test_fault_47_an_edit_while_a_poll_is_under_way_mixes_nothing(
    running: Scene, publisher: Publisher
) -> None:
    """Every match names one version: what was asked under the old one is decided by it."""
    async with running.open() as app:
        await begin(app, publisher)
        old = app.plan.rules.version
        items = [
            Item(guid="c1", title=SIGNED, at=at(1)),
            Item(guid="c2", title=WALKED_OUT, at=at(1)),
        ]
        publisher.publish("courier", OLD, *items)
        publisher.gate.clear()
        poll = asyncio.create_task(app.poll_now("courier", at(2)))
        await publisher.until_inside(1)
        edited = WATCHLISTS.replace("walk .. out", "stroll* .. out")
        running.file("watchlists.yaml").write_text(edited, encoding="utf-8")
        assert await app.reload(at(2))
        new = app.plan.rules.version
        publisher.gate.set()
        assert (await poll).record.new == len(items)
        assert matched(app) == Counter({old: 2})
        publisher.publish("courier", OLD, Item(guid="c3", title=RETURNED, at=at(3)))
        await app.poll_now("courier", at(3))
        assert matched(app) == Counter({old: 2, new: 1})


def matched(app: App) -> Counter[str]:
    """How many matches name each version of the watchlist."""

    def read(conn: Connection) -> Counter[str]:
        return Counter(conn.scalars(select(schema.matches.c.rules)))

    return app.database.read_now(read)
