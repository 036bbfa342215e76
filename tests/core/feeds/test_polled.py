"""What a poll makes of a feed: redirects that are believed, overruns, and whose fault it was."""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.core.feeds import polled
from monitor.core.feeds.polled import DocumentReading, Polled
from monitor.errors import FetchError
from monitor.model.feeds import (
    Feed,
    FeedHealth,
    FeedNotice,
    FeedState,
    Fetched,
    GapKind,
    NoticeKind,
    ParsedFeed,
)
from tests import build

FEED = Feed(id="f", url="https://f.example/rss", outlet="Courier")
NEVER = FeedState(feed_id="f", url=FEED.url, outlet="Courier", next_poll_at=build.NOON)
READ = replace(
    NEVER,
    ok_at=build.NOON,
    first_ok_at=build.NOON,
    polled_at=build.NOON,
    read_at=build.NOON,
    entry_count=10,
    health=FeedHealth.OK,
)
NEW_ADDRESS = "https://new.example/rss"


def answer(
    before: FeedState, now: datetime, *, reading: DocumentReading | None = None, **facts: Any
) -> Polled:
    document = ParsedFeed(format="rss20", title="", entries=()) if reading else None
    return polled.succeeded(
        FEED,
        before,
        Fetched(**{"status": 200, "url": FEED.url, **facts}),
        document=document,
        reading=reading,
        now=now,
        jitter=0.0,
    )


def refuse(before: FeedState, now: datetime, code: str = "timeout", **facts: Any) -> Polled:
    error = FetchError(code, "why", gone=facts.pop("gone", False))
    return polled.failed(FEED, before, error, now=now, jitter=0.5, **facts)


def test_a_failure_forgets_nothing_and_a_success_forgives_all() -> None:
    failed = refuse(replace(READ, etag="e"), build.at(1)).state
    assert (failed.fail_count, failed.etag, failed.ok_at) == (1, "e", build.NOON)
    fine = answer(failed, build.at(2)).state
    assert (fine.fail_count, fine.error_code, fine.health) == (0, "", FeedHealth.OK)


def test_a_failure_of_our_own_network_is_not_the_feeds() -> None:
    after = refuse(READ, build.at(1), network_down=True)
    assert after.state == replace(
        READ, polled_at=build.at(1), next_poll_at=build.at(1) + 1.05 * FEED.interval
    )
    assert (after.notices, after.gap) == ((), None)


def test_the_third_failure_is_a_notice_and_a_gap_and_the_first_success_ends_it() -> None:
    state, told = READ, []
    for hour in (1, 2, 3, 4):
        after = refuse(state, build.at(hour))
        state = after.state
        told.append([notice.after for notice in after.notices])
        assert (after.gap is not None) == (hour == 3)
    assert told == [[], [], [FeedHealth.DOWN], []]
    again = answer(state, build.at(5), status=304)
    assert (again.closes, again.made_good) == (True, True)
    assert [notice.after for notice in again.notices] == [FeedHealth.OK]


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9])
@pytest.mark.parametrize("code", ["timeout", "http-403"])
def test_a_feed_that_fails_on_and_off_for_a_month_is_told_a_few_times(
    share: float, code: str
) -> None:
    chance = random.Random(7)  # noqa: S311 nothing secret
    told: list[FeedNotice] = []
    state, now, end = READ, build.NOON, build.NOON + timedelta(days=28)
    while now < end:
        fails = chance.random() < share
        after = refuse(state, now, code) if fails else answer(state, now, status=304)
        told += after.notices
        state, now = after.state, after.state.next_poll_at
    assert len(told) <= 6
    assert {one.after for one in told if one.after.trouble} <= {FeedHealth.DOWN, FeedHealth.BLOCKED}


def test_two_outages_that_lie_apart_are_each_told_with_their_ends() -> None:
    told: list[FeedNotice] = []
    state = READ
    for day in (0, 9):
        for hour in (1, 2, 3):
            after = refuse(state, build.at(24 * day + hour))
            state, told = after.state, [*told, *after.notices]
        after = answer(state, build.at(24 * day + 4), status=304)
        state, told = after.state, [*told, *after.notices]
    assert [notice.after for notice in told] == [FeedHealth.DOWN, FeedHealth.OK] * 2


def test_what_lists_only_new_entries_was_overrun() -> None:
    after = answer(READ, build.at(1), reading=DocumentReading(new=10, oldest=build.at(0.5)))
    assert after.gap is not None
    assert (after.gap.kind, after.gap.started_at, after.gap.ended_at) == (
        GapKind.OVERRUN,
        build.NOON,
        build.at(1),
    )
    assert after.state.halvings == 1
    assert after.state.next_poll_at == build.at(1) + FEED.interval / 2
    (notice,) = after.notices
    assert notice.kind is NoticeKind.OVERRUN
    assert "every 8 minutes" in notice.text


