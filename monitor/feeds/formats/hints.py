"""Turns what a feed document says of its own schedule into values: how long, and when not.

Must never believe it without bounds; how far it is heeded is for core.feeds.polling.
"""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

_UPDATE_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_MAX_TTL = timedelta(days=365)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# feedparser keeps only the last of several <hour> elements
_SKIPPED = re.compile(rb"<skip(Hours|Days)\b[^>]{0,200}>(.{0,2000}?)</skip\1\s*>", re.DOTALL)
_VALUE = re.compile(rb"<(?:hour|day)\b[^>]{0,200}>\s*(\w{1,12})\s*</", re.IGNORECASE)


def ttl(channel: Any) -> timedelta | None:
    """How long the feed asks not to be polled again: the longer of <ttl> and sy:updatePeriod."""
    asked: list[timedelta] = []
    minutes = str(channel.get("ttl") or "").strip()
    if minutes.isascii() and minutes.isdecimal() and len(minutes) < 7:
        asked.append(timedelta(minutes=int(minutes)))
    period = _UPDATE_PERIODS.get(str(channel.get("sy_updateperiod") or "").strip().lower())
    times = str(channel.get("sy_updatefrequency") or "1").strip()
    if period and times.isascii() and times.isdecimal() and 0 < int(times[:4]) < 1_000:
        asked.append(period / int(times[:4]))
    longest = min(max(asked, default=timedelta()), _MAX_TTL)
    return longest or None


def skipped(document: bytes) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The hours (0 to 23, UTC) and weekdays (Monday is 0) of <skipHours> and <skipDays>.

    https://www.rssboard.org/rss-specification#ltskiphoursgtSubelementOfLtchannelgt; the 24 of
    RSS 0.91 is midnight.
    """
    hours: set[int] = set()
    days: set[int] = set()
    for kind, inside in _SKIPPED.findall(document):
        values = [value.decode("ascii", "replace").lower() for value in _VALUE.findall(inside)]
        if kind == b"Hours":
            hours |= set(_hours(values))
        else:
            days |= {_DAYS.index(value) for value in values if value in _DAYS}
    return tuple(sorted(hours)), tuple(sorted(days))


def _hours(values: Iterable[str]) -> Iterable[int]:
    for value in values:
        if value.isascii() and value.isdecimal() and int(value) <= 24:
            yield int(value) % 24
