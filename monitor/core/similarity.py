"""Turns two headlines into numbers: how alike their words, leads and rare words are.

Must never decide what the numbers mean; `story` holds the thresholds.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from itertools import takewhile

from rapidfuzz import fuzz

from monitor.core.headline import Headline
from monitor.core.wording import PAST, PLACES, STOPWORDS

# A small collection says little about what is rare: it is counted as if these many entries, in
# which no word comes twice, had been seen as well.
PRIOR_ENTRIES = 100
LEAD_MIN_WORDS = 8  # a shorter lead is no text to agree on
_STOPWORD_WEIGHT = 0.15
_TITLE_SHARE, _LEAD_SHARE = 1.5, 0.8
_FADES_AFTER, _FADES_OVER = 24.0, 48.0  # hours


@dataclass(frozen=True, slots=True)
class Rarity:
    """How much a word tells: inverse document frequency over the entries at hand.

    Words of an event that fills the window count little, so that two stories about one saturated
    subject are told apart by their other words.
    """

    weights: Mapping[str, float]
    unseen: float

    def __call__(self, word: str) -> float:
        return self.weights.get(word, self.unseen)

    def share(self, words: Iterable[str], whole: Iterable[str]) -> float:
        """Weight of `words` as a part of that of `whole`; 0 when the whole weighs nothing."""
        total = sum(map(self, whole))
        return sum(map(self, words)) / total if total else 0.0


def rarity(headlines: Iterable[Headline]) -> Rarity:
    """Weigh each word by how few of the titles and leads it is found in: ln(entries / found in)."""
    found_in: Counter[str] = Counter(dict.fromkeys(STOPWORDS, 0))
    entries = PRIOR_ENTRIES
    for headline in headlines:
        entries += 1
        found_in.update({*headline.words, *headline.lead})
    weights = {word: math.log(entries / (1 + count)) for word, count in found_in.items()}
    for word in STOPWORDS:
        weights[word] *= _STOPWORD_WEIGHT
    return Rarity(weights, math.log(entries))


def token_sort(a: Headline, b: Headline) -> float:
    """Likeness of the titles with their words sorted, 0–100 (rapidfuzz token_sort_ratio)."""
    return fuzz.token_sort_ratio(a.text, b.text)


def leads_agree(a: Headline, b: Headline) -> bool:
    """The leads are one text, perhaps cut at different places."""
    length = min(len(a.lead), len(b.lead))
    if length < LEAD_MIN_WORDS:
        return False
    return fuzz.token_sort_ratio(" ".join(a.lead[:length]), " ".join(b.lead[:length])) >= 85


def unmatched(words: Iterable[str], known: frozenset[str]) -> tuple[str, ...]:
    """Words with no equal, inflected or misspelt form among the known ones."""
    return tuple(word for word in words if word not in known and not _has_form(word, known))


_BASE = {past: base for base, past in PAST.items()} | {
    form[0]: place for form, place in PLACES.items() if len(form) == 1
}


def _has_form(word: str, known: frozenset[str]) -> bool:
    base = _BASE.get(word, word)
    return not word[0].isdigit() and any(_same_word(base, _BASE.get(o, o)) for o in known)


# How two forms of one word may end once their common beginning is taken off.
_ENDINGS = frozenset({"", "s", "es", "d", "ed", "ing", "n", "er", "ers", "ies", "ied"})
_OPEN_ENDINGS = frozenset({"e", "y"})  # of a base form; alone they make another word: part, party


@lru_cache(maxsize=65_536)
def _same_word(a: str, b: str) -> bool:
    """Inflected alike, or long and all but spelt alike. Short words differ by a letter on purpose:
    Iran and Iraq, Austria and Australia.
    """
    if a == b or a[0] != b[0]:
        return a == b
    stem = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))
    rest = {a[stem:], b[stem:]}
    if stem >= 3 and rest == {"", "s"}:
        return True
    if stem >= 4 and (rest <= _ENDINGS or ("" not in rest and rest <= _ENDINGS | _OPEN_ENDINGS)):
        return not rest <= _OPEN_ENDINGS
    return min(len(a), len(b)) >= 8 and fuzz.ratio(a, b) >= 88


def novelty(b: Headline, a: Headline, rare: Rarity, *, with_lead: bool = True) -> float:
    """Share of the weight of b's title that a's title (and lead) does not tell, 0–1."""
    known = a.told if with_lead else frozenset(a.words)
    return rare.share(unmatched(b.content, known), b.content)


def resemblance(a: Headline, b: Headline, rare: Rarity, apart: timedelta) -> float:
    """How likely both tell the same event, 0–100; from the low forties it is worth grouping.

    A weighted mean of seven lexical likenesses, less a penalty for a question beside a statement
    and for more than a day between them. The weights come from a fit on four whole days of news
    read by hand, rounded.
    """
    wide_a, wide_b = _wide(a), _wide(b)
    covers = (
        rare.share((w for w in a.content if w in b.told), a.content),
        rare.share((w for w in b.content if w in a.told), b.content),
    )
    points = (
        3.0 * _cosine(dict.fromkeys(a.content, 1.0), dict.fromkeys(b.content, 1.0), rare)
        + 5.0 * _cosine(wide_a, wide_b, rare)
        + 1.0 * token_sort(a, b) / 100
        + 4.0 * min(covers)
        + 4.5 * max(covers)
        + 1.0 * _cosine(dict.fromkeys(a.names, 1.0), dict.fromkeys(b.names, 1.0), rare)
        + 2.0 * _lead_likeness(a, b)
    )
    if ("question" in a.kinds) != ("question" in b.kinds):
        points -= 2.0
    hours = abs(apart.total_seconds()) / 3600
    points -= max(0.0, hours - _FADES_AFTER) / _FADES_OVER
    return max(0.0, min(100.0, 100 * points / 20.5))


def _wide(headline: Headline) -> dict[str, float]:
    parts = dict.fromkeys((w for w in headline.lead if w not in STOPWORDS), _LEAD_SHARE)
    for word in headline.content:
        parts[word] = parts.get(word, 0.0) + _TITLE_SHARE
    return parts


def _cosine(a: dict[str, float], b: dict[str, float], rare: Rarity) -> float:
    if not a or not b:
        return 0.0
    dot = sum(share * b[word] * rare(word) ** 2 for word, share in a.items() if word in b)
    if not dot:
        return 0.0
    return dot / math.sqrt(_square(a, rare) * _square(b, rare))


def _square(parts: dict[str, float], rare: Rarity) -> float:
    return sum((share * rare(word)) ** 2 for word, share in parts.items())


def _lead_likeness(a: Headline, b: Headline) -> float:
    if not a.lead or not b.lead:
        return 0.4
    return fuzz.token_set_ratio(" ".join(a.lead), " ".join(b.lead)) / 100
