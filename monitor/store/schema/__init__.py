"""The tables, as the code of today sees them; how a database gets there is alembic's business.

Columns are named as the fields of monitor/model, so that a row is a value. A rule that the database
can hold is a key or an index here, not a promise in code. Must never be imported by a migration.
"""

from monitor.store.metadata import METADATA
from monitor.store.schema.deliveries import answer_links, deliveries, digest_pictures, digests
from monitor.store.schema.entries import entries, entry_revisions, entry_tombstones, matches, scopes
from monitor.store.schema.facts import app_meta, watchlist_versions, workers
from monitor.store.schema.feeds import feed_gaps, feed_moves, feed_notices, feeds, poll_log, robots
from monitor.store.schema.judgments import (
    LIVE,
    citation_snapshots,
    evidence,
    exclusions,
    flag_reasons,
    flags,
    indicators,
    resolutions,
    reviews,
)
from monitor.store.schema.people import deeds, login_tries, people, sessions, tokens
from monitor.store.schema.search import entry_words
from monitor.store.schema.stories import (
    stories,
    story_decisions,
    story_links,
    story_members,
    story_postings,
    word_notes,
    words,
)

__all__ = [
    "LIVE",
    "METADATA",
    "answer_links",
    "app_meta",
    "citation_snapshots",
    "deeds",
    "deliveries",
    "digest_pictures",
    "digests",
    "entries",
    "entry_revisions",
    "entry_tombstones",
    "entry_words",
    "evidence",
    "exclusions",
    "feed_gaps",
    "feed_moves",
    "feed_notices",
    "feeds",
    "flag_reasons",
    "flags",
    "indicators",
    "login_tries",
    "matches",
    "people",
    "poll_log",
    "resolutions",
    "reviews",
    "robots",
    "scopes",
    "sessions",
    "stories",
    "story_decisions",
    "story_links",
    "story_members",
    "story_postings",
    "tokens",
    "watchlist_versions",
    "word_notes",
    "words",
    "workers",
]
