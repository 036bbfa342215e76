"""Evidence: rows are added, the highest number counts, and nothing is added twice."""

from dataclasses import replace

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from monitor.model.flags import Evidence
from monitor.store import entries, evidence, stories
from tests import build

EARLY = build.at(-99)


@pytest.fixture
def told(conn: Connection) -> Connection:
    """A transaction in which the stories a, b and c exist."""
    for id_ in "abc":
        entries.insert(conn, [build.entry(id_)])
        stories.save(conn, [build.story(build.matched(build.entry(id_)))], [])
    return conn


def test_a_row_comes_back_as_it_went_in(told: Connection) -> None:
    row = replace(
        build.evidence("a", outlets=("Reuters", "Yonhap"), credit=0.7925, points=-7.925),
        entry_ids=("a", "b"),
        prior_credit=1 / 3,
        last_at=build.at(1.5),
        link="https://example.org/a",
        hedged=True,
    )

    evidence.append(told, [row])

    assert evidence.current(told, since=EARLY) == (row,)


def test_the_highest_number_counts_and_all_are_kept(told: Connection) -> None:
    first = build.evidence("a")
    second = build.evidence("a", number=2, credit=1.0)
    evidence.append(told, [first])
    evidence.append(told, [second])

    assert evidence.current(told, since=EARLY) == (second,)
    assert evidence.of_story(told, "a") == (first, second)


def test_a_number_is_taken_once(told: Connection) -> None:
    evidence.append(told, [build.evidence("a")])

    with pytest.raises(IntegrityError), told.begin_nested():
        evidence.append(told, [build.evidence("a", credit=1.0)])


def test_only_what_is_not_too_old_is_current(told: Connection) -> None:
    old, fresh = build.evidence("a", first=build.at(1)), build.evidence("b", first=build.at(5))
    evidence.append(told, [old, fresh])

    assert evidence.current(told, since=build.at(5)) == (fresh,)
    assert evidence.current(told, since=build.at(6)) == ()


def test_what_counted_at_an_earlier_time_can_be_read(told: Connection) -> None:
    first = build.evidence("a", first=build.at(1))
    grown = replace(first, number=2, points=-12.0, decided_at=build.at(9))
    late = build.evidence("b", first=build.at(8))
    evidence.append(told, [first, grown, late])

    assert evidence.current(told, since=EARLY, as_of=build.at(5)) == (first,)
    assert evidence.current(told, since=EARLY, as_of=build.at(8)) == (first, late)
    assert evidence.current(told, since=EARLY) == (grown, late)


def test_a_superseded_row_never_counts_even_if_it_is_newer(told: Connection) -> None:
    superseded = build.evidence("a", first=build.at(9))
    counts = build.evidence("a", first=build.at(1), number=2)
    evidence.append(told, [superseded, counts])

    assert evidence.current(told, since=build.at(5)) == ()


def test_current_is_ordered_by_first_hit_then_by_key(told: Connection) -> None:
    rows = [
        build.evidence("a", "x", first=build.at(0)),
        build.evidence("b", "y", first=build.at(0)),
        build.evidence("b", "z", first=build.at(0)),
        build.evidence("a", "z", first=build.at(0), judgment_="q/b/other"),
        build.evidence("c", "a", first=build.at(1)),
    ]
    evidence.append(told, rows[::-1])

    assert evidence.current(told, since=EARLY) == tuple(rows)


def test_judgments_can_be_chosen(told: Connection) -> None:
    mine, other = build.evidence("a"), build.evidence("a", judgment_="q/b/other")
    evidence.append(told, [mine, other])

    def chosen(*judgments: str) -> tuple[Evidence, ...]:
        return evidence.current(told, since=EARLY, judgments=judgments)

    assert chosen("q/b/other") == (other,)
    assert chosen("q/b/other", "q/b/no-deal") == (mine, other)
    assert chosen() == ()


def test_appending_nothing_is_no_error(told: Connection) -> None:
    evidence.append(told, [])

    assert evidence.of_story(told, "a") == ()


def test_each_judgment_counts_from_a_moment_of_its_own(told: Connection) -> None:
    old, fresh = build.evidence("a", first=build.at(1)), build.evidence("b", first=build.at(5))
    other = replace(build.evidence("c", first=build.at(1)), judgment="q/b/other")
    evidence.append(told, [old, fresh, other])

    assert evidence.counted(told, {}) == ()
    assert evidence.counted(told, {fresh.judgment: build.at(2)}) == (fresh,)
    both = evidence.counted(told, {fresh.judgment: build.at(2), other.judgment: EARLY})
    assert both == (other, fresh)
