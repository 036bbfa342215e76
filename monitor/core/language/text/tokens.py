"""Turns the stored text of one field into tokens with sentence numbers; never changes the text.

Positions are character offsets into the text exactly as given, so what matched can be highlighted
without a map. A token's span leaves out a possessive ending: in "Kim's" it covers "Kim".

Three patterns, by what the text holds: plain ASCII, Latin, and everything else. Chinese, Japanese,
Thai, Lao, Khmer and Burmese have no spaces between words: there each character is a token. Hangul
is a run of its own, so that "CNN은" is "CNN" and a particle. A French or Italian elision ("l'Iran")
is two tokens. Hyphens and dashes separate tokens, but a single hyphen is remembered (`joins`), so
that "cease-fire" can also be read as "ceasefire".
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import accumulate, chain
from typing import Final

from monitor.core.language.text.fold import APOSTROPHES, INVISIBLE, fold, shape

__all__ = ["Tokens", "fold", "frequencies", "hangul", "keys", "shape", "signed", "solo", "tokenise"]

_HYPHENS: Final = frozenset("-\u2010\u2011")
_SOLO: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003ffff"
)
_HANGUL: Final = "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff"
_ELISIONS: Final = "[cdjlmnst]|qu|jusqu|lorsqu|puisqu|all|dall|dell|nell|sull|quell|quest|un"
_BEYOND_LATIN = re.compile(r"[^\x00-\u036f\u1e00-\u1eff\u2000-\u206f\u20a0-\u20cf\u2100-\u214f]")

# Also the full-width, Arabic, Urdu and Devanagari marks, and the bullets that part list items.
_BREAK = re.compile(
    "[!?;|\n\r\u2028\u2029\u2022\u3002\uff01\uff1f\uff1b\u061f\u061b\u06d4\u0964]"
    r"|\.(?=[\s\"'”’»)\]])"
)
_NO_BREAKS: Final = frozenset({"", ", ", *_HYPHENS})  # most marks, not worth a search
# A full stop after these ends no sentence. Single letters and dotted acronyms never end one.
_ABBREVIATED: Final = """
    adm amb approx assn assoc attn ave bhd brig bros calif capt cmdr co col colo conn corp cpl dept
    det dr est fla ft gen gov hon inc insp jr kan lt ltd maj mass messrs mich minn mme mr mrs ms mt
    okla ore penn pfc ph pres prof pte pvt rep reps rev sec sen sens sgt sr st ste supt tenn tex
    univ vs wash wis jan feb mar apr jun jul aug sep sept oct nov dec
