"""What is looked up for arriving entries decides as if everything were known."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from monitor.core.assess import match_all
from monitor.core.judging.rules import Rules
from monitor.core.stories import story
from monitor.core.stories.wording import words
from monitor.model.entries import Entry
from monitor.model.stories import Lookup, Story, WordCounts
from monitor.polling import ingest, known
from monitor.store import engine, rows
from monitor.store import stories as store_stories
from tests import build, databases
from tests.support.rulebook import rules

WATCHLIST = """
questions:
- id: dam
  ask: Will the dam at Derna be rebuilt?
  about: [Derna]
  judgment: The dam will not be rebuilt.
  event: the dam is rebuilt
  likelihood: unlikely
  toward:
    strong: {rebuilt: [rebuil*]}
"""
WORDS = sorted(words("dam bursts floods city rebuilt minister visits 12 300 not may monday report"))
PAGE = "https://news.example/world/derna-1"
ENTRIES = st.lists(
    st.tuples(
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join),
        st.integers(0, 200),
        st.sampled_from(["Reuters", "AP", "BBC"]),
        st.sampled_from(["", PAGE, f"{PAGE}2"]),
    ),
    max_size=16,
).map(
    lambda rows: [
        build.entry(
            f"e{number:02}", f"Derna {title}", outlet=outlet, seen=build.at(hours), link=link
        )
        for number, (title, hours, outlet, link) in enumerate(rows)
    ]
)


@pytest.fixture(scope="module")
def ours() -> Rules:
    return rules(WATCHLIST)


@pytest.fixture(scope="module")
def memory() -> Iterator[Engine]:
    opened = databases.in_memory()
    yield opened
    opened.dispose()


def polls(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Entries of six hours at a time, the earliest first."""
    ordered = sorted(entries, key=lambda entry: entry.seen_at)
    while ordered:
        end = ordered[0].seen_at + timedelta(hours=6)
        yield [entry for entry in ordered if entry.seen_at < end]
        ordered = [entry for entry in ordered if entry.seen_at >= end]


def taken_in(conn: Connection, entries: Sequence[Entry], ours: Rules) -> set[Story]:
    for poll in polls(entries):
        ingest.take_in(conn, poll, (), rules=ours, now=poll[-1].seen_at)
    return set(store_stories.of_entries(conn, [entry.id for entry in entries]))


def grouped(entries: Sequence[Entry], ours: Rules) -> set[Story]:
    """The same with every story known, and words counted in one place."""
    told: dict[str, Story] = {}
    ever: Counter[str] = Counter()
    days: dict[int, Counter[str]] = {}
    for poll in polls(entries):
        now = poll[-1].seen_at
        today = now.date().toordinal()
        recent = days.get(today, Counter()) + days.get(today - 1, Counter())
        counts = WordCounts(
            entries=ever[""],
            recent=recent[""],
            found={word: (count, recent[word]) for word, count in ever.items() if word},
        )
        grouping = story.group(match_all(poll, ours), tuple(told.values()), words=counts, now=now)
        told |= {one.id: one for one in grouping.stories}
        for gone in grouping.gone:
            del told[gone]
        learned = Counter({**grouping.words, "": len(grouping.links)})
        ever += learned
        days[today] = days.get(today, Counter()) + learned
    return set(told.values())


@pytest.mark.slow
@given(ENTRIES)
@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_is_looked_up_decides_as_if_all_were_known(
    memory: Engine, ours: Rules, entries: list[Entry]
) -> None:
    with engine.write(memory) as conn:
        found = taken_in(conn, entries, ours)
        conn.get_transaction().rollback()  # type: ignore[union-attr]

    assert found == grouped(entries, ours)


