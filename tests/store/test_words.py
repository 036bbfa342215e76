"""Counts of words: ever, and on the last two days, whatever the order of counting."""

import contextlib
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, func, select

from monitor.model.stories import WordCounts
from monitor.store import story_index
from monitor.store.engine import open_engine, read, write
from monitor.store.schema import word_notes

DAY = date(2019, 3, 22)


def on(days: int) -> date:
    return DAY + timedelta(days=days)


def test_a_word_is_counted_ever_and_of_late(conn: Connection) -> None:
    for day, found in ((0, {"dam": 2, "flood": 1}), (1, {"dam": 1}), (2, {"flood": 4})):
        story_index.learn_words(conn, found, entries=5, today=on(day))

    assert story_index.word_counts(conn, ["dam", "flood", "harvest"], today=on(2)) == WordCounts(
        entries=15, recent=10, found={"dam": (3, 1), "flood": (5, 4)}
    )


def test_two_days_on_nothing_is_of_late(conn: Connection) -> None:
    story_index.learn_words(conn, {"dam": 3}, entries=3, today=DAY)

    assert story_index.word_counts(conn, ["dam"], today=on(1)).found == {"dam": (3, 3)}
    assert story_index.word_counts(conn, ["dam"], today=on(2)).found == {"dam": (3, 0)}


def test_nothing_is_known_at_first_and_learning_nothing_changes_that(conn: Connection) -> None:
    story_index.learn_words(conn, {}, entries=0, today=DAY)

    assert story_index.word_counts(conn, ["dam"], today=DAY) == WordCounts()


def test_a_clock_that_was_set_back_counts_for_the_later_day(conn: Connection) -> None:
    story_index.learn_words(conn, {"dam": 1}, entries=1, today=on(1))
    story_index.learn_words(conn, {"dam": 1}, entries=1, today=DAY)

    assert story_index.word_counts(conn, ["dam"], today=on(1)).found == {"dam": (2, 2)}


def test_words_not_found_for_long_are_forgotten(conn: Connection) -> None:
    story_index.learn_words(conn, {"dam": 1, "flood": 1}, entries=1, today=DAY)
    story_index.learn_words(conn, {"dam": 1}, entries=1, today=on(1))

    assert story_index.prune_words(conn, on(1)) == 1
    assert story_index.word_counts(conn, ["dam", "flood"], today=on(1)).found == {"dam": (2, 2)}


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
        story_index.prune_words(conn, date.max)
        for day, found in batches:
            story_index.learn_words(conn, found, entries=3, today=on(day))
        return story_index.word_counts(conn, "abc", today=on(3))

    shuffled = list(counted)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    shuffled.sort(key=lambda batch: batch[0])
    in_order = sorted(counted, key=lambda batch: batch[0])

    assert all_counted(shuffled) == all_counted(in_order)


def dam(conn: Connection) -> tuple[int, tuple[int, int]]:
    """How many entries there are, and in how many the dam was found."""
    told = story_index.word_counts(conn, ["dam"], today=DAY)
    return told.entries, told.found.get("dam", (0, 0))


def test_what_a_failed_transaction_counted_is_forgotten(engine: Engine) -> None:
    with write(engine) as conn:
        story_index.learn_words(conn, {"dam": 1}, entries=1, today=DAY)
    with contextlib.suppress(ZeroDivisionError), write(engine) as conn:
        story_index.learn_words(conn, {"dam": 1}, entries=5, today=DAY)
        assert dam(conn) == (6, (2, 2))
        raise ZeroDivisionError

    with write(engine) as conn:
        assert dam(conn) == (1, (1, 1))


def test_what_another_process_counted_is_known(database_url: str, engine: Engine) -> None:
    """Even when it counted as many entries as we did in a transaction that failed."""
    other = open_engine(database_url)
    with write(engine) as conn:
        assert dam(conn) == (0, (0, 0))
    with contextlib.suppress(ZeroDivisionError), write(engine) as conn:
        story_index.learn_words(conn, {"flood": 1}, entries=1, today=DAY)
        raise ZeroDivisionError
    with write(other) as conn:
        story_index.learn_words(conn, {"dam": 1}, entries=1, today=DAY)
    with write(engine) as conn:
        assert dam(conn) == (1, (1, 1))
        story_index.learn_words(conn, {"dam": 1}, entries=1, today=DAY)

    with write(other) as conn:
        assert dam(conn) == (2, (2, 2))
        story_index.prune_words(conn, on(1))
    with write(engine) as conn:
        assert dam(conn) == (0, (0, 0))
    other.dispose()


def test_a_reader_of_an_older_moment_disturbs_nobody(engine: Engine) -> None:
    with write(engine) as conn:
        story_index.learn_words(conn, {"dam": 1}, entries=1, today=DAY)
    with read(engine) as older:
        assert dam(older) == (1, (1, 1))
        with write(engine) as conn:
            story_index.learn_words(conn, {"dam": 1}, entries=1, today=DAY)
            assert dam(older) == (1, (1, 1))
            assert dam(conn) == (2, (2, 2))


def test_notes_are_added_up_when_there_are_many(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It makes no difference when, and which words had been asked for before."""
    batches = [(day, {"dam": 1, f"w{day}{part}": 2}) for day in range(3) for part in range(4)]
    found: list[WordCounts] = []
    for most in (1, 14, 10_000):
        monkeypatch.setattr(story_index, "NOTED", most)
        with write(engine) as conn:
            story_index.prune_words(conn, date.max)
            for day, batch in batches:
                story_index.word_counts(conn, ["dam"], today=on(day))
                story_index.learn_words(conn, batch, entries=2, today=on(day))
            noted = conn.execute(select(func.count()).select_from(word_notes)).scalar_one()
            assert {1: noted == 0, 14: 0 < noted < 12, 10_000: noted == 12}[most]
            wanted = ["dam", "w00", "w13", "w23", "harvest"]
            found.append(story_index.word_counts(conn, wanted, today=on(2)))

    assert found[0] == found[1] == found[2]
    assert found[0].found["dam"] == (12, 8)


def test_a_process_remembers_no_more_than_so_many_words(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story_index, "REMEMBERED", 3)
    with write(engine) as conn:
        story_index.learn_words(conn, {f"w{n}": n for n in range(1, 9)}, entries=9, today=DAY)
        for first in range(1, 8):
            asked = [f"w{first}", f"w{first + 1}"]
            counted = story_index.word_counts(conn, asked, today=DAY)
            assert counted.found == {word: (int(word[1:]),) * 2 for word in asked}
            assert counted.entries == 9
