"""Turns a headline into the keys its entry is found by, and postings into a shortlist.

An entry is found by the rarest words of its title, and by its whole title, the beginning of its
lead and its link. Must never decide whether two entries belong together.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
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
LEAST_SHARE = 0.15  # of the weight of its own; less is one word that stands in both by chance
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
    rarest = sorted(read.content, key=lambda word: (-rare[word], word))[:INDEX_WORDS]
    lead = read.lead[:FIRST_WORDS]
    return Keys(
        words=tuple(dict.fromkeys(word[:LONGEST_WORD] for word in rarest)),
        title=_hashed("=", read.text) if read.text else "",
        lead=_hashed("~", " ".join(lead)) if len(lead) == FIRST_WORDS else "",
        link=_hashed("/", canonical_link) if _names_a_page(canonical_link) else "",
    )


def postings(member: Member, own: Keys) -> Iterator[Posting]:
    """The rows of the index for one member."""
    for key in own:
        yield Posting(key=key, at=member.at, entry_id=member.entry_id)


def lookups(own: Keys, at: datetime) -> Iterator[Lookup]:
    """What to ask the index about an entry of this time."""
    for key in own:
        window = INDEX_WINDOW if key == own.title else STORY_WINDOW
        yield Lookup(key=key, since=at - window, until=at + window)


def shortlist(own: Keys, found: Iterable[tuple[str, Sequence[str]]], rare: Rarity) -> list[str]:
    """The entries worth comparing, of the entry ids found under each key of an entry.

    All that share title, lead or link, and the fifty that share the rarest words: together at least
    a seventh of what its own weigh, or it is one word that happens to stand in both.
    """
    whole: dict[str, None] = {}
    shared: dict[str, float] = defaultdict(float)
    for key, entry_ids in found:
        if key[0].isalnum():
            weight = rare[key]
            for entry_id in entry_ids:
                shared[entry_id] += weight
        else:
            whole |= dict.fromkeys(entry_ids)
    enough = LEAST_SHARE * rare.total(own.words)
    likely = (entry_id for entry_id, weight in shared.items() if weight >= enough)
    best = sorted(likely, key=lambda entry_id: (-shared[entry_id], entry_id))
    return list(whole | dict.fromkeys(best[:CANDIDATES]))


def _hashed(mark: str, text: str) -> str:
    return mark + blake2b(text.encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()


def _names_a_page(link: str) -> bool:
    """A link to a site's front page is shared by entries that have nothing else in common."""
    return link.rstrip("/").count("/") > 2
