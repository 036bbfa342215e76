"""Turns a digest's local times and `now` into the slot that is due, and quiet hours into yes or no.

A slot is a local date and time, never an instant: clock changes can neither double nor drop one.
Quiet hours are what the clock on the wall says, so they too follow every change of it.
"""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.model.deliveries import DigestConfig

LOOK_BACK = timedelta(days=8)
"""A weekly slot is still found a week later; the next digest's window covers older ones."""


def due_slot(config: DigestConfig, now: datetime) -> tuple[str, datetime] | None:
    """The newest slot at or before `now`: its name ("2019-03-26T08:00") and its instant in UTC.

    None when the digest has no day in the last week. A local time that the spring change skips
    means the same instant as its distance from midnight before the change; one that the autumn
    change repeats means its first occurrence.
    """
    zone = ZoneInfo(config.timezone)
    at = _time(config.at)
    day = now.astimezone(zone).date()
    for back in range(LOOK_BACK.days):
        date = day - timedelta(days=back)
        instant = datetime.combine(date, at, tzinfo=zone).astimezone(UTC)
        if date.weekday() in config.days and instant <= now:
            return f"{date.isoformat()}T{config.at}", instant
    return None


def quiet(config: DigestConfig, at: datetime) -> bool:
    """Whether a moment falls into the quiet hours, from the first minute up to the last's end."""
    if config.quiet_hours is None:
        return False
    start, end = (_time(text) for text in config.quiet_hours)
    local = at.astimezone(ZoneInfo(config.timezone)).time()
    return start <= local < end if start < end else local >= start or local < end


def _time(text: str) -> time:
    hour, minute = text.split(":")
    return time(int(hour), int(minute))
