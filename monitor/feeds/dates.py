"""Turns the date strings of feeds into moments, or None when they cannot be read.

Must never guess a day: an impossible date is None. Nor must it judge whether a date is believable,
or guess a zone that a date does not name: both are for core.feeds.normalise.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LONGEST = 100
"""Characters of a date that are looked at."""

# ISO 8601 as far as Python reads it; eight digits alone may be any number.
_ISO = re.compile(r"\d{4}-(?:\d{2}-\d{2}|W\d{2}-\d)(?!\d)|\d{8}T\d")
_ISO_DAY = re.compile(r"\d{4}-(?:\d{2}-\d{2}|W\d{2}-\d)")
_CLOCK = (
    r"(?P<hour>\d{1,2})\s?(?:[:.時时시]|点)\s?(?P<minute>\d{2})\s?[分분]?"
    r"(?:\s?:?\s?(?P<second>\d{2})(?:[.,]\d{1,9})?\s?[秒초]?)?(?:\s?(?P<half>[ap]\.?m\.?))?"
)
_WEEKDAY = r"(?:[^\W\d_]{2,10}\.?,?\s)?"
_NAME = r"(?P<month>[^\W\d_]{3,10})\.?"
_NOTATIONS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # RFC 822 and its like: Mon, 30 Nov 2026 10:00:00; 30-Nov-26; 30. November 2026, 10:00
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?[\s-](?:of\s|de\s)?{_NAME},?(?:\s?-|\s|\sde\s)"
        rf"(?P<year>\d{{4}}|\d{{2}})(?:,?\s(?:at\s|um\s|-\s|à\s)?{_CLOCK})?",
        # Nov 30, 2026 10:00 AM
        rf"{_WEEKDAY}{_NAME}\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<year>\d{{4}})"
        rf"(?:,?\s(?:at\s|-\s)?{_CLOCK})?",
        # Mon Nov 30 10:00:00 2026, as asctime writes it
        rf"{_WEEKDAY}{_NAME}\s(?P<day>\d{{1,2}})\s{_CLOCK}\s(?P<year>\d{{4}})",
        # 2026/11/30 10:00, 2026.11.30., 2026年11月30日(月) 10時00分, 2026년 11월 30일 오전 10:00
        r"(?P<year>\d{4})\s?(?P<mark>[-/.年년])\s?(?P<month>\d{1,2})\s?(?:(?P=mark)|[月월])\s?"
        r"(?P<day>\d{1,2})\s?[日일.]?(?:\s?[(\uff08]\w{1,3}[)\uff09])?(?:\s\w[曜요]日?일?)?"
        rf"(?:[\sT,]?\s?(?P<before>오전|오후|午前|午後|上午|下午)?\s?{_CLOCK})?",
        # 30.11.2026 10:00: with dots, the day always comes first
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.\s?(?P<year>\d{{4}})(?:,?\s(?:-\s)?{_CLOCK})?",
        # 30/11/2026, 30-11-2026, and 11/30/2026: only where no other day can be meant
        rf"{_WEEKDAY}(?P<day>1[3-9]|2\d|3[01])(?P<mark>[/-])(?P<month>\d{{1,2}})(?P=mark)(?P<year>\d{{4}})(?:,?\s(?:-\s)?{_CLOCK})?",
        rf"{_WEEKDAY}(?P<month>\d{{1,2}})(?P<mark>[/-])(?P<day>1[3-9]|2\d|3[01])(?P=mark)(?P<year>\d{{4}})(?:,?\s(?:-\s)?{_CLOCK})?",
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?P<mark>[/-])(?P<month>(?P=day))(?P=mark)(?P<year>\d{{4}})(?:,?\s(?:-\s)?{_CLOCK})?",
    )
)
_AFTERNOON = frozenset({"pm", "오후", "午後", "下午"})
# The names and short forms of the months in six languages of feeds; none means two months.
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier janv enero ene gennaio gen janeiro jän jänner",
            "february feb februar février fevrier févr fev febrero febbraio fevereiro",
            "march mar märz mär mrz mars marzo março marco",
            "april apr avril avr abril abr aprile",
            "may mai mayo maggio mag maio",
            "june jun juni juin junio giugno giu junho",
            "july jul juli juillet juil julio luglio lug julho",
            "august aug août aout agosto ago",
            "september sep sept septembre septiembre settembre set setembro",
            "october oct oktober okt octobre octubre ottobre ott outubro out",
            "november nov novembre noviembre novembro",
            "december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro",
        ),
        start=1,
    )
    for name in names.split()
}
# "10:00 +09:00", "10:00 GMT+9", "10:00 UTC+0900": feeds mean hours ahead of UTC by all of them.
_OFFSET = re.compile(r"(?<=[\d\s])(?:GMT|UTC)?\s?([+-])(\d{1,2})(?::?(\d{2}))?$", re.IGNORECASE)
_ZONE = re.compile(r"(?<=[\d\s])([A-Za-z]{1,5}|[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+){1,2})$")
_COMMENT = re.compile(r"\s*\(([^()]*)\)$")
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
    except (ValueError, OverflowError, KeyError):
        return None  # Feb 31, 24:00, +9999, year 0


def first(texts: Iterable[str]) -> tuple[Stamp | None, str]:
    """The first of these dates that can be read, and before it the first that cannot; "" is none.

    What was published badly was still changed at some time: publishers give several dates.
    """
    wrong = ""
    for text in texts:
        if found := stamp(text):
            return found, wrong
        wrong = wrong or text
    return None, wrong


def _stamp(text: str) -> Stamp | None:
    rest, zone = _parted(text)
    moment, timed = _moment(rest)
    if not timed:
        return Stamp(moment.replace(tzinfo=UTC), zoned=False)
    zoned = moment.tzinfo is not None or zone is not None
    return Stamp(moment.replace(tzinfo=moment.tzinfo or zone or UTC).astimezone(UTC), zoned=zoned)


def _moment(text: str) -> tuple[datetime, bool]:
    """The moment a date without its zone names, and whether it names a time of day.

    Raises ValueError when the whole of it is not in one of the notations.
    """
    if _ISO.match(text):
        moment = datetime.fromisoformat(text)
        return moment, _ISO_DAY.fullmatch(text) is None
    for notation in _NOTATIONS:
        if found := notation.fullmatch(text):
            parts = found.groupdict()
            year, month, day = int(parts["year"]), _month(parts["month"]), int(parts["day"])
            if len(parts["year"]) < 4:  # RFC 2822, section 4.3
                year += 2000 if year < 50 else 1900
            hour, minute, second = _time(parts)
            whole = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  # see _stamp
            return whole, parts["hour"] is not None
    raise ValueError(text)


def _month(text: str) -> int:
    return int(text) if text.isdecimal() else _MONTHS[text.casefold().removesuffix(".")]


def _time(parts: dict[str, str | None]) -> tuple[int, int, int]:
    hour, minute, second = (int(parts[name] or 0) for name in ("hour", "minute", "second"))
    half = (parts["half"] or parts.get("before") or "").casefold().replace(".", "")
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(half)
        hour = hour % 12 + (12 if half in _AFTERNOON else 0)
    return hour, minute, second


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
