"""What every trigger is given, and what every trigger must have.

A `Case` is one judgment on the bench: all that triggers on news may look at. A `Trigger` is one way
in which a judgment is called into question; one that lacks a part does not type-check.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from monitor.core.judging import likelihood
from monitor.core.judging.ledger import LedgerStart
from monitor.core.judging.limits import Limits, corroborated
from monitor.model.citations import CitationChange
from monitor.model.clock import ReaderClock
from monitor.model.flags import Evidence, Facts, FlagKind, Reason
from monitor.model.questions import Brief, Direction, Judgment, Question


def challenging(judgment: Judgment) -> tuple[Direction, ...]:
    """The directions of news that speak against a judgment."""
    _, middle, _ = likelihood.band(judgment.likelihood)
    if middle < -1:
        return (Direction.TOWARD,)
    if middle > 1:
        return (Direction.AWAY,)
    return (Direction.TOWARD, Direction.AWAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A judgment with its evidence. `arrived` are those of `rows` that this poll brought."""

    question: Question
    brief: Brief
    judgment: Judgment
    rows: tuple[Evidence, ...]  # current ones, in order of their first hit
    arrived: tuple[Evidence, ...]
    start: LedgerStart  # from when the ledger counts
    past: tuple[Reason, ...]  # earlier reasons on any judgment of the brief
    older: tuple[Evidence, ...]  # the newest row per indicator from before `rows`
    loaded: Mapping[str, datetime]  # when each indicator was first loaded
    alerts_from: Mapping[str, datetime]  # news of an indicator from before this raises nothing
    outlets: int  # that are up
    limits: Limits
    now: datetime
    rules: str

    def against(self, row: Evidence) -> bool:
        """Whether a row speaks against the judgment; what is watched without direction may."""
        return row.direction is Direction.NONE or row.direction in challenging(self.judgment)

    @property
    def news(self) -> Iterator[Evidence]:
        """Rows of stories: neither withdrawn nor silence."""
        return (row for row in self.rows if row.weight and row.heard)

    @property
    def fresh(self) -> tuple[Evidence, ...]:
        """Those of the rows that may raise something now."""
        return tuple(filter(self.alerting, self.arrived))

    def alerting(self, row: Evidence) -> bool:
        """Whether a row is as new as its indicator: a new one does not dig up old news."""
        start = self.alerts_from.get(row.indicator)
        return start is None or row.last_at >= start

    def needed(self, wanted: int, *, least: int = 2) -> int:
        """How many outlets must agree, given how many are up."""
        return corroborated(wanted, self.outlets, least=least)

    def own(self, kind: FlagKind) -> tuple[Reason, ...]:
        """Earlier reasons of a kind on this judgment."""
        return tuple(
            reason
            for reason in self.past
            if reason.kind is kind and reason.judgment == self.judgment.key
        )

    def resting(self, kind: FlagKind, about: str, pause: timedelta) -> bool:
        """Whether the same was a reason on this judgment less than `pause` ago."""
        return any(
            reason.about == about and self.now - reason.raised_at < pause
            for reason in self.own(kind)
        )

    def carried(self, indicator: str) -> tuple[Evidence, ...]:
        """Unhedged rows of an indicator whose stories are news within `limits.together`."""
        start = self.now - self.limits.together
        return tuple(
            row
            for row in self.news
            if row.indicator == indicator and not row.hedged and row.last_at > start
        )

    def in_the_news(self) -> tuple[str, ...]:
        """Indicators with an unhedged row among the fresh ones, in order of their first hit."""
        return tuple(
            dict.fromkeys(row.indicator for row in self.fresh if not row.hedged and row.weight)
        )

    def reason(
        self,
        kind: FlagKind,
        *,
        about: str,
        direction: Direction,
        numbers: Mapping[str, float],
        evidence: Iterable[Evidence],
        facts: Facts = (),
        interrupts: bool = True,
    ) -> Reason:
        """A reason raised now."""
        return Reason(
            kind=kind,
            judgment=self.judgment.key,
            about=about,
            direction=direction,
            numbers=tuple(numbers.items()),
            facts=facts,
            evidence=tuple(row.ref for row in evidence),
            interrupts=interrupts,
            raised_at=self.now,
            rules=self.rules,
        )


