"""Turns a headline into the keys its entry is found by, and postings into a shortlist.

An entry is found by the rarest words of its title, and by its whole title, the beginning of its
lead and its link. Must never decide whether two entries belong together.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, KeysView, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import blake2b

from monitor.core.stories.headline import Headline
from monitor.core.stories.similarity import FIRST_WORDS, Rarity
from monitor.model.stories import Lookup, Member, Posting

STORY_WINDOW = timedelta(hours=72)  # from the root, so that a story cannot drift for ever
INDEX_WINDOW = timedelta(days=8)
"""How far around an entry its title is looked up: a weekly column is told by its last issue."""

# An entry is found by its eight rarest words, among the newest 400 with each word; the fifty that
# share most are compared. On ten days of real feeds that finds 99 % of what comparing all finds.
INDEX_WORDS, POSTINGS, CANDIDATES = 8, 400, 50
LEAST_SHARE = 0.15  # of the weight of its own words; less is one word in both by chance
ENOUGH = 1_000  # the weight of that share; what is shared is weighed in whole numbers
WHOLE = 1_000_000  # that of a title, lead or link
LONGEST_WORD = 64  # characters; PostgreSQL's index takes no long keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What one entry is found by; "" for a key that it lacks."""

    words: tuple[str, ...]
    title: str
    lead: str
    link: str

    def __iter__(self) -> Iterator[str]:
        return filter(None, (self.title, self.lead, self.link, *self.words))


def keys(
    read: Headline, canonical_link: str, rare: Rarity, wanted: KeysView[str] | None = None
) -> Keys:
    """The keys of an entry. Which words are rarest depends on what was seen before it.

    Where none of its words is `wanted`, they are left out.
    """
    title, lead = _whole(read)
    none = wanted is not None and wanted.isdisjoint([w[:LONGEST_WORD] for w in read.content])
    words = () if none else _rarest(read, rare)
    return Keys(words=words, title=title, lead=lead, link=_of_page(canonical_link))


def whole(read: Headline, canonical_link: str) -> Keys:
    """The keys that a copy is found by, without words."""
    title, lead = _whole(read)
    return Keys(words=(), title=title, lead=lead, link=_of_page(canonical_link))


def _rarest(read: Headline, rare: Rarity) -> tuple[str, ...]:
    rarest: Sequence[str] = read.content
    if len(rarest) > INDEX_WORDS:
        rarest = sorted(sorted(rarest), key=rare.__getitem__, reverse=True)[:INDEX_WORDS]
    return tuple(dict.fromkeys([word[:LONGEST_WORD] for word in rarest]))


@lru_cache(maxsize=16_384)
def _whole(read: Headline) -> tuple[str, str]:
    """The keys of title and lead, which no count of words changes."""
    lead = read.lead[:FIRST_WORDS]
    return (
        _hashed("=", read.text) if read.text else "",
        _hashed("~", " ".join(lead)) if len(lead) == FIRST_WORDS else "",
    )


def postings(member: Member, own: Keys) -> Iterator[Posting]:
    """The rows of the index for one member."""
    for key in own:
        yield Posting(key=key, at=member.at, entry_id=member.entry_id)


def alike(read: Headline, canonical_link: str, at: datetime) -> Iterator[Lookup]:
    """What to ask the index for entries of about this time that share title, lead or link."""
    own = whole(read, canonical_link)
    windows = ((own.title, INDEX_WINDOW), (own.lead, STORY_WINDOW), (own.link, STORY_WINDOW))
    for key, window in windows:
        if key:
            yield Lookup(key=key, weight=WHOLE, since=at - window, until=at + window)


def akin(read: Headline, at: datetime, rare: Rarity) -> Iterator[Lookup]:
    """What to ask the index for entries of about this time that share rare words."""
    since, until = at - STORY_WINDOW, at + STORY_WINDOW
    for word, weight in _weights(_rarest(read, rare), rare).items():
        yield Lookup(key=word, weight=weight, since=since, until=until)


def near(own: Keys, having: Callable[[str], Iterable[str]], rare: Rarity) -> list[str]:
    """The entries worth comparing, of those that `having` finds under its lead and each word.

    The same arithmetic as the index does for `akin`.
    """
    weights = _weights(own.words, rare)
    if own.lead:
        weights[own.lead] = WHOLE
    shared: Counter[str] = Counter()
    for key, weight in weights.items():
        for entry_id in having(key):
            shared[entry_id] += weight
    return shortlist(shared)


def shortlist(shared: Mapping[str, int]) -> list[str]:
    """Of entries with the weight they share, those worth comparing, the likest first.

    All that share title, lead or link; else the fifty that share most, and together enough.
    """
    likely = (entry_id for entry_id, weight in shared.items() if weight >= ENOUGH)
    best = sorted(likely, key=lambda entry_id: (-shared[entry_id], entry_id))
    whole = sum(shared[entry_id] >= WHOLE for entry_id in best)
    return best[: max(whole, CANDIDATES)]


def _weights(words: Sequence[str], rare: Rarity) -> dict[str, int]:
    """Whole numbers, so that every database comes to the same sum; ENOUGH is a seventh of all."""
    all_words = rare.total(words) or 1.0
    return {word: round(ENOUGH * rare[word] / all_words / LEAST_SHARE) for word in words}


def _hashed(mark: str, text: str) -> str:
    return mark + blake2b(text.encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()


@lru_cache(maxsize=16_384)
def _of_page(link: str) -> str:
    """A link to a site's front page is shared by entries that have nothing else in common."""
    return _hashed("/", link) if link.rstrip("/").count("/") > 2 else ""
