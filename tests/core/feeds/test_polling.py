"""When to poll next. P numbers are politeness."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.feeds.polling import (
    FIRST_SPREAD,
    SPREAD,
    after_failure,
    after_success,
    interval,
    start_spread,
)
from monitor.model.feeds import Feed, FeedState

NOW = datetime(2026, 3, 2, 12, 7, tzinfo=UTC)  # a Monday
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def feed(interval: timedelta = 15 * MINUTE) -> Feed:
    return Feed(id="f", url="https://a.example/", outlet="O", interval=interval)


def state(**facts: Any) -> FeedState:
    return FeedState(feed_id="f", url="https://a.example/", outlet="O", next_poll_at=NOW, **facts)


def success(
    every: timedelta, ttl: timedelta | None, max_age: timedelta | None, jitter: float = 0
) -> timedelta:
    asked = state(ttl_seconds=ttl.total_seconds() if ttl else 0.0)
    return after_success(feed(every), asked, max_age=max_age, now=NOW, jitter=jitter) - NOW


def failure(count: int, retry_at: datetime | None = None, jitter: float = 0.5) -> timedelta:
    return after_failure(feed(), fail_count=count, retry_at=retry_at, now=NOW, jitter=jitter) - NOW


@pytest.mark.parametrize(
    ("every", "ttl", "max_age", "wait"),
    [
        (15 * MINUTE, None, None, 15 * MINUTE),
        (15 * MINUTE, 5 * MINUTE, MINUTE, 15 * MINUTE),
        (15 * MINUTE, HOUR, None, HOUR),
        (15 * MINUTE, None, HOUR, HOUR),
        (15 * MINUTE, 2 * HOUR, HOUR, 2 * HOUR),
        (15 * MINUTE, 30 * DAY, None, 6 * HOUR),
        (15 * MINUTE, None, 365 * DAY, 6 * HOUR),
        (MINUTE, None, None, 5 * MINUTE),
        (DAY, HOUR, None, DAY),
    ],
)
def test_p8_p19_the_longer_of_our_interval_and_the_servers_wish(
    every: timedelta, ttl: timedelta | None, max_age: timedelta | None, wait: timedelta
) -> None:
    assert success(every, ttl, max_age) == wait


@pytest.mark.parametrize("jitter", [0.0, 0.5, 1.0])
def test_p18_nobody_is_asked_in_the_first_minute_of_an_hour(jitter: float) -> None:
    at = after_success(
        feed(53 * MINUTE / (1 + 0.01 * jitter)), state(), max_age=None, now=NOW, jitter=jitter
    )
    assert 1 <= at.minute <= 2
    at = after_failure(feed(), fail_count=1, retry_at=NOW + 53 * MINUTE, now=NOW, jitter=jitter)
    assert 1 <= at.minute <= 2


@pytest.mark.parametrize(
    ("hours", "days", "expected"),
    [
        ((12,), (), datetime(2026, 3, 2, 13, 1, tzinfo=UTC)),
        ((12, 13, 14), (), datetime(2026, 3, 2, 15, 1, tzinfo=UTC)),
        ((), (0,), datetime(2026, 3, 3, 0, 1, tzinfo=UTC)),
        ((0, 1), (0,), datetime(2026, 3, 3, 2, 1, tzinfo=UTC)),
        ((13,), (1,), datetime(2026, 3, 2, 12, 22, tzinfo=UTC)),
        (tuple(range(24)), (), NOW + DAY),
        ((), tuple(range(7)), NOW + DAY),
    ],
)
def test_p19_hours_and_days_to_skip_push_on_by_a_day_at_most(
    hours: tuple[int, ...], days: tuple[int, ...], expected: datetime
) -> None:
    asked = state(skip_hours=hours, skip_days=days)
    assert after_success(feed(), asked, max_age=None, now=NOW, jitter=0) == expected


def test_skipping_never_shortens_a_long_interval() -> None:
    asked = state(skip_hours=tuple(range(24)))
    at = after_success(feed(3 * DAY), asked, max_age=None, now=NOW, jitter=0)
    assert at == NOW + 3 * DAY


def test_p14_a_server_that_refuses_us_is_asked_half_as_often() -> None:
    blocked = after_failure(feed(), fail_count=1, retry_at=None, now=NOW, jitter=0.5, blocked=True)
    assert blocked - NOW == 2 * failure(1)


@given(st.integers(0, 12), st.timedeltas(MINUTE, DAY))
def test_a_halved_interval_is_never_under_five_minutes(halvings: int, whole: timedelta) -> None:
    half = interval(feed(whole), state(halvings=halvings))
    assert half == max(whole / 2**halvings, 5 * MINUTE)


@given(st.floats(0, 1), st.sampled_from((FIRST_SPREAD, SPREAD)))
def test_p18_success_is_put_off_by_up_to_a_tenth_once_and_then_a_hundredth(
    jitter: float, spread: float
) -> None:
    at = after_success(feed(HOUR), state(), max_age=None, now=NOW, jitter=jitter, spread=spread)
    assert at - NOW == HOUR * (1 + spread * jitter)


@pytest.mark.parametrize(
    ("count", "wait"),
    [(1, 30 * MINUTE), (2, HOUR), (3, 2 * HOUR), (6, 16 * HOUR), (7, DAY), (10_000, DAY)],
)
def test_p15_failures_double_the_wait_up_to_a_day(count: int, wait: timedelta) -> None:
    assert failure(count) == wait


def test_p15_a_feed_that_is_polled_weekly_is_not_polled_daily_for_failing() -> None:
    weekly = feed(7 * DAY)
    at = after_failure(weekly, fail_count=3, retry_at=None, now=NOW, jitter=0.5)
    assert at == NOW + 7 * DAY


@given(st.integers(0, 50), st.floats(0, 1))
def test_p15_failures_spread_by_a_fifth_either_way(count: int, jitter: float) -> None:
    middle = failure(count)
    assert 0.8 * middle <= failure(count, jitter=jitter) <= 1.2 * middle + 2 * MINUTE


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        (MINUTE, 30 * MINUTE),
        (2 * HOUR, 2 * HOUR),
        (-HOUR, 30 * MINUTE),
        (1_000 * DAY, DAY),
    ],
)
def test_p9_retry_after_can_only_put_it_off(asked: timedelta, wait: timedelta) -> None:
    assert failure(1, NOW + asked) == wait


@given(st.integers(0, 50), st.floats(0, 1), st.timedeltas(-DAY, 3 * DAY))
def test_p9_no_failure_means_more_than_the_jittered_day(
    count: int, jitter: float, asked: timedelta
) -> None:
    assert timedelta() < failure(count, NOW + asked, jitter) <= 1.2 * DAY + 2 * MINUTE


@given(st.integers(1, 2_000), st.timedeltas(MINUTE, DAY))
def test_p17_overdue_feeds_are_spread_over_at_most_five_minutes(
    overdue: int, interval: timedelta
) -> None:
    waits = [start_spread(overdue, index, interval) for index in range(overdue)]
    assert waits[0] == timedelta()
    assert waits == sorted(set(waits))
    assert waits[-1] < min(interval, 5 * MINUTE)
