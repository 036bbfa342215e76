"""Counts of words: ever, and on the last two days, whatever the order of counting."""

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete

from monitor.model.stories import WordCounts
from monitor.store import words
from monitor.store.schema import words as table

DAY = date(2019, 3, 22)


def on(days: int) -> date:
    return DAY + timedelta(days=days)


def test_a_word_is_counted_ever_and_of_late(conn: Connection) -> None:
    for day, found in ((0, {"dam": 2, "flood": 1}), (1, {"dam": 1}), (2, {"flood": 4})):
        words.learn(conn, found, entries=5, today=on(day))

    assert words.counts(conn, ["dam", "flood", "harvest"], today=on(2)) == WordCounts(
        entries=15, recent=10, found={"dam": (3, 1), "flood": (5, 4)}
    )


def test_two_days_on_nothing_is_of_late(conn: Connection) -> None:
    words.learn(conn, {"dam": 3}, entries=3, today=DAY)

    assert words.counts(conn, ["dam"], today=on(1)).found == {"dam": (3, 3)}
    assert words.counts(conn, ["dam"], today=on(2)).found == {"dam": (3, 0)}


def test_nothing_is_known_at_first_and_learning_nothing_changes_that(conn: Connection) -> None:
    words.learn(conn, {}, entries=0, today=DAY)

    assert words.counts(conn, ["dam"], today=DAY) == WordCounts()


def test_a_clock_that_was_set_back_counts_for_the_later_day(conn: Connection) -> None:
    words.learn(conn, {"dam": 1}, entries=1, today=on(1))
    words.learn(conn, {"dam": 1}, entries=1, today=DAY)

    assert words.counts(conn, ["dam"], today=on(1)).found == {"dam": (2, 2)}


def test_words_not_found_for_long_are_forgotten(conn: Connection) -> None:
    words.learn(conn, {"dam": 1, "flood": 1}, entries=1, today=DAY)
    words.learn(conn, {"dam": 1}, entries=1, today=on(1))

    assert words.prune(conn, on(1)) == 1
    assert words.counts(conn, ["dam", "flood"], today=on(1)).found == {"dam": (2, 2)}


COUNTED = st.lists(
    st.tuples(st.integers(0, 3), st.dictionaries(st.sampled_from("abc"), st.integers(1, 3))),
    max_size=6,
)


@given(COUNTED, st.randoms())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
def test_within_a_day_the_order_of_counting_does_not_matter(
    conn: Connection, counted: list[tuple[int, dict[str, int]]], chance: object
) -> None:
    def all_counted(batches: list[tuple[int, dict[str, int]]]) -> WordCounts:
        conn.execute(delete(table))
        for day, found in batches:
            words.learn(conn, found, entries=3, today=on(day))
        return words.counts(conn, "abc", today=on(3))

    shuffled = list(counted)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    shuffled.sort(key=lambda batch: batch[0])
    in_order = sorted(counted, key=lambda batch: batch[0])

    assert all_counted(shuffled) == all_counted(in_order)
