"""Polls in turn: what waited for too long lets go of its feed, and is due again."""

from datetime import timedelta

from monitor.errors import StoreError
from monitor.model.feeds import FeedState
from monitor.polling.rounds import REST, SOON, Rounds
from tests.support.scene import START

STATE = FeedState(feed_id="f", url="https://f.example/", outlet="O", next_poll_at=START)


async def test_a_turn_that_comes_too_late_is_given_up() -> None:
    done: list[str] = []

    async def polled(_: FeedState) -> None:
        done.append("polled")

    async def gave_up(_: FeedState) -> None:
        done.append("gave up")

    for patience in (0.0, 60.0):
        rounds = Rounds(polled, give_up=gave_up, public=lambda _: False, patience=patience)
        assert rounds.start([STATE], START) == 1
        assert await rounds.settle(20)
    assert done == ["gave up", "polled"]


async def test_what_could_not_be_stored_is_polled_again_soon_and_ever_later() -> None:
    """A disk that is full is freed by somebody, who should not wait for a whole interval then."""
    full = True

    async def polled(_: FeedState) -> None:
        if full:
            raise StoreError("the database cannot be used: database or disk is full")

    rounds = Rounds(polled, give_up=polled, public=lambda _: False)
    now = START
    waited: list[timedelta] = []
    while len(waited) < 7:
        before = now
        while not rounds.start([STATE], now):
            now += timedelta(seconds=15)
        await rounds.settle(20)
        waited.append(now - before)
    assert waited == [timedelta(), SOON, 2 * SOON, 4 * SOON, 8 * SOON, REST, REST]

    full = False
    assert rounds.start([STATE], now + REST) == 1
    await rounds.settle(20)
    full = True
    assert rounds.start([STATE], now + REST) == 1, "it was stored, and is due at once"
    await rounds.settle(20)
    assert rounds.start([STATE], now + REST + SOON) == 1, "and counted from the beginning"
    await rounds.settle(20)


async def test_a_bug_rests_for_long() -> None:
    async def polled(_: FeedState) -> None:
        raise LookupError

    rounds = Rounds(polled, give_up=polled, public=lambda _: False)
    assert rounds.start([STATE], START) == 1
    await rounds.settle(20)
    assert rounds.start([STATE], START + REST - SOON) == 0
    assert rounds.start([STATE], START + REST) == 1
    await rounds.settle(20)
