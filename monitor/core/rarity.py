"""Turns counts of words into how much each word tells, and a headline into its words' weights.

A word tells much when few entries hold it: inverse document frequency, once over everything ever
grouped and once over the last two days. The weight is their geometric mean, so that words of an
event that fills the day count little while it does. Must never compare two headlines.
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.core.headline import Headline
from monitor.core.wording import STOPWORDS
from monitor.model.stories import WordCounts

# A small collection says little about what is rare: it is counted as if these many entries, in
# which no word comes twice, had been seen as well.
PRIOR_ENTRIES = 100
_STOPWORD_WEIGHT = 0.15
_TITLE_SHARE, _LEAD_SHARE = 1.5, 0.8


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """The words of a headline, weighed once for all comparisons."""

    words: frozenset[str]  # of the title
    title: float  # sum of their weights
    title_length: float  # of the title as a vector
    wide_words: frozenset[str]  # of title and lead
    wide: dict[str, float]  # each with its share in a vector
    wide_length: float
    names: frozenset[str]
    names_length: float


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
        self._weighed: dict[Headline, Weighed] = {}

    def __missing__(self, word: str) -> float:
        ever, of_late = self._known.get(word, (0, 0))
        now = self.arriving[word]
        long_run = math.log(self._ever / (1 + ever + now))
        burst = math.log(self._of_late / (1 + of_late + now))
        weight = math.sqrt(max(0.0, long_run) * max(0.0, burst))
        if word in STOPWORDS:
            weight *= _STOPWORD_WEIGHT
        self[word] = weight
        return weight

    def total(self, words: Iterable[str]) -> float:
        """The sum of their weights."""
        return math.fsum(map(self.__getitem__, words))

    def share(self, words: Iterable[str], whole: Iterable[str]) -> float:
        """Weight of `words` as a part of that of `whole`; 0 when the whole weighs nothing."""
        total = self.total(whole)
        return self.total(words) / total if total else 0.0

    def weigh(self, headline: Headline) -> Weighed:
        """The headline's words with their weights; worked out once for each headline."""
        weighed = self._weighed.get(headline)
        if weighed is None:
            weighed = self._weighed[headline] = self._weigh(headline)
        return weighed

    def _weigh(self, headline: Headline) -> Weighed:
        wide = {word: _LEAD_SHARE for word in headline.lead if word not in STOPWORDS}
        for word in headline.content:
            wide[word] = wide.get(word, 0.0) + _TITLE_SHARE
        wide = {word: share * self[word] for word, share in wide.items()}
        return Weighed(
            words=frozenset(headline.content),
            title=self.total(headline.content),
            title_length=_length(map(self.__getitem__, headline.content)),
            wide_words=frozenset(wide),
            wide=wide,
            wide_length=_length(wide.values()),
            names=frozenset(headline.names),
            names_length=_length(map(self.__getitem__, headline.names)),
        )


def count_words(headlines: Iterable[Headline]) -> Counter[str]:
    """In how many of them each word was found, in title or lead."""
    found: Counter[str] = Counter()
    for headline in headlines:
        found.update({*headline.words, *headline.lead})
    return found


def _length(vector: Iterable[float]) -> float:
    return math.sqrt(math.fsum(x * x for x in vector))
