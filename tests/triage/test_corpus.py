"""What each line of a watchlist caught in the stored entries of the last days."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from monitor.core.language.watch.compiler import RuleRole
from monitor.polling import ingest
from monitor.runtime.database import Database
from monitor.store import engine
from monitor.triage import corpus
from monitor.triage.corpus import Corpus
from tests import build, databases
from tests.support.rulebook import rules

WATCHLIST = """
questions:
- id: pact
  ask: Will Ruritania and Graustark sign a pact?
  about: [Ruritania*, Nowhere*]
  judgment: No pact will be signed.
  event: a pact is signed
  likelihood: very unlikely
  toward:
    strong:
      signing: ["sign* .. pact", pact text]
      talks: [talks]
  away:
    strong: {walkout: [walk* out]}
  ignore: [football]
"""
NOW = build.at(days=30)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = engine.open_engine(databases.sqlite(tmp_path / "test.db"))
    with Database(opened) as found:
        yield found


def take_in(conn: Connection) -> None:
    told = [
        ("a1", "Ruritania signs pact with Graustark", "Courier", 1),
        ("a2", "Ruritania signs pact with Graustark", "Herald", 1),
        ("b1", "Ruritania won't sign pact, minister says", "Herald", 5),
        ("c1", "Ruritania football talks end", "Courier", 9),
        ("d1", "Sylvania opens trade talks", "Courier", 9),
        ("d2", "Sylvania closes trade talks", "Courier", 10),
        ("e1", "Gales close the ports", "Courier", 12),
    ]
    entries = [
        build.entry(id_, title, outlet=outlet, seen=build.at(days=day))
        for id_, title, outlet, day in told
    ]
    old = build.entry("z1", "Ruritania signs pact in spring", seen=build.at(days=-1))
    known = (*entries, old)
    ingest.take_in(conn, known, (), rules=rules(WATCHLIST), now=build.at(days=13))


@pytest.fixture
def found(database: Database) -> Corpus:
    database.write_now(take_in)
    read = database.read_now
    return read(lambda conn: corpus.read(conn, rules(WATCHLIST), days=30, now=NOW))


def test_the_archive_is_measured(found: Corpus) -> None:
    assert (found.entries, found.outlets, found.days) == (7, 2, 5)
    assert found.until - found.since == timedelta(days=30)


def test_every_phrase_has_a_line_in_the_order_of_the_watchlist(found: Corpus) -> None:
    assert [(line.role, line.indicator, line.phrase.text) for line in found.caught] == [
        (RuleRole.ABOUT, "", "Ruritania*"),
        (RuleRole.ABOUT, "", "Nowhere*"),
        (RuleRole.IGNORE, "", "football"),
        (RuleRole.INDICATOR, "signing", "sign* .. pact"),
        (RuleRole.INDICATOR, "signing", "pact text"),
        (RuleRole.INDICATOR, "talks", "talks"),
        (RuleRole.INDICATOR, "walkout", "walk* out"),
    ]
    assert all(line.phrase.line for line in found.caught)


def test_a_line_counts_entries_stories_outlets_and_days(found: Corpus) -> None:
    line = found.caught[3]

    assert (line.entries, line.stories, line.outlets) == (3, 2, 2)
    assert line.counted == 2, "“won't sign” is no news of a signing"
    assert line.days == {build.at(days=1).date()}
    assert line.examples == (
        "Ruritania won't sign pact, minister says",
        "Ruritania signs pact with Graustark",
    )


def test_hits_outside_the_scope_and_ignored_ones_are_told_apart(found: Corpus) -> None:
    line = found.caught[5]

    assert (line.entries, line.counted, line.outside) == (1, 0, 2)
    assert line.days == frozenset()
    assert line.examples_outside == ("Sylvania closes trade talks", "Sylvania opens trade talks")


def test_an_entry_outside_the_window_is_not_read(database: Database) -> None:
    database.write_now(take_in)
    read = database.read_now
    late = read(lambda conn: corpus.read(conn, rules(WATCHLIST), days=19, now=NOW))
    none = read(lambda conn: corpus.read(conn, rules(WATCHLIST), days=5, now=NOW))

    assert (late.entries, late.caught[3].entries) == (1, 0)
    assert (none.entries, none.days, none.findings) == (0, 0, ())


def test_a_watchlist_that_changed_since_is_applied_as_it_is_now(database: Database) -> None:
    """Entries that no question asked for when they came are in no story; each counts as one."""
    database.write_now(take_in)
    changed = rules(WATCHLIST.replace("Nowhere*", "Sylvania*"))
    found = database.read_now(lambda conn: corpus.read(conn, changed, days=30, now=NOW))

    assert (found.caught[1].entries, found.caught[1].stories) == (2, 2)


def test_findings_need_two_weeks_of_news(database: Database) -> None:
    def every_day(conn: Connection) -> None:
        entries = [
            build.entry(f"x{day}", f"Ruritania talks, day {day}", seen=build.at(days=day))
            for day in range(20)
        ]
        ingest.take_in(conn, entries, (), rules=rules(WATCHLIST), now=build.at(days=20))

    database.write_now(every_day)
    found = database.read_now(lambda conn: corpus.read(conn, rules(WATCHLIST), days=30, now=NOW))

    assert [(item.code.value, item.line) for item in found.findings] == [
        ("silent", found.caught[3].phrase.line),
        ("too-frequent", found.caught[5].phrase.line),
        ("silent", found.caught[6].phrase.line),
    ]
