"""Digests: once per slot, once per urgent flag; deliveries: tried until they are done or dead."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from monitor.errors import DeliveryError
from monitor.model.digests import Delivery, DeliveryState, Outgoing
from monitor.model.entries import Entry
from monitor.model.feeds import PollRecord
from monitor.model.flags import Flag, FlagState, Review
from monitor.service import dispatch, ingest
from monitor.service.app import App
from monitor.service.dispatch import Composed
from monitor.store import deliveries as store_deliveries
from monitor.store import feeds as store_feeds
from monitor.store import flags as store_flags
from monitor.store import schema
from tests import build
from tests.service.scene import RETURNED, SIGNED, START, Scene, at

SLOTS = """
channels:
  good: {type: files, folder: good}
  bad: {type: files, folder: bad}
digests:
- {name: desk, at: "08:00", days: daily, timezone: UTC, urgent: true, to: [good, bad]}
"""

CALM = SLOTS.replace("urgent: true", "urgent: false")


@dataclass(slots=True)
class Recorder:
    """Takes everything."""

    name: str = "good"
    taken: list[Outgoing] = field(default_factory=list)

    def send(self, outgoing: Outgoing) -> str:
        self.taken.append(outgoing)
        return f"taken-{len(self.taken)}"


@dataclass(slots=True)
class Failing:
    """Raises the same error at every attempt, or none once `error` is cleared."""

    error: DeliveryError | None
    name: str = "bad"
    asked: list[Outgoing] = field(default_factory=list)

    def send(self, outgoing: Outgoing) -> str:
        self.asked.append(outgoing)
        if self.error:
            raise self.error
        return "taken at last"


def entry(outlet: str, title: str, seen: datetime) -> Entry:
    return build.entry(f"{outlet}-{title}", title, outlet=outlet, seen=seen)


def arrive(app: App, now: datetime, *entries: Entry) -> None:
    app.database.write_now(
        lambda conn: ingest.take_in(conn, entries, (), rules=app.plan.rules, now=now)
    )


def signing(app: App, now: datetime) -> None:
    """News at two outlets: trips the wire."""
    arrive(app, now, entry("Courier", SIGNED, now), entry("Herald", SIGNED, now))


def flags(app: App) -> tuple[Flag, ...]:
    return app.database.read_now(store_flags.live)


def digests(app: App) -> list[tuple[str, bool]]:
    """Slot and urgency of every digest there is."""
    c = schema.digests.c

    def read(conn: Connection) -> list[tuple[str, bool]]:
        return [(row.slot, row.urgent) for row in conn.execute(select(c.slot, c.urgent))]

    return app.database.read_now(read)


def outbox(app: App) -> dict[str, Delivery]:
    found = app.database.read_now(store_deliveries.outbox)
    return {row.channel: row for row in found}


def slots(composed: tuple[Composed, ...]) -> list[str]:
    return [item.digest.slot for item in composed]


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


async def queued(app: App, now: datetime = START) -> None:
    """One message to each of the two channels, due at once."""
    signing(app, now)
    (told,) = await app.compose_due(now)
    assert told.sent


async def test_a_channel_that_fails_holds_up_no_other_and_is_tried_again(scene: Scene) -> None:
    scene.write(delivery=SLOTS)
    good, bad = Recorder(), Failing(DeliveryError("server is down", retryable=True))
    async with scene.open() as app:
        app.channels = {"good": good, "bad": bad}
        await queued(app)
        assert len(await app.deliver_due(at(1), "t1")) == 2
        sent, waits = outbox(app)["good"], outbox(app)["bad"]
        assert (sent.state, sent.provider_id, sent.sent_at) == (
            DeliveryState.SENT,
            "taken-1",
            at(1),
        )
        assert (waits.state, waits.error) == (DeliveryState.RETRY, "server is down")
        assert await app.deliver_due(at(1), "t2") == (), "neither is due"

        bad.error = None
        (again,) = await app.deliver_due(waits.next_at, "t3")
        assert again.channel == "bad"
        assert outbox(app)["bad"].state is DeliveryState.SENT
        assert await app.deliver_due(at(days=30), "t4") == ()
    assert len(good.taken) == 1
    first, second = bad.asked
    assert second == replace(first, attempt=2), "a second attempt carries the same bytes and key"


async def test_attempts_come_ever_more_seldom_and_end_after_two_days(scene: Scene) -> None:
    scene.write(delivery=SLOTS)
    bad = Failing(DeliveryError("server is down", retryable=True))
    async with scene.open() as app:
        app.channels = {"good": Recorder(), "bad": bad}
        await queued(app)
        now, waits = START, list[timedelta]()
        while (await app.deliver_due(now, f"t{now}")) and (row := outbox(app)["bad"]).token == "":
            if row.state is DeliveryState.DEAD:
                break
            waits.append(row.next_at - now)
            now = row.next_at
        row = outbox(app)["bad"]

    minutes = [wait / timedelta(minutes=1) for wait in waits]
    assert minutes[:8] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert set(minutes[7:]) == {60}
    assert row.state is DeliveryState.DEAD
    assert timedelta(hours=48) <= now - START < timedelta(hours=49)
    assert row.attempts == len(bad.asked) == len(waits) + 1
    assert [outgoing.attempt for outgoing in bad.asked] == list(range(1, row.attempts + 1))


async def test_a_wait_asked_for_by_the_server_is_kept(scene: Scene) -> None:
    scene.write(delivery=SLOTS)
    bad = Failing(DeliveryError("slow down", retryable=True, retry_after=600))
    async with scene.open() as app:
        app.channels = {"good": Recorder(), "bad": bad}
        await queued(app)
        await app.deliver_due(START, "t")
        assert outbox(app)["bad"].next_at == START + timedelta(minutes=10)


async def test_what_can_never_be_taken_is_given_up_at_once(scene: Scene) -> None:
    scene.write(delivery=SLOTS)
    bad = Failing(DeliveryError("no such mailbox", retryable=False))
    async with scene.open() as app:
        app.channels = {"good": Recorder(), "bad": bad}
        await queued(app)
        await app.deliver_due(START, "t")
        row = outbox(app)["bad"]
        assert (row.state, row.error) == (DeliveryState.DEAD, "no such mailbox")
        assert await app.deliver_due(at(days=3), "t2") == ()
    assert len(bad.asked) == 1


async def test_an_unknown_outcome_is_tried_again_under_the_same_key(scene: Scene) -> None:
    """The answer was lost: the second attempt says so by its number and repeats the id."""
    scene.write(delivery=SLOTS)
    lost = DeliveryError("the answer was lost", retryable=True, unknown_outcome=True)
    bad = Failing(lost)
    async with scene.open() as app:
        app.channels = {"good": Recorder(), "bad": bad}
        await queued(app)
        await app.deliver_due(START, "t")
        bad.error = None
        await app.deliver_due(at(1), "t2")

    assert [outgoing.attempt for outgoing in bad.asked] == [1, 2]
    assert len({outgoing.key for outgoing in bad.asked}) == 1


async def test_a_channel_that_was_taken_out_of_the_file_ends_its_rows(scene: Scene) -> None:
    scene.write(delivery=SLOTS)
    async with scene.open() as app:
        app.channels = {"good": Recorder()}
        await queued(app)
        await app.deliver_due(START, "t")
        row = outbox(app)["bad"]
        assert row.state is DeliveryState.DEAD
        assert row.error == "channel “bad” is not in delivery.yaml any more"


async def test_a_sender_that_died_is_succeeded_after_its_lease(scene: Scene) -> None:
    """Claimed and never finished: nobody else takes it for two minutes, then somebody does."""
    scene.write(delivery=SLOTS)
    good = Recorder()
    async with scene.open() as app:
        app.channels = {"good": good, "bad": Recorder("bad")}
        await queued(app)
        claimed = app.database.write_now(
            lambda conn: store_deliveries.claim(
                conn, now=START, lease=dispatch.LEASE, limit=20, token="dead sender"
            )
        )
        assert len(claimed) == 2
        assert await app.deliver_due(START + timedelta(seconds=119), "t") == ()
        assert len(await app.deliver_due(START + dispatch.LEASE, "t")) == 2
        late: Callable[[Connection], bool] = lambda conn: store_deliveries.mark_sent(  # noqa: E731  # a step for the database
            conn, claimed[0].id, claimed[0].token, provider_id="late", at=at(1)
        )
        assert not app.database.write_now(late)
    assert [outgoing.attempt for outgoing in good.taken] == [2]


def failed(now: datetime, count: int) -> PollRecord:
    return PollRecord(
        polled_at=now,
        next_poll_at=now + timedelta(hours=1),
        ok=False,
        fail_count=count,
        error_code="dns",
        error_text="herald.example cannot be resolved",
    )


async def test_a_feed_that_failed_three_times_is_told_and_that_is_worth_a_digest(
    scene: Scene,
) -> None:
    """Nothing may look like "no news" over a gap; two failures are not told yet."""
    scene.write(delivery=CALM)
    async with scene.open() as app:
        for count in (1, 2):
            app.database.write_now(
                lambda conn, count=count: store_feeds.save_poll(  # type: ignore[misc]  # mypy cannot infer a lambda's default
                    conn, "herald", failed(at(count), count)
                )
            )
        (quiet,) = await app.compose_due(at(23))
        assert (quiet.sent, quiet.digest.notices) == (False, ())

        app.database.write_now(
            lambda conn: store_feeds.save_poll(conn, "herald", failed(at(24), 3))
        )
        (told,) = await app.compose_due(at(47))
        assert told.sent
        (notice,) = told.digest.notices
        assert notice == (
            "Feed herald (Herald): 3 failed polls in a row since it was added; "
            "nothing was ever read: herald.example cannot be resolved"
        )
        assert "3 failed polls" in told.message.text


async def test_a_preview_writes_nothing(scene: Scene) -> None:
    scene.write(delivery=SLOTS)
    async with scene.open() as app:
        arrive(app, at(1), entry("Courier", RETURNED, at(1)))
        config = app.plan.configuration.delivery.digests[0]
        shown = app.database.read_now(
            lambda conn: dispatch.preview(conn, config, app.context(), at(2))
        )
        assert RETURNED in shown.message.text
        assert not shown.sent
        assert digests(app) == []
