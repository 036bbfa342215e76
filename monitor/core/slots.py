"""Turns a digest's local times and `now` into the slot that is due, in local calendar terms.

A slot is a local date and time, never an instant: clock changes can neither double nor drop one.
"""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.model.digests import DigestConfig

LOOK_BACK = timedelta(days=8)
"""A weekly slot is still found a week later; the next digest's window covers older ones."""


def due_slot(config: DigestConfig, now: datetime) -> tuple[str, datetime] | None:
    """The newest slot at or before `now`: its name ("2019-03-26T08:00") and its instant in UTC.

    None when the digest has no day in the last week. A local time that the spring change skips
    means the same instant as its distance from midnight before the change; one that the autumn
    change repeats means its first occurrence.
    """
    zone = ZoneInfo(config.timezone)
    hour, minute = (int(part) for part in config.at.split(":"))
    day = now.astimezone(zone).date()
    for back in range(LOOK_BACK.days):
        date = day - timedelta(days=back)
        local = datetime.combine(date, time(hour, minute), tzinfo=zone)
        if date.weekday() in config.days and local.astimezone(UTC) <= now:
            return f"{date.isoformat()}T{config.at}", local.astimezone(UTC)
    return None
