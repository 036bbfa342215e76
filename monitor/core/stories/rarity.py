"""Turns counts of words into how much each word tells, and a headline into its words' weights.

A word tells much when few entries hold it: inverse document frequency, once over everything ever
grouped and once over the last two days. The weight is their geometric mean, so that words of an
event that fills the day count little while it does. Must never compare two headlines.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import fsum, log, sqrt

from monitor.core.stories.headline.reader import Headline
from monitor.core.stories.headline.wording import STOPWORDS
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
