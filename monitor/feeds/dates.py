"""Turns the date strings of feeds into aware UTC times, or None when they cannot be read.

Must never guess a day: an impossible date is None. Nor must it judge whether a date is
believable, which is for core.normalise.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)")
_ZONE_NAME = re.compile(r"\b([A-Z]{3,5})$")
# RFC 822 knows only the American names. These are the others that news feeds use; where a name
# means several zones (IST, BST, CST) the one is taken that feeds in English mean by it.
_ZONES = {
    "KST": "+0900", "JST": "+0900", "SGT": "+0800", "HKT": "+0800", "PHT": "+0800",
    "ICT": "+0700", "WIB": "+0700", "IST": "+0530", "PKT": "+0500", "MSK": "+0300",
    "EEST": "+0300", "EET": "+0200", "SAST": "+0200", "CEST": "+0200", "CET": "+0100",
    "BST": "+0100", "WEST": "+0100", "WET": "+0000", "AEST": "+1000", "AEDT": "+1100",
    "NZST": "+1200", "NZDT": "+1300",
}  # fmt: skip


def read(text: str) -> datetime | None:
    """The moment an ISO 8601 or RFC 822 string names, in UTC; None when it names none.

    A string without a zone is taken as UTC, a date alone as its midnight.
    """
    text = " ".join(text[:100].split())
    try:
        moment = _iso(text) if _ISO.match(text) else _rfc822(text)
        return moment.astimezone(UTC) if moment else None
    except (ValueError, OverflowError, TypeError, IndexError):
        return None  # Feb 31, 24:00, +9999, year 0; parsedate_tz itself trips over some garbage


def _iso(text: str) -> datetime:
    text = _with_offset(text).replace(" +", "+").replace(" -", "-")
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _rfc822(text: str) -> datetime | None:
    fields = parsedate_tz(_with_offset(text))
    if fields is None:
        return None
    zone = timezone(timedelta(seconds=fields[9] or 0))
    return datetime(*fields[:6], tzinfo=zone)


def _with_offset(text: str) -> str:
    name = _ZONE_NAME.search(text)
    return text[: name.start()] + _ZONES[name[1]] if name and name[1] in _ZONES else text
