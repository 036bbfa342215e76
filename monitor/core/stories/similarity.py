"""Turns headlines into numbers: how much each word tells, and how alike two headlines are.

A word tells much when few entries hold it: inverse document frequency, once over everything ever
grouped and once over the last two days. The weight is their geometric mean, so that words of an
event that fills the day count little while it does. Must never decide what the numbers mean;
`compare` holds the thresholds.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from itertools import takewhile
from math import fsum, log, sqrt

from rapidfuzz import fuzz, process, utils

from monitor.core.stories.headline import Headline
from monitor.core.stories.wording import PAST, PLACES, STOPWORDS
from monitor.model.stories import WordCounts

# A small collection says little about what is rare: it is counted as if these many entries, in
# which no word comes twice, had been seen as well.
PRIOR_ENTRIES = 100
_STOPWORD_WEIGHT = 0.15
_NEVER = (0, 0)
_TITLE_SHARE, _LEAD_SHARE = 1.5, 0.8


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """Words of a headline, weighed once for all comparisons."""

    words: frozenset[str]
    total: float  # of their weights
    length: float  # of them as a vector


@dataclass(frozen=True, slots=True, eq=False)
class Vector:
    """Every word of title and lead that carries meaning, with its part in a vector."""

    parts: dict[str, float]
    length: float


class Rarity(dict[str, float]):
    """The weight of every word; looked up, it is worked out once."""

    def __init__(self, known: WordCounts, arriving: Iterable[Headline] = ()) -> None:
        """Weigh by what was counted before and the headlines that arrive now."""
        super().__init__()
        counted = list(arriving)
        self._known = known.found
        self.arriving = count_words(counted)
        self._ever = PRIOR_ENTRIES + known.entries + len(counted)
        self._of_late = PRIOR_ENTRIES + known.recent + len(counted)
        self._titles: dict[Headline, Weighed] = {}
        self._names: dict[Headline, Weighed] = {}
        self._vectors: dict[Headline, Vector] = {}

    def __missing__(self, word: str) -> float:
        ever, of_late = self._known.get(word, _NEVER)
        now = 1 + self.arriving.get(word, 0)
        long_run = log(self._ever / (ever + now))
        burst = log(self._of_late / (of_late + now))
        weight = sqrt(long_run * burst) if long_run > 0.0 < burst else 0.0
        if word in STOPWORDS:
            weight *= _STOPWORD_WEIGHT
        self[word] = weight
        return weight

    def total(self, words: Iterable[str]) -> float:
        """The sum of their weights."""
        return fsum(map(self.__getitem__, words))

    def share(self, words: Iterable[str], whole: Iterable[str]) -> float:
        """Weight of `words` as a part of that of `whole`; 0 when the whole weighs nothing."""
        total = self.total(whole)
        return self.total(words) / total if total else 0.0

    def title(self, headline: Headline) -> Weighed:
        """The words of its title that carry meaning; worked out once for each headline."""
        weighed = self._titles.get(headline)
        if weighed is None:
            weighed = self._titles[headline] = self._weigh(headline.content)
        return weighed

    def names(self, headline: Headline) -> Weighed:
        """Its names; worked out once for each headline."""
        weighed = self._names.get(headline)
        if weighed is None:
            weighed = self._names[headline] = self._weigh(headline.names)
        return weighed

    def vector(self, headline: Headline) -> Vector:
        """Title and lead; worked out once for each headline."""
        vector = self._vectors.get(headline)
        if vector is None:
            vector = self._vectors[headline] = self._vector(headline)
        return vector

    def _weigh(self, words: Iterable[str]) -> Weighed:
        distinct = frozenset(words)
        weights = [self[word] for word in distinct]
        return Weighed(distinct, fsum(weights), _length(weights))

    def _vector(self, headline: Headline) -> Vector:
        parts = {word: _LEAD_SHARE * self[word] for word in headline.meaning}
        lead = frozenset(headline.lead)
        for word in headline.content:
            share = _TITLE_SHARE + (_LEAD_SHARE if word in lead else 0.0)
            parts[word] = share * self[word]
        return Vector(parts, _length(parts.values()))


def count_words(headlines: Iterable[Headline]) -> Counter[str]:
    """In how many of them each word that carries meaning was found, in title or lead."""
    return Counter(word for headline in headlines for word in headline.meaning)


def _length(vector: Iterable[float]) -> float:
    return sqrt(fsum([x * x for x in vector]))


# --- two headlines --------------------------------------------------------------------------------

LEAD_MIN_WORDS = 8  # a shorter lead is no text to agree on
FIRST_WORDS = 6
WIRE_WORDS = 10  # two leads that begin with the same ten words are one wire's
_FADES_AFTER, _FADES_OVER = 24.0, 48.0  # hours


def token_sort(a: Headline, b: Headline, *, at_least: float = 0.0) -> float:
    """Likeness of the titles with their words sorted, 0–100 (rapidfuzz token_sort_ratio).

    Below `at_least` it is 0, which is found out sooner.
    """
    return fuzz.ratio(a.sorted_text, b.sorted_text, score_cutoff=at_least)


def alike(title: str, others: Mapping[str, str], *, limit: int) -> tuple[str, ...]:
    """Ids of other titles by the words they share with this one: for a person to choose from.

    rapidfuzz token_set_ratio, and the order given where two are as alike.
    """
    found = process.extract(
        title,
        others,
        scorer=fuzz.token_set_ratio,
        processor=utils.default_process,
        limit=limit,
    )
    return tuple(number for _, _, number in found)


def leads_agree(a: Headline, b: Headline) -> bool:
    """The leads are one text, perhaps cut at different places."""
    length = min(len(a.lead), len(b.lead))
    if length < LEAD_MIN_WORDS:
        return False
    return fuzz.token_sort_ratio(" ".join(a.lead[:length]), " ".join(b.lead[:length])) >= 85


def begin_alike(a: Headline, b: Headline) -> bool:
    """The leads begin with the same ten words, or with six and agree: a weekday is put in."""
    length = min(len(a.lead), len(b.lead), WIRE_WORDS)
    if length < LEAD_MIN_WORDS or a.lead[:FIRST_WORDS] != b.lead[:FIRST_WORDS]:
        return False
    return a.lead[:length] == b.lead[:length] or leads_agree(a, b)


def own_lead(headline: Headline) -> bool:
    """The title shares a word with the lead; some feeds put one sentence under every title."""
    return not {*headline.content}.isdisjoint(headline.lead)


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


# What the seven likenesses weigh. From a fit on four whole days of news read by hand, rounded.
_TITLE, _WIDE, _SORTED, _LESS_COVERED, _MORE_COVERED, _NAMES, _LEADS = (
    3.0,
    5.0,
    1.0,
    4.0,
    4.5,
    1.0,
    2.0,
)
_WHOLE = _TITLE + _WIDE + _SORTED + _LESS_COVERED + _MORE_COVERED + _NAMES + _LEADS
_ONE_ASKS = 2.0
_NO_LEAD = 0.4  # likeness of leads when one is missing


def resemblance(
    a: Headline, b: Headline, rare: Rarity, apart: timedelta, *, at_least: float = 0.0
) -> float:
    """How likely both tell the same event, 0–100; from the low forties it is worth grouping.

    A weighted mean of seven lexical likenesses, less a penalty for a question beside a statement
    and for more than a day between them. Below `at_least` it is 0, which is found out sooner: what
    costs most is worked out last, and only while it can still matter.
    """
    needed = at_least * _WHOLE / 100
    points = -_faded(apart)
    if "question" in a.kinds | b.kinds:
        points -= _ONE_ASKS
    points += _words_alike(a, b, rare)
    points += _SORTED * token_sort(a, b) / 100 + _NAMES * _names_cosine(a, b, rare)
    if points + _WIDE * _wide_at_most(a, b, rare) + _LEADS < needed:
        return 0.0
    points += _WIDE * _wide_cosine(rare.vector(a), rare.vector(b))
    if points + _LEADS < needed:
        return 0.0
    points += _LEADS * _lead_likeness(a, b)
    score = max(0.0, min(100.0, 100 * points / _WHOLE))
    return score if score >= at_least else 0.0


def _faded(apart: timedelta) -> float:
    hours = abs(apart.total_seconds()) / 3600
    return max(0.0, hours - _FADES_AFTER) / _FADES_OVER


def _words_alike(a: Headline, b: Headline, rare: Rarity) -> float:
    """Points for the titles' words: their cosine, and how far each title is told by the other."""
    of_a, of_b = rare.title(a), rare.title(b)
    if not of_a.total or not of_b.total:
        return 0.0
    less = rare.total(of_a.words & b.told) / of_a.total
    more = rare.total(of_b.words & a.told) / of_b.total
    if less > more:
        less, more = more, less
    return _TITLE * _cosine(of_a, of_b, rare) + _LESS_COVERED * less + _MORE_COVERED * more


