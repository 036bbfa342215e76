"""Polls in turn: what waited for too long lets go of its feed, and is due again."""

from monitor.model.feeds import FeedState
from monitor.polling.rounds import Rounds
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
