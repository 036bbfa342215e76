"""Makes the members of stories findable by their words, titles, leads and links.

Grouping indexes what arrives. This is for stories that came about otherwise. Must never change a
story or decide where an entry belongs.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import Connection

from monitor.core.stories.compare import telling
from monitor.core.stories.keys import INDEX_WINDOW, keys, postings
from monitor.core.stories.similarity import Rarity, count_words
from monitor.model.stories import Posting, Story
from monitor.polling.known import Index, StoredIndex
from monitor.store import stories as store_stories
from monitor.store import story_index as store_story_index


def postings_of(stories: Iterable[Story], index: Index, *, now: datetime) -> list[Posting]:
    """Every member by keys of its own, also copies, which others were found for until now."""
    told = [telling(member) for story in stories for member in story.members]
    wanted = frozenset(word for one in told for word in one.read.content)
    rare = Rarity(index.word_counts(wanted, today=now.astimezone(UTC).date()))
    return [
        posting
        for one in told
        for posting in postings(one.member, keys(one.read, one.member.canonical_link, rare))
    ]


def catch_up(conn: Connection, now: datetime) -> int:
    """Index the stories of late where none is, and count their words where none was counted.

    So they are found that were grouped by a version without an index. Returns how many.
    """
    stories = (
        store_stories.window(conn, now - INDEX_WINDOW) if store_story_index.empty(conn) else ()
    )
    if stories:
        index, today = StoredIndex(conn), now.astimezone(UTC).date()
        if not index.word_counts((), today=today).entries:
            read = [telling(member).read for story in stories for member in story.members]
            store_story_index.learn_words(conn, count_words(read), entries=len(read), today=today)
        store_story_index.add(conn, postings_of(stories, index, now=now))
    return len(stories)
