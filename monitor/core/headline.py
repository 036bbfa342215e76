"""Turns the title and lead of an entry, as published, into what two headlines are compared by.

Must never compare anything, look at more than one entry, or fail on any text.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from monitor.core.wording import (
    ALIASES,
    FOREIGN,
    MONTHS,
    MULTIPLIERS,
    NOT_NAMES,
    NUMBER_WORDS,
    ORDINAL_WORDS,
    PLACES,
    RELATIVE_DAYS,
    STOPWORDS,
    WEEKDAYS,
    words,
)
from monitor.core.wrapping import clean, plain_lead, recurring, unwrap, without_outlet

TITLE_LENGTH, LEAD_LENGTH = 1_000, 2_000  # characters; longer ones are cut before reading
LEAD_WORDS = 60  # of a summary; what comes later is background


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """A title and lead, read. Equal `text` means the same title whatever the wrapping."""

    text: str  # the words of the title, joined
    words: tuple[str, ...]
    content: tuple[str, ...]  # distinct words of the title that carry meaning, in order
    substance: int  # how many content words; two ideographs count as one
    numbers: frozenset[str]
    dates: frozenset[str]
    names: tuple[str, ...]  # folded to one word each, demonyms to their country, in order
    kinds: frozenset[str]  # "question", "opinion", "live", "explainer", "video"
    serial: bool  # a title that is used again for other texts
    guarded: bool  # the word tables apply: written in English
    lead: tuple[str, ...]
    told: frozenset[str]  # every word and name of title and lead


@lru_cache(maxsize=16_384)
def read(title: str, summary: str = "", outlet: str = "") -> Headline:
    """Read one headline. Never raises; an empty title gives an empty text."""
    whole = clean(title[:TITLE_LENGTH])
    plain, kinds = unwrap(without_outlet(whole, outlet))
    lead_text = plain_lead(summary[:LEAD_LENGTH])
    words = _fold(plain)
    lead = _fold(lead_text)[:LEAD_WORDS]
    names = _names(plain, _known_names(lead_text))
    content = tuple(dict.fromkeys(word for word in words if word not in STOPWORDS))
    dates = _dates(plain)
    return Headline(
        text=" ".join(words),
        words=words,
        content=content,
        substance=sum(_substance(word) for word in content),
        numbers=_numbers(words, dates),
        dates=dates,
        names=names,
        kinds=kinds | ({"question"} if _asks(plain, words) else frozenset()),
        serial=recurring(whole) or not words,
        guarded=_english(words),
        lead=lead,
        told=frozenset((*words, *lead, *names, *_places(lead), *_dates(lead_text))),
    )


# --- words --------------------------------------------------------------------------------------

_WORD = re.compile(r"\d[\d,]*(?:\.\d+)?[^\W\d_]*\s?%?|[^\W\d_]+(?:'[^\W\d_]+)*|&")
_INITIALS = re.compile(r"\b(?:[^\W\d_]\.){2,}|\b[^\W\d_]\.[^\W\d_]\b")
_PERCENT = re.compile(r"\s*(?:%|\bper ?cent\b|\bpct\b)", re.IGNORECASE)
_FIGURE = re.compile(r"(\d+(?:\.\d+)?)([^\W\d_]*)(%?)")
_LONGEST_ALIAS = max(len(key) for key in ALIASES)


def _fold(text: str) -> tuple[str, ...]:
    """Lower-case words with figures, contractions and well-known variants brought to one form."""
    text = _INITIALS.sub(lambda found: found.group().replace(".", ""), text)
    text = _PERCENT.sub("%", text)
    words: list[str] = []
    for raw in _WORD.findall(text):
        words.extend(_plain_words(raw.casefold().replace(" ", "")))
    return _aliased(_counted(words))


def _plain_words(word: str) -> tuple[str, ...]:
    if word[0].isdigit():
        return (_figure(word),)
    if word in {"can't", "cannot"}:
        return ("can", "not")
    if word == "won't":
        return ("will", "not")
    if word.endswith("n't"):
        return tuple(part for part in (word[:-3], "not") if part)
    word = word.removesuffix("'s")
    if word in ORDINAL_WORDS:
        return (ORDINAL_WORDS[word],)
    return tuple(part for part in word.split("'") if part)


def _figure(word: str) -> str:
    """Digits without separators; "754.6m" as the number it is; a unit stays."""
    found = _FIGURE.fullmatch(word.replace(",", ""))
    if not found:
        return word
    digits, unit, percent = found.groups()
    if unit in MULTIPLIERS:
        return _times(digits, MULTIPLIERS[unit]) + percent
    return digits + unit + percent


def _times(digits: str, factor: int) -> str:
    whole, _, part = digits.partition(".")
    shift = len(str(factor)) - 1
    part = part.ljust(shift, "0")
    rest = part[shift:].rstrip("0")
    return (whole + part[:shift]).lstrip("0") + (f".{rest}" if rest else "") or "0"


def _counted(words: list[str]) -> list[str]:
    """Number words as digits, "3 million" as one number."""
    out: list[str] = []
    for place, word in enumerate(words):
        following = words[place + 1] if place + 1 < len(words) else ""
        if word in MULTIPLIERS and len(word) > 1 and out and _is_number(out[-1]):
            out[-1] = _times(out[-1], MULTIPLIERS[word])
        elif word == "one" and (following in {"of", "on"} or (out and out[-1] in {"no", "any"})):
            out.append(word)
        else:
            out.append(NUMBER_WORDS.get(word, word))
    return out


def _is_number(word: str) -> bool:
    return word.replace(".", "", 1).isdecimal() and word.isascii()


def _aliased(words: list[str]) -> tuple[str, ...]:
    out: list[str] = []
    place = 0
    while place < len(words):
        for length in range(min(_LONGEST_ALIAS, len(words) - place), 0, -1):
            name = ALIASES.get(tuple(words[place : place + length]))
            if name is not None:
                out.extend(name)
                place += length
                break
        else:
            out.append(words[place])
            place += 1
    return tuple(out)


def _substance(word: str) -> int:
    return max(1, len(word) // 2) if "\u2e80" <= word[0] <= "\ud7a3" else 1


def _english(words: tuple[str, ...]) -> bool:
    letters = "".join(words)
    latin = sum(c < "\u0250" for c in letters)
    foreign = sum(word in FOREIGN for word in words)
    known = sum(word in STOPWORDS for word in words)
    return 2 * latin > len(letters) and not (foreign >= 2 and foreign > known)


# --- figures, dates, names, kinds -----------------------------------------------------------------

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


def _dates(title: str) -> frozenset[str]:
    """Weekdays, months with or without a day, quarters, "second day"."""
    words = set(re.findall(r"[a-z]+", title.casefold()))
    days = {
        f"{month} {int(match['d1'] or match['d2'])}"
        for match in _DAY_MONTH.finditer(title)
        if (month := MONTHS.get((match["m1"] or match["m2"]).casefold()))
    }
    months = {MONTHS.get(match[1].casefold(), "") for match in _BARE_MONTH.finditer(title)}
    months -= {"", *(day.partition(" ")[0] for day in days)}
    return frozenset((words & (WEEKDAYS | RELATIVE_DAYS)) | days | months | _nths(title))


def _nths(title: str) -> set[str]:
    found = set()
    for match in _QUARTER.finditer(title):
        found.add(f"quarter {match[1] or ORDINAL_WORDS[match[2].casefold()][0]}")
    for match in _NTH_DAY.finditer(title):
        nth = match["number"] or ORDINAL_WORDS[match["word"].casefold()][:-2]
        found.add(f"{(match['after'] or match['before']).casefold()} {nth}")
    return found


def _numbers(words: tuple[str, ...], dates: frozenset[str]) -> frozenset[str]:
    in_dates = {date.rpartition(" ")[2] for date in dates}
    return frozenset(word for word in words if word[0].isdigit() and word not in in_dates)


_CASED = re.compile(r"[^\W\d_][^\W_]*(?:'[^\W\d_]+)?")
_SENTENCE_START = re.compile(r"(?:^|[.:;!?|\"'-])\s*[\"'(]*$")

# "…: state media", "… - Yonhap": who said so is not what the headline is about.
_SOURCE = re.compile(
    r"(?<=\w{3})(?::| -) (?:[A-Z]{2,6}|(?:\w+ ){0,2}(?:reports?|sources?|officials?|media|agency"
    r"|ministry|government|military|study|analysts?|experts?|survey|poll|diplomats?|Yonhap"
    r"|Reuters))$"
)


def _known_names(lead: str) -> frozenset[str]:
    """Words that the lead writes with a capital inside a sentence."""
    return frozenset(
        found.group().casefold().removesuffix("'s")
        for found in _CASED.finditer(lead)
        if found.group()[0].isupper()
        and not _SENTENCE_START.search(lead[max(0, found.start() - 4) : found.start()])
    )


def _names(title: str, known: frozenset[str]) -> tuple[str, ...]:
    """Names of the title: places by table, others by capitals where capitals say something."""
    title = _SOURCE.sub("", _INITIALS.sub(lambda found: found.group().replace(".", ""), title))
    found = list(_CASED.finditer(title))
    later = [f.group() for f in found[1:] if len(f.group()) > 3]
    capitals = sum(word[0].isupper() for word in later)
    speaking = capitals < 0.6 * max(len(later), 3)  # else title case: a capital says nothing
    shouting = title.isupper()
    marked: list[tuple[str, bool]] = []
    for one in found:
        word = one.group()
        folded = word.casefold().removesuffix("'s")
        inside = not _SENTENCE_START.search(title[max(0, one.start() - 4) : one.start()])
        named = (
            (word[0].isupper() and speaking and inside)
            or (word[0].isupper() and folded in known)
            or (word.isupper() and len(word) > 1 and not shouting)
        )
        marked.append((folded, named and folded not in NOT_NAMES))
    words = _aliased([word for word, _ in marked])
    named_words = {word for word, named in marked if named}
    named_words |= {part for word in named_words for part in _aliased([word])}
    return _folded_names(words, named_words)


def _folded_names(words: tuple[str, ...], named: set[str]) -> tuple[str, ...]:
    out: list[str] = []
    place = 0
    while place < len(words):
        pair, single = words[place : place + 2], words[place : place + 1]
        if pair in PLACES:
            out.append(PLACES[pair])
            place += 2
            continue
        if single in PLACES:
            out.append(PLACES[single])
        elif words[place] in named:
            out.append(words[place])
        place += 1
    return tuple(dict.fromkeys(out))


def _places(words: tuple[str, ...]) -> tuple[str, ...]:
    return _folded_names(words, set())


_ASKING = words("who what why how when where which is are will can should could does did")


def _asks(title: str, words: tuple[str, ...]) -> bool:
    return title.rstrip("\"' )").endswith("?") or (
        bool(words) and words[0] in _ASKING and not {"say", "says", "said"} & set(words)
    )