"""
_ABBREVIATIONS: Final = frozenset(_ABBREVIATED.split())


def _marks() -> str:
    """Combining marks of all scripts: to a regular expression they are no part of a word."""
    blocks = [(0x0300, 0x1E00), (0x20D0, 0x2100), (0x2DE0, 0x2E00), (0x3099, 0x309B)]
    blocks += [(0xA66F, 0xAC00), (0xFB1E, 0xFB1F), (0xFE20, 0xFE30), (0x10A00, 0x12000)]
    return "".join(
        chr(code)
        for low, high in blocks
        for code in range(low, high)
        if unicodedata.category(chr(code)).startswith("M")
    )


def _pattern(
    letter: str, single: str, *, quotes: str = APOSTROPHES, marks: str = "", solo: str = ""
) -> re.Pattern[str]:
    """One token, with its possessive ending. `letter` includes digits, `single` does not.

    The look ahead passes over what stands between words at once. The first alternatives, plain
    words, are nearly always the ones; without them the rest would be tried on every word.
    """
    word = f"{letter}+(?:[{marks}]+{letter}*)*" if marks else f"{letter}+"
    alone = rf"[{solo}][{marks}]*|[{_HANGUL}]+(?:[{quotes}][sS]\b)?|" if solo else ""
    return re.compile(
        rf"(?=[\w{solo}])("
        rf"[A-Za-z]{{2,}}+(?![\w{quotes}{marks}])"
        rf"|{alone}{single}{{2,}}+(?![\d{quotes}{marks}])"
        rf"|(?:{single}\.)+{single}(?!{letter})\.?(?:[{quotes}][sS]\b)?"
        rf"|\d+(?:[.,]\d+)+"
        rf"|(?i:{_ELISIONS})(?=[{quotes}]{single}{{2}})"
        rf"|{word}(?:[{quotes}]{word})*)"
    )


_LATIN_MARKS: Final = "\u0300-\u036f" + INVISIBLE
_ALL_MARKS: Final = _marks() + INVISIBLE + "\ufe00-\ufe0f\uff9e\uff9f"
_SIGN = re.compile(r"[+#]{1,2}(?![\w+#])")
_POSSESSIVE = re.compile(f"[{APOSTROPHES}][sS]")
_APOSTROPHES: Final = frozenset(APOSTROPHES)
_POSSESSIVES: Final = tuple(mark + letter for mark in APOSTROPHES for letter in "sS")
_OTHER: Final = f"{_SOLO}{_HANGUL}\uff9e\uff9f"
_ASCII = _pattern("[A-Za-z0-9]", "[A-Za-z]", quotes="'`")
_LATIN = _pattern("[^\\W_\u02b9-\u02bc]", "[^\\W\\d_\u02b9-\u02bc]", marks=_LATIN_MARKS)
_FULL = _pattern(
    f"[^\\W_\u02b9-\u02bc{_OTHER}]",
    f"[^\\W\\d_\u02b9-\u02bc{_OTHER}]",
    marks=_ALL_MARKS,
    solo=_SOLO,
)
_SOLO_START = re.compile(f"[{_SOLO}]")
_HANGUL_START = re.compile(f"[{_HANGUL}]")


@dataclass(slots=True)  # not frozen: that makes setting the fields three times as slow
class Tokens:
    """The words of one text, column by column.

    `gaps` is what stands between each token and the next one, or the end of the text. `sentences`
    numbers the sentence of each token from 0. `joins` maps the place of a token to the word it
    forms with the next one across a hyphen. `shouting`: all capitals, so case says nothing.
    """

    text: str
    words: list[str]
    gaps: list[str]
    sentences: list[int]
    joins: dict[int, str]
    shouting: bool
    pieces: list[str] = field(repr=False)  # the text cut up: a gap, a word, a gap, a word, a gap
    _limits: list[int] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def limits(self) -> list[int]:
        """Where each token starts and ends, by turns: offsets into `text`.

        Counted when first asked for: few texts hold anything to point at.
        """
        if self._limits is None:
            self._limits = [*accumulate(map(len, self.pieces))][:-1]
        return self._limits

    @property
    def starts(self) -> list[int]:
        """Where each token starts."""
        return self.limits[::2]

    @property
    def ends(self) -> list[int]:
        """Just after where each token ends."""
        return self.limits[1::2]

    def gap(self, place: int) -> str:
        """What stands between token `place` and the next one (or the end of the text)."""
        return self.gaps[place]


def tokenise(text: str) -> Tokens:
    """Tokens of `text`, in order. Never raises; a text without words has no tokens."""
    if text.isascii() and text.isalnum():
        return _one(text)
    pieces = _pattern_for(text).split(text)
    if _POSSESSIVE.search(text):
        _cut_possessives(pieces)
    if "+" in text or "#" in text:
        _keep_signs(pieces)
    words, gaps = pieces[1::2], pieces[2::2]
    marked = [place for place, gap in enumerate(gaps) if gap != " "]
    if marked and marked[-1] == len(gaps) - 1:
        marked.pop()  # nothing follows it
    return Tokens(
        text,
        words,
        gaps,
        _sentences(words, gaps, marked),
        {
            place: words[place] + words[place + 1]
            for place in marked
            if gaps[place] in _HYPHENS and not solo(words[place])
        },
        text.isupper() and any(len(word) > 3 for word in words),
        pieces,
    )


def _one(word: str) -> Tokens:
    """The tokens of a plain word, which nearly every word of a watchlist is."""
    return Tokens(word, [word], [""], [0], {}, word.isupper() and len(word) > 3, ["", word, ""])


def _cut_possessives(pieces: list[str]) -> None:
    for place in range(1, len(pieces), 2):
        word = pieces[place]
        if word.endswith(_POSSESSIVES) and len(word) > 2:
            pieces[place] = word[:-2]
            pieces[place + 1] = word[-2:] + pieces[place + 1]


def _keep_signs(pieces: list[str]) -> None:
    """Signs at the end of a word are part of it ("OPEC+", "C#"); not in "A+B", "5+" and "#1"."""
    place = 1
    while place < len(pieces):
        word, gap = pieces[place], pieces[place + 1]
        sign = _SIGN.match(gap)
        ends = sign and (sign.end() < len(gap) or place + 2 == len(pieces))
        if sign and ends and not word[-1].isdigit():
            pieces[place] += sign[0]
            gap = pieces[place + 1] = gap[sign.end() :]
            if gap in _APOSTROPHES and pieces[place + 2] in {"s", "S"}:
                pieces[place + 1 : place + 4] = ["".join(pieces[place + 1 : place + 4])]
        place += 2


def signed(word: str) -> bool:
    """Whether a sign belongs to `word`, as in "OPEC+"."""
    return word[-1:] in {"+", "#"}


def keys(text: str) -> frozenset[str]:
    """The distinct folded words of `text`: what document frequencies are counted over."""
    return frozenset(map(fold, tokenise(text).words))


def frequencies(texts: Iterable[str]) -> Counter[str]:
    """In how many of `texts` each folded word stands."""
    return Counter(chain.from_iterable(map(keys, texts)))


def _pattern_for(text: str) -> re.Pattern[str]:
    if text.isascii():
        return _ASCII
    return _FULL if _BEYOND_LATIN.search(text) else _LATIN


def _sentences(words: list[str], gaps: list[str], marked: list[int]) -> list[int]:
    """`marked` are the tokens after which something else than a space stands."""
    sentences: list[int] = []
    number = 0
    for place in marked:
        if gaps[place] not in _NO_BREAKS and _breaks(gaps[place], words[place], words[place + 1]):
            sentences += [number] * (place + 1 - len(sentences))
            number += 1
    return sentences + [number] * (len(words) - len(sentences))


def _breaks(gap: str, before: str, after: str) -> bool:
    """A full stop ends a sentence unless it belongs to an abbreviation; other marks always do."""
    marks = set(_BREAK.findall(gap))
    if marks != {"."}:
        return bool(marks)
    known = before.lower() in _ABBREVIATIONS or len(before) == 1
    if known or (before == "No" and after[0].isdigit()):
        return False
    # A short unknown word may be an abbreviation too; a small letter after it says so.
    return len(before) > 3 or not after[0].islower()


def solo(word: str) -> bool:
    """Whether `word` is of a script where each character is a token of its own."""
    return bool(_SOLO_START.match(word))


def hangul(word: str) -> bool:
    """Whether `word` is written in Hangul, whose particles hang on to the noun."""
    return bool(_HANGUL_START.match(word))
