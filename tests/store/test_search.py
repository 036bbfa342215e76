"""Search: what is typed finds the entries and stories that hold it now, on both databases."""

import importlib.util
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text

from monitor.core.search import parse
from monitor.model.entries import Entry
from monitor.model.search import Search
from monitor.store import entries, matches, search, stories, upkeep
from monitor.store.engine import write
from tests import build

ROOT = Path(__file__).parents[2]

STRANGE = [
    "", " ", '"', '""', "*", "-", '-"', "NEAR(", "a AND", "AND", "NOT", "words:x", "^a", "a*b", "'",
    "''", "\\", "a\x00b", "{", "(", ")", "%", "_", ":*", "!", "&", "|", "<->", "a <-> b", "u\u0308",
    "\u0308", "中", "🙂", "\u0e01", "a" * 5_000, "a " * 500, "-a -b", '"a" -"b"', "½ ² ﬁ ß İ",
    "\ud7ff", "x--", "rowid", "000bound000",
]  # fmt: skip


def ids(conn: Connection, typed: str, **more: object) -> list[str]:
    """The entries found, the newest first."""
    asked = Search(terms=parse(typed), **more)  # type: ignore[arg-type]  # by name
    page = search.entries_page(conn, asked, before=None, limit=50)
    return [found.entry.id for found in page.found]


@pytest.fixture
def news(conn: Connection) -> Connection:
    entries.insert(
        conn,
        [
            build.entry("a", "Delegations meet in Hanoi", seen=build.at(1)),
            build.entry("b", "Cease-fire holds", summary="Hanoi is quiet", seen=build.at(2)),
            build.entry("c", "Zelenskyï in Kraków", outlet="Courier", seen=build.at(3)),
            build.entry("d", "北京宣布新制裁措施", seen=build.at(4)),
            build.entry("e", "U.S. sanctions Ruritania", seen=build.at(5)),
        ],
    )
    return conn


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("hanoi", "ba"),
        ("HANOI meet", "a"),
        ("meet hanoi -quiet", "a"),
        ('"meet in hanoi"', "a"),
        ('"hanoi meet"', ""),
        ('"holds hanoi"', ""),
        ("ceasefire", ""),
        ("cease-fire", "b"),
        ("cease fire", "b"),
        ("krakow", "c"),
        ("ZELENSKYI", "c"),
        ("制裁", "d"),
        ("裁制", ""),
        ("sanction*", "e"),
        ("sanction", ""),
        ("us", ""),
        ("u.s.", "e"),
        ("ha*", ""),
        ("nowhere", ""),
        ("", "edcba"),
        ("-hanoi", "edcba"),
    ],
)
def test_words_find_entries(news: Connection, typed: str, wanted: str) -> None:
    assert "".join(ids(news, typed)) == wanted


def test_filters_narrow_what_is_found(news: Connection) -> None:
    matches.add(
        news, [build.matched(entry_of(news, "a"), build.match())], rules="r", at=build.at(1)
    )

    assert ids(news, "", outlet="Courier") == ["c"]
    assert ids(news, "krakow", outlet="Courier") == ["c"]
    assert ids(news, "hanoi", outlet="Courier") == []
    assert ids(news, "", feed="courier") == ["c"]
    assert ids(news, "", question="q") == ["a"]
    assert ids(news, "hanoi", question="q", feed="reuters") == ["a"]
    assert ids(news, "", since=build.at(4)) == ["e", "d"]
    assert ids(news, "hanoi", since=build.at(2)) == ["b"]
    assert ids(news, "hanoi", until=build.at(2)) == ["a"]


def entry_of(conn: Connection, id_: str) -> Entry:
    found = entries.get(conn, id_)
    assert found is not None
    return found


def test_only_the_current_revision_is_found(news: Connection) -> None:
    revised = replace(
        entry_of(news, "a"),
        title="Talks collapse",
        summary="in Geneva",
        content_hash="2",
        revision=2,
    )
    entries.revise(news, [revised], at=build.at(6))

    assert ids(news, "delegations") == []
    assert ids(news, "hanoi") == ["b"]
    assert ids(news, "collapse geneva") == ["a"]
    assert ids(news, "") == ["e", "d", "c", "b", "a"]


def test_a_pruned_entry_is_not_found_and_one_that_comes_back_is(news: Connection) -> None:
    back = entry_of(news, "a")
    assert upkeep.prune_entries(news, build.at(9), at=build.at(9)) == 5
    assert ids(news, "hanoi") == []
    assert ids(news, "") == []

    entries.revise(news, [replace(back, content_hash="2", revision=2)], at=build.at(9))

    assert ids(news, "hanoi") == ["a"]


def test_pages_follow_each_other_without_gap_or_repetition(conn: Connection) -> None:
    """All of one second, so that the order within it counts as well."""
    entries.insert(conn, [build.entry(f"e{n:02}", f"flood {n}") for n in range(23)])
    seen: list[str] = []
    before = None
    for _ in range(5):
        page = search.entries_page(conn, Search(terms=parse("flood")), before=before, limit=5)
        seen += [found.entry.id for found in page.found]
        before = page.following
    assert seen == [f"e{n:02}" for n in range(22, -1, -1)]
    assert before is None


