"""One poll: what it stores, what it leaves alone, and what a crash or a bad answer cannot break."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from monitor.feeds.pool import ParserPool
from monitor.model.feeds import FeedHealth
from monitor.polling.rounds import REST
from tests import databases
from tests.support.polls import NEWS, OLD, begin, everything, state, titles
from tests.support.scene import PARADE, SIGNED, START, WALKED_OUT, Item, Publisher, Scene, at


async def test_not_modified_stores_nothing_but_the_time_of_the_poll(
    running: Scene, publisher: Publisher
) -> None:
    async with running.open() as app:
        await begin(app, publisher)
        before = everything(app)
        poll = await app.poll_now("courier", at(1))
        after = everything(app)

    assert publisher.statuses[-1] == poll.record.status == 304
    (logged,) = after["poll_log"][len(before["poll_log"]) :]
    assert (logged["status"], logged["new"], logged["revised"]) == (304, 0, 0)
    times = {"polled_at": at(1), "ok_at": at(1), "next_poll_at": at(1.25)}
    (courier, herald) = before["feeds"]
    assert after["feeds"] == [courier | times, herald]
    del before["feeds"], after["feeds"], before["poll_log"], after["poll_log"]
    assert after == before


async def test_the_very_same_bytes_are_not_parsed_again(
    running: Scene, publisher: Publisher
) -> None:
    """A pool without workers parses nothing; the second poll never asks it to."""
    publisher.validators = False
    async with running.open() as app:
        await begin(app, publisher)
        app.tools = replace(app.tools, parser=ParserPool(workers=0))
        async with asyncio.timeout(20):
            poll = await app.poll_now("courier", at(1))

        assert publisher.statuses[-1] == poll.record.status == 200
        assert poll.outcome is None
        assert (poll.record.new, poll.record.unchanged) == (0, 0), "nothing was looked at"
        assert state(app).ok_at == at(1)


HTML = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><p>Hello</body></html>"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "code"),
    [
        (HTML, "html"),
        (b"", "empty"),
        (b"<?xml version='1.0'?><rss version='2.0'><channel><title>News</ti", "truncated"),
        (b'{"error": "try later"}', "json"),
    ],
)
async def test_an_answer_that_is_no_feed_takes_nothing_away(
    running: Scene, publisher: Publisher, body: bytes, code: str
) -> None:
    """Entries and validators stay, the failure is counted with a code, and the feed recovers."""
    async with running.open() as app:
        await begin(app, publisher)
        before = state(app)
        publisher.bodies["/courier"] = body
        poll = await app.poll_now("courier", at(1))
        failed = state(app)
        publisher.publish("courier", OLD, NEWS)
        recovered = await app.poll_now("courier", at(2))

        assert poll.error is not None
        assert poll.error.code == failed.error_code == code
        assert failed.error_text
        assert (failed.fail_count, failed.health) == (1, FeedHealth.DEGRADED)
        assert failed.next_poll_at > at(1) + timedelta(minutes=15)
        assert (failed.etag, failed.body_hash) == (before.etag, before.body_hash)
        assert (failed.ok_at, failed.entry_count) == (START, 1)
        assert (recovered.record.new, recovered.record.unchanged) == (1, 1)
        assert (state(app).fail_count, state(app).error_code) == (0, "")


async def test_a_document_cut_off_in_the_middle_loses_no_entry(
    running: Scene, publisher: Publisher
) -> None:
    """What stands before the cut may be stored or not; the whole document brings the rest."""
    async with running.open() as app:
        await begin(app, publisher)
        publisher.publish("courier", OLD, NEWS, Item(guid="c2", title=WALKED_OUT, at=at(1)))
        whole = publisher.bodies["/courier"]
        publisher.bodies["/courier"] = whole[: whole.index(b"walks")]
        await app.poll_now("courier", at(1))
        publisher.bodies["/courier"] = whole
        await app.poll_now("courier", at(2))

        assert sorted(titles(app)) == sorted([PARADE, SIGNED, WALKED_OUT])


@pytest.mark.slow
@pytest.mark.parametrize("step", ["entry_revisions", "matches", "story_members", "poll_log"])
async def test_a_crash_while_storing_leaves_neither_entries_nor_validators(
    running: Scene, publisher: Publisher, step: str
) -> None:
    """The database refuses a row half-way; the next poll brings everything as if it were the first.

    `evidence` is not among the steps: history gives none.
    """
    async with running.open() as app:
        before = everything(app)
        app.database.write_now(lambda conn: databases.refuse(conn, step))
        publisher.publish("courier", OLD, NEWS)
        with pytest.raises(IntegrityError, match="no"):
            await app.poll_now("courier", START)
        assert everything(app) == before

        app.database.write_now(lambda conn: databases.accept(conn, step))
        poll = await app.poll_now("courier", at(0.1))
        assert publisher.statuses == [200, 200], "no validator was kept of what was not stored"
        assert (poll.record.new, state(app).entry_count) == (2, 2)


async def test_a_feed_is_never_polled_twice_at_once_nor_a_host(
    running: Scene, publisher: Publisher
) -> None:
    """Both feeds are on one host: while one is asked, neither is asked again."""
    publisher.publish("courier", OLD)
    publisher.publish("herald")
    publisher.gate.clear()
    async with running.open() as app, asyncio.timeout(20):
        assert await app.poll_due(START) == 2
        await publisher.until_inside(1)
        assert await app.poll_due(START) == 0
        assert await app.poll_due(at(1)) == 0
        assert not await app.rounds.settle(0)
        publisher.gate.set()
        assert await app.rounds.settle()

        assert publisher.busiest == 1
        assert publisher.statuses == [200, 200]
        assert await app.poll_due(at(1)) == 0, "neither is due any more"


async def test_polls_given_up_leave_nothing_and_are_due_again(
    running: Scene, publisher: Publisher
) -> None:
    publisher.publish("courier", OLD)
    publisher.publish("herald")
    publisher.gate.clear()
    async with running.open() as app, asyncio.timeout(20):
        before = everything(app)
        await app.poll_due(START)
        await publisher.until_inside(1)
        await app.abandon()
        assert everything(app) == before
        publisher.gate.set()
        assert await app.poll_due(START) == 2
        await app.rounds.settle()
        assert titles(app) == [PARADE]


@pytest.mark.slow
async def test_a_feed_whose_poll_broke_off_is_left_alone_for_a_while(
    running: Scene, publisher: Publisher
) -> None:
    """It is still due, but a publisher must not be asked at every tick while our disk is full."""
    async with running.open() as app:
        await begin(app, publisher)
        app.database.write_now(lambda conn: databases.refuse(conn, "poll_log"))
        started = []
        for now in (at(1), at(1) + timedelta(seconds=5), at(1) + REST):
            started.append(await app.poll_due(now))
            await app.rounds.settle()
        app.database.write_now(lambda conn: databases.accept(conn, "poll_log"))
        await app.poll_due(at(2))
        await app.rounds.settle()

        assert started == [2, 0, 2]
        assert state(app).polled_at == at(2)
