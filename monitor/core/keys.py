"""Turns a headline into the keys its entry is found by, and postings into a shortlist.

An entry is found by the rarest words of its title, and by its whole title, the beginning of its
lead and its link. Must never decide whether two entries belong together.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import blake2b

from monitor.core.headline import Headline
from monitor.core.rarity import Rarity
from monitor.core.similarity import FIRST_WORDS
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


def keys(read: Headline, canonical_link: str, rare: Rarity) -> Keys:
    """The keys of an entry. Which words are rarest depends on what was seen before it."""
    rarest = sorted(sorted(read.content), key=rare.__getitem__, reverse=True)[:INDEX_WORDS]
    title, lead = _whole(read)
    return Keys(
        words=tuple(dict.fromkeys([word[:LONGEST_WORD] for word in rarest])),
        title=title,
        lead=lead,
        link=_hashed("/", canonical_link) if _names_a_page(canonical_link) else "",
    )


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


def lookups(own: Keys, at: datetime, rare: Rarity) -> Iterator[Lookup]:
    """What to ask the index about an entry of this time."""
    weights = _weights(own, rare)
    for key in own:
        window = INDEX_WINDOW if key == own.title else STORY_WINDOW
        yield Lookup(key=key, weight=weights[key], since=at - window, until=at + window)


def near(own: Keys, having: Callable[[str], Iterable[str]], rare: Rarity) -> list[str]:
    """The entries worth comparing, of those that `having` finds under each key but the title.

    The same arithmetic as the index does for `lookups`.
    """
    weights = _weights(own, rare)
    shared: Counter[str] = Counter()
    for key in filter(None, (own.lead, *own.words)):
        for entry_id in having(key):
            shared[entry_id] += weights[key]
    return shortlist(shared)


def shortlist(shared: Mapping[str, int]) -> list[str]:
    """Of entries with the weight they share, those worth comparing, the likest first.

    All that share title, lead or link; else the fifty that share most, and together enough.
    """
    likely = (entry_id for entry_id, weight in shared.items() if weight >= ENOUGH)
    best = sorted(likely, key=lambda entry_id: (-shared[entry_id], entry_id))
    whole = sum(shared[entry_id] >= WHOLE for entry_id in best)
    return best[: max(whole, CANDIDATES)]


def _weights(own: Keys, rare: Rarity) -> dict[str, int]:
    """Whole numbers, so that every database comes to the same sum; ENOUGH is a seventh of all."""
    all_words = rare.total(own.words) or 1.0
    weights = {word: round(ENOUGH * rare[word] / all_words / LEAST_SHARE) for word in own.words}
    return weights | dict.fromkeys((own.title, own.lead, own.link), WHOLE)


def _hashed(mark: str, text: str) -> str:
    return mark + blake2b(text.encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()


def _names_a_page(link: str) -> bool:
    """A link to a site's front page is shared by entries that have nothing else in common."""
    return link.rstrip("/").count("/") > 2
