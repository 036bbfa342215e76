"""Digests: once per slot however late, and once per urgent flag."""

import asyncio
from datetime import datetime

import pytest
from sqlalchemy import Connection

from monitor.core.feeds import polled
from monitor.daemon.app import App
from monitor.errors import FetchError
from monitor.model.feeds import Fetched, PollRecord
from monitor.model.flags import FlagState, Review
from monitor.outbox import compose
from monitor.polling import settle
from monitor.store import feeds as store_feeds
from monitor.store import flags as store_flags
from tests.support.bulletins import (
    CALM,
    SLOTS,
    arrive,
    digests,
    entry,
    flags,
    outbox,
    signing,
    slots,
)
from tests.support.scene import RETURNED, SIGNED, WALKED_OUT, Scene, at


async def test_a_slot_has_one_digest_however_often_and_late_it_is_composed(scene: Scene) -> None:
    """Asked twice in one tick, twice in one day, and two days late: each slot at most once."""
    scene.write(delivery=CALM)
    async with scene.open() as app:
        assert await app.compose_due(at(1)) == (), "the slot before the start is nobody's business"
        signing(app, at(2))
        first = await app.compose_due(at(23))
        assert slots(first) == ["2019-03-21T08:00"]
        assert await app.compose_due(at(23)) == ()
        assert await app.compose_due(at(40)) == ()

        late = await app.compose_due(at(2, days=3))
        assert slots(late) == ["2019-03-23T08:00"], "the newest one covers those that were missed"
        assert late[0].digest.window_from == at(23)
        assert await app.compose_due(at(2, days=3)) == ()
        assert digests(app) == [("2019-03-21T08:00", False), ("2019-03-23T08:00", False)]
    async with scene.open(at(3, days=3)) as app:
        assert await app.compose_due(at(3, days=3)) == (), "a restart forgets nothing"


async def test_two_rounds_at_once_write_one_digest(scene: Scene) -> None:
    scene.write(delivery=CALM)
    async with scene.open() as app:
        signing(app, at(2))
        both = await asyncio.gather(app.compose_due(at(23)), app.compose_due(at(23)))

        assert sorted(len(found) for found in both) == [0, 1]
        assert len(outbox(app)) == 2


async def test_a_digest_with_nothing_to_say_takes_its_slot_and_is_not_sent(scene: Scene) -> None:
    """Its window is closed: the next one tells only what came after."""
    scene.write(delivery=CALM)
    async with scene.open() as app:
        (empty,) = await app.compose_due(at(23))
        assert not empty.sent
        assert digests(app) == [("2019-03-21T08:00", False)]
        assert outbox(app) == {}

        signing(app, at(30))
        (full,) = await app.compose_due(at(47))
        assert full.sent
        assert full.digest.window_from == at(23)
        assert full.digest.counts.flags == 1
        assert set(outbox(app)) == {"good", "bad"}


async def test_news_that_was_being_read_while_a_digest_was_composed_is_told(scene: Scene) -> None:
    """Its poll began before the digest and was stored after it: its window must not be closed."""
    scene.write(delivery=SLOTS)
    async with scene.open() as app:
        (empty,) = await app.compose_due(at(23))
        assert not empty.sent
        signing(app, at(22.99))
        (urgent,) = await app.compose_due(at(23))
        assert urgent.digest.urgent
        assert [line.new for line in urgent.digest.flagged[0].judgments[0].reasons] == [True]
        (daily,) = await app.compose_due(at(47))
        assert daily.sent
        assert daily.digest.flagged[0].judgments[0].toward[0].new
        assert await app.compose_due(at(47)) == ()


async def test_news_after_the_clock_was_set_back_is_told(scene: Scene) -> None:
    """An hour that comes twice: the second time is dated after the digest that told the first."""
    scene.write(delivery=CALM)
    async with scene.open() as app:
        await app.compose_due(at(23.5))
        arrive(app, at(22.5), entry("Courier", RETURNED, at(22.5)))
        assert await app.compose_due(at(22.6)) == (), "the slot is taken, whatever the clock says"
        (daily,) = await app.compose_due(at(47))
        assert daily.sent
        assert [line.new for line in daily.digest.moved[0].judgments[0].toward] == [True]


async def test_an_urgent_flag_is_told_once_and_at_once(scene: Scene) -> None:
    scene.write(delivery=SLOTS)
    async with scene.open() as app:
        signing(app, at(2))
        (told,) = await app.compose_due(at(2.1))
        (flag,) = flags(app)
        assert told.digest.urgent
        assert told.digest.slot == f"flag-{flag.id}-1"
        assert [section.flag_id for section in told.digest.flagged] == [flag.id]
        for now in (at(2.1), at(3), at(20)):
            assert await app.compose_due(now) == ()
        (daily,) = await app.compose_due(at(23))
        assert not daily.digest.urgent
        assert [section.flag_id for section in daily.digest.flagged] == [flag.id]
        assert await app.compose_due(at(23.1)) == ()


async def test_a_flag_that_the_digest_of_the_same_round_told_is_not_told_again(
    scene: Scene,
) -> None:
    """News a second before eight: one message at eight, not two."""
    scene.write(delivery=SLOTS)
    async with scene.open() as app:
        signing(app, at(22.9))
        assert slots(await app.compose_due(at(23))) == ["2019-03-21T08:00"]
        assert await app.compose_due(at(23.1)) == ()


