"""Turns the words of a time in English into the last day that they cover.

“By March 2027” ends with March; “this year” and “the end of January” are read against the brief's
own date, never against today's. Days that can be read two ways (03/04/2026) are not read.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul",
            "august aug", "september sept sep", "october oct", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_NUMBERS: Final = {
    word: number
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve".split(), start=1
    )
} | {"eighteen": 18, "twenty-four": 24}
_ORDINALS: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_MONTH: Final = "(" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY: Final = r"(\d{1,2})(?:st|nd|rd|th)?"
_YEAR: Final = r"((?:19|20)\d\d)\b(?!\s*%)"


@dataclass(frozen=True, slots=True)
class FoundDay:
    """A time in a text. `day` is its last one; `exact`: the text names that very day in full."""

    day: date
    start: int
    end: int
    text: str
    exact: bool = False
    relative: bool = False  # read against the brief's date


_BEFORE: Final = re.compile(r"before (?!.*\bend\b)")
_Maker = Callable[[re.Match[str], date | None], date | None]


def find(text: str, near: date | None = None) -> tuple[FoundDay, ...]:
    """The times in a text, in order. `near` is the brief's date, for what names no year."""
    found: list[FoundDay] = []
    taken: set[int] = set()
    for pattern, make, exact, relative in _PATTERNS:
        for match in pattern.finditer(text):
            places = range(match.start(), match.end())
            if not taken.isdisjoint(places):
                continue
            day = _made(make, match, near)
            taken.update(places)  # what cannot be read is no shorter time either
            if day is not None:
                found.append(
                    FoundDay(day, match.start(), match.end(), match[0].strip(), exact, relative)
                )
    return tuple(sorted(found, key=lambda each: each.start))


def exact(text: str, near: date | None = None) -> date | None:
    """The first day that a text names in full, or None."""
    return next((each.day for each in find(text, near) if each.exact), None)


def _made(make: _Maker, match: re.Match[str], near: date | None) -> date | None:
    try:
        return make(match, near)
    except (ValueError, OverflowError):
        return None


def _on(year: int | str, month: int | str, day: int | str) -> date:
    number = month if isinstance(month, int) else _MONTHS[month.lower()]
    return date(int(year), number, int(day))


