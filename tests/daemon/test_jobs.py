"""The daemon's schedule: what does not wait for its next round."""

import asyncio
from datetime import datetime, timedelta

import pytest

from monitor.daemon import jobs
from monitor.store import outbox as store_outbox
from tests.support.polls import NEWS, OLD, SAME_NEWS, begin
from tests.support.scene import Publisher, Scene, at


class Clock:
    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


@pytest.mark.slow
async def test_what_is_urgent_is_composed_as_soon_as_a_poll_has_found_it(
    running: Scene, publisher: Publisher
) -> None:
    """No round of digests runs here: the daemon listens, and never runs."""
    async with running.open() as app:
        await begin(app, publisher)
        daemon = jobs.Daemon(app, Clock(at(2)))
        daemon.listen()
        publisher.publish("courier", OLD, NEWS)
        await app.poll_now("courier", at(1))
        assert daemon._composing is None, "one outlet alone raises nothing"

        publisher.publish("herald", SAME_NEWS)
        await app.poll_now("herald", at(2))
        await _composed()
        told = app.database.read_now(store_outbox.last_digest)
        assert told is not None
        assert told.urgent


async def _composed() -> None:
    """Wait for what the poll has woken."""
    (woken,) = (task for task in asyncio.all_tasks() if task.get_name() == "compose")
    await woken


async def test_feeds_that_began_together_part_and_then_keep_their_pace(
    running: Scene, publisher: Publisher
) -> None:
    """A tenth later after the first poll, so that they part; a hundredth at most from then on."""
    async with running.open(jitter=lambda: 1.0) as app:
        publisher.publish("courier", OLD)
        first = await app.poll_now("courier", at(0.1))
        second = await app.poll_now("courier", at(1.1))
        quarter = timedelta(minutes=15)
        assert first.record.next_poll_at == at(0.1) + 1.1 * quarter
        assert second.record.next_poll_at == at(1.1) + 1.01 * quarter