def sources(rows: Sequence[Evidence]) -> int:
    """How many of their outlets are independent, as far as the rows know."""
    return min(len(outlets(rows)), sum(row.sources for row in rows))


def outlets(rows: Sequence[Evidence]) -> tuple[str, ...]:
    """Distinct outlets of rows, in order of their first hit."""
    ordered = sorted(rows, key=lambda row: (row.first_at, row.story_id))
    return tuple(dict.fromkeys(outlet for row in ordered for outlet in row.outlets))


@dataclass(frozen=True, slots=True, kw_only=True)
class Almanac:
    """One brief at one time: what triggers by the calendar look at."""

    question: Question
    brief: Brief
    told: tuple[Reason, ...]  # every earlier calendar reason on the brief
    start: LedgerStart  # from when its ledgers count
    since: datetime  # from when the question is watched
    now: datetime
    rules: str

    @property
    def today(self) -> date:
        return self.now.date()

    def was_told(self, about: str, judgment: str) -> bool:
        return any(item.about == about and item.judgment == judgment for item in self.told)

    def notice(
        self,
        judgment: Judgment,
        about: str,
        facts: Facts,
        *,
        kind: FlagKind = FlagKind.SILENCE,
        direction: Direction = Direction.NONE,
        numbers: Iterable[tuple[str, float]] = (),
        evidence: Iterable[Evidence] = (),
    ) -> Reason:
        return Reason(
            kind=kind,
            judgment=judgment.key,
            about=about,
            direction=direction,
            numbers=tuple(numbers),
            facts=facts,
            evidence=tuple(row.ref for row in evidence),
            interrupts=kind is FlagKind.RESOLVED,
            raised_at=self.now,
            rules=self.rules,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedArticle:
    """A cited article that is not what it was: what triggers on citations look at."""

    brief: Brief
    change: CitationChange
    now: datetime
    rules: str


@dataclass(frozen=True, slots=True)
class OnNews:
    """Fires when a poll brings evidence."""

    find: Callable[[Case], Iterable[Reason]]


@dataclass(frozen=True, slots=True)
class OnDay:
    """Fires by the calendar alone; may be asked as often as one likes."""

    find: Callable[[Almanac], Iterable[Reason]]


@dataclass(frozen=True, slots=True)
class OnArticle:
    """Fires when a cited article changes."""

    find: Callable[[ChangedArticle], Iterable[Reason]]


Fires = OnNews | OnDay | OnArticle


class Rest(StrEnum):
    """What keeps a trigger from interrupting; what it keeps to itself stands in its module."""

    NOTHING = "nothing"  # rare and once each: told whatever was told before
    HARDER = "harder"  # breaks a snooze, and interrupts over softer reasons
    TOLD = "told"  # what was told within two days
    BUDGET = "budget"  # that, and a budget over weeks


@dataclass(frozen=True, slots=True, kw_only=True)
class Recount:
    """What a reason's numbers and words come to, worked out again from the rows that it names.

    `text` is a part of the sentence as `UTC_CLOCK` tells it: the rest quotes the watchlist.
    """

    numbers: Mapping[str, float]
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """One way in which a judgment is called into question: how it fires, and all that goes with it.

    Nothing here has a default, so a trigger that lacks its words, its recount or its rest does not
    type-check; nor does a kind of flag without a trigger (`table.of`).
    """

    kind: FlagKind
    name: str  # in a subject: “widely carried”
    fires: tuple[Fires, *tuple[Fires, ...]]
    sentence: Callable[[Reason, ReaderClock], str]  # as of when the reason was raised
    recount: Callable[[Reason, Sequence[Evidence]], Recount]  # from the rows that it names
    without_rows: bool  # may rest on the calendar or on an article alone, and name no rows
    rest: Rest
