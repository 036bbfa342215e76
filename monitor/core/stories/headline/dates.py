"""Turns a text into the days, months and quarters it names, each spelt one way.

Must never compare dates or know today's.
"""

import re

from monitor.core.stories.headline.wording import (
    MONTHS,
    ORDINAL_WORDS,
    RELATIVE_DAYS,
    WEEKDAYS,
    words,
)

_LETTERS = re.compile(r"[a-z]+")
_DAY_MONTH = re.compile(
    r"\b(?:(?P<d1>\d{1,2})(?:st|nd|rd|th)?\s+(?P<m1>[A-Z][a-z]{2,8})|(?P<m2>[A-Z][a-z]{2,8})\.?\s+"
    r"(?P<d2>\d{1,2})(?:st|nd|rd|th)?)\b(?![,.:]?\d)"
)
_BARE_MONTH = re.compile(
    r"\b(?:in|since|until|by|of|for|from|this|last|next)\s+([A-Z][a-z]{2,8})\b"
)
_QUARTER = re.compile(r"\b(?:q([1-4])|(first|second|third|fourth)[- ]quarter)\b", re.IGNORECASE)
_NTH_DAY = re.compile(
    r"\b(?:(?P<after>day|night|week) (?P<number>\d+)"
    rf"|(?P<word>{'|'.join(ORDINAL_WORDS)}) (?:straight |consecutive )?"
    r"(?P<before>day|night|week))\b",
    re.IGNORECASE,
)


_NTH_WORDS = words("day night week quarter q")


def dates(text: str) -> frozenset[str]:
    """Weekdays, months with or without a day, quarters, "second day"."""
    told = set(_LETTERS.findall(text.casefold()))
    found = told & (WEEKDAYS | RELATIVE_DAYS)
    if not MONTHS.keys().isdisjoint(told):
        found |= _months(text)
    if not _NTH_WORDS.isdisjoint(told):
        found |= _nths(text)
    return frozenset(found)


def _months(text: str) -> set[str]:
    days = {
        f"{month} {int(match['d1'] or match['d2'])}"
        for match in _DAY_MONTH.finditer(text)
        if (month := MONTHS.get((match["m1"] or match["m2"]).casefold()))
    }
    months = {MONTHS.get(match[1].casefold(), "") for match in _BARE_MONTH.finditer(text)}
    return days | months - {"", *(day.partition(" ")[0] for day in days)}


def _nths(text: str) -> set[str]:
    found = set()
    for match in _QUARTER.finditer(text):
        found.add(f"quarter {match[1] or ORDINAL_WORDS[match[2].casefold()][0]}")
    for match in _NTH_DAY.finditer(text):
        nth = match["number"] or ORDINAL_WORDS[match["word"].casefold()][:-2]
        found.add(f"{(match['after'] or match['before']).casefold()} {nth}")
    return found
