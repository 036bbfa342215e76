"""Turns a text into words of one form: figures, contractions and well-known variants folded.

Must never drop a word: "not", "against" and figures stay where they are.
"""

import re

from monitor.core.memo import Memo
from monitor.core.stories.headline.wording import ALIASES, MULTIPLIERS, NUMBER_WORDS, ORDINAL_WORDS

_WORD = re.compile(r"\d[\d,]*(?:\.\d+)?[^\W\d_]*\s?%?|[^\W\d_]+(?:'[^\W\d_]+)*|&")
_INITIALS = re.compile(r"\b(?:[^\W\d_]\.){2,}|\b[^\W\d_]\.[^\W\d_]\b")
_PERCENT = re.compile(r"\s*(?:%|\b[Pp]er ?cent\b|\bpct\b)")
_FIGURE = re.compile(r"(\d+(?:\.\d+)?)([^\W\d_]*)(%?)")
_ALIAS_LENGTHS = {
    first: max(len(key) for key in ALIASES if key[0] == first) for first, *_ in ALIASES
}
_COUNTING = frozenset({*NUMBER_WORDS, *MULTIPLIERS})


def fold(text: str) -> tuple[str, ...]:
    """Lower-case words with figures, contractions and well-known variants brought to one form."""
    text = without_dots(text)
    if "%" in text or "cent" in text or "pct" in text:
        text = _PERCENT.sub("%", text)
    words: list[str] = []
    for raw in _WORD.findall(text):
        words.extend(_PLAIN[raw])
    return aliased(_counted(words))


def without_dots(text: str) -> str:
    """Initials as one word: U.S. as US."""
    if "." not in text:
        return text
    return _INITIALS.sub(lambda found: found.group().replace(".", ""), text)


def _plain_words(raw: str) -> tuple[str, ...]:
    word = raw.casefold().replace(" ", "")
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


_PLAIN = Memo(_plain_words, size=65_536)


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
    if _COUNTING.isdisjoint(words):
        return words
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


def aliased(words: list[str]) -> tuple[str, ...]:
    if _ALIAS_LENGTHS.keys().isdisjoint(words):
        return tuple(words)
    out: list[str] = []
    place = 0
    while place < len(words):
        longest = _ALIAS_LENGTHS.get(words[place], 0)
        for length in range(min(longest, len(words) - place), 0, -1):
            name = ALIASES.get(tuple(words[place : place + length]))
            if name is not None:
                out.extend(name)
                place += length
                break
        else:
            out.append(words[place])
            place += 1
    return tuple(out)
