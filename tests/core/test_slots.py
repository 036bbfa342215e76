"""Slots are local calendar times: clock changes neither double nor drop a digest."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.slots import due_slot
from monitor.model.digests import DigestConfig

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
