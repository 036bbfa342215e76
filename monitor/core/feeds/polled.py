"""Turns what a poll came to into what is remembered of its feed, and what there is to tell of it.

The one place where a feed's state changes. Must never count a failure of our own network against
a feed, nor believe a single redirect.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from monitor.core.feeds import health, polling
from monitor.errors import FeedError
from monitor.model.feeds import (
    Feed,
    FeedGap,
    FeedNotice,
    FeedState,
    Fetched,
    GapKind,
    NoticeKind,
    ParsedFeed,
)

MOVED_AFTER = 3
"""A permanent redirect is believed after so many sightings in a row …"""

MOVED_FOR = timedelta(hours=24)
"""… over so long: a hotel's login page and a broken release redirect permanently, too."""

DOUBTED_AFTER = 3
"""After so many failures at the new address in a row the configured one is tried again."""

HALVED_FOR = timedelta(days=7)
"""So long after the last overrun one halving of the interval is taken back."""

OVERRUN_LEAST = 2
"""A document of a single entry says nothing about what came before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentReading:
    """What a document held, beside the archive: how many entries, and since when they reach.

    `earlier` are those that the archive had, `oldest` is the earliest date of the new ones, None
    if one of them has no date to believe.
    """

    new: int = 0
    earlier: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """A feed after a poll. At most one gap is opened; gaps are closed when `closes` says so."""

    state: FeedState
    notices: tuple[FeedNotice, ...] = ()
    gap: FeedGap | None = None
    closes: bool = False  # its open gaps end with this poll
    made_good: bool = False  # and nothing was missed in them


def succeeded(
    feed: Feed,
    before: FeedState,
    fetched: Fetched,
    *,
    document: ParsedFeed | None,
    reading: DocumentReading | None,
    arrivals: Sequence[datetime] = (),
    body_hash: str = "",
    same_as: str = "",
    items: bytes | None = None,
    now: datetime,
    jitter: float,
) -> Polled:
    """After an answer. `document` and `reading` are None when it held nothing to read.

    `arrivals` are the polls that brought something new before this one, in order; they are looked
    at only if this one did, too. `items` are what the next document need not say again, None: what
    they were. `same_as` is the other configured feed whose address answered.
    """
    overrun = reading is not None and overran(before, reading)
    # each copy of so many fields takes a twentieth of what all the rest of a 304 does
    said: dict[str, Any] = {}
    if document is not None:
        said = {
            "ttl_seconds": document.ttl.total_seconds() if document.ttl else 0.0,
            "skip_hours": document.skip_hours,
            "skip_days": document.skip_days,
        }
    state = replace(
        before,
        **said,
        same_as=same_as,
        items=before.items if items is None else items,
        etag=fetched.etag,
        last_modified=fetched.last_modified,
        validators_url=fetched.url if fetched.etag or fetched.last_modified else "",
        body_hash=body_hash or before.body_hash,
        polled_at=now,
        ok_at=now,
        first_ok_at=before.first_ok_at or now,
        read_at=now if fetched.status != 304 else before.read_at,
        fail_count=0,
        error_code="",
        error_text="",
        gone=False,
        retry_at=None,
    )
    state = _fresh(_moving(state, fetched, now=now), reading, arrivals, now)
    state = _paced(state, feed, overrun=overrun, now=now)
    next_poll_at = polling.after_success(
        feed,
        state,
        max_age=fetched.max_age,
        now=now,
        jitter=jitter,
        spread=polling.FIRST_SPREAD if before.first_poll else polling.SPREAD,
    )
    state = _judged(replace(state, next_poll_at=next_poll_at), now)
    told = (
        _move_notice(before, state, now),
        _same_notice(before, state, now),
        _overrun_notice(feed, before, state, overrun, now),
    )
    return _polled(before, state, told, overrun=overrun, now=now)


def failed(
    feed: Feed,
    before: FeedState,
    error: FeedError,
    *,
    network_down: bool = False,
    now: datetime,
    jitter: float,
) -> Polled:
    """After a failure. When our own network is down it is not the feed's, and does not count."""
    if network_down:
        next_poll_at = now + polling.interval(feed, before) * (1 + 0.1 * jitter)
        return Polled(state=replace(before, polled_at=now, next_poll_at=next_poll_at))
    fail_count = before.fail_count + 1
    elsewhere = before.location not in {"", before.url}  # it may have moved back to where it was
    doubted = elsewhere and (error.gone or fail_count >= DOUBTED_AFTER)
    state = replace(
        before,
        location="" if doubted else before.location,
        moving_to="",
        moving_since=None,
        moving_count=0,
        polled_at=now,
        fail_count=fail_count,
        error_code=error.code,
        error_text=str(error),
        gone=error.gone and not doubted,
        retry_at=error.retry_at,
        next_poll_at=polling.after_failure(
            feed,
            fail_count=fail_count,
            retry_at=error.retry_at,
            now=now,
            jitter=jitter,
            blocked=error.code in health.BLOCKED,
            longest=_longest_wait(error.code),
        ),
    )
    state = _judged(state, now)
    return _polled(before, state, (_move_notice(before, state, now),), overrun=False, now=now)


