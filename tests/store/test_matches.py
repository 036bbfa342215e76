"""Matches: what counts is the current revision, as it was assessed last."""

from dataclasses import replace

from sqlalchemy import Connection

from monitor.model.entries import Entry
from monitor.model.matches import Match, Matched, Span
from monitor.model.questions import Direction, Strength
from monitor.store import entries, matches
from tests import build

FULL = Match(
    question="q",
    indicator="launch",
    direction=Direction.TOWARD,
    strength=Strength.DECISIVE,
    spans=(
        Span(field="title", start=0, end=6, phrase="launch*"),
        Span(field="summary", start=10, end=19, phrase="“satellite launch”"),
    ),
    hedge="may",
    veto="negated by “won’t”",
)


def stored(conn: Connection, *ids: str) -> list[Entry]:
    new = [build.entry(id_, seen=build.at(place)) for place, id_ in enumerate(ids)]
    entries.insert(conn, new)
    return new


def add(conn: Connection, *items: Matched, rules: str = "r1", hours: float = 0) -> None:
    matches.add(conn, items, rules=rules, at=build.at(hours))


def test_a_match_comes_back_as_it_went_in(conn: Connection) -> None:
    (entry,) = stored(conn, "a")

    add(conn, build.matched(entry, FULL))

    assert matches.of_entries(conn, ["a", "b"]) == {"a": (FULL,)}


def test_matches_are_ordered_by_question_and_indicator(conn: Connection) -> None:
    (entry,) = stored(conn, "a")
    hits = [build.match(name, question=q) for q, name in [("r", "x"), ("q", "y"), ("q", "x")]]

    add(conn, build.matched(entry, *hits))

    found = matches.of_entries(conn, ["a"])["a"]
    assert [(hit.question, hit.indicator) for hit in found] == [("q", "x"), ("q", "y"), ("r", "x")]


def test_adding_again_is_no_error_and_no_second_row(conn: Connection) -> None:
    (entry,) = stored(conn, "a")
    add(conn, build.matched(entry, FULL))

    add(conn, build.matched(entry, FULL))

    assert matches.of_entries(conn, ["a"]) == {"a": (FULL,)}


def test_the_newest_version_of_the_watchlists_counts(conn: Connection) -> None:
    (entry,) = stored(conn, "a")
    add(conn, build.matched(entry, build.match("old")), rules="r1", hours=1)
    add(conn, build.matched(entry, build.match("new")), rules="r2", hours=2)

    assert [hit.indicator for hit in matches.of_entries(conn, ["a"])["a"]] == ["new"]

    add(conn, build.matched(entry, build.match("old")), rules="r1", hours=3)

    assert [hit.indicator for hit in matches.of_entries(conn, ["a"])["a"]] == ["old"]


def test_a_revision_that_hits_nothing_any_more_has_no_matches(conn: Connection) -> None:
    """The old headline's hits must not count for the new one."""
    (entry,) = stored(conn, "a")
    add(conn, build.matched(entry, FULL))
    revised = replace(entry, title="Nothing", content_hash="n", revision=2)

    entries.revise(conn, [revised])

    assert matches.of_entries(conn, ["a"]) == {}
    assert matches.matched(conn, ["a"]) == ()

    add(conn, build.matched(revised))

    assert matches.of_entries(conn, ["a"]) == {}
    assert matches.matched(conn, ["a"]) == (build.matched(revised),)


def test_matched_brings_entries_scopes_and_matches_in_order_of_time(conn: Connection) -> None:
    first, second, _outside = stored(conn, "b", "a", "c")
    both = Matched(entry=first, questions=("q", "r"), matches=(FULL,))
    scope_only = Matched(entry=second, questions=("r",), matches=())
    add(conn, scope_only, both)

    assert matches.matched(conn, ["a", "b", "c", "d", "a"]) == (both, scope_only)
    assert matches.matched(conn, []) == ()


def test_entries_are_counted_once_however_much_they_hit(conn: Connection) -> None:
    one, two, three = stored(conn, "a", "b", "c")
    add(conn, build.matched(one, build.match("x"), build.match("y")), hours=1)
    add(conn, build.matched(two, build.match("x")), build.matched(three), hours=2)

    assert matches.count(conn, build.at(1)) == 2
    assert matches.count(conn, build.at(2)) == 1
    assert matches.count(conn, build.at(3)) == 0


def test_adding_nothing_is_no_error(conn: Connection) -> None:
    add(conn)

    assert matches.count(conn, build.at(-99)) == 0
