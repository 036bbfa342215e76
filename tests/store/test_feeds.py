"""Feeds: what is remembered between polls survives configuration changes and failures."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from monitor.errors import NotFoundError
from monitor.model.feeds import Feed, FeedHealth, FeedState, PollRecord
from monitor.store import feeds, upkeep
from tests import build

NOW = build.NOON
MINUTE = timedelta(minutes=1)
ONE = Feed(id="one", url="https://one.example/rss", outlet="One")
TWO = Feed(id="two", url="https://two.example/rss", outlet="Two")

SUCCESS = PollRecord(
    polled_at=build.at(1),
    next_poll_at=build.at(2),
    ok=True,
    status=200,
    new=3,
    revised=1,
    unchanged=2,
    seconds=0.25,
)
FAILURE = PollRecord(
    polled_at=build.at(2),
    next_poll_at=build.at(3),
    ok=False,
    fail_count=1,
    error_code="timeout",
    error_text="no answer within 20 s",
)


def succeed(conn: Connection, feed_id: str = "one", **changes: Any) -> FeedState:
    """Save a poll that brought three entries and two validators; returns the state written."""
    after = replace(
        held(conn, feed_id),
        **{
            "next_poll_at": SUCCESS.next_poll_at,
            "polled_at": SUCCESS.polled_at,
            "ok_at": SUCCESS.polled_at,
            "first_ok_at": SUCCESS.polled_at,
            "etag": 'W/"1"',
            "last_modified": "Fri, 22 Mar 2019 12:00:00 GMT",
            "validators_url": ONE.url,
            "body_hash": "b1",
            "health": FeedHealth.OK,
            "skip_hours": (1, 2),
            **changes,
        },
    )
    feeds.save_poll(conn, after, SUCCESS)
    return replace(after, entry_count=after.entry_count + SUCCESS.new)


def fail(conn: Connection, feed_id: str = "one", **changes: Any) -> None:
    after = replace(
        held(conn, feed_id),
        next_poll_at=FAILURE.next_poll_at,
        polled_at=FAILURE.polled_at,
        fail_count=1,
        error_code=FAILURE.error_code,
        error_text=FAILURE.error_text,
        health=FeedHealth.DEGRADED,
    )
    feeds.save_poll(conn, replace(after, **changes), FAILURE)


def claimed(conn: Connection, now: datetime, by: str = "a", limit: int = 9) -> list[str]:
    found = feeds.claim(conn, now, lease=5 * MINUTE, token=by, limit=limit)
    return [state.feed_id for state in found]


def sync(conn: Connection, *configured: Feed, hours: float = 0) -> None:
    """Delays are one minute times the place of the feed."""
    delays = [place * MINUTE for place in range(len(configured))]
    feeds.sync(conn, configured, now=build.at(hours), delays=delays)


def held(conn: Connection, feed_id: str) -> FeedState:
    state = feeds.state(conn, feed_id)
    assert state is not None
    return state


def test_new_feeds_are_due_after_their_delay(conn: Connection) -> None:
    sync(conn, ONE, TWO)

    assert feeds.states(conn) == (
        FeedState(feed_id="one", url=ONE.url, outlet="One", next_poll_at=NOW),
        FeedState(feed_id="two", url=TWO.url, outlet="Two", next_poll_at=NOW + MINUTE),
    )
    assert claimed(conn, NOW) == ["one"]
    assert claimed(conn, NOW + MINUTE) == ["two"]


def test_the_longest_overdue_come_first_up_to_the_limit(conn: Connection) -> None:
    many = [replace(ONE, id=f"f{number}") for number in range(5)]
    feeds.sync(conn, many, now=NOW, delays=[-number * MINUTE for number in range(5)])

    assert claimed(conn, NOW, limit=2) == ["f4", "f3"]


def test_a_lease_is_one_daemons_until_it_ends_or_is_given_up(conn: Connection) -> None:
    sync(conn, ONE)

    assert claimed(conn, NOW, "a") == ["one"]
    assert claimed(conn, NOW + MINUTE, "b") == []
    assert feeds.claim_one(conn, "one", NOW, lease=MINUTE, token="b") is None
    assert claimed(conn, NOW + 5 * MINUTE, "b") == ["one"]

    feeds.release(conn, "a")
    assert claimed(conn, NOW + 6 * MINUTE, "c") == [], "it is b's by now"
    feeds.release(conn, "b")
    assert claimed(conn, NOW + 6 * MINUTE, "c") == ["one"]

    feeds.release_one(conn, "one", "b")
    assert claimed(conn, NOW + 6 * MINUTE, "d") == [], "who lost the lease cannot end another's"
    feeds.release_one(conn, "one", "c")
    found = feeds.claim_one(conn, "one", NOW - MINUTE, lease=MINUTE, token="d")
    assert found is not None, "a person need not wait until it is due"


def test_a_lease_is_held_by_its_own_claim_alone(conn: Connection) -> None:
    sync(conn, ONE)
    assert [state.lease for state in feeds.due(conn, NOW, 5)] == [""], "looked at, not claimed"
    assert feeds.holds(conn, "one", "")

    assert claimed(conn, NOW, "a.1") == ["one"]

    assert held(conn, "one").lease == "a.1"
    assert feeds.holds(conn, "one", "a.1")
    assert not feeds.holds(conn, "one", "a.2")
    assert feeds.due(conn, NOW, 5) == ()
    assert feeds.release(conn, "a.") == 1


def test_a_poll_that_is_saved_ends_its_lease(conn: Connection) -> None:
    sync(conn, ONE)
    assert claimed(conn, NOW, "a") == ["one"]

    succeed(conn, next_poll_at=NOW)

    assert claimed(conn, NOW, "b") == ["one"]


def test_a_feed_that_is_gone_is_never_due(conn: Connection) -> None:
    sync(conn, ONE)

    fail(conn, gone=True, next_poll_at=NOW)

    assert claimed(conn, build.at(9999)) == []
    assert [state.feed_id for state in feeds.states(conn)] == ["one"]


def test_a_success_is_remembered(conn: Connection) -> None:
    sync(conn, ONE)

    after = succeed(conn)

    assert held(conn, "one") == after
    assert (after.entry_count, after.skip_hours) == (3, (1, 2))


def test_a_poll_changes_nothing_that_is_configured(conn: Connection) -> None:
    sync(conn, ONE)
    before = held(conn, "one")
    sync(conn, replace(ONE, outlet="The One"), hours=-1)

    feeds.save_poll(conn, replace(before, etag="new"), SUCCESS)

    assert (held(conn, "one").outlet, held(conn, "one").etag) == ("The One", "new")


def test_what_an_old_address_said_is_only_logged(conn: Connection) -> None:
    sync(conn, ONE)
    before = held(conn, "one")
    sync(conn, replace(ONE, url="https://one.example/new"))

    feeds.save_poll(conn, replace(before, etag="old"), SUCCESS)

    assert (held(conn, "one").etag, held(conn, "one").entry_count) == ("", 0)
    assert feeds.last_polls(conn, "one", 9) == (SUCCESS,)


def test_a_move_leaves_the_old_address_behind(conn: Connection) -> None:
    sync(conn, ONE)

    succeed(conn, location="https://new.example/rss")
    succeed(conn, location="")

    assert feeds.moves(conn, "one") == (
        (SUCCESS.polled_at, ONE.url, "https://new.example/rss"),
        (SUCCESS.polled_at, "https://new.example/rss", ONE.url),
    )


def test_the_feed_at_an_address_is_the_one_that_is_asked_there(conn: Connection) -> None:
    sync(conn, ONE, TWO)
    succeed(conn, location="https://new.example/rss")

    assert feeds.at_address(conn, "https://new.example/rss", but="two") == "one"
    assert feeds.at_address(conn, "https://new.example/rss", but="one") == ""
    assert feeds.at_address(conn, ONE.url, but="two") == "", "it is not asked there any more"
    assert feeds.at_address(conn, TWO.url, but="one") == "two"


def test_a_pause_puts_feeds_off_and_never_forward(conn: Connection) -> None:
    sync(conn, ONE, TWO)
    succeed(conn, "two", next_poll_at=build.at(9))

    feeds.pause(conn, ["one", "two"], build.at(5))

    assert [state.next_poll_at for state in feeds.states(conn)] == [build.at(5), build.at(9)]
    assert {state.retry_at for state in feeds.states(conn)} == {build.at(5)}


def test_arrivals_are_the_polls_that_brought_something(conn: Connection) -> None:
    sync(conn, ONE)
    after = held(conn, "one")
    for hour, new in enumerate([1, 0, 2, 0]):
        feeds.save_poll(conn, after, replace(SUCCESS, polled_at=build.at(hour), new=new))

    assert feeds.arrivals(conn, "one") == (build.at(0), build.at(2))


def test_a_poll_of_an_unknown_feed_is_refused(conn: Connection) -> None:
    unknown = FeedState(feed_id="nine", url="", outlet="", next_poll_at=NOW)
    with pytest.raises(NotFoundError, match="no feed is called “nine”"):
        feeds.save_poll(conn, unknown, SUCCESS)


def test_the_log_of_polls_is_newest_first(conn: Connection) -> None:
    sync(conn, ONE, TWO)
    succeed(conn)
    succeed(conn, "two")
    fail(conn)

    assert feeds.last_polls(conn, "one", 9) == (FAILURE, SUCCESS)
    assert feeds.last_polls(conn, "one", 1) == (FAILURE,)


def test_pruning_the_log_drops_what_is_earlier(conn: Connection) -> None:
    sync(conn, ONE)
    succeed(conn)
    fail(conn)

    assert upkeep.prune_rows(conn, upkeep.POLLS, FAILURE.polled_at) == 1
    assert feeds.last_polls(conn, "one", 9) == (FAILURE,)


def test_a_feed_that_is_not_configured_is_never_due_and_keeps_its_history(
    conn: Connection,
) -> None:
    sync(conn, ONE, TWO)
    succeed(conn)

    sync(conn, TWO)

    assert claimed(conn, build.at(99)) == ["two"]
    assert [state.feed_id for state in feeds.states(conn)] == ["two"]
    assert held(conn, "one").ok_at == SUCCESS.polled_at
    assert len(feeds.last_polls(conn, "one", 9)) == 1

    sync(conn, ONE, TWO)

    assert held(conn, "one").etag == 'W/"1"'


def test_a_disabled_feed_is_like_one_that_is_not_configured(conn: Connection) -> None:
    sync(conn, ONE)

    sync(conn, replace(ONE, enabled=False))

    assert feeds.states(conn) == ()


def test_a_new_address_clears_what_the_old_one_said(conn: Connection) -> None:
    sync(conn, ONE)
    succeed(conn)
    fail(conn, gone=True, location="https://one.example/elsewhere", next_poll_at=build.at(99))
    moved = replace(ONE, url="https://one.example/new", outlet="The One")

    sync(conn, moved, hours=5)

    assert held(conn, "one") == FeedState(
        feed_id="one",
        url=moved.url,
        outlet="The One",
        next_poll_at=build.at(5),
        polled_at=FAILURE.polled_at,
        ok_at=SUCCESS.polled_at,
        first_ok_at=SUCCESS.polled_at,
        health=FeedHealth.DEGRADED,
        entry_count=3,
    )


def test_an_overdue_feed_is_spread_and_one_that_is_not_keeps_its_time(conn: Connection) -> None:
    sync(conn, ONE, TWO)
    succeed(conn)
    succeed(conn, "two", next_poll_at=build.at(9))

    feeds.sync(conn, [ONE, TWO], now=build.at(5), delays=[3 * MINUTE, 4 * MINUTE])

    assert held(conn, "one").next_poll_at == build.at(5) + 3 * MINUTE
    assert held(conn, "two").next_poll_at == build.at(9)
    assert held(conn, "one").etag == 'W/"1"'


def test_each_feed_needs_its_delay(conn: Connection) -> None:
    with pytest.raises(ValueError, match="zip"):
        feeds.sync(conn, [ONE, TWO], now=NOW, delays=[MINUTE])


def test_adding_a_feed_leaves_the_others_alone(conn: Connection) -> None:
    sync(conn, ONE)

    feeds.add(conn, TWO, now=build.at(1))

    assert [state.feed_id for state in feeds.states(conn)] == ["one", "two"]
    assert held(conn, "two").next_poll_at == build.at(1)


def test_a_feed_that_never_was_has_no_state(conn: Connection) -> None:
    sync(conn)

    assert feeds.state(conn, "one") is None
    assert feeds.states(conn) == ()


def test_what_was_polled_by_a_clock_that_was_set_back_since_is_due(conn: Connection) -> None:
    """Whoever starts after it knows of no step; the row alone shows it."""
    sync(conn, ONE)
    succeed(conn, polled_at=build.at(12), next_poll_at=build.at(12.5))
    assert claimed(conn, build.at(0)) == ["one"]
    assert claimed(conn, build.at(11.5)) == [], "an hour ahead, and not more, is believed"