def _longest_wait(code: str) -> timedelta:
    """How long a feed that fails so may go unasked: what is wrong with the feed itself lasts."""
    if health.on_the_way(code):
        return polling.LONGEST_ON_THE_WAY
    return polling.LONGEST_REFUSED if code in health.BLOCKED else polling.LONGEST_PAUSE


def overran(before: FeedState, reading: DocumentReading) -> bool:
    """Whether entries may have come and gone since the last success: nothing in it was known.

    A document that reaches back before that success covers the time, whatever its guids.
    """
    if before.ok_at is None or not before.entry_count or reading.new < OVERRUN_LEAST:
        return False
    return not reading.earlier and not (reading.oldest and reading.oldest <= before.ok_at)


def _polled(
    before: FeedState,
    after: FeedState,
    told: Sequence[FeedNotice | None],
    *,
    overrun: bool,
    now: datetime,
) -> Polled:
    notice = health.changed(before, after, at=now)
    if telling := health.to_tell(before, after, at=now):
        after = replace(after, told=telling, told_at=now)
    gap = health.opened(before, after, at=now)
    if overrun and before.ok_at is not None and not before.health.trouble:
        gap = FeedGap(
            feed_id=after.feed_id, kind=GapKind.OVERRUN, started_at=before.ok_at, ended_at=now
        )
    return Polled(
        state=after,
        notices=tuple(one for one in (notice, *told) if one),
        gap=gap,
        closes=before.health.trouble and not after.health.trouble,
        made_good=not overrun,
    )


def _judged(state: FeedState, now: datetime) -> FeedState:
    found = health.judged(state)
    return state if found is state.health else replace(state, health=found, health_at=now)


def _moving(state: FeedState, fetched: Fetched, *, now: datetime) -> FeedState:
    """Count the sightings of a permanent redirect, and follow it for good once it is believed."""
    if not fetched.moved_to:
        if not state.moving_to and state.moving_since is None and not state.moving_count:
            return state
        return replace(state, moving_to="", moving_since=None, moving_count=0)
    if fetched.moved_to != state.moving_to or state.moving_since is None:
        return replace(state, moving_to=fetched.moved_to, moving_since=now, moving_count=1)
    count = state.moving_count + 1
    believed = count >= MOVED_AFTER and now - state.moving_since >= MOVED_FOR
    if not believed or state.same_as:  # two feeds are never merged without a word
        return replace(state, moving_count=count)
    return replace(
        state, location=fetched.moved_to, moving_to="", moving_since=None, moving_count=0
    )


def _fresh(
    state: FeedState, reading: DocumentReading | None, arrivals: Sequence[datetime], now: datetime
) -> FeedState:
    """After new entries: how long a silence from now on would be unusual."""
    if reading is None or not reading.new:
        return state
    wait = health.stale_after([*arrivals, now])
    return replace(
        state,
        new_at=now,
        stale_at=now + wait if wait else None,
    )


def _paced(state: FeedState, feed: Feed, *, overrun: bool, now: datetime) -> FeedState:
    """Poll twice as often after an overrun; slow down again, step by step, without one."""
    if overrun:
        halves = polling.interval(feed, state) > polling.SHORTEST
        return replace(state, halvings=state.halvings + halves, overrun_at=now)
    if state.halvings and state.overrun_at and now - state.overrun_at >= HALVED_FOR:
        return replace(state, halvings=state.halvings - 1, overrun_at=now)
    return state


def _move_notice(before: FeedState, after: FeedState, now: datetime) -> FeedNotice | None:
    if before.location == after.location:
        return None
    name = f"Feed {after.feed_id} ({after.outlet})"
    text = (
        f"{name} has moved for good to {after.location}, and is read there from now on; "
        "put that address into feeds.yaml."
        if after.location
        else f"{name} could not be read at {before.location}, where it had moved; "
        f"{after.url} is tried again."
    )
    return _notice(NoticeKind.MOVED, after, text, now)


def _same_notice(before: FeedState, after: FeedState, now: datetime) -> FeedNotice | None:
    if not after.same_as or before.same_as == after.same_as:
        return None
    text = (
        f"Feed {after.feed_id} ({after.outlet}) redirects to the address of feed {after.same_as}: "
        "the same document is read twice. Remove one of them from feeds.yaml."
    )
    return _notice(NoticeKind.SAME, after, text, now)


def _overrun_notice(
    feed: Feed, before: FeedState, after: FeedState, overrun: bool, now: datetime
) -> FeedNotice | None:
    if not overrun or before.ok_at is None:
        return None
    minutes = polling.interval(feed, after).total_seconds() / 60
    text = (
        f"Feed {after.feed_id} ({after.outlet}) listed only new entries: some may have come and "
        f"gone between {before.ok_at:%d %b %H:%M} and {now:%d %b %H:%M} UTC. It is polled every "
        f"{minutes:.0f} minutes now."
    )
    return _notice(NoticeKind.OVERRUN, after, text, now)


def _notice(kind: NoticeKind, state: FeedState, text: str, now: datetime) -> FeedNotice:
    return FeedNotice(
        at=now,
        kind=kind,
        feed_id=state.feed_id,
        outlet=state.outlet,
        before=state.health,
        after=state.health,
        text=text,
    )
