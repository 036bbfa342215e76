"""What simpler tools would have sent on the same entries: the measure a watchlist must beat.

Each is given the entries in scope in order of time and returns moments of interruption. They know
no stories, directions or ledgers. Must never draw chance from anywhere but the seed it is given.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from math import ceil

from monitor.core.language.match.matcher import match
from monitor.core.language.watch.compiler import Watch
from monitor.model.matches import Matched
from monitor.model.replays import Interruption, ScopedEntry

SPIKE_RATIO = 3.0
SPIKE_LEAST = 4
SPIKE_DAYS = 28
"""A day spikes when it has at least four matching entries and three times the mean of so many."""

DRAWS = 1_000


def every_entry(arrivals: Iterable[ScopedEntry]) -> tuple[Interruption, ...]:
    """One message per entry that counts for an indicator."""
    return tuple(Interruption(at=one.at) for one in arrivals if counts(one.matched))


def daily(arrivals: Iterable[ScopedEntry]) -> tuple[Interruption, ...]:
    """One message at the end of each day (UTC) with an entry that counts, as news alerts do."""
    days = dict.fromkeys(one.at.date() for one in arrivals if counts(one.matched))
    return tuple(Interruption(at=_midnight(at) + timedelta(days=1)) for at in days)


def keywords(arrivals: Iterable[ScopedEntry], watch: Watch) -> tuple[ScopedEntry, ...]:
    """The entries that a plain list of words finds, whatever the watchlist makes of them."""
    return tuple(
        ScopedEntry(at=one.at, matched=found)
        for one in arrivals
        if (found := match(one.matched.entry, watch)).matches
    )


def spikes_at_rate(arrivals: Sequence[ScopedEntry], count: int) -> tuple[Interruption, ...]:
    """The spikes of the ratio that gives `count` messages, or as near to it as any ratio comes.

    So that it is judged at the rate of what it is compared with, and not at another.
    """
    tried = (spikes(arrivals, ratio=ratio / 10) for ratio in range(5, 201))
    return min(tried, key=lambda found: abs(len(found) - count), default=())


def spikes(
    arrivals: Iterable[ScopedEntry], *, ratio: float = SPIKE_RATIO
) -> tuple[Interruption, ...]:
    """One message on a day with far more matching entries than usual, when it gets there."""
    times: dict[datetime, list[datetime]] = {}
    for one in arrivals:
        if counts(one.matched):
            times.setdefault(_midnight(one.at.date()), []).append(one.at)
    found: list[Interruption] = []
    volume = Counter({day: len(ats) for day, ats in times.items()})
    for day, ats in times.items():
        before = (volume[day - timedelta(days=ago)] for ago in range(1, SPIKE_DAYS + 1))
        needed = max(SPIKE_LEAST, ceil(ratio * sum(before) / SPIKE_DAYS))
        if len(ats) >= needed:
            found.append(Interruption(at=sorted(ats)[needed - 1]))
    return tuple(found)


def random(
    count: int, start: datetime, end: datetime, seed: int
) -> Iterator[tuple[Interruption, ...]]:
    """`DRAWS` sets of `count` moments, even over the time; the same for the same seed anywhere."""
    for draw in range(DRAWS):
        moments = sorted(_uniform(f"{seed}/{draw}/{number}") for number in range(count))
        yield tuple(Interruption(at=start + moment * (end - start)) for moment in moments)


def counts(matched: Matched) -> bool:
    return any(found.counts for found in matched.matches)


def _uniform(label: str) -> float:
    return int.from_bytes(hashlib.sha256(label.encode()).digest()[:7]) / 256**7


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
