"""Turns the title and lead of an entry, as published, into what two headlines are compared by.

Must never compare anything, look at more than one entry, or fail on any text.
"""

from dataclasses import dataclass
from functools import lru_cache

from monitor.core.stories.headline.dates import dates
from monitor.core.stories.headline.names import known_names, names, places
from monitor.core.stories.headline.wording import FOREIGN, STOPWORDS
from monitor.core.stories.headline.wording import words as table
from monitor.core.stories.headline.words import fold
from monitor.core.stories.headline.wrapping import (
    clean,
    plain_lead,
    recurring,
    unwrap,
    without_outlet,
)

TITLE_LENGTH, LEAD_LENGTH = 1_000, 600  # characters; longer ones are cut before reading
LEAD_WORDS = 60  # of a summary; what comes later is background


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Headline:
    """A title and lead, read. Equal `text` means the same title whatever the wrapping."""

    text: str  # the words of the title, joined
    sorted_text: str  # the same, words in order of the alphabet
    words: tuple[str, ...]
    content: tuple[str, ...]  # distinct words of the title that carry meaning, in order
    substance: int  # how many content words; two ideographs count as one
    numbers: frozenset[str]
    dates: frozenset[str]
    names: tuple[str, ...]  # folded to one word each, demonyms to their country, in order
    kinds: frozenset[str]  # "question", and those that wrapping.KINDS marks
    serial: bool  # a title that is used again for other texts
    guarded: bool  # the word tables apply: written in English
    lead: tuple[str, ...]
    lead_text: str  # the same, joined
    told: frozenset[str]  # every word and name of title and lead
    meaning: frozenset[str]  # distinct words of title and lead that carry meaning


@lru_cache(maxsize=16_384)
def read(title: str, summary: str = "", outlet: str = "") -> Headline:
    """Read one headline. Never raises; an empty title gives an empty text."""
    whole = clean(title[:TITLE_LENGTH])
    plain, kinds = unwrap(without_outlet(whole, outlet))
    lead_text = plain_lead(summary[:LEAD_LENGTH])
    words = fold(plain)
    lead = fold(lead_text)[:LEAD_WORDS]
    named = names(plain, known_names(lead_text))
    content = tuple(dict.fromkeys(word for word in words if word not in STOPWORDS))
    days = dates(plain)
    return Headline(
        text=" ".join(words),
        sorted_text=" ".join(sorted(words)),
        words=words,
        content=content,
        substance=sum(_substance(word) for word in content),
        numbers=_numbers(words, days),
        dates=days,
        names=named,
        kinds=kinds | ({"question"} if _asks(plain, words) else frozenset()),
        serial=recurring(whole) or not words,
        guarded=_english(words),
        lead=lead,
        lead_text=" ".join(lead),
        told=frozenset((*words, *lead, *named, *places(lead), *dates(lead_text))),
        meaning=frozenset((*content, *lead)) - STOPWORDS,
    )


@lru_cache(maxsize=4_096)
def bare(title: str) -> str:
    """`Headline.text` of a title alone, for a fifth of the work of reading it."""
    plain, _ = unwrap(clean(title[:TITLE_LENGTH]))
    return " ".join(fold(plain))


def _substance(word: str) -> int:
    return max(1, len(word) // 2) if "\u2e80" <= word[0] <= "\ud7a3" else 1


def _english(words: tuple[str, ...]) -> bool:
    letters = "".join(words)
    latin = len(letters) if letters.isascii() else sum(c < "\u0250" for c in letters)
    foreign = sum(word in FOREIGN for word in words)
    known = sum(word in STOPWORDS for word in words)
    return 2 * latin > len(letters) and not (foreign >= 2 and foreign > known)


def _numbers(words: tuple[str, ...], dates: frozenset[str]) -> frozenset[str]:
    in_dates = {date.rpartition(" ")[2] for date in dates}
    return frozenset(word for word in words if word[0].isdigit() and word not in in_dates)


_ASKING = table("who what why how when where which is are will can should could does did")


def _asks(title: str, words: tuple[str, ...]) -> bool:
    return title.rstrip("\"' )").endswith("?") or (
        bool(words) and words[0] in _ASKING and not {"say", "says", "said"} & set(words)
    )
