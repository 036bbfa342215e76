"""Other ways to find copies and stories, as their users would build them.

Each is a likeness of two entries, with a threshold that is tuned for it, and the same single pass:
an entry joins the story of the likest entry of the last 72 hours. MinHash finds its candidates by
datasketch's LSH where that is installed, and is left out where not.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from rapidfuzz import fuzz

from monitor.model.entries import Entry

WINDOW = timedelta(hours=72)
Likeness = Callable[[Entry, Entry], float]


@dataclass(frozen=True, slots=True)
class Rival:
    """A way to tell how alike two entries are, 0–1, and the thresholds worth trying."""

    name: str
    make: Callable[[Sequence[Entry], float], Likeness]  # given the entries at hand and threshold
    thresholds: tuple[float, ...]


def clusters(entries: Sequence[Entry], alike: Likeness, at_least: float) -> list[str]:
    """Single pass over entries in order of time; a story is named by its first entry."""
    stories: list[str] = []
    first = 0
    for place, entry in enumerate(entries):
        while entry.published_at - entries[first].published_at > WINDOW:
            first += 1
        best, nearest = 0.0, -1
        for other in range(first, place):
            score = alike(entry, entries[other])
            if score >= at_least and score > best:
                best, nearest = score, other
        stories.append(stories[nearest] if nearest >= 0 else entry.id)
    return stories


@lru_cache(maxsize=100_000)
def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", text.casefold()))


def _exact(_: Sequence[Entry], __: float) -> Likeness:
    return lambda a, b: float(_words(a.title) == _words(b.title))


def _token_set(_: Sequence[Entry], __: float) -> Likeness:
    return lambda a, b: fuzz.token_set_ratio(a.title, b.title) / 100


def _tf_idf(entries: Sequence[Entry], _: float) -> Likeness:
    """Cosine of title and lead, term frequency times ln(entries / found in)."""
    found = Counter(word for entry in entries for word in {*_words(_whole(entry))})
    rare = {word: math.log((1 + len(entries)) / count) for word, count in found.items()}

    @lru_cache(maxsize=100_000)
    def vector(entry: Entry) -> dict[str, float]:
        counted = Counter(_words(_whole(entry)))
        parts = {word: count * rare.get(word, 0.0) for word, count in counted.items()}
        length = math.sqrt(math.fsum(x * x for x in parts.values())) or 1.0
        return {word: x / length for word, x in parts.items()}

    def cosine(a: Entry, b: Entry) -> float:
        one, other = vector(a), vector(b)
        return sum(one[word] * other[word] for word in one.keys() & other.keys())

    return cosine


def _whole(entry: Entry) -> str:
    return f"{entry.title} {entry.summary}"


def _reader(_: Sequence[Entry], __: float) -> Likeness:
    """Reader's entry_dedupe, as its documentation tells it, but across feeds.

    Equal titles after clean-up, and contents that both have: equal over the length of the shorter,
    or, where that is over 48 words, 90 % alike by Jaccard's measure of 4-grams.
    """

    def alike(a: Entry, b: Entry) -> float:
        one, other = _words(a.summary), _words(b.summary)
        length = min(len(one), len(other))
        if _words(a.title) != _words(b.title) or not length:
            return 0.0
        one, other = one[:length], other[:length]
        if length <= 48:
            return float(one == other)
        grams = [{parts[i : i + 4] for i in range(length - 3)} for parts in (one, other)]
        return float(len(grams[0] & grams[1]) / len(grams[0] | grams[1]) >= 0.9)

    return alike


def _min_hash(entries: Sequence[Entry], at_least: float) -> Likeness:
    """Jaccard's measure of title words by 128 permutations, for pairs that its LSH finds."""
    from datasketch import MinHash, MinHashLSH  # noqa: PLC0415 — a rival's library, not ours

    def hashed(title: str) -> MinHash:
        made = MinHash(num_perm=128)
        for word in {*_words(title)}:
            made.update(word.encode())
        return made

    hashes = {title: hashed(title) for title in dict.fromkeys(entry.title for entry in entries)}
    index = MinHashLSH(threshold=at_least, num_perm=128)
    for title, its in hashes.items():
        index.insert(title, its)
    near = {title: {*index.query(its)} for title, its in hashes.items()}

    def alike(a: Entry, b: Entry) -> float:
        found = b.title in near[a.title]
        return float(hashes[a.title].jaccard(hashes[b.title])) if found else 0.0

    return alike


def _steps(start: float, stop: float, step: float) -> tuple[float, ...]:
    return tuple(start + step * number for number in range(round((stop - start) / step) + 1))


RIVALS = (
    Rival("exact title", _exact, (1.0,)),
    Rival("reader's entry_dedupe", _reader, (1.0,)),
    Rival("rapidfuzz token_set_ratio", _token_set, _steps(0.40, 1.0, 0.02)),
    Rival("MinHash-LSH (datasketch)", _min_hash, _steps(0.20, 0.9, 0.05)),
    Rival("TF-IDF cosine, single pass", _tf_idf, _steps(0.10, 0.9, 0.02)),
)
