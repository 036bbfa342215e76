"""Turns the outcome of a poll into the time of the next one.

Must never poll more often than the operator or the server asks, nor let a wrong header silence a
feed for long. Times are given, jitter (0 to 1) is drawn by the caller.
"""

from datetime import datetime, timedelta

from monitor.model.feeds import Feed, FeedState

SHORTEST = timedelta(minutes=5)
LONGEST_HINT = timedelta(hours=6)
LONGEST_PAUSE = timedelta(hours=24)
UNCONDITIONAL = timedelta(days=7)
"""A server that answers "not modified" for so long is asked for the whole document once."""

LONGEST_ON_THE_WAY = timedelta(hours=1)
"""A line or a server that is down comes back for everybody at once, and entries wait behind it."""

LONGEST_REFUSED = timedelta(hours=2)
"""A server that refuses us may have meant one request."""

BLOCKED_FACTOR = 2
"""A server that refuses us is asked so many times less often than one that fails."""

FIRST_SPREAD, SPREAD = 0.1, 0.01
"""By how much of the wait the next poll is put off, at most, after a feed's first success and after
later ones: the first parts feeds that began together, the others must not keep news waiting."""

_START_WINDOW = timedelta(minutes=5)
_MOST_DOUBLINGS = 20
_HOUR = timedelta(hours=1)


def after_success(
    feed: Feed,
    state: FeedState,
    *,
    max_age: timedelta | None,
    now: datetime,
    jitter: float,
    spread: float = SPREAD,
) -> datetime:
    """Our interval or the server's wish, whichever is longer, and up to `spread` of it more.

    Wishes are `max_age` and the document's ttl; they count up to 6 hours. Never under 5 minutes.
    Hours and days that the document asks to skip push it on, by at most a day.
    """
    wish = max(timedelta(seconds=state.ttl_seconds), max_age or timedelta())
    wait = max(interval(feed, state), min(wish, LONGEST_HINT))
    return _off_the_hour(_skip(now + wait * (1 + spread * jitter), state, now), jitter)


def after_failure(
    feed: Feed,
    *,
    fail_count: int,
    retry_at: datetime | None,
    now: datetime,
    jitter: float,
    blocked: bool = False,
    longest: timedelta = LONGEST_PAUSE,
) -> datetime:
    """Twice the interval after the first failure, doubling up to `longest`, give or take a fifth.

    `fail_count` counts failures since the last success, this one included. `blocked` waits twice as
    long. `retry_at`, the server's own wish, can only put it off further, by at most a day.
    """
    first = max(feed.interval, SHORTEST) * (BLOCKED_FACTOR if blocked else 1)
    longest = max(feed.interval, longest)
    doublings = min(max(fail_count, 0), _MOST_DOUBLINGS)
    own = now + min(first * (1 << doublings), longest) * (0.8 + 0.4 * jitter)
    at = max(own, min(retry_at, now + LONGEST_PAUSE)) if retry_at else own
    return _off_the_hour(at, jitter)


def interval(feed: Feed, state: FeedState) -> timedelta:
    """How often the feed is polled: as configured, or more often if its window was overrun."""
    return max(feed.interval / (1 << state.halvings), SHORTEST)


def start_spread(overdue: int, index: int, interval: timedelta) -> timedelta:
    """How long after a start the feed at `index` of `overdue` ones waits.

    Spreads them evenly over the interval, at most 5 minutes, so that a restart is no stampede.
    """
    return min(interval, _START_WINDOW) * index / overdue if overdue > 1 else timedelta()


def _skip(at: datetime, state: FeedState, now: datetime) -> datetime:
    """The first moment from `at` on that is not in an hour or on a day to be skipped."""
    latest = max(at, now + LONGEST_PAUSE)
    while at < latest and (at.hour in state.skip_hours or at.weekday() in state.skip_days):
        at = at.replace(minute=0, second=0, microsecond=0) + _HOUR
    return min(at, latest)


def _off_the_hour(at: datetime, jitter: float) -> datetime:
    """Past the first minute of an hour, when all the world's cron jobs ask."""
    return at + timedelta(minutes=1 + jitter) if at.minute == 0 else at
