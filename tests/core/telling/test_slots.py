"""Slots are local calendar times: clock changes neither double nor drop a digest."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.telling.slots import due_slot, quiet
from monitor.model.deliveries import DigestConfig

ALL_WEEK = tuple(range(7))


def config(at: str, zone: str, days: tuple[int, ...] = ALL_WEEK) -> DigestConfig:
    return DigestConfig(name="desk", recipients=(), at=at, timezone=zone, days=days)


def test_the_newest_slot_at_or_before_now_is_due() -> None:
    seoul = config("08:00", "Asia/Seoul")
    midnight = datetime(2019, 3, 22, tzinfo=UTC)

    assert due_slot(seoul, midnight) == (
        "2019-03-22T08:00",
        datetime(2019, 3, 21, 23, tzinfo=UTC),
    )
    before = due_slot(seoul, datetime(2019, 3, 21, 22, 59, tzinfo=UTC))
    assert before is not None
    assert before[0] == "2019-03-21T08:00"


def test_weekends_are_skipped_and_no_days_means_never() -> None:
    sunday = datetime(2019, 3, 24, 12, tzinfo=UTC)
    friday = due_slot(config("08:00", "UTC", (0, 1, 2, 3, 4)), sunday)

    assert friday is not None
    assert friday[0] == "2019-03-22T08:00"
    assert due_slot(config("08:00", "UTC", ()), sunday) is None


@pytest.mark.parametrize(
    ("zone", "at", "start"),
    [
        ("Europe/Berlin", "02:30", datetime(2019, 3, 30, tzinfo=UTC)),
        ("Europe/Berlin", "02:30", datetime(2019, 10, 26, tzinfo=UTC)),
        ("America/New_York", "01:30", datetime(2019, 11, 2, tzinfo=UTC)),
        ("Australia/Lord_Howe", "02:00", datetime(2019, 10, 5, tzinfo=UTC)),
    ],
)
def test_each_local_day_has_one_slot_over_a_clock_change(
    zone: str, at: str, start: datetime
) -> None:
    due = [due_slot(config(at, zone), start + timedelta(minutes=10 * n)) for n in range(6 * 72)]
    names = [slot[0] for slot in due if slot]
    in_order = list(dict.fromkeys(names))

    assert names == sorted(names), "a slot never comes back"
    assert len(in_order) in {3, 4}
    days = [datetime.fromisoformat(name).date() for name in in_order]
    assert all(after - before == timedelta(days=1) for before, after in pairwise(days))


@given(
    st.datetimes(datetime(2015, 1, 1), datetime(2025, 1, 1)),  # noqa: DTZ001 — hypothesis wants naive bounds
    st.sampled_from(["Europe/London", "America/Santiago", "Pacific/Apia", "Asia/Tehran", "UTC"]),
    st.times(),
)
def test_a_due_slot_is_in_the_past_and_less_than_a_day_and_an_hour_old(
    naive: datetime, zone: str, clock: object
) -> None:
    now = naive.replace(tzinfo=UTC)
    at = str(clock)[:5]
    due = due_slot(config(at, zone), now)

    assert due is not None
    assert due[1] <= now
    assert now - due[1] < timedelta(hours=26)
    assert due[0].endswith(at)
    assert ZoneInfo(zone)


def changes(zone: ZoneInfo, start: datetime, days: int) -> tuple[datetime, ...]:
    """The days of a span in which a zone's clock changes; no two are nearer than a week."""

    def offset(day: int) -> timedelta | None:
        return (start + timedelta(days=day)).astimezone(zone).utcoffset()

    weeks = (week for week in range(0, days, 7) if offset(week) != offset(week + 7))
    found = (
        day for week in weeks for day in range(week, week + 7) if offset(day) != offset(day + 1)
    )
    return tuple(start + timedelta(days=day) for day in found)


@pytest.mark.slow
def test_no_zone_doubles_or_drops_a_slot_at_any_change_of_ten_years() -> None:
    """At every change of every zone, the slots of the days around it come once each, in order.

    A zone may drop a day of the calendar (Samoa did, in 2011); a slot of a day that never was is
    nobody's. Zones that change alike are tried once.
    """
    start = datetime(2016, 1, 1, tzinfo=UTC)
    tried: set[tuple[tuple[datetime, timedelta | None], ...]] = set()
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        days = changes(zone, start, 3653)
        rules = tuple((day, day.astimezone(zone).utcoffset()) for day in days)
        if not days or rules in tried:
            continue
        tried.add(rules)
        for day in days:
            for at in ("00:00", "01:30", "02:30"):
                steps = (day + timedelta(hours=n) for n in range(-24, 49))
                due = [due_slot(config(at, name), now) for now in steps]
                names = [slot[0] for slot in due if slot]
                in_order = list(dict.fromkeys(names))
                assert names == sorted(names), (name, day, at, "a slot came back")
                dates = [datetime.fromisoformat(each).date() for each in in_order]
                gaps = {after - before for before, after in pairwise(dates)}
                assert gaps == {timedelta(days=1)}, (name, day, at, "a slot was dropped")
    assert len(tried) > 50


def test_a_day_that_never_was_has_no_slot_of_its_own() -> None:
    """Samoa went from 29 to 31 December 2011: no slot bears the date between."""
    apia = config("08:00", "Pacific/Apia")
    start = datetime(2011, 12, 29, tzinfo=UTC)
    due = [due_slot(apia, start + timedelta(minutes=30 * n)) for n in range(200)]

    names = list(dict.fromkeys(slot[0][:10] for slot in due if slot))
    assert names == ["2011-12-28", "2011-12-29", "2011-12-31", "2012-01-01", "2012-01-02"]


@pytest.mark.parametrize(
    ("hours", "clock", "expected"),
    [
        (("22:00", "07:00"), "21:59", False),
        (("22:00", "07:00"), "22:00", True),
        (("22:00", "07:00"), "03:00", True),
        (("22:00", "07:00"), "07:00", False),
        (("12:00", "13:00"), "12:30", True),
        (("12:00", "13:00"), "13:00", False),
        (None, "03:00", False),
    ],
)
def test_quiet_hours_are_from_the_first_minute_up_to_the_end(
    hours: tuple[str, str] | None, clock: str, expected: bool
) -> None:
    seoul = replace(config("08:00", "Asia/Seoul"), quiet_hours=hours)
    local = datetime.fromisoformat(f"2019-03-22T{clock}").replace(tzinfo=ZoneInfo("Asia/Seoul"))

    assert quiet(seoul, local.astimezone(UTC)) is expected
