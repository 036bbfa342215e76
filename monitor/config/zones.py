"""Turns the name of a time zone in a YAML file into itself, or into a mistake with advice.

Abbreviations that are no zone get the city that is surely meant; those that happen to be one, and
offsets, are told about: they have no summer time, and the sign of “Etc/GMT+2” is the other way.
"""

import re
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from monitor.config.document import Node
from monitor.config.reader import Reader
from monitor.config.suggest import either

EXPECTED = "a time zone like Asia/Seoul"
CITY: Final = "the zone of a city, such as Asia/Seoul"

CITIES: Final = {
    "EST": ("America/New_York",),
    "EDT": ("America/New_York",),
    "EST5EDT": ("America/New_York",),
    "ET": ("America/New_York",),
    "CST": ("America/Chicago", "Asia/Shanghai"),
    "CDT": ("America/Chicago",),
    "CST6CDT": ("America/Chicago",),
    "MST": ("America/Denver", "America/Phoenix"),
    "MDT": ("America/Denver",),
    "MST7MDT": ("America/Denver",),
    "PST": ("America/Los_Angeles",),
    "PDT": ("America/Los_Angeles",),
    "PST8PDT": ("America/Los_Angeles",),
    "PT": ("America/Los_Angeles",),
    "HST": ("Pacific/Honolulu",),
    "AKST": ("America/Anchorage",),
    "AST": ("America/Halifax", "Asia/Riyadh"),
    "BRT": ("America/Sao_Paulo",),
    "BST": ("Europe/London",),
    "WET": ("Europe/Lisbon",),
    "WEST": ("Europe/Lisbon",),
    "CET": ("Europe/Berlin", "Europe/Paris"),
    "CEST": ("Europe/Berlin", "Europe/Paris"),
    "MEZ": ("Europe/Berlin",),
    "MESZ": ("Europe/Berlin",),
    "MET": ("Europe/Berlin",),
    "EET": ("Europe/Kyiv", "Europe/Athens"),
    "EEST": ("Europe/Kyiv", "Europe/Athens"),
    "MSK": ("Europe/Moscow",),
    "TRT": ("Europe/Istanbul",),
    "IRST": ("Asia/Tehran",),
    "GST": ("Asia/Dubai",),
    "PKT": ("Asia/Karachi",),
    "IST": ("Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin"),
    "ICT": ("Asia/Bangkok",),
    "WIB": ("Asia/Jakarta",),
    "HKT": ("Asia/Hong_Kong",),
    "SGT": ("Asia/Singapore",),
    "KST": ("Asia/Seoul",),
    "JST": ("Asia/Tokyo",),
    "AEST": ("Australia/Sydney",),
    "AEDT": ("Australia/Sydney",),
    "NZST": ("Pacific/Auckland",),
}
"""Abbreviations, and the zones of cities that people mean by them."""

_FIXED: Final = frozenset({"EST", "MST", "HST"})
"""Abbreviations that are zones without summer time, whatever their namesakes do."""
_OFFSET: Final = re.compile(
    r"(Etc/)?(?:GMT|UTC)\s*([+-])\s*0?(\d{1,2})(?::?(\d\d))?", re.IGNORECASE
)


def zone(reader: Reader, node: Node | None) -> str:
    """The name of a zone that exists; "" when there is none or it was noted as a mistake."""
    name = reader.text(node, EXPECTED)
    if node is None or not name:
        return ""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        expected = CITY if _OFFSET.fullmatch(name) else EXPECTED
        advice = _meant(name) or reader.suggest(name, _all())
        reader.note(node, f"no time zone is called “{name}”", expected, advice)
        return ""
    if found := _doubtful(name):
        reader.warn(node, found, CITY, _meant(name))
    return name


def _doubtful(name: str) -> str:
    """What an existing zone is that names no city; "" for one that is surely meant."""
    if (offset := _OFFSET.fullmatch(name)) and int(offset[3]):
        way = "behind" if offset[2] == "+" else "ahead of"
        hours = f"{int(offset[3])} hour{'s' if int(offset[3]) > 1 else ''}"
        return f"“{name}”, which is {hours} {way} UTC and has no summer time"
    if name.upper() in _FIXED:
        return f"“{name}”, which has no summer time"
    return f"“{name}”, which names no city" if name.upper() in CITIES else ""


def _meant(name: str) -> str:
    """The cities that an abbreviation stands for, as advice."""
    cities = CITIES.get(name.upper(), ())
    return f"for example {either(cities)}" if cities else ""


@cache
def _all() -> tuple[str, ...]:
    """All names, which takes a search through the files of the zones."""
    return tuple(sorted(available_timezones()))
