"""What is told of feeds, and in how much of the time they were watched."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from monitor.model.feeds import (
    Feed,
    FeedGap,
    FeedHealth,
    FeedNotice,
    FeedsUp,
    GapKind,
    NoticeKind,
    PollRecord,
)
from monitor.store import feeds, upkeep
from tests import build

ONE = Feed(id="one", url="https://one.example/rss", outlet="Courier")
TWO = Feed(id="two", url="https://two.example/rss", outlet="Courier")
SIX = Feed(id="six", url="https://six.example/rss", outlet="Herald")
DOWN = FeedGap(feed_id="one", kind=GapKind.DOWN, started_at=build.at(2))


def notice(hours: float, feed_id: str = "one") -> FeedNotice:
    return FeedNotice(
        at=build.at(hours),
        kind=NoticeKind.HEALTH,
        feed_id=feed_id,
        outlet="Courier",
        before=FeedHealth.OK,
        after=FeedHealth.DOWN,
        text="down",
    )


def watch(
    conn: Connection, *configured: Feed, since: float = 0, health: FeedHealth = FeedHealth.OK
) -> None:
    feeds.sync(conn, configured, now=build.at(since), delays=[timedelta()] * len(configured))
    for state in feeds.states(conn):
        at = state.first_ok_at or build.at(since)
        after = replace(state, first_ok_at=at, ok_at=build.at(99), health=health)
        record = PollRecord(polled_at=build.at(since), next_poll_at=build.at(since), ok=True)
        feeds.save_poll(conn, after, record)


def judge(conn: Connection, feed_id: str, health: FeedHealth) -> None:
    state = feeds.state(conn, feed_id)
    assert state is not None
    record = PollRecord(polled_at=build.NOON, next_poll_at=build.NOON, ok=True)
    feeds.save_poll(conn, replace(state, health=health), record)


def share(conn: Connection, start: float, end: float) -> float:
    return feeds.share_up(conn, build.at(start), build.at(end))


def test_notices_are_those_after_a_moment_up_to_another(conn: Connection) -> None:
    told = [notice(hour) for hour in range(4)]
    feeds.add_notices(conn, told)

    assert feeds.notices(conn) == tuple(told)
    assert feeds.notices(conn, since=build.at(1), until=build.at(2)) == (told[2],)


def test_pruning_drops_notices_and_keeps_gaps(conn: Connection) -> None:
    watch(conn, ONE)
    feeds.add_notices(conn, [notice(0), notice(2)], gaps=[DOWN])

    assert upkeep.prune_rows(conn, upkeep.NOTICES, build.at(1)) == 1
    assert feeds.notices(conn) == (notice(2),)
    assert feeds.gaps(conn, build.NOON, build.at(9)) == (DOWN,)


def test_a_gap_is_open_until_it_is_closed(conn: Connection) -> None:
    watch(conn, ONE)
    feeds.add_notices(conn, gaps=[DOWN])

    assert feeds.gaps(conn, build.at(5), build.at(6)) == (DOWN,)
    assert feeds.close_gaps(conn, "one", at=build.at(4))
    assert not feeds.close_gaps(conn, "one", at=build.at(5))
    assert feeds.gaps(conn, build.at(5), build.at(6)) == ()
    assert feeds.gaps(conn, build.at(0), build.at(2)) == ()
    assert feeds.gaps(conn, build.at(3), build.at(9)) == (replace(DOWN, ended_at=build.at(4)),)


def test_a_gap_that_was_made_good_is_none(conn: Connection) -> None:
    watch(conn, ONE)
    feeds.add_notices(conn, gaps=[DOWN])
    feeds.close_gaps(conn, "one", at=build.at(4), made_good=True)

    assert feeds.gaps(conn, build.NOON, build.at(9)) == ()
    assert share(conn, 0, 10) == 1.0


def test_gaps_of_feeds_that_nobody_reads_any_more_do_not_count(conn: Connection) -> None:
    watch(conn, ONE, SIX)
    feeds.add_notices(conn, gaps=[DOWN])
    watch(conn, SIX)

    assert feeds.gaps(conn, build.NOON, build.at(9)) == ()
    assert share(conn, 0, 10) == 1.0


def test_feeds_and_outlets_that_are_up_are_counted(conn: Connection) -> None:
    watch(conn, ONE, TWO, SIX)
    assert feeds.up(conn) == FeedsUp(feeds=3, feeds_up=3, outlets=2, outlets_up=2)

    judge(conn, "one", FeedHealth.DOWN)
    judge(conn, "six", FeedHealth.DEGRADED)
    assert feeds.up(conn) == FeedsUp(feeds=3, feeds_up=2, outlets=2, outlets_up=2)

    judge(conn, "two", FeedHealth.STALE)
    assert feeds.up(conn) == FeedsUp(feeds=3, feeds_up=1, outlets=2, outlets_up=1)


def test_none_is_up_while_our_own_network_is_down(conn: Connection) -> None:
    watch(conn, ONE, SIX)
    network = FeedGap(feed_id="", kind=GapKind.NETWORK, started_at=build.at(1))
    feeds.add_notices(conn, gaps=[network])

    assert feeds.network_down(conn) == build.at(1)
    assert feeds.up(conn) == FeedsUp(feeds=2, feeds_up=0, outlets=2, outlets_up=0)
    feeds.close_gaps(conn, "", at=build.at(2))
    assert feeds.network_down(conn) is None
    assert feeds.up(conn).feeds_up == 2


@pytest.mark.parametrize(
    ("gaps", "expected"),
    [
        ([], 1.0),
        ([("one", 2, 4)], 0.9),
        ([("one", 2, None)], 0.6),
        ([("one", -5, 4)], 0.8),
        ([("one", 2, 4), ("one", 3, 5)], 0.85),
        ([("", 2, 4)], 0.8),
        ([("", 2, 4), ("one", 3, 6)], 0.7),
        ([("", 2, 4), ("one", 2, 4)], 0.8),
        ([("", -9, None)], 0.0),
    ],
)
def test_the_share_of_time_is_what_the_gaps_leave(
    conn: Connection, gaps: list[tuple[str, float, float | None]], expected: float
) -> None:
    """Ten hours of two feeds."""
    watch(conn, ONE, SIX, since=-20)
    feeds.add_notices(
        conn,
        gaps=[
            FeedGap(
                feed_id=feed_id,
                kind=GapKind.DOWN,
                started_at=build.at(start),
                ended_at=None if end is None else build.at(end),
            )
            for feed_id, start, end in gaps
        ],
    )

    assert share(conn, 0, 10) == pytest.approx(expected)


def test_before_the_first_feed_was_read_nothing_was_watched(conn: Connection) -> None:
    watch(conn, ONE, since=5)
    assert share(conn, 0, 10) == pytest.approx(0.5)

    watch(conn, ONE, SIX, since=9)
    assert share(conn, 5, 10) == 1.0, "a feed that is added later takes nothing from the others"


def test_a_feed_whose_last_success_is_long_ago_was_not_watched_since(conn: Connection) -> None:
    """The program was off, or has not polled again since it was: there is no gap of record yet."""
    watch(conn, ONE)
    assert share(conn, 0, 99 + 24) == 1.0
    assert share(conn, 0, 99 + 25) == pytest.approx(99 / 124)


@pytest.mark.parametrize("end", [0, -1])
def test_no_time_and_no_feeds_have_no_share(conn: Connection, end: float) -> None:
    assert share(conn, 0, 10) == 0.0
    watch(conn, ONE, since=-9)
    assert feeds.share_up(conn, build.NOON, build.at(end)) == 0.0


def test_a_feed_that_was_never_read_is_not_counted(conn: Connection) -> None:
    watch(conn, ONE)
    feeds.add(conn, SIX, now=build.NOON)
    assert share(conn, 0, 10) == 1.0
    assert feeds.up(conn) == FeedsUp(feeds=2, feeds_up=1, outlets=2, outlets_up=1)
