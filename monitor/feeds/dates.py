"""Turns the date strings of feeds into moments, or None when they cannot be read.

Must never guess a day: an impossible date is None. Nor must it judge whether a date is believable,
or guess a zone that a date does not name: both are for core.feeds.normalise.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_tz
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LONGEST = 100
"""Characters of a date that are looked at."""

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# "10:00 +09:00", "10:00 GMT+9", "10:00 UTC+0900": feeds mean hours ahead of UTC by all of them.
_OFFSET = re.compile(r"(?<=[\d\s])(?:GMT|UTC)?\s?([+-])(\d{1,2})(?::?(\d{2}))?$", re.IGNORECASE)
_ZONE = re.compile(r"(?<=[\d\s])([A-Za-z]{1,5}|[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+){1,2})$")
_COMMENT = re.compile(r"\s*\(([^()]*)\)$")
_HALF = re.compile(r"(\d{1,2})(:\d{2}(?::\d{2})?)\s?([AP])\.?M\.?$", re.IGNORECASE)
# Hours ahead of UTC. RFC 822 knows only the American names; the others are those that news feeds
# use. Where a name means several zones (IST, BST, CST, GST) the one is taken that feeds in English
# mean by it; a feed that means another one should say "timezone" and have its offsets right.
_HOURS = {
    "UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "WET": 0,
    "AST": -4, "ADT": -3, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6,
    "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10, "ART": -3, "BRT": -3,
    "BST": 1, "CET": 1, "WEST": 1, "WAT": 1, "CEST": 2, "EET": 2, "CAT": 2, "SAST": 2, "MEZ": 1,
    "MESZ": 2, "EEST": 3, "MSK": 3, "EAT": 3, "TRT": 3, "IRST": 3.5, "GST": 4, "AFT": 4.5,
    "PKT": 5, "IST": 5.5, "NPT": 5.75, "MMT": 6.5, "ICT": 7, "WIB": 7, "SGT": 8, "HKT": 8,
    "PHT": 8, "MYT": 8, "WITA": 8, "AWST": 8, "KST": 9, "JST": 9, "WIT": 9, "ACST": 9.5,
    "AEST": 10, "ACDT": 10.5, "AEDT": 11, "NZST": 12, "NZDT": 13,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stamp:
    """A date as published. `at` is UTC; without a zone (`zoned` False) it is read as UTC.

    A day without a time of day has no zone either: it is the midnight that begins it.
    """

    at: datetime
    zoned: bool = True


def read(text: str) -> datetime | None:
    """The moment an ISO 8601 or RFC 822 string names, in UTC; None when it names none.

    A string without a zone is taken as UTC, a date alone as its midnight.
    """
    found = stamp(text)
    return found.at if found else None


def stamp(text: str) -> Stamp | None:
    """What an ISO 8601 or RFC 822 string says; None when it names no day that exists."""
    text = " ".join(text[:LONGEST].split())
    try:
        return _stamp(text)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None  # Feb 31, 24:00, +9999, year 0; parsedate_tz itself trips over some garbage


def names_zone(text: str) -> bool:
    """Whether a date names the zone it is in."""
    return _parted(" ".join(text[:LONGEST].split()))[1] is not None


def _stamp(text: str) -> Stamp | None:
    if _DAY.fullmatch(text):
        return Stamp(datetime.fromisoformat(text).replace(tzinfo=UTC), zoned=False)
    rest, zone = _parted(text)
    moment = datetime.fromisoformat(rest) if _ISO.match(rest) else _rfc822(rest)
    if moment is None:
        return None
    zoned = moment.tzinfo is not None or zone is not None
    return Stamp(moment.replace(tzinfo=moment.tzinfo or zone or UTC).astimezone(UTC), zoned=zoned)


def _rfc822(text: str) -> datetime | None:
    fields = parsedate_tz(_on_24_hours(text))
    return datetime(*fields[:6]) if fields else None  # noqa: DTZ001  # its zone is added by _stamp


def _on_24_hours(text: str) -> str:
    """10:00 PM as 22:00, which parsedate_tz would read as 10:00."""
    found = _HALF.search(text)
    if not found or not 1 <= int(found[1]) <= 12:
        return text
    hour = int(found[1]) % 12 + (12 if found[3] in "Pp" else 0)
    return f"{text[: found.start()]}{hour:02}{found[2]}"


def _parted(text: str) -> tuple[str, tzinfo | None]:
    """A date without its zone, and the zone; the zone is None when it is unknown or not named.

    "-0000" is UTC whose writer does not say where he is (RFC 5322, section 3.3).
    """
    comment = _COMMENT.search(text)
    if comment:  # "+0900 (KST)" says it twice, "10:00 (KST)" once
        bare = text[: comment.start()]
        text = bare if _OFFSET.search(bare) else f"{bare} {comment[1]}"
    if ":" not in text:
        return text, None
    if found := _OFFSET.search(text):
        ahead = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        return text[: found.start()].rstrip(), timezone(ahead if found[1] == "+" else -ahead)
    if (found := _ZONE.search(text)) and found[1].upper() not in {"AM", "PM"}:
        return text[: found.start()].rstrip(), _named(found[1])
    return text, None


def _named(name: str) -> tzinfo | None:
    if name.upper() in _HOURS:
        return timezone(timedelta(hours=_HOURS[name.upper()]))
    try:
        return ZoneInfo(name) if "/" in name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: “America/Argentina”
        return None
