"""Turns an archive and a watchlist into the flags the daemon's own code would have raised.

Simulated time only: the result depends on archive, watchlist and version of the program. A flag
is answered "stands" some time after it wants an answer, as an analyst would, so that later news can
raise the next one; one that holds nothing but notices expires. What time alone raises is looked at
each midnight. Everything happens in memory; the daemon's database is never written.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from itertools import groupby

from monitor.core.judging.rules import Rules
from monitor.core.language.match.matcher import match
from monitor.model.flags import Evidence, Flag, FlagKind, FlagState, Review
from monitor.model.matches import Matched
from monitor.model.replays import ScopedEntry
from monitor.model.stories import Decision, Story
from monitor.replay.batches import Source
from monitor.replay.memory import Memory
from monitor.replay.preparing import Prepared, prepare
from monitor.runtime.garbage import seldom

REVIEW_AFTER = timedelta(hours=48)
MONTH = timedelta(days=30.44)
LEAST = timedelta(days=28)
"""A stretch that says something of a month: four of each day of the week. From a shorter one, rates
per month are not told: two hours with one flag are not 360 flags a month."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Entries of a replay by what became of them."""

    new: int = 0
    revised: int = 0
    unchanged: int = 0
    doubles: int = 0  # left out within their document: listed twice, or empty
    refused: tuple[str, ...] = ()  # documents or lines that could not be read, and why

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            new=self.new + other.new,
            revised=self.revised + other.revised,
            unchanged=self.unchanged + other.unchanged,
            doubles=self.doubles + other.doubles,
            refused=self.refused + other.refused,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What a replay came to, whole enough to be measured, compared and drawn."""

    flags: tuple[Flag, ...]
    tally: Tally
    arrivals: tuple[ScopedEntry, ...]  # in scope, in order of time; a revision arrives anew
    evidence: tuple[Evidence, ...]  # every row, in the order in which it was decided
    stories: tuple[Story, ...]
    reviews: tuple[Review, ...]
    start: datetime | None
    end: datetime | None
    rules: Rules

    @property
    def length(self) -> timedelta:
        """The simulated time between the first and the last batch."""
        return self.end - self.start if self.start and self.end else timedelta()

    @property
    def judgment_months(self) -> float:
        """Judgments times months replayed: what rates of interruptions are measured in."""
        return len(self.rules.pairs()) * (self.length / MONTH)


@seldom()
def replay(
    source: Source,
    *,
    rules: Rules,
    review_after: timedelta = REVIEW_AFTER,
    jobs: int = 1,
    progress: Callable[[datetime], None] = lambda _at: None,
) -> Replayed:
    """Run an archive through the daemon's own decisions."""
    found = run(
        prepare(source.batches, rules.watch, jobs=jobs),
        rules=rules,
        review_after=review_after,
        history=source.history,
        decisions=source.decisions,
        progress=progress,
    )
    refused = (*source.refused, *found.tally.refused)
    return replace(found, tally=replace(found.tally, refused=refused))


def run(
    prepared: Iterable[Prepared],
    *,
    rules: Rules,
    review_after: timedelta = REVIEW_AFTER,
    history: bool = False,
    decisions: Sequence[Decision] = (),
    progress: Callable[[datetime], None] = lambda _at: None,
) -> Replayed:
    """The same of batches that were read and matched already; they come in order of time.

    What people decided about stories, the oldest first, is taken at the time when they did.
    """
    under_way = _Run(Memory(rules, deque(decisions)), review_after, history=history)
    for at, together in groupby(prepared, key=lambda one: one.batch.at):
        under_way.step(at, together)
        progress(at)
    return under_way.result()


def asked_at(flag: Flag) -> datetime | None:
    """Since when a flag wants an answer; None for one that holds nothing but notices."""
    return next((r.raised_at for r in flag.reasons if r.kind is not FlagKind.SILENCE), None)


class _Run:
    """A replay under way."""

    def __init__(self, memory: Memory, review_after: timedelta, *, history: bool) -> None:
        self._memory = memory
        self._review_after = review_after
        self._history = history
        self._polled: set[str] = set()
        self._arrivals: list[ScopedEntry] = []
        self._counts = [0, 0, 0, 0]
        self._refused: list[str] = []
        self._start: datetime | None = None
        self._end: datetime | None = None

    def step(self, at: datetime, together: Iterable[Prepared]) -> None:
        """What the daemon does when feeds were polled at one moment."""
        self._pass(at)
        self._memory.settle(at)
        self._review(at)
        batches = tuple(together)
        matched = [item for one in batches for item in self._sorted(one)]
        if matched:
            self._memory.take_in(sorted(matched, key=_in_time), at)
            self._arrivals += [
                ScopedEntry(at=at, matched=item) for item in matched if item.relevant
            ]
        if any(one.batch.feed.outlet in self._memory.cited for one in batches):
            self._memory.cite(at)
        self._start, self._end = self._start or at, at

    def _pass(self, at: datetime) -> None:
        """Every midnight since the last step: what time alone raises goes by days."""
        day = _midnight(self._end or at)
        while (day := day + DAY) <= at:
            self._memory.settle(day)
            self._review(day)
            self._memory.tick(day)

    def _review(self, now: datetime) -> None:
        for flag in tuple(self._memory.flags.values()):
            asked = asked_at(flag) if flag.state.live else None
            if asked is not None and asked <= now - self._review_after:
                self._memory.decide(
                    Review(
                        flag_id=flag.id,
                        brief=flag.brief,
                        decision=FlagState.STANDS,
                        by="replay",
                        at=now,
                        note="answered by the replay",
                    )
                )

    def _sorted(self, one: Prepared) -> list[Matched]:
        """What is new or revised of a batch and in a scope; the rest is only counted."""
        feed, read = one.batch.feed.id, one.read.found
        if one.read.refused:
            self._refused.append(one.read.refused)
            return []
        if self._history and feed not in self._polled:
            self._polled.add(feed)
            silent = (replace(it, entry=replace(it.entry, alerts=False)) for it in read.arrivals)
            read = replace(read, arrivals=tuple(silent))
        parts = self._memory.sort(feed, read)
        counts = (len(parts.new), len(parts.revised), len(parts.unchanged), one.read.doubles)
        self._counts = [held + more for held, more in zip(self._counts, counts, strict=True)]
        prepared = {entry.id for entry in one.entries}
        watch = self._memory.rules.watch
        found = (
            # under another id it was matched as well, but is not found by it
            (one.matched.get(entry.id) if entry.id in prepared else match(entry, watch), entry)
            for entry in (*parts.new, *parts.revised)
        )
        return [replace(item, entry=entry) for item, entry in found if item is not None]

    def result(self) -> Replayed:
        new, revised, unchanged, doubles = self._counts
        memory = self._memory
        return Replayed(
            flags=tuple(memory.flags.values()),
            tally=Tally(
                new=new,
                revised=revised,
                unchanged=unchanged,
                doubles=doubles,
                refused=tuple(self._refused),
            ),
            arrivals=tuple(self._arrivals),
            evidence=tuple(memory.history),
            stories=tuple(memory.index.stories.values()),
            reviews=tuple(memory.reviews),
            start=self._start,
            end=self._end,
            rules=memory.rules,
        )


def _midnight(at: datetime) -> datetime:
    return datetime.combine(at.astimezone(UTC).date(), time(), tzinfo=UTC)


def _in_time(item: Matched) -> tuple[datetime, str, str]:
    return (item.entry.published_at, item.entry.outlet, item.entry.id)
