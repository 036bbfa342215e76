"""Query plans: what the daemon asks on every round must not grow with the archive."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from monitor.model.flags import FlagKind, Raised, Reason
from monitor.model.questions import Direction
from monitor.model.search import Search, Term, Terms
from monitor.model.stories import Lookup
from monitor.store import (
    entries,
    evidence,
    feeds,
    flags,
    matches,
    outbox,
    search,
    stories,
    story_index,
    upkeep,
    watchlists,
)
from monitor.store.engine import open_engine, write
from monitor.store.schema import METADATA
from tests import build

NOW = build.NOON
LEASE = build.at(1) - NOW

RAISED = Raised(
    question="q",
    brief="q/b",
    reason=Reason(
        kind=FlagKind.SURGE,
        judgment="q/b/j",
        direction=Direction.AWAY,
        text="",
        numbers=(),
        evidence=(),
        interrupts=False,
        raised_at=NOW,
        rules="r",
    ),
)

ASKED = Lookup(key="dam", weight=1, since=NOW, until=NOW)

WORDED = Search(terms=Terms((Term(("a",)),)), feed="a", question="q", since=NOW, until=NOW)
LISTED = Search(outlet="a", question="q")

# listing flags is not among them: a desk raises tens of them in a year
QUESTIONS: dict[str, Callable[[Connection], object]] = {
    "feeds.claim": lambda conn: feeds.claim(conn, NOW, lease=NOW - NOW, token="t", limit=9),
    "feeds.arrivals": lambda conn: feeds.arrivals(conn, "a"),
    "feeds.state": lambda conn: feeds.state(conn, "a"),
    "feeds.last_polls": lambda conn: feeds.last_polls(conn, "a", 9),
    "retention.prune_rows": lambda conn: upkeep.prune_rows(conn, upkeep.POLLS, NOW),
    "entries.known": lambda conn: entries.known(conn, "a", ["k"]),
    "entries.on_pages": lambda conn: entries.on_pages(conn, "a", ["https://a.example/x"]),
    "entries.lines": lambda conn: entries.lines(conn, ["a"]),
    "entries.told": lambda conn: entries.told(conn, ["a"]),
    "entries.get": lambda conn: entries.get(conn, "a"),
    "entries.find": lambda conn: entries.find(conn, "a"),
    "entries.revisions": lambda conn: entries.revisions(conn, "a"),
    "entries.count": lambda conn: entries.count(conn, NOW),
    "entries.stream": lambda conn: list(entries.stream(conn, NOW, NOW)),
    "matches.of_entries": lambda conn: matches.of_entries(conn, ["a"]),
    "matches.matched": lambda conn: matches.matched(conn, ["a"]),
    "matches.count": lambda conn: matches.count(conn, NOW),
    "stories.window": lambda conn: stories.window(conn, NOW),
    "stories.of_entries": lambda conn: stories.of_entries(conn, ["a"]),
    "stories.get": lambda conn: stories.get(conn, "a"),
    "stories.link_of": lambda conn: stories.link_of(conn, "a"),
    "stories.sizes": lambda conn: stories.sizes(conn, ["a"]),
    "stories.count": lambda conn: stories.count(conn, NOW),
    "postings.find": lambda conn: story_index.find(conn, [(ASKED,)], limit=9, enough=1),
    "postings.prune": lambda conn: story_index.prune(conn, NOW),
    "words.counts": lambda conn: story_index.word_counts(conn, ["a"], today=NOW.date()),
    "words.learn": lambda conn: story_index.learn_words(
        conn, {"a": 1}, entries=1, today=NOW.date()
    ),
    "evidence.current": lambda conn: evidence.current(conn, since=NOW),
    "evidence.of_story": lambda conn: evidence.of_story(conn, "a"),
    "flags.raise_all": lambda conn: flags.raise_all(conn, [RAISED]),
    "flags.get": lambda conn: flags.get(conn, 1),
    "flag_lists.of_briefs": lambda conn: flags.of_briefs(conn, ["q/b"]),
    "flag_lists.of_question": lambda conn: flags.of_question(conn, "q", limit=9),
    "evidence.counted": lambda conn: evidence.counted(conn, {"q/b/j": NOW}),
    "flags.reviews": lambda conn: flags.reviews(conn, "q/b"),
    "digests.exists": lambda conn: outbox.slot_taken(conn, "a", "s"),
    "digests.last_window": lambda conn: outbox.last_window(conn, "a"),
    "deliveries.claim": lambda conn: outbox.claim(conn, now=NOW, lease=LEASE, limit=9, token="t"),
    "deliveries.counts": outbox.counts,
    "rules.last_good": watchlists.last_good,
    "search.entries_page": lambda conn: search.entries_page(conn, WORDED, before=9, limit=9),
    "search.stories_page": lambda conn: search.stories_page(conn, WORDED, before=9, limit=9),
    "search without words": lambda conn: search.entries_page(conn, LISTED, before=9, limit=9),
    "retention.prune_entries": lambda conn: upkeep.prune_entries(conn, NOW, at=NOW),
}

FEW = {"word_notes", "watchlist_versions"}
"""Tables that hold few rows, all of which are wanted."""

INDEXES = {
    "feeds.claim": "ix_feeds_next_poll_at_id",
    "flags.raise_all": "uq_flags_live_brief",
    "digests.last_window": "ix_digests_name_window_to",
    "deliveries.claim": "ix_deliveries_state_next_at_id",
}


@contextmanager
def listening(conn: Connection) -> Iterator[list[str]]:
    """The statements that the driver runs meanwhile, with values, but not those of triggers."""
    heard: list[str] = []
    driver: Any = conn.connection.driver_connection
    driver.set_trace_callback(heard.append)
    yield heard
    driver.set_trace_callback(None)
    heard[:] = [statement for statement in heard if not statement.startswith("--")]


@pytest.fixture
def sqlite_engine(sqlite_url: str) -> Iterator[Engine]:
    engine = open_engine(sqlite_url)
    yield engine
    engine.dispose()


def plan_of(engine: Engine, name: str) -> list[str]:
    """The steps of all statements of one question."""
    with write(engine) as conn:
        with listening(conn) as heard:
            QUESTIONS[name](conn)
        return [
            row[3]
            for statement in heard
            for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")
        ]


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_table_is_read_from_end_to_end(sqlite_engine: Engine, name: str) -> None:
    """SQLite says SCAN for a whole table; SEARCH, or SCAN … USING INDEX, is a look-up."""
    plan = plan_of(sqlite_engine, name)

    assert plan
    scans = [step for step in plan if step.startswith("SCAN") and "INDEX" not in step]
    assert [step for step in scans if step.split()[1] in METADATA.tables.keys() - FEW] == []


@pytest.mark.parametrize("name", INDEXES)
def test_what_is_open_is_found_by_its_index(sqlite_engine: Engine, name: str) -> None:
    assert INDEXES[name] in " ".join(plan_of(sqlite_engine, name))
