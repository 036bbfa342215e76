"""Turns one written word into the form in which words are compared; never sees a sentence.

Two forms, because case matters to a few terms only: `shape` keeps upper and lower case, `fold` does
not. Neither keeps what never matters: apostrophes, the dots of an acronym, soft hyphens and
zero-width characters, full-width and ligature forms, and accents where leaving them off is common.

Accents are dropped from Latin and Greek only. In Cyrillic й, ї and ў are letters of their own and
stay; ё and stress marks do not. Arabic and Hebrew lose their points, Arabic also the variants of
alef, yeh, kaf and teh. Chinese is never transliterated: 北京 and 背景 would become one word.
"""

import unicodedata
from typing import Final

from monitor.core.memo import Memo

CACHE_SIZE: Final = 65_536
"""Distinct written words remembered of each kind; more than a day of news holds."""

# Typewriter, typographic, modifier-letter, accent, prime and full-width forms.
APOSTROPHES: Final = "'’‘\u02b9\u02ba\u02bb\u02bc`\u00b4\u2032\uff07"
INVISIBLE: Final = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"

_UNSEEN: Final = dict.fromkeys(map(ord, APOSTROPHES + INVISIBLE))
_POINTS: Final = dict.fromkeys(
    [*range(0x0591, 0x05C8), *range(0x0610, 0x061B), 0x0640, *range(0x064B, 0x0660), 0x0670]
)
_STRESS: Final = dict.fromkeys((0x0300, 0x0301))  # whatever did not compose: Cyrillic stress
_VARIANTS: Final = str.maketrans(
    {
        "\u0131": "i",  # dotless
        **dict(zip("øØłŁđĐðÐħĦŧŦ", "oOlLdDdDhHtT", strict=True)),
        "æ": "ae",
        "Æ": "Ae",
        "œ": "oe",
        "Œ": "Oe",
        "þ": "th",
        "Þ": "Th",
        "ŋ": "ng",
        "Ŋ": "Ng",
        "\u0451": "\u0435",
        "\u0401": "\u0415",  # Cyrillic yo
        **dict.fromkeys("\u0623\u0625\u0622\u0671", "\u0627"),  # alef
        **dict.fromkeys("\u0649\u06cc", "\u064a"),  # yeh
        "\u06a9": "\u0643",
        "\u0629": "\u0647",  # kaf, teh marbuta
    }
)
_REST: Final = _POINTS | _STRESS | _VARIANTS
_ASCII_DROPPED = str.maketrans("", "", "'`.,+#")


def _loses_accents(letter: str) -> bool:
    """Whether marks on this base letter are dropped: Latin and Greek, after decomposition."""
    code = ord(letter)
    return code < 0x0250 or 0x0370 <= code < 0x0400 or 0x1E00 <= code < 0x2000


def _without_accents(word: str) -> str:
    kept: list[str] = []
    plain = False
    for char in unicodedata.normalize("NFKD", word):
        if not unicodedata.combining(char):
            plain = _loses_accents(char)
        elif plain:
            continue
        kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept))


def _shape(word: str) -> str:
    if word.isascii():
        if word.isalnum():
            return word
        return word.replace(",", "") if word[0].isdigit() else word.translate(_ASCII_DROPPED)
    text = _without_accents(word.translate(_UNSEEN)).translate(_REST).rstrip("+#")
    return text if text[:1].isdigit() else text.replace(".", "")


def _fold(word: str) -> str:
    return SHAPES[word].casefold()


SHAPES: Final = Memo(_shape, CACHE_SIZE)
FOLDS: Final = Memo(_fold, CACHE_SIZE)

shape: Final = SHAPES.__getitem__
"""The compared form of a word with its case kept: "U.S." → "US", "Erdoğan" → "Erdogan"."""

fold: Final = FOLDS.__getitem__
"""The compared form of a word without case: "NATO" and "Nato" → "nato"."""
