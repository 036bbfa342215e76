"""Makes the members of stories findable by their words, titles, leads and links.

Grouping indexes what arrives. This is for stories that came about otherwise. Must never change a
story or decide where an entry belongs.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from monitor.core.headline import read
from monitor.core.keys import keys, postings
from monitor.core.rarity import Rarity
from monitor.model.stories import Posting, Story
from monitor.service.known import Index


def postings_of(stories: Iterable[Story], index: Index, *, now: datetime) -> list[Posting]:
    """Every member by keys of its own, also copies, which others were found for until now."""
    told = [
        (member, read(member.title, member.summary, member.outlet))
        for story in stories
        for member in story.members
    ]
    wanted = frozenset(word for _, headline in told for word in headline.content)
    rare = Rarity(index.word_counts(wanted, today=now.astimezone(UTC).date()))
    return [
        posting
        for member, headline in told
        for posting in postings(member, keys(headline, member.canonical_link, rare))
    ]
