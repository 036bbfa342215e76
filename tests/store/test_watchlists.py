"""Watchlist versions and small facts about the database."""

from sqlalchemy import Connection

from monitor.store import meta, watchlists
from tests import build


def test_before_the_first_version_there_is_none(conn: Connection) -> None:
    assert watchlists.last_good(conn) is None
    assert watchlists.text_of(conn, "v1") is None


def test_the_version_that_came_into_force_last_is_the_good_one(conn: Connection) -> None:
    watchlists.record_version(conn, version="v1", text="questions: one\n", at=build.at(1))
    watchlists.record_version(conn, version="v2", text="questions: two\n", at=build.at(2))

    assert watchlists.last_good(conn) == ("v2", "questions: two\n", build.at(2))
    assert watchlists.text_of(conn, "v1") == "questions: one\n"


def test_going_back_to_a_version_moves_only_its_time(conn: Connection) -> None:
    watchlists.record_version(conn, version="v1", text="questions: one\n", at=build.at(1))
    watchlists.record_version(conn, version="v2", text="questions: two\n", at=build.at(2))

    watchlists.record_version(conn, version="v1", text="# another comment\n", at=build.at(3))

    assert watchlists.last_good(conn) == ("v1", "questions: one\n", build.at(3))


def test_a_fact_is_replaced(conn: Connection) -> None:
    assert meta.get(conn, "started_at") is None

    meta.put(conn, "started_at", "a")
    meta.put(conn, "started_at", "b")
    meta.put(conn, "other", "c")

    assert meta.get(conn, "started_at") == "b"
