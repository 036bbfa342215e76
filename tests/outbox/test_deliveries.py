"""Deliveries: each tried on its own until it is taken, refused for good, or two days old."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from monitor.daemon.app import App
from monitor.errors import DeliveryError
from monitor.model.deliveries import DeliveryState, Outgoing
from monitor.outbox.send import LEASE
from monitor.store import outbox as store_outbox
from tests.support.bulletins import SLOTS, outbox, signing
from tests.support.scene import START, Scene, at


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
    assert second == replace(first, attempt=2, at=waits.next_at), "the same bytes and key"


@pytest.mark.slow
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


@pytest.mark.slow
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
            lambda conn: store_outbox.claim(
                conn, now=START, lease=LEASE, limit=20, token="dead sender"
            )
        )
        assert len(claimed) == 2
        assert await app.deliver_due(START + timedelta(seconds=119), "t") == ()
        assert len(await app.deliver_due(START + LEASE, "t")) == 2
        late: Callable[[Connection], bool] = lambda conn: store_outbox.mark_sent(  # noqa: E731  # a step for the database
            conn, claimed[0].id, claimed[0].token, provider_id="late", at=at(1)
        )
        assert not app.database.write_now(late)
    assert [outgoing.attempt for outgoing in good.taken] == [2]