@pytest.mark.parametrize(
    ("before", "reading"),
    [
        (READ, DocumentReading(new=9, earlier=1)),
        (READ, DocumentReading(new=10, oldest=build.at(-1))),  # new guids, but it reaches back
        (READ, DocumentReading(new=1)),
        (READ, DocumentReading()),
        (NEVER, DocumentReading(new=10)),
        (replace(READ, entry_count=0), DocumentReading(new=10)),
    ],
)
def test_what_overlaps_or_says_nothing_was_not(before: FeedState, reading: DocumentReading) -> None:
    after = answer(before, build.at(1), reading=reading)
    assert (after.gap, after.state.halvings) == (None, 0)


def test_an_interval_is_halved_down_to_five_minutes_and_recovers_week_by_week() -> None:
    state, new = READ, DocumentReading(new=10)
    for hour in range(1, 9):
        state = answer(state, build.at(hour), reading=new).state
    assert state.halvings == 2, "15 minutes, 7.5, 5"
    for day, halvings in ((1, 2), (8, 1), (14, 1), (15, 0), (30, 0)):
        now = build.at(8) + timedelta(days=day)
        state = answer(state, now, status=304).state
        assert state.halvings == halvings, day


def test_a_gap_that_the_next_document_does_not_reach_back_over_stays() -> None:
    down = replace(READ, fail_count=3, error_code="dns", health=FeedHealth.DOWN)
    after = answer(down, build.at(9), reading=DocumentReading(new=10, oldest=build.at(8)))
    assert (after.closes, after.made_good, after.gap) == (True, False, None)


@pytest.mark.parametrize(
    ("hours", "believed"),
    [
        ((0, 1, 2), False),  # often, but not for long
        ((0, 25), False),  # for long, but not often
        ((0, 1, 24), True),
        ((0, 1, 2, 3, 23, 24), True),
    ],
)
def test_p11_a_permanent_redirect_is_believed_after_three_sightings_over_a_day(
    hours: tuple[int, ...], *, believed: bool
) -> None:
    state = READ
    for hour in hours:
        after = answer(state, build.at(hour), url=NEW_ADDRESS, moved_to=NEW_ADDRESS)
        state = after.state
    assert state.location == (NEW_ADDRESS if believed else "")
    assert state.address == (NEW_ADDRESS if believed else FEED.url)
    assert [notice.kind for notice in after.notices] == ([NoticeKind.MOVED] if believed else [])


@pytest.mark.parametrize("between", ["", "https://other.example/rss"])
def test_p11_sightings_must_be_in_a_row_and_lead_to_one_place(between: str) -> None:
    state = READ
    for hour, moved_to in ((0, NEW_ADDRESS), (1, NEW_ADDRESS), (2, between), (30, NEW_ADDRESS)):
        state = answer(state, build.at(hour), moved_to=moved_to).state
    assert (state.location, state.moving_count) == ("", 1)


def test_a_failure_between_starts_the_sightings_anew() -> None:
    state = answer(READ, build.at(0), moved_to=NEW_ADDRESS).state
    assert refuse(state, build.at(1)).state.moving_count == 0


@pytest.mark.parametrize(("failures", "gone"), [(3, False), (1, True)])
def test_a_new_address_that_fails_gives_way_to_the_configured_one(
    failures: int, *, gone: bool
) -> None:
    state = replace(READ, location=NEW_ADDRESS)
    for hour in range(failures):
        after = refuse(state, build.at(hour), "http-410" if gone else "http-404", gone=gone)
        state = after.state
    assert (state.location, state.gone) == ("", False)
    assert NoticeKind.MOVED in {notice.kind for notice in after.notices}


def test_the_first_410_is_the_last_poll() -> None:
    after = refuse(READ, build.at(1), "http-410", gone=True)
    assert (after.state.gone, after.state.health) == (True, FeedHealth.GONE)
    (notice,) = after.notices
    assert "is gone for good" in notice.text


def test_a_long_silence_is_noticed_at_the_next_poll_and_ended_by_news() -> None:
    arrivals = [build.NOON + timedelta(hours=hour) for hour in range(-12, 0)]
    fresh = polled.succeeded(
        FEED,
        READ,
        Fetched(status=200, url=FEED.url),
        document=ParsedFeed(format="rss20", title="", entries=()),
        reading=DocumentReading(new=1, earlier=3),
        arrivals=arrivals,
        now=build.NOON,
        jitter=0.0,
    ).state
    assert fresh.stale_at == build.at(24)
    assert answer(fresh, build.at(23), status=304).state.health is FeedHealth.OK
    stale = answer(fresh, build.at(25), status=304)
    assert stale.state.health is FeedHealth.STALE
    assert stale.gap is not None
    assert stale.gap.kind is GapKind.STALE
    (notice,) = stale.notices
    assert "has brought nothing new since 22 Mar 12:00 UTC" in notice.text
    again = answer(stale.state, build.at(26), reading=DocumentReading(new=1, earlier=3))
    assert again.closes
    assert [item.text for item in again.notices] == ["Feed f (Courier) brings news again."]
