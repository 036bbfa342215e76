"""Turns one lower-case English word into all its inflected forms; never looks at running text.

The forms come from the word's entry in a dictionary (`forms.txt`, made by `scripts/forms.py`), with
the regular and irregular ones that it leaves out ("ending", "broke", "cancelled"), and from the
regular endings for words it lacks. Forms that are other words to a reader ("according", "united")
are in no family. Doing this once, when a watchlist is compiled, costs nothing while matching and
shows the analyst exactly what a word stands for.
"""

import re
from functools import cache
from importlib.resources import files
from mmap import ACCESS_READ, mmap
from typing import Final

SHORTEST: Final = 3
"""Words under three letters are never inflected: nearly all are function words or names."""

# Forms of these are other words to a reader ("us" and "we"), or too common to watch for.
_FUNCTION_WORDS: Final = frozenset(
    {"are", "been", "being", "can", "could", "did", "does", "doing", "done", "had", "has", "have"}
    | {"having", "her", "him", "his", "its", "may", "might", "must", "not", "off", "our", "out"}
    | {"over", "own", "she", "that", "the", "their", "them", "they", "this", "those", "these"}
    | {"was", "were", "who", "whom", "whose", "will", "with", "would", "you", "your"}
    | {"any", "further", "least", "less", "more", "most", "next", "other", "same", "some"}
)
# Read in headlines against all forms of the 5,400 words that stand in four and more of them: they
# are another word, a preposition or a name there, and stand for themselves alone.
_OTHER_WORDS: Final = frozenset(
    word
    for line in (
        "according bare based best better born concerning considering during earlier evening fed",
        "following former good gooding goods holden including later latest mars meaning media",
        "morning notwithstanding outstanding pence providing regarding skies span supposed",
        "understanding united wedding well worse worst",
    )
    for word in line.split()
)
# Past tenses that the dictionary files under another word, or not at all.
_PAST_TEXT: Final = (
    ", arise arose, awake awoke, bear bore, bend bent, bind bound, bite bit, bleed bled, "
    "break broke, breed bred, bring brought, build built, burn burnt, burst burst, buy "
    "bought, catch caught, choose chose, cling clung, come came, creep crept, deal dealt, dig "
    "dug, draw drew, drink drank, drive drove, eat ate, fall fell, feed fed, fight fought, "
    "find found, flee fled, fling flung, fly flew, forbid forbade, forget forgot, freeze "
    "froze, give gave, go went, grow grew, hang hung, hear heard, hide hid, hold held, keep "
    "kept, lay laid, lead led, leave left, lend lent, lose lost, make made, meet met, outgrow "
    "outgrew, overtake overtook, overthrow overthrew, pay paid, ride rode, ring rang, rise "
    "rose, run ran, say said, see saw, seek sought, sell sold, send sent, shake shook, shine "
    "shone, shoot shot, shrink shrank, sing sang, sink sank, sit sat, slay slew, speak spoke, "
    "spend spent, spring sprang, stand stood, steal stole, stick stuck, sting stung, strike "
    "struck, strive strove, swear swore, sweep swept, swim swam, swing swung, take took, "
    "teach taught, tear tore, tell told, think thought, throw threw, undergo underwent, "
    "undertake undertook, uphold upheld, wear wore, weave wove, win won, withdraw withdrew, "
    "withhold withheld, withstand withstood, write wrote "
)
_PAST: Final = dict(re.findall(r"(\w+) (\w+)", _PAST_TEXT))
_VOWELS: Final = frozenset("aeiou")


def forms(word: str) -> tuple[str, ...]:
    """All forms of `word`, sorted, itself included. `word`: lower-case ASCII letters."""
    if len(word) < SHORTEST or word in _FUNCTION_WORDS or word in _OTHER_WORDS:
        return (word,)
    known = _dictionary().family(word)
    found = {*known, *_left_out(known)} if known else _regular(word)
    return tuple(sorted({word, *(found - _OTHER_WORDS - _FUNCTION_WORDS)}))


def plain(prefix: str) -> str:
    """The word whose forms an analyst most likely meant by `prefix*`; "" if there is none."""
    words = [word for word in (prefix, f"{prefix}e", f"{prefix}y") if _dictionary().family(word)]
    verbs = (word for word in words if any(form.endswith("ing") for form in forms(word)))
    word = next(verbs, words[0] if words else "")
    return word if len(forms(word)) > 1 else ""


def _left_out(family: tuple[str, ...]) -> set[str]:
    """The regular forms of a verb that are words of their own to the dictionary: "ending"."""
    found = {_PAST[word] for word in family if word in _PAST}
    pasts = [word for word in family if word.endswith("ed") and len(word) > SHORTEST + 1]
    for past in pasts:
        stem = past.removesuffix("ed")
        if f"{stem}s" in family or f"{stem}es" in family or f"{stem}e" in family:
            found.add(f"{stem}ing")
        if (
            stem in family
            and stem.endswith("l")
            and stem[-2] in _VOWELS
            and stem[-3] not in _VOWELS
        ):
            found |= {f"{stem}led", f"{stem}ling"}  # as it is written in Britain
    return found


class _Dictionary:
    """The file of forms, mapped into memory: a word costs two searches, and no objects wait for it.

    Its first part has a line for each form that is not its own lemma, "signed sign"; its second one
    for each lemma, "sign signed signing signs", with a minus where that is itself no form.
    """

    def __init__(self) -> None:
        with (files(__package__) / "forms.txt").open("rb") as file:
            self._text = mmap(file.fileno(), 0, access=ACCESS_READ)
        start = self._text.find(b"\n\n") + 2
        self._middle = self._text.find(b"\n\n", start) + 1
        self._parts = ((start, self._middle), (self._middle + 1, len(self._text)))

    def family(self, word: str) -> tuple[str, ...]:
        """The word's forms as the dictionary has them; none if it has not got the word."""
        other = self._line(word, *self._parts[0])
        lemma = other[1] if other else word
        line = self._line(lemma, *self._parts[1])
        if line and line[1:2] == ["-"]:
            return tuple(line[2:]) if other else ()
        return tuple(line)

    def _line(self, word: str, low: int, high: int) -> list[str]:
        """The words of the line that begins with `word`, among sorted lines."""
        key = f"{word} ".encode()
        while low < high:
            middle = self._text.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = self._text.find(b"\n", middle)
            line = self._text[middle:end] + b" "
            if line.startswith(key):
                return line.decode("ascii").split()
            if line < key:
                low = end + 1
            else:
                high = middle
        return []


@cache
def _dictionary() -> _Dictionary:
    return _Dictionary()


def _regular(word: str) -> set[str]:
    """The word with the regular endings of nouns and verbs, and the singular of a plural."""
    found = {word, *_endings(word)}
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        found.add(word.removesuffix("s"))
    return found


def _endings(word: str) -> tuple[str, ...]:
    if word.endswith("y") and word[-2] not in _VOWELS:
        stem = word[:-1]
        return (f"{stem}ies", f"{stem}ied", f"{word}ing")
    if word.endswith("e"):
        return (f"{word}s", f"{word}d", f"{word[:-1]}ing")
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return (f"{word}es", f"{word}ed", f"{word}ing")
    return (f"{word}s", f"{word}ed", f"{word}ing")
