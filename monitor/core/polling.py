"""Turns the outcome of a poll into the time of the next one.

Must never poll more often than the operator or the server asks, nor let a wrong header silence a
feed for long. Times are given, jitter (0 to 1) is drawn by the caller.
"""

from datetime import datetime, timedelta

from monitor.model.feeds import Feed, Fetched

SHORTEST = timedelta(minutes=5)
LONGEST_HINT = timedelta(hours=6)
LONGEST_PAUSE = timedelta(hours=24)
_START_WINDOW = timedelta(minutes=5)
_MOST_DOUBLINGS = 20


def after_success(
    feed: Feed, *, fetched: Fetched, ttl: timedelta | None, now: datetime, jitter: float
) -> datetime:
    """The configured interval or the server's wish, whichever is longer, and up to a tenth more.

    Wishes are `ttl` and `fetched.max_age`; they count up to 6 hours. Never under 5 minutes.
    """
    wish = max(ttl or timedelta(), fetched.max_age or timedelta())
    return now + max(feed.interval, min(wish, LONGEST_HINT), SHORTEST) * (1 + 0.1 * jitter)


def after_failure(
    feed: Feed, *, fail_count: int, retry_at: datetime | None, now: datetime, jitter: float
) -> datetime:
    """Twice the interval after the first failure, doubling up to a day, give or take a fifth.

    `fail_count` counts failures since the last success, this one included. `retry_at`, the
    server's own wish, can only put it off further, by at most a day.
    """
    interval = max(feed.interval, SHORTEST)
    longest = max(interval, LONGEST_PAUSE)
    doublings = min(max(fail_count, 0), _MOST_DOUBLINGS)
    own = now + min(interval * (1 << doublings), longest) * (0.8 + 0.4 * jitter)
    return max(own, min(retry_at, now + LONGEST_PAUSE)) if retry_at else own


def start_spread(overdue: int, index: int, interval: timedelta) -> timedelta:
    """How long after a start the feed at `index` of `overdue` ones waits.

    Spreads them evenly over the interval, at most 5 minutes, so that a restart is no stampede.
    """
    return min(interval, _START_WINDOW) * index / overdue if overdue > 1 else timedelta()
