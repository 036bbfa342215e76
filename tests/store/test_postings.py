"""The index of story members: newest first, bounded in time and number, alike on both databases."""

import pytest
from sqlalchemy import Connection, event

from monitor.model.stories import Lookup, Posting
from monitor.store import engine, story_index
from tests import databases
from tests.build import at


def posting(key: str, hours: float, entry_id: str) -> Posting:
    return Posting(key=key, at=at(hours), entry_id=entry_id)


def asked(key: str, since: float = -72, until: float = 72, weight: int = 1) -> tuple[Lookup, ...]:
    return (Lookup(key=key, weight=weight, since=at(since), until=at(until)),)


def found(conn: Connection, *groups: tuple[Lookup, ...], limit: int = 9) -> list[set[str]]:
    return [set(of_one) for of_one in story_index.find(conn, groups, limit=limit, enough=1)]


def test_of_each_key_only_the_newest_are_found(conn: Connection) -> None:
    story_index.add(conn, [posting("dam", hour, f"e{hour}") for hour in range(9)])

    assert found(conn, asked("dam"), limit=3) == [{"e8", "e7", "e6"}]


def test_what_an_entry_shares_is_added_up_and_must_be_enough(conn: Connection) -> None:
    rows = [("dam", "a"), ("flood", "a"), ("dam", "b"), ("flood", "c"), ("mud", "c")]
    story_index.add(conn, [posting(key, 1, entry_id) for key, entry_id in rows])
    group = (*asked("dam", weight=5), *asked("flood", weight=3), *asked("mud", weight=1))

    assert story_index.find(conn, [group], limit=9, enough=4) == [{"a": 8, "b": 5, "c": 4}]
    assert story_index.find(conn, [group], limit=9, enough=6) == [{"a": 8}]


def test_each_group_has_its_own_answer_key_window_and_limit(conn: Connection) -> None:
    rows = [("dam", 1, "a"), ("dam", 5, "b"), ("harvest", 1, "a"), ("=0f", 9, "c")]
    story_index.add(conn, [posting(*row) for row in rows])
    groups = [asked("dam"), asked("dam", 2, 9), asked("flood"), asked("=0f"), asked("harvest")]

    assert found(conn, *groups) == [{"a", "b"}, {"b"}, set(), {"c"}, {"a"}]


def test_both_ends_of_the_window_belong_to_it(conn: Connection) -> None:
    story_index.add(conn, [posting("dam", hour, f"e{hour}") for hour in (1, 2, 3, 4)])

    assert found(conn, asked("dam", 2, 3)) == [{"e2", "e3"}]


@pytest.mark.parametrize("count", [0, 1, 54, 55, 56, 130])
def test_any_number_of_questions_can_be_asked(conn: Connection, count: int) -> None:
    story_index.add(conn, [posting(f"w{number}", 0, f"e{number}") for number in range(count)])
    singly = [asked(f"w{number}") for number in range(count)]
    by_three = [
        tuple(lookup for group in singly[first : first + 3] for lookup in group)
        for first in range(0, count, 3)
    ]

    assert found(conn, *singly) == [{f"e{number}"} for number in range(count)]
    assert set().union(*found(conn, *by_three)) == {f"e{number}" for number in range(count)}


def test_adding_again_changes_nothing(conn: Connection) -> None:
    for _ in range(2):
        story_index.add(conn, [posting("dam", 0, "a"), posting("dam", 0, "b")])
    story_index.add(conn, [])

    assert story_index.find(conn, [asked("dam")], limit=9, enough=1) == [{"a": 1, "b": 1}]


def test_what_is_past_its_window_is_forgotten(conn: Connection) -> None:
    story_index.add(conn, [posting("dam", hour, f"e{hour}") for hour in (1, 2, 3)])

    assert story_index.prune(conn, at(3)) == 2
    assert found(conn, asked("dam")) == [{"e3"}]


def test_those_of_one_moment_are_found_together(conn: Connection) -> None:
    story_index.add(conn, [posting("dam", hour // 3, f"e{hour}") for hour in range(9)])

    assert found(conn, asked("dam"), limit=4) == [{f"e{hour}" for hour in range(3, 9)}]


def test_the_index_is_searched_not_read() -> None:
    """SQLite chooses its plan without looking at the rows, so that an empty table shows it."""
    opened = databases.in_memory()
    ran: list[tuple[str, tuple[object, ...]]] = []
    event.listen(opened, "before_cursor_execute", lambda *told: ran.append(told[2:4]))
    with engine.read(opened) as conn:
        story_index.find(conn, [asked("dam")], limit=9, enough=1)
        statement, values = ran[-1]
        plan = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        told = [row.detail for row in plan if "postings" in row.detail]
    opened.dispose()

    assert len(told) == 2
    assert all("USING PRIMARY KEY (key=? AND at>? AND at<?)" in line for line in told)
