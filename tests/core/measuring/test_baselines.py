"""What simpler tools would send: each a plain rule, checked on entries that can be counted."""

from datetime import timedelta

import pytest

from monitor.core.measuring import baselines
from monitor.model.replays import ScopedEntry
from monitor.replay.score import keyword_watch
from tests import build


def arrivals(*days: int, title: str = "Delegations meet", counts: bool = True) -> list[ScopedEntry]:
    """One entry for each of these days after noon of the first."""
    return [
        ScopedEntry(
            at=build.at(days=day),
            matched=build.matched(
                build.entry(f"e{number}", title, seen=build.at(days=day)),
                build.match(veto="" if counts else "negated"),
            ),
        )
        for number, day in enumerate(days)
    ]


def test_every_entry_that_counts_is_one_message() -> None:
    assert len(baselines.every_entry(arrivals(0, 0, 3))) == 3
    assert baselines.every_entry(arrivals(0, 1, counts=False)) == ()


def test_a_daily_digest_is_sent_at_the_end_of_a_day_with_news() -> None:
    sent = baselines.daily(arrivals(0, 0, 3))
    assert [one.at for one in sent] == [build.at(12), build.at(12, days=3)]


@pytest.mark.parametrize(
    ("usual", "today", "speaks"),
    [(0, 3, False), (0, 4, True), (2, 5, False), (2, 6, True)],
)
def test_a_spike_is_three_times_the_usual_and_at_least_four(
    usual: int, today: int, speaks: bool
) -> None:
    """The usual is the mean of the four weeks before."""
    before = [day for day in range(28) for _ in range(usual)]
    sent = baselines.spikes(arrivals(*before, *[28] * today))
    assert [one.at for one in sent if one.at > build.at(days=27)] == [build.at(days=28)] * speaks


def test_words_are_found_whatever_the_watchlist_makes_of_them() -> None:
    named = arrivals(0, title="New sanctions on shippers", counts=False)
    other = arrivals(1, title="Delegations meet")
    assert baselines.keywords([*named, *other], keyword_watch(["sanctions"])) != ()
    assert (
        len(baselines.every_entry(baselines.keywords(named + other, keyword_watch(["meet"])))) == 1
    )


def test_chance_is_the_same_for_the_same_seed_and_even_over_the_time() -> None:
    start, end = build.at(), build.at(days=100)
    first = list(baselines.random(20, start, end, seed=7))
    assert first == list(baselines.random(20, start, end, seed=7))
    assert first != list(baselines.random(20, start, end, seed=8))
    moments = [one.at for draw in first for one in draw]
    assert len(moments) == 20 * baselines.DRAWS
    early = sum(at < start + timedelta(days=50) for at in moments)
    assert early / len(moments) == pytest.approx(0.5, abs=0.02)
    assert start <= min(moments) <= max(moments) < end