def _last(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _coming(near: date | None, month: int, day: int) -> date | None:
    """The next such day from the brief's date on."""
    if near is None:
        return None
    year = near.year if (month, day) >= (near.month, near.day) else near.year + 1
    return date(year, month, day)


def _month_of(match: re.Match[str], near: date | None) -> date | None:
    """“The end of January”: the next one."""
    if near is None:
        return None
    month = _MONTHS[match["month"].lower()]
    last = _last(near.year if month >= near.month else near.year + 1, month)
    whole = match[0].lower()
    return last.replace(day=1) - timedelta(days=1) if _BEFORE.match(whole) else last


def _month_and_year(match: re.Match[str], _near: date | None) -> date:
    year, month = int(match["year"]), _MONTHS[match["month"].lower()]
    part = (match["part"] or "").lower()
    if "before" in part and "end" not in part:
        return date(year, month, 1) - timedelta(days=1)
    if "early" in part:
        return date(year, month, 10)
    if "mid" in part:
        return date(year, month, 20)
    return _last(year, month)


def _year_named(match: re.Match[str], _near: date | None) -> date:
    year, part = int(match["year"]), (match["part"] or "").lower()
    if "before" in part and "end" not in part:
        return date(year - 1, 12, 31)
    if "mid" in part:
        return date(year, 6, 30)
    return date(year, 12, 31)


def _year_meant(match: re.Match[str], near: date | None) -> date | None:
    """“This year”, “by year's end”, “next year”."""
    if near is None:
        return None
    return date(near.year + ("next" in match[0].lower()), 12, 31)


def _quarter(match: re.Match[str], near: date | None) -> date | None:
    word = match["which"].lower()
    number = int(word) if word.isdecimal() else _ORDINALS[word]
    year = int(match["year"]) if match["year"] else near and near.year
    months = 3 if match["unit"].lower().startswith("q") else 6
    if not year or number * months > 12:
        return None
    return _last(year, number * months)


def _span(match: re.Match[str], near: date | None) -> date | None:
    """“Within six months”, counted from the brief's date."""
    if near is None:
        return None
    word = (match["count"] or "one").lower()
    count = int(word) if word.isdecimal() else _NUMBERS[word]
    unit = match["unit"].lower().rstrip("s")
    if unit in {"day", "week"}:
        return near + timedelta(days=count * (7 if unit == "week" else 1))
    months = near.month - 1 + count * (12 if unit == "year" else 1)
    year, month = near.year + months // 12, months % 12 + 1
    return date(year, month, min(near.day, monthrange(year, month)[1]))


def _slashed(match: re.Match[str], _near: date | None) -> date | None:
    first, second, year = int(match[1]), int(match[2]), int(match[3])
    if first > 12 >= second:
        return date(year, second, first)
    if second > 12 >= first:
        return date(year, first, second)
    return date(year, first, second) if first == second else None


_PART: Final = r"(?P<part>(?:before |by )?(?:the )?(?:end of|close of|late|mid-?|early|before)\s*)?"


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b{pattern}", re.IGNORECASE)


_PATTERNS: Final[tuple[tuple[re.Pattern[str], _Maker, bool, bool], ...]] = (
    (_compiled(r"(\d{4})-(\d\d)-(\d\d)\b"), lambda m, _: date(*map(int, m.groups())), True, False),
    (
        _compiled(rf"{_DAY}(?: of)? {_MONTH},? {_YEAR}"),
        lambda m, _: _on(m[3], m[2], m[1]),
        True,
        False,
    ),
    (_compiled(rf"{_MONTH} {_DAY},? {_YEAR}"), lambda m, _: _on(m[3], m[1], m[2]), True, False),
    (_compiled(rf"{_YEAR},? {_MONTH} {_DAY}\b"), lambda m, _: _on(m[1], m[2], m[3]), True, False),
    (
        _compiled(r"(\d{1,2})\.(\d{1,2})\.(\d{4})\b"),
        lambda m, _: _on(m[3], int(m[2]), m[1]),
        True,
        False,
    ),
    (_compiled(r"(\d{1,2})/(\d{1,2})/(\d{4})\b"), _slashed, True, False),
    (
        _compiled(rf"{_DAY}(?: of)? {_MONTH}"),
        lambda m, near: _coming(near, _MONTHS[m[2].lower()], int(m[1])),
        False,
        True,
    ),
    (
        _compiled(rf"{_MONTH} {_DAY}\b"),
        lambda m, near: _coming(near, _MONTHS[m[1].lower()], int(m[2])),
        False,
        True,
    ),
    (
        re.compile(
            rf"\b{_PART}\b{_MONTH.replace('(', '(?P<month>', 1)},? "
            rf"{_YEAR.replace('(', '(?P<year>', 1)}",
            re.IGNORECASE,
        ),
        _month_and_year,
        False,
        False,
    ),
    (
        _compiled(
            r"(?P<which>first|second|third|fourth)[ -](?P<unit>quarter|half)(?: of)?,?(?: "
            r"(?P<year>20\d\d)\b)?"
        ),
        _quarter,
        False,
        True,
    ),
    (_compiled(r"(?P<unit>[QH])(?P<which>[1-4])[ /]?(?P<year>20\d\d)?\b"), _quarter, False, True),
    (
        _compiled(
            r"(?:the )?(?:end of (?:the|this|next) year|(?:this|next|coming) year|"
            r"year[’']?s?[ -]end|end[ -]of[ -]year)\b"
        ),
        _year_meant,
        False,
        True,
    ),
    (
        _compiled(
            r"(?:within|next|coming|following|in the space of)(?: the)?(?: next| coming)? "
            r"(?:(?P<count>\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|twelve|"
            r"eighteen|twenty-four|a|an)[ -])?(?P<unit>days?|weeks?|months?|years?)\b"
        ),
        _span,
        False,
        True,
    ),
    (
        re.compile(
            rf"\b(?:by|before|until|through|to|till)(?: the)?(?: end of)? "
            rf"{_MONTH.replace('(', '(?P<month>', 1)}(?! \d)",
            re.IGNORECASE,
        ),
        _month_of,
        False,
        True,
    ),
    (
        re.compile(rf"\bend of {_MONTH.replace('(', '(?P<month>', 1)}(?! \d)", re.IGNORECASE),
        _month_of,
        False,
        True,
    ),
    (_compiled(r"Christmas\b"), lambda _, near: _coming(near, 12, 25), False, True),
    (
        re.compile(
            r"\b(?P<part>(?:by |before |until |through |in |during |for )?(?:the )?"
            r"(?:end of |mid-?\s?|close of )?)?(?P<year>20\d\d)\b(?!\s*(?:%|per))",
            re.IGNORECASE,
        ),
        _year_named,
        False,
        False,
    ),
)  # the more exact before the less


def newest(texts: Iterable[str]) -> date | None:
    """The latest day that the texts name in full: a brief is not older than what it cites."""
    days = [each.day for text in texts for each in find(text) if each.exact]
    return max(days, default=None)
