"""One judgment on the bench: all that its triggers may look at, and how a reason is made."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.core.judging import likelihood
from monitor.core.judging.ledger import LedgerStart
from monitor.core.judging.limits import Limits, corroborated
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

    def stirred(self) -> tuple[str, ...]:
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