async def test_an_urgent_flag_found_two_days_late_waits_for_the_digest(scene: Scene) -> None:
    """After a long outage nobody is woken by what is two days old; the next digest tells it."""
    scene.write(delivery=SLOTS)
    async with scene.open(at(22)) as app:
        signing(app, at(22))
        assert slots(await app.compose_due(at(22 + 49))) == ["2019-03-23T08:00"]
        assert digests(app) == [("2019-03-23T08:00", False)]


@pytest.mark.slow
async def test_an_answered_flag_is_not_urgent_any_more(scene: Scene) -> None:
    scene.write(delivery=SLOTS)
    async with scene.open() as app:
        signing(app, at(2))
        (flag,) = flags(app)
        review = Review(
            flag_id=flag.id, brief=flag.brief, decision=FlagState.STANDS, by="desk", at=at(3)
        )
        app.database.write_now(lambda conn: store_flags.decide(conn, review))
        assert await app.compose_due(at(4)) == ()


def poll(app: App, now: datetime, error: FetchError | None = None) -> None:
    """What the daemon stores of a poll of herald that failed, or brought nothing."""

    def store(conn: Connection) -> None:
        feed, before = app.plan.feeds["herald"], store_feeds.state(conn, "herald")
        assert before is not None
        if error:
            after = polled.failed(feed, before, error, now=now, jitter=0.0)
        else:
            fetched = Fetched(status=304, url=feed.url)
            after = polled.succeeded(
                feed, before, fetched, document=None, reading=None, now=now, jitter=0.0
            )
        record = PollRecord(polled_at=now, next_poll_at=now, ok=error is None)
        settle.save(conn, after, record)

    app.database.write_now(store)


UNKNOWN = FetchError("dns", "herald.example cannot be resolved")


async def test_a_feed_that_failed_three_times_is_told_once_and_that_is_worth_a_digest(
    scene: Scene,
) -> None:
    """Two failures are not told yet; what goes on is not told again; the end of it is."""
    scene.write(delivery=CALM)
    async with scene.open() as app:
        poll(app, at(0))
        for hour in (1, 2):
            poll(app, at(hour), UNKNOWN)
        (quiet,) = await app.compose_due(at(23))
        assert (quiet.sent, quiet.digest.notices) == (False, ())

        poll(app, at(24), UNKNOWN)
        (told,) = await app.compose_due(at(47))
        assert told.sent
        down, gap = told.digest.notices
        assert down == (
            "Feed herald (Herald) has not been read since 20 Mar 09:00: herald.example cannot "
            "be resolved. It is tried again by itself."
        )
        assert gap == (
            "Not everything was read: herald (not since 20 Mar 09:00). "
            "Silence there proves nothing."
        )
        assert "has not been read since" in " ".join(told.message.text.split())

        poll(app, at(48), UNKNOWN)
        (again,) = await app.compose_due(at(71))
        assert not again.sent

        poll(app, at(72))
        (recovered,) = await app.compose_due(at(95))
        assert recovered.sent
        assert recovered.digest.notices == ("Feed herald (Herald) is read again.",)


async def test_a_failure_while_a_digest_was_composed_is_told_by_the_next(scene: Scene) -> None:
    scene.write(delivery=CALM)
    async with scene.open() as app:
        poll(app, at(0))
        for hour in (1, 2):
            poll(app, at(hour), UNKNOWN)
        await app.compose_due(at(23))
        poll(app, at(22.99), UNKNOWN)
        (told,) = await app.compose_due(at(47))
        assert told.digest.notices[0].startswith("Feed herald (Herald) has not been read since")


async def test_a_digest_with_news_says_what_was_not_read(scene: Scene) -> None:
    scene.write(delivery=CALM)
    async with scene.open() as app:
        poll(app, at(0))
        for hour in (1, 2, 3):
            poll(app, at(hour), UNKNOWN)
        await app.compose_due(at(23))
        arrive(app, at(25), entry("Courier", RETURNED, at(25)))
        (told,) = await app.compose_due(at(47))
        assert told.sent
        (gap,) = told.digest.notices
        assert gap.startswith("Not everything was read: herald (not since 20 Mar 09:00)")


async def test_a_feed_that_was_never_read_is_named_by_every_digest_until_it_is(
    scene: Scene,
) -> None:
    """Refused from its first poll on: it has no gap that could have begun, and is not forgotten."""
    scene.write(delivery=CALM)
    refused = FetchError("http-403", "the server answered 403 Forbidden")
    async with scene.open() as app:
        poll(app, at(1), refused)
        for day, title, notices in ((0, RETURNED, 2), (1, WALKED_OUT, 1)):
            arrive(app, at(2, days=day), entry("Courier", title, at(2, days=day)))
            (told,) = await app.compose_due(at(23, days=day))
            assert told.sent
            assert len(told.digest.notices) == notices, "that it is blocked is told once"
            assert told.digest.notices[-1] == (
                "Not everything was read: herald (never yet). Silence there proves nothing."
            )
        poll(app, at(49))
        arrive(app, at(50), entry("Courier", SIGNED, at(50)))
        composed = await app.compose_due(at(71))
        assert any(each.sent for each in composed)
        assert not any("never yet" in str(each.digest.notices) for each in composed)


async def test_a_preview_writes_nothing(scene: Scene) -> None:
    scene.write(delivery=SLOTS)
    async with scene.open() as app:
        arrive(app, at(1), entry("Courier", RETURNED, at(1)))
        config = app.plan.configuration.delivery.digests[0]
        shown = app.database.read_now(
            lambda conn: compose.preview(conn, config, app.context(), at(2))
        )
        assert RETURNED in shown.message.text
        assert not shown.sent
        assert digests(app) == []
