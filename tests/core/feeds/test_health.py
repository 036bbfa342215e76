"""How a feed is judged, when its silence is unusual, and what is left to tell of its changes."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.feeds import health
from monitor.model.clock import LocalClock
from monitor.model.feeds import FeedGap, FeedHealth, FeedNotice, FeedState, GapKind, NoticeKind
from tests import build

CLOCK = LocalClock("Asia/Seoul", build.NOON)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NEVER = FeedState(feed_id="f", url="https://f.example/", outlet="Courier", next_poll_at=build.NOON)
FINE = replace(NEVER, ok_at=build.NOON, polled_at=build.NOON, health=FeedHealth.OK)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"ok_at": None}, FeedHealth.NEW),
        ({}, FeedHealth.OK),
        ({"fail_count": 1, "error_code": "timeout"}, FeedHealth.DEGRADED),
        ({"fail_count": 2, "error_code": "http-500"}, FeedHealth.DEGRADED),
        ({"fail_count": 3, "error_code": "dns"}, FeedHealth.DOWN),
        ({"fail_count": 1, "error_code": "http-403"}, FeedHealth.BLOCKED),
        ({"fail_count": 9, "error_code": "http-401"}, FeedHealth.BLOCKED),
        ({"fail_count": 1, "error_code": "robots-disallowed"}, FeedHealth.BLOCKED),
        ({"fail_count": 1, "error_code": "http-410", "gone": True}, FeedHealth.GONE),
        ({"stale_at": build.NOON}, FeedHealth.STALE),
        ({"stale_at": build.at(1)}, FeedHealth.OK),
        ({"stale_at": build.NOON, "fail_count": 1}, FeedHealth.DEGRADED),
        # only a success ends trouble
        ({"health": FeedHealth.BLOCKED, "fail_count": 2, "error_code": "timeout"}, FeedHealth.DOWN),
        ({"health": FeedHealth.GONE, "fail_count": 1, "error_code": "timeout"}, FeedHealth.DOWN),
        ({"health": FeedHealth.STALE, "fail_count": 1, "error_code": "dns"}, FeedHealth.STALE),
        ({"health": FeedHealth.DOWN}, FeedHealth.OK),
    ],
)
def test_the_health_follows_from_the_last_polls(
    facts: dict[str, Any], expected: FeedHealth
) -> None:
    assert health.judged(replace(FINE, **facts)) is expected


def arrivals(*gaps: timedelta) -> list[datetime]:
    found = [build.NOON]
    for gap in gaps:
        found.append(found[-1] + gap)
    return found


def test_with_few_arrivals_no_silence_is_unusual() -> None:
    assert health.stale_after(arrivals(*[HOUR] * 9)) is None
    assert health.stale_after([]) is None


def test_a_weekday_feed_may_be_silent_over_a_weekend() -> None:
    """Eight arrivals on each of five days, nothing at night or on Saturday and Sunday."""
    day, night = [HOUR] * 7, 17 * HOUR
    week = [*[*day, night] * 4, *day, night + 2 * DAY]
    assert health.usual_gap(arrivals(*week)) == 17 * HOUR
    wait = health.stale_after(arrivals(*week))
    assert wait is not None
    assert wait > 17 * HOUR + 2 * DAY


def test_a_busy_feed_is_given_a_day() -> None:
    assert health.stale_after(arrivals(*[HOUR / 4] * 40)) == DAY


def test_one_long_holiday_does_not_decide() -> None:
    assert health.usual_gap(arrivals(*[DAY] * 20, 10 * DAY)) == DAY


@given(st.lists(st.timedeltas(timedelta(), 100 * DAY), min_size=10, max_size=70))
def test_half_of_the_time_lies_in_gaps_no_longer_than_the_usual_one(
    gaps: list[timedelta],
) -> None:
    usual = health.usual_gap(arrivals(*gaps))
    assert usual in gaps
    shorter = sum((gap for gap in gaps if gap < usual), timedelta())
    longer = sum((gap for gap in gaps if gap > usual), timedelta())
    assert shorter <= sum(gaps, timedelta()) / 2
    assert longer <= sum(gaps, timedelta()) / 2


def test_each_change_is_told_with_the_feeds_name_and_what_happens_next() -> None:
    down = replace(
        FINE, fail_count=3, error_code="timeout", error_text="no answer", health=FeedHealth.DOWN
    )
    notice = health.changed(FINE, down, at=build.at(3))
    assert notice is not None
    assert (notice.before, notice.after) == (FeedHealth.NEW, FeedHealth.DOWN)
    assert notice.text == (
        "Feed f (Courier) has not been read since 22 Mar 12:00 UTC: no answer. "
        "It is tried again by itself."
    )
    known = replace(down, told=FeedHealth.DOWN, told_at=build.at(3))
    assert health.changed(known, known, at=build.at(4)) is None
    recovered = health.changed(known, replace(known, health=FeedHealth.OK), at=build.at(5))
    assert recovered is not None
    assert (recovered.before, recovered.after) == (FeedHealth.DOWN, FeedHealth.OK)
    assert recovered.text == "Feed f (Courier) is read again."


def told(health_: FeedHealth, at: float | None = 0, **facts: Any) -> FeedState:
    """A feed of which people heard that, so many hours after noon."""
    at_ = None if at is None else build.at(at)
    return replace(FINE, told=health_, told_at=at_, **facts)


NEW, OK, DEGRADED, DOWN, BLOCKED, STALE, GONE = (
    FeedHealth.NEW, FeedHealth.OK, FeedHealth.DEGRADED, FeedHealth.DOWN, FeedHealth.BLOCKED,
    FeedHealth.STALE, FeedHealth.GONE,
)  # fmt: skip


@pytest.mark.parametrize(
    ("before", "now", "since", "expected"),
    [
        # hours: `before` was told at 0, it is 100 now, and the feed is what it is `since` then
        (told(NEW, None), DEGRADED, 100, None),
        (told(OK, -999), DOWN, 100, DOWN),
        (told(OK, None), BLOCKED, 100, BLOCKED),
        (told(OK), DOWN, 100, DEGRADED),  # a relapse
        (told(OK), BLOCKED, 100, DEGRADED),
        (told(OK), STALE, 100, STALE),
        (told(OK), GONE, 100, GONE),
        (told(DOWN, 99), BLOCKED, 100, None),
        (told(DOWN, 70), BLOCKED, 100, BLOCKED),
        (told(DOWN, 99), GONE, 100, GONE),
        (told(DOWN, 99), OK, 100, OK),
        (told(STALE, 99), OK, 100, OK),
        (told(DEGRADED, 99), OK, 100, None),
        (told(DEGRADED, 0), OK, 29, None),
        (told(DEGRADED, 0), OK, 28, OK),  # three days
        (told(DEGRADED, 0, ok_at=build.at(29)), DOWN, 20, None),
        (told(DEGRADED, 0, ok_at=build.at(28)), DOWN, 90, DOWN),  # three days without a success
        (told(DEGRADED, 99), GONE, 100, GONE),
        (told(GONE, 99), GONE, 99, None),
    ],
)
def test_a_state_is_told_once_and_not_each_flicker(
    before: FeedState, now: FeedHealth, since: float, expected: FeedHealth | None
) -> None:
    after = replace(before, health=now, health_at=build.at(since))
    assert health.to_tell(before, after, at=build.at(100)) is expected
    notice = health.changed(before, after, at=build.at(100))
    assert (notice is None) == (expected is None)
    if notice:
        assert health.matters(notice)


def test_what_fails_on_and_off_is_told_so_and_that_it_is_well_again() -> None:
    after = replace(told(OK), health=DOWN, error_text="no answer")
    relapse = health.changed(told(OK), after, at=build.at(9))
    assert relapse is not None
    assert "Feed f (Courier) fails on and off, this time with: no answer." in relapse.text
    well = replace(told(DEGRADED), health=OK, health_at=build.at(10))
    recovery = health.changed(told(DEGRADED), well, at=build.at(90))
    assert recovery is not None
    assert recovery.text == "Feed f (Courier) has been read for 3 days without a failure."


FAILING = replace(FINE, fail_count=1, error_code="timeout")


@pytest.mark.parametrize(
    ("back", "other", "expected"),
    [
        ({}, {}, True),
        ({}, {"error_code": "dns", "ok_at": build.at(-0.9)}, True),
        ({}, {"ok_at": build.at(-1.1)}, False),  # it failed long before
        ({}, {"ok_at": build.at(1.1)}, False),
        ({}, {"ok_at": None}, False),
        ({}, {"fail_count": 0, "error_code": ""}, False),
        ({}, {"error_code": "http-404"}, False),
        ({"error_code": "http-503"}, {"error_code": "http-502"}, True),
        ({"error_code": "http-503"}, {"url": "https://g.example/"}, False),
        ({"error_code": "http-404"}, {"error_code": "http-404"}, False),
        ({}, {"url": "https://g.example/"}, True),
    ],
)
def test_feeds_that_failed_together_recover_together(
    back: dict[str, Any], other: dict[str, Any], expected: bool
) -> None:
    found = health.recover_together(replace(FAILING, **back), replace(FAILING, **other))
    assert found is expected


@pytest.mark.parametrize("after", [member for member in FeedHealth if member.trouble])
def test_every_trouble_names_the_feed(after: FeedHealth) -> None:
    notice = health.changed(FINE, replace(FINE, health=after, error_text="why"), at=build.NOON)
    assert notice is not None
    assert "Feed f (Courier)" in notice.text


def test_that_a_new_feed_is_well_is_not_told() -> None:
    assert health.changed(NEVER, FINE, at=build.NOON) is None


def test_a_gap_begins_with_the_last_success() -> None:
    down = replace(FINE, fail_count=3, error_code="dns", health=FeedHealth.DOWN)
    gap = health.opened(FINE, down, at=build.at(3))
    assert gap == FeedGap(feed_id="f", kind=GapKind.DOWN, started_at=build.NOON)
    assert health.opened(down, replace(down, health=FeedHealth.BLOCKED), at=build.at(4)) is None
    assert health.opened(NEVER, replace(NEVER, health=FeedHealth.DOWN), at=build.at(4)) is None
    stale = health.opened(FINE, replace(FINE, health=FeedHealth.STALE), at=build.at(9))
    assert stale is not None
    assert stale.started_at == build.at(9)


def test_a_feed_that_was_never_read_is_named_until_it_is() -> None:
    gap = FeedGap(feed_id="g", kind=GapKind.DOWN, started_at=build.NOON)
    assert health.unwatched([], CLOCK, ["reuters"]) == (
        "Not everything was read: reuters (never yet). Silence there proves nothing."
    )
    assert health.unwatched([gap], CLOCK, ["a", "b"]) == (
        "Not everything was read: a (never yet), b (never yet), g (not since 22 Mar 21:00). "
        "Silence there proves nothing."
    )
    same = replace(gap, feed_id="a")
    assert health.unwatched([same], CLOCK, ["a"]).count("a (") == 1
    many = health.unwatched([gap], CLOCK, [f"f{number:02}" for number in range(22)])
    assert "f19 (never yet), g (not since" in many
    assert " and 2 more. " in many
    assert health.unwatched([], CLOCK) == ""


@pytest.mark.parametrize(("outlet", "works"), [("Reuters", True), ("Courier", False)])
def test_a_refusal_says_what_works_instead(outlet: str, works: bool) -> None:
    before = replace(NEVER, outlet=outlet)
    after = replace(before, health=FeedHealth.BLOCKED, error_code="http-401", fail_count=1)
    notice = health.changed(before, after, at=build.NOON)
    assert notice is not None
    assert health.way_round(after) in notice.text
    assert ("which counts as Reuters where it credits Reuters" in notice.text) is works
    assert ("with its “headers”" in notice.text) is works
    assert health.way_round(FINE) == ""


def notice(
    before: FeedHealth,
    after: FeedHealth,
    feed_id: str = "f",
    kind: NoticeKind = NoticeKind.HEALTH,
) -> FeedNotice:
    return FeedNotice(
        at=build.NOON,
        kind=kind,
        feed_id=feed_id,
        outlet="Courier",
        before=before,
        after=after,
        text=f"{feed_id} {after}",
    )


def test_what_ended_as_it_began_is_not_told() -> None:
    ok, degraded, down = OK, DEGRADED, DOWN
    assert health.net([notice(ok, degraded), notice(degraded, ok)]) == ()
    assert health.net([notice(ok, degraded)]) == ()
    assert health.net([notice(ok, degraded), notice(degraded, down), notice(down, ok)]) == ()
    (left,) = health.net([notice(ok, degraded), notice(degraded, down)])
    assert (left.before, left.after, left.text) == (ok, down, "f down")
    (left,) = health.net([notice(down, ok)])
    assert left.after is ok


def test_feeds_and_kinds_are_told_apart() -> None:
    ok, down = FeedHealth.OK, FeedHealth.DOWN
    left = health.net(
        [
            notice(ok, down, "a"),
            notice(ok, ok, "a", NoticeKind.MOVED),
            notice(ok, down, "b"),
            notice(ok, down, "", NoticeKind.NETWORK),
        ]
    )
    assert [(item.feed_id, item.kind.value) for item in left] == [
        ("a", "health"),
        ("a", "moved"),
        ("b", "health"),
        ("", "network"),
    ]


def test_what_was_not_watched_is_said_in_one_sentence() -> None:
    assert health.unwatched([], CLOCK) == ""
    open_ = FeedGap(feed_id="a", kind=GapKind.DOWN, started_at=build.NOON)
    closed = FeedGap(feed_id="b", kind=GapKind.OVERRUN, started_at=build.NOON, ended_at=build.at(1))
    assert health.unwatched([open_, closed], CLOCK) == (
        "Not everything was read: a (not since 22 Mar 21:00), b (not from 22 Mar 21:00 to "
        "22 Mar 22:00). Silence there proves nothing."
    )
    many = [replace(open_, feed_id=f"f{number}") for number in range(9)]
    assert "f4 (not since 22 Mar 21:00) and 4 more. " in health.unwatched(many, CLOCK)
