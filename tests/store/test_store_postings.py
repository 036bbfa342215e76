"""The index of story members: newest first, bounded in time and number, alike on both databases."""

import pytest
from sqlalchemy import Connection

from monitor.model.stories import Lookup, Posting
from monitor.store import postings
from tests.build import at


def posting(key: str, hours: float, entry_id: str) -> Posting:
    return Posting(key=key, at=at(hours), entry_id=entry_id)


def asked(key: str, since: float = -72, until: float = 72) -> Lookup:
    return Lookup(key=key, since=at(since), until=at(until))


def test_the_newest_come_first_and_only_so_many(conn: Connection) -> None:
    postings.add(conn, [posting("dam", hour, f"e{hour}") for hour in range(9)])

    assert postings.find(conn, [asked("dam")], limit=3) == [["e8", "e7", "e6"]]


def test_each_question_has_its_own_answer_key_window_and_limit(conn: Connection) -> None:
    postings.add(
        conn,
        [
            posting("dam", 1, "a"),
            posting("dam", 5, "b"),
            posting("harvest", 1, "a"),
            posting("=0f", 9, "c"),
        ],
    )
    questions = [asked("dam"), asked("dam", 2, 9), asked("flood"), asked("=0f"), asked("harvest")]

    assert postings.find(conn, questions, limit=9) == [["b", "a"], ["b"], [], ["c"], ["a"]]


def test_both_ends_of_the_window_belong_to_it(conn: Connection) -> None:
    postings.add(conn, [posting("dam", hour, f"e{hour}") for hour in (1, 2, 3, 4)])

    assert postings.find(conn, [asked("dam", 2, 3)], limit=9) == [["e3", "e2"]]


@pytest.mark.parametrize("count", [0, 1, 49, 50, 51, 130])
def test_any_number_of_questions_can_be_asked(conn: Connection, count: int) -> None:
    postings.add(conn, [posting(f"w{number}", 0, f"e{number}") for number in range(count)])
    questions = [asked(f"w{number}") for number in range(count)]

    assert postings.find(conn, questions, limit=9) == [[f"e{number}"] for number in range(count)]


def test_adding_again_changes_nothing(conn: Connection) -> None:
    for _ in range(2):
        postings.add(conn, [posting("dam", 0, "a"), posting("dam", 0, "b")])
    postings.add(conn, [])

    assert postings.find(conn, [asked("dam")], limit=9) == [["b", "a"]]


def test_what_is_past_its_window_is_forgotten(conn: Connection) -> None:
    postings.add(conn, [posting("dam", hour, f"e{hour}") for hour in (1, 2, 3)])

    assert postings.prune(conn, at(3)) == 2
    assert postings.find(conn, [asked("dam")], limit=9) == [["e3"]]
