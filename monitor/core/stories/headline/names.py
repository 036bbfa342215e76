"""Turns a title into the names it holds: places by table, others by capitals that say something.

Must never know who anybody is; a name is a word, folded, demonyms to their country.
"""

import re

from monitor.core.stories.headline.wording_names import NOT_NAMES, PLACES
from monitor.core.stories.headline.words import aliased, without_dots

_CASED = re.compile(r"(?<!\w)[^\W\d_][^\W_]*(?:'[^\W\d_]+)?")
_CAPITAL = re.compile(r"(?<!\w)[^\W\d_a-z][^\W_]*(?:'[^\W\d_]+)?")  # most other words are left out
_SENTENCE_START = re.compile(r"(?:^|[.:;!?|\"'-])\s*[\"'(]*$")

# "…: state media", "… - Yonhap": who said so is not what the headline is about.
_SOURCE = re.compile(
    r"(?<=\w{3})(?::| -) (?:[A-Z]{2,6}|(?:\w+ ){0,2}(?:reports?|sources?|officials?|media|agency"
    r"|ministry|government|military|study|analysts?|experts?|survey|poll|diplomats?|Yonhap"
    r"|Reuters))$"
)


def known_names(lead: str) -> frozenset[str]:
    """Words that the lead writes with a capital inside a sentence."""
    return frozenset(
        found.group().casefold().removesuffix("'s")
        for found in _CAPITAL.finditer(lead)
        if found.group()[0].isupper() and _inside(lead, found.start())
    )


def _inside(text: str, start: int) -> bool:
    """Not at the beginning of a sentence or of a quotation."""
    return not _SENTENCE_START.search(text[max(0, start - 4) : start])


def names(title: str, known: frozenset[str]) -> tuple[str, ...]:
    """Names of the title: places by table, others by capitals where capitals say something."""
    title = without_dots(title)
    if ":" in title or " - " in title:
        title = _SOURCE.sub("", title)
    found = list(_CASED.finditer(title))
    later = [f.group() for f in found[1:] if len(f.group()) > 3]
    capitals = sum(word[0].isupper() for word in later)
    speaking = capitals < 0.6 * max(len(later), 3)  # else title case: a capital says nothing
    shouting = title.isupper()
    marked: list[tuple[str, bool]] = []
    for one in found:
        word = one.group()
        folded = word.casefold().removesuffix("'s")
        named = word[0].isupper() and (
            (speaking and _inside(title, one.start()))
            or folded in known
            or (word.isupper() and len(word) > 1 and not shouting)
        )
        marked.append((folded, named and folded not in NOT_NAMES))
    words = aliased([word for word, _ in marked])
    named_words = {word for word, named in marked if named}
    named_words |= {part for word in named_words for part in aliased([word])}
    return _folded_names(words, named_words)


_PLACE_STARTS = frozenset(first for first, *_ in PLACES)


def _folded_names(words: tuple[str, ...], named: set[str]) -> tuple[str, ...]:
    out: list[str] = []
    place = 0
    while place < len(words):
        if words[place] not in _PLACE_STARTS:
            if words[place] in named:
                out.append(words[place])
            place += 1
            continue
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


def places(words: tuple[str, ...]) -> tuple[str, ...]:
    return _folded_names(words, set())