def test_a_second_that_is_full_lends_from_the_next(conn: Connection) -> None:
    later = build.at() + timedelta(seconds=1)
    entries.insert(conn, [build.entry("z", "flood", seen=later), build.entry("a", "flood")])
    last = search.number_of(later) - 1
    conn.execute(text("UPDATE entry_words SET number = :n WHERE entry_id = 'a'"), {"n": last})

    entries.insert(conn, [build.entry("b", "flood")])

    assert ids(conn, "flood") == ["b", "z", "a"]


def test_a_filtered_page_says_how_far_back_it_looked(conn: Connection) -> None:
    entries.insert(
        conn,
        [
            build.entry(f"e{n}", "flood", outlet="A" if n in {3, 25} else "B", seen=build.at(n))
            for n in range(30)
        ],
    )
    asked = Search(terms=parse("flood"), outlet="A")
    found, reached, before = [], [], None
    while True:
        page = search.entries_page(conn, asked, before=before, limit=5, budget=10)
        found.append([each.entry.id for each in page.found])
        reached.append(page.reached)
        before = page.following
        if before is None:
            break

    assert found == [["e25"], [], ["e3"], []]
    assert reached == [build.at(20), build.at(10), build.at(0), None]


def test_stories_stand_in_the_place_of_their_newest_entry_that_is_found(conn: Connection) -> None:
    made = [build.entry(f"e{n}", f"flood in town {n}", seen=build.at(n)) for n in range(8)]
    lone = build.entry("x", "flood elsewhere", seen=build.at(9))
    entries.insert(conn, [*made, lone])
    one = build.story(*(build.matched(made[n]) for n in (0, 3, 7)))
    two = build.story(*(build.matched(made[n]) for n in (1, 2)))
    three = build.story(build.matched(made[5]))
    stories.save(conn, [one, two, three], [])

    def pages(typed: str, limit: int) -> list[list[tuple[str, str, int]]]:
        found, before = [], None
        while True:
            asked = Search(terms=parse(typed))
            page = search.stories_page(conn, asked, before=before, limit=limit)
            found.append([(each.story_id, each.entry.id, each.size) for each in page.found])
            before = page.following
            if before is None:
                return found

    everything = [(one.id, "e7", 3), (three.id, "e5", 1), (two.id, "e2", 2)]
    assert pages("flood", 5) == [everything]
    assert [row for page in pages("flood", 1) for row in page] == everything
    assert [row for page in pages("", 1) for row in page] == everything
    assert pages("flood -7", 5) == [[everything[1], (one.id, "e3", 3), everything[2]]]
    assert pages("nothing", 5) == [[]]


@pytest.mark.parametrize("typed", STRANGE)
def test_whatever_is_typed_is_answered(news: Connection, typed: str) -> None:
    asked = Search(terms=parse(typed), outlet=typed.replace("\x00", ""))
    for before in (None, 10**14):
        search.entries_page(news, Search(terms=parse(typed)), before=before, limit=3)
        search.stories_page(news, asked, before=before, limit=3)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=60), st.text(max_size=8))
def test_any_string_is_answered_and_finds_the_entry_that_holds_it(
    shared_engine: Engine, typed: str, more: str
) -> None:
    """A title made of the very words is found by them, and by nothing that it does not hold."""
    with write(shared_engine) as conn:
        title = typed.replace("\x00", " ").replace('"', " ").replace("-", " ")
        entries.insert(conn, [build.entry("held", title)])
        terms = parse(typed.replace('"', " ").replace("-", " ").replace("*", " "))
        found = search.entries_page(conn, Search(terms=terms), before=None, limit=5).found
        search.entries_page(conn, Search(terms=parse(typed + more)), before=None, limit=5)
        transaction = conn.get_transaction()
        assert transaction is not None
        transaction.rollback()

    assert [each.entry.id for each in found] == ["held"]


def migration() -> ModuleType:
    path = next((ROOT / "alembic" / "versions").glob("*_entry_words.py"))
    spec = importlib.util.spec_from_file_location("entry_words_migration", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
@given(st.text())
def test_the_migration_parts_words_as_the_program_does(typed: str) -> None:
    module = migration()
    own = (*module._words(typed), "000bound000", *module._words("x"))
    assert own == search.entry_text(typed, "x")


def test_an_upgrade_indexes_what_is_stored(conn: Connection) -> None:
    made = [build.entry(f"e{n}", f"flood {n}", seen=build.at(n)) for n in range(3)]
    entries.insert(conn, [*made, build.entry("same", "Überflutung", seen=build.at(1))])
    numbers = text("SELECT entry_id, number FROM entry_words ORDER BY number")
    before = conn.execute(numbers).all()

    with Operations.context(MigrationContext.configure(conn)):
        migration().downgrade()
        migration().upgrade()

    assert conn.execute(numbers).all() == before
    assert ids(conn, "flood") == ["e2", "e1", "e0"]
    assert ids(conn, "uberflutung") == ["same"]
    entries.revise(conn, [replace(made[0], title="drought", content_hash="2", revision=2)])
    assert ids(conn, "flood") == ["e2", "e1"]
