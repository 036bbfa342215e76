"""What is searched for in stored entries, and the words of a text that it is found by.

The words stand in the database: whoever changes `words` must index anew what is stored.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

LONGEST: Final = 60
"""Letters by which a longer word is known; PostgreSQL refuses words over 2 kB."""

MOST: Final = 10_000
"""Words of one text that are found; PostgreSQL counts no further than 16,383."""

# scripts that part no words: there each character is one
_ALONE: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003ffff"
)
_MARKS: Final = "\u0300-\u036f\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a"
_WORD: Final = re.compile(rf"[{_ALONE}]|(?:[^\W_{_ALONE}][{_MARKS}]*)+")


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word as it is compared, and where it stands in the text as given."""

    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Term:
    """Words that must follow each other; with `ending` the last may go on."""

    words: tuple[str, ...]
    ending: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """All of `wanted` and none of `unwanted`. With nothing wanted every entry is found."""

    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is searched for. Empty texts and None do not restrict.

    `since` and `until` are moments an entry was first seen, the second one not included.
    `question`: entries that an indicator of it hit, under any version of the watchlist.
    """

    terms: Terms = Terms()
    feed: str = ""
    outlet: str = ""
    question: str = ""
    since: datetime | None = None
    until: datetime | None = None


def words(text: str) -> list[PlacedWord]:
    """The words of a text: case, accents, width and ligatures make no difference."""
    found: list[PlacedWord] = []
    for match in _WORD.finditer(text):
        if word := _folded(match[0]):
            found.append(PlacedWord(word, match.start(), match.end()))
            if len(found) == MOST:
                break
    return found


@lru_cache(maxsize=1 << 15)
def _folded(word: str) -> str:
    """Only letters and digits are left, so that no syntax of a database can be in it."""
    if word.isascii():
        return word.lower()[:LONGEST]
    apart = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(c for c in apart if not unicodedata.combining(c))
    whole = unicodedata.normalize("NFKC", plain).casefold()
    return "".join(c for c in whole if c.isalnum())[:LONGEST]
