"""Makes the members of stories findable by their words, titles, leads and links.

Grouping indexes what arrives. This is for stories that came about otherwise. Must never change a
story or decide where an entry belongs.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection

from monitor.core.headline import read
from monitor.core.keys import keys, postings
from monitor.core.rarity import Rarity
from monitor.model.stories import Story
from monitor.store import postings as store_postings
from monitor.store import words as store_words


def index(conn: Connection, stories: Sequence[Story], *, now: datetime) -> None:
    """Index every member by keys of its own, also copies that other members were found for."""
    told = [
        (member, read(member.title, member.summary, member.outlet))
        for story in stories
        for member in story.members
    ]
    wanted = frozenset(word for _, headline in told for word in headline.content)
    rare = Rarity(store_words.counts(conn, wanted, today=now.astimezone(UTC).date()))
    store_postings.add(
        conn,
        [
            posting
            for member, headline in told
            for posting in postings(member, keys(headline, member.canonical_link, rare))
        ],
    )