def _cosine(of_a: Weighed, of_b: Weighed, rare: Rarity) -> float:
    dot = math.fsum([rare[word] ** 2 for word in of_a.words & of_b.words])
    return dot / (of_a.length * of_b.length) if dot else 0.0


def _names_cosine(a: Headline, b: Headline, rare: Rarity) -> float:
    return _cosine(rare.names(a), rare.names(b), rare) if a.names and b.names else 0.0


def _wide_at_most(a: Headline, b: Headline, rare: Rarity) -> float:
    """A bound of `_wide_cosine` that needs no weights of words that only a has.

    The words of a that are not in b make its vector longer, and the cosine smaller.
    """
    of_b = rare.vector(b)
    shared = math.fsum([of_b.parts[word] ** 2 for word in of_b.parts.keys() & a.meaning])
    return math.sqrt(shared) / of_b.length if shared else 0.0


def _wide_cosine(of_a: Vector, of_b: Vector) -> float:
    a, b = of_a.parts, of_b.parts
    dot = math.fsum([a[word] * b[word] for word in a.keys() & b.keys()])
    return dot / (of_a.length * of_b.length) if dot else 0.0


def _lead_likeness(a: Headline, b: Headline) -> float:
    if not a.lead or not b.lead:
        return _NO_LEAD
    return fuzz.token_set_ratio(a.lead_text, b.lead_text) / 100
