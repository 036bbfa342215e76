"""Feeds: what is remembered between polls survives configuration changes and failures."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from monitor.errors import NotFoundError
from monitor.model.feeds import Feed, FeedState, PollRecord
from monitor.store import feeds
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
    etag='W/"1"',
    last_modified="Fri, 22 Mar 2019 12:00:00 GMT",
    body_hash="b1",
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
    assert [state.feed_id for state in feeds.due(conn, NOW, 9)] == ["one"]
    assert [state.feed_id for state in feeds.due(conn, NOW + MINUTE, 9)] == ["one", "two"]


def test_the_longest_overdue_come_first_up_to_the_limit(conn: Connection) -> None:
    many = [replace(ONE, id=f"f{number}") for number in range(5)]
    feeds.sync(conn, many, now=NOW, delays=[-number * MINUTE for number in range(5)])

    assert [state.feed_id for state in feeds.due(conn, NOW, 2)] == ["f4", "f3"]


def test_a_success_is_remembered(conn: Connection) -> None:
    sync(conn, ONE)

    feeds.save_poll(conn, "one", SUCCESS)

    assert held(conn, "one") == FeedState(
        feed_id="one",
        url=ONE.url,
        outlet="One",
        next_poll_at=build.at(2),
        etag='W/"1"',
        last_modified="Fri, 22 Mar 2019 12:00:00 GMT",
        body_hash="b1",
        polled_at=build.at(1),
        ok_at=build.at(1),
        entry_count=3,
    )


def test_a_failure_keeps_the_validators_and_the_last_success(conn: Connection) -> None:
    sync(conn, ONE)
    feeds.save_poll(conn, "one", SUCCESS)

    feeds.save_poll(conn, "one", FAILURE)

    state = held(conn, "one")
    assert (state.etag, state.body_hash, state.ok_at) == ('W/"1"', "b1", build.at(1))
    assert (state.polled_at, state.fail_count) == (build.at(2), 1)
    assert (state.error_code, state.error_text) == ("timeout", "no answer within 20 s")


def test_none_keeps_a_validator_and_empty_text_clears_it(conn: Connection) -> None:
    sync(conn, ONE)
    feeds.save_poll(conn, "one", SUCCESS)

    feeds.save_poll(conn, "one", replace(SUCCESS, etag="", last_modified=None, body_hash="b2"))

    state = held(conn, "one")
    assert (state.etag, state.body_hash) == ("", "b2")
    assert state.last_modified == SUCCESS.last_modified
    assert state.entry_count == 6


def test_a_poll_of_an_unknown_feed_is_refused(conn: Connection) -> None:
    with pytest.raises(NotFoundError, match="no feed is called “nine”"):
        feeds.save_poll(conn, "nine", SUCCESS)


def test_the_log_of_polls_is_newest_first(conn: Connection) -> None:
    sync(conn, ONE, TWO)
    feeds.save_poll(conn, "one", SUCCESS)
    feeds.save_poll(conn, "two", SUCCESS)
    feeds.save_poll(conn, "one", FAILURE)

    logged = replace(SUCCESS, etag=None, last_modified=None, body_hash=None)
    assert feeds.last_polls(conn, "one", 9) == (FAILURE, logged)
    assert feeds.last_polls(conn, "one", 1) == (FAILURE,)


def test_pruning_the_log_drops_what_is_earlier(conn: Connection) -> None:
    sync(conn, ONE)
    feeds.save_poll(conn, "one", SUCCESS)
    feeds.save_poll(conn, "one", FAILURE)

    assert feeds.prune_poll_log(conn, FAILURE.polled_at) == 1
    assert feeds.last_polls(conn, "one", 9) == (FAILURE,)


def test_a_feed_that_is_not_configured_is_never_due_and_keeps_its_history(
    conn: Connection,
) -> None:
    sync(conn, ONE, TWO)
    feeds.save_poll(conn, "one", SUCCESS)

    sync(conn, TWO)

    assert [state.feed_id for state in feeds.due(conn, build.at(99), 9)] == ["two"]
    assert [state.feed_id for state in feeds.states(conn)] == ["two"]
    assert held(conn, "one").ok_at == SUCCESS.polled_at
    assert len(feeds.last_polls(conn, "one", 9)) == 1

    sync(conn, ONE, TWO)

    assert held(conn, "one").etag == SUCCESS.etag


def test_a_disabled_feed_is_like_one_that_is_not_configured(conn: Connection) -> None:
    sync(conn, ONE)

    sync(conn, replace(ONE, enabled=False))

    assert feeds.states(conn) == ()


def test_a_new_address_clears_what_the_old_one_said(conn: Connection) -> None:
    sync(conn, ONE)
    feeds.save_poll(conn, "one", SUCCESS)
    feeds.save_poll(conn, "one", replace(FAILURE, gone=True, next_poll_at=build.at(99)))
    moved = replace(ONE, url="https://one.example/new", outlet="The One")

    sync(conn, moved, hours=5)

    assert held(conn, "one") == FeedState(
        feed_id="one",
        url=moved.url,
        outlet="The One",
        next_poll_at=build.at(5),
        polled_at=FAILURE.polled_at,
        ok_at=SUCCESS.polled_at,
        entry_count=3,
    )


def test_an_overdue_feed_is_spread_and_one_that_is_not_keeps_its_time(conn: Connection) -> None:
    sync(conn, ONE, TWO)
    feeds.save_poll(conn, "one", SUCCESS)
    feeds.save_poll(conn, "two", replace(SUCCESS, next_poll_at=build.at(9)))

    feeds.sync(conn, [ONE, TWO], now=build.at(5), delays=[3 * MINUTE, 4 * MINUTE])

    assert held(conn, "one").next_poll_at == build.at(5) + 3 * MINUTE
    assert held(conn, "two").next_poll_at == build.at(9)
    assert held(conn, "one").etag == SUCCESS.etag


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