@pytest.mark.slow
@given(ENTRIES, st.randoms())
@settings(
    deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_order_of_feeds_within_a_poll_changes_nothing(
    memory: Engine, ours: Rules, entries: list[Entry], chance: object
) -> None:
    shuffled = list(entries)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    both: list[set[Story]] = []
    for together in (entries, shuffled):
        with engine.write(memory) as conn:
            ingest.take_in(conn, together, (), rules=ours, now=build.at(200))
            found = store_stories.of_entries(conn, [entry.id for entry in entries])
            both.append(set(found))
            conn.get_transaction().rollback()  # type: ignore[union-attr]

    assert both[0] == both[1]


@pytest.mark.slow
@given(ENTRIES)
@settings(
    deadline=None, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_taking_in_again_changes_nothing(memory: Engine, ours: Rules, entries: list[Entry]) -> None:
    with engine.write(memory) as conn:
        once = taken_in(conn, entries, ours)
        twice = taken_in(conn, entries, ours)
        conn.get_transaction().rollback()  # type: ignore[union-attr]

    assert once == twice


@pytest.mark.slow
def test_only_what_an_entry_may_be_near_is_read(memory: Engine, ours: Rules) -> None:
    """Of a thousand stories about Derna, those that share what is rare in the title."""
    crowd = [
        build.entry(f"k{number:04}", f"Derna clinic {number} reopens ward {number}")
        for number in range(1000)
    ]
    arriving = [build.entry("z", "Clinic 512 in Derna reopens ward 512", outlet="AP")]
    with engine.write(memory) as conn:
        ingest.take_in(conn, crowd, (), rules=ours, now=build.NOON)
        stories, counts = known.read_stories(
            known.StoredIndex(conn), match_all(arriving, ours), now=build.NOON
        )
        conn.get_transaction().rollback()  # type: ignore[union-attr]

    assert "k0512" in {one.id for one in stories}
    assert len(stories) <= 50
    assert (counts.entries, counts.found["clinic"]) == (1000, (1000, 1000))


def test_members_that_count_for_nothing_are_not_read_again(memory: Engine, ours: Rules) -> None:
    entries = [
        build.entry("a", "Dam at Derna rebuilt"),
        build.entry("b", "Dam at Derna visited by minister"),
    ]
    with engine.write(memory) as conn:
        ingest.take_in(conn, entries, (), rules=ours, now=build.NOON)
        again = known.read_known(conn, match_all(entries, ours), rules=ours, now=build.NOON)
        conn.get_transaction().rollback()  # type: ignore[union-attr]

    assert [item.entry.id for item in again.matched] == ["a"]


PORT = """
- id: port
  ask: Will the port at Tobruk be rebuilt?
  about: [Tobruk]
  judgment: The port will not be rebuilt.
  event: the port is rebuilt
  likelihood: unlikely
  toward:
    decisive: {rebuilt: [rebuil*]}
"""


@pytest.mark.slow
@given(ENTRIES)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_ledgers_that_are_left_unread_change_nothing(
    memory: Engine, monkeypatch: pytest.MonkeyPatch, entries: list[Entry]
) -> None:
    """Of two questions, with the ledgers of both always read and with those of arrivals alone."""
    both = rules(WATCHLIST + PORT)
    moved = [
        replace(one, title=one.title.replace("Derna", "Tobruk"), id=f"t{one.id}", key=f"t{one.key}")
        for one in entries
    ]

    def decided() -> list[object]:
        with engine.write(memory) as conn:
            outcomes = [
                ingest.take_in(conn, poll, (), rules=both, now=poll[-1].seen_at)
                for poll in polls([*entries, *moved[::2]])
            ]
            conn.get_transaction().rollback()  # type: ignore[union-attr]
        return [(one.evidence, one.raised) for one in outcomes]

    with monkeypatch.context() as patch:
        patch.setattr(rows, "CHUNK", -1)
        everything = decided()
    assert decided() == everything


def test_only_the_ledgers_of_what_arrives_are_read(memory: Engine) -> None:
    both = rules(WATCHLIST + PORT)
    entries = [
        build.entry("d", "Dam at Derna rebuilt"),
        build.entry("t", "Port at Tobruk rebuilt", outlet="AP"),
    ]
    with engine.write(memory) as conn:
        ingest.take_in(conn, entries, (), rules=both, now=build.NOON)
        again = known.read_known(conn, match_all(entries[:1], both), rules=both, now=build.NOON)
        conn.get_transaction().rollback()  # type: ignore[union-attr]

    assert {row.judgment.partition("/")[0] for row in again.evidence} == {"dam"}


class Watched(known.StoredIndex):
    """The tables, and the keys that they were asked for."""

    keys: ClassVar[list[str]] = []

    def find(
        self, asked: Sequence[Sequence[Lookup]], *, limit: int, enough: int
    ) -> list[dict[str, int]]:
        self.keys.extend(one.key for of_one in asked for one in of_one)
        return super().find(asked, limit=limit, enough=enough)


def test_a_copy_is_not_looked_up_by_its_words(memory: Engine, ours: Rules) -> None:
    title = "Clinic in Derna reopens its ward"
    twice = [
        build.entry("c", title, outlet="AP"),
        build.entry("d", f"{title} as doctors return", outlet="AP"),
    ]
    with engine.write(memory) as conn:
        ingest.take_in(conn, [build.entry("a", title)], (), rules=ours, now=build.NOON)
        asked: list[list[str]] = []
        for one in twice:
            Watched.keys.clear()
            stories, _ = known.read_stories(Watched(conn), match_all([one], ours), now=build.NOON)
            asked.append([key for key in Watched.keys if key.isalpha()])
            assert [story.id for story in stories] == ["a"]
        conn.get_transaction().rollback()  # type: ignore[union-attr]

    assert asked[0] == []
    assert "clinic" in asked[1]
