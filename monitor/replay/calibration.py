"""Replays one archive at every sensitivity and proposes the one that keeps to a budget.

Thresholds do not transfer between three feeds and three hundred, so how much a setting would have
sent is found out on the analyst's own archive. The archive is read and matched once.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from monitor.core.judging.rules import Rules
from monitor.core.measuring import intervals
from monitor.core.measuring.scoring import Interval
from monitor.model.questions import Question, Sensitivity
from monitor.replay import run as replay_run
from monitor.replay.batches import Source
from monitor.replay.preparing import prepare
from monitor.replay.run import Replayed
from monitor.replay.score import interruptions

LEVELS: Final = (Sensitivity.LOW, Sensitivity.NORMAL, Sensitivity.HIGH)
"""From the least to the most that is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """So many interruptions per judgment in a span."""

    count: float
    span: timedelta

    def __str__(self) -> str:
        return f"{self.count:g} per judgment in {self.span.days} days"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What one sensitivity would have sent on one question.

    `rate` is per judgment and span of the budget, and worth telling only where the proposal has
    enough to go by; `kinds` counts reasons that interrupted, `quiet`
    those that would have waited for a digest.
    """

    question: str
    sensitivity: Sensitivity
    interruptions: int
    rate: float
    interval: Interval
    kinds: Mapping[str, int]
    quiet: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The settings of one question, and the most sensitive one within the budget.

    None when even the least sensitive one would have sent more, and when the archive is too little
    to say: then `too_little` says why, and what would be enough.
    """

    question: Question
    settings: tuple[Setting, ...]
    proposed: Sensitivity | None
    too_little: str = ""

    def doubtful(self, budget: Budget) -> bool:
        """Whether what is proposed may well send more than the budget: its interval says so."""
        return any(
            one.interval[1] > budget.count
            for one in self.settings
            if one.sensitivity is self.proposed
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """`start` and `end` are None when the archive was empty; then nothing is proposed."""

    proposals: tuple[Proposal, ...]
    start: datetime | None
    end: datetime | None


def calibrate(source: Source, rules: Rules, budget: Budget, *, jobs: int = 1) -> Calibration:
    """Try every sensitivity on every question of the watchlist."""
    prepared = tuple(prepare(source.batches, rules.watch, jobs=jobs))
    tried = {
        level: replay_run.run(
            prepared,
            rules=at_level(rules, level),
            history=source.history,
            decisions=source.decisions,
        )
        for level in LEVELS
    }
    first = tried[LEVELS[0]]
    return Calibration(
        proposals=tuple(
            _proposal(
                question,
                [_setting(question, tried[level], level, budget) for level in LEVELS],
                budget,
                _too_little(question, first, budget),
            )
            for question in rules.questions
            if question.judgments and first.start is not None
        ),
        start=first.start,
        end=first.end,
    )


def at_level(rules: Rules, level: Sensitivity) -> Rules:
    """The same rules with every question at this sensitivity."""
    changed = tuple(replace(question, sensitivity=level) for question in rules.questions)
    return replace(rules, questions=changed)


def _setting(question: Question, replayed: Replayed, level: Sensitivity, budget: Budget) -> Setting:
    flags = [flag for flag in replayed.flags if flag.question == question.id]
    sent = len(interruptions(flags))
    spans = len(question.judgments) * (replayed.length / budget.span)
    reasons = [reason for flag in flags for reason in flag.reasons]
    return Setting(
        question=question.id,
        sensitivity=level,
        interruptions=sent,
        rate=sent / spans if spans else 0.0,
        interval=intervals.rate(sent, spans) if spans else (0.0, 0.0),
        kinds=Counter(reason.kind.value for reason in reasons if reason.interrupts),
        quiet=sum(not reason.interrupts for reason in reasons),
    )


def _too_little(question: Question, replayed: Replayed, budget: Budget) -> str:
    """Why nothing can be proposed from the archive, and what would be enough; "" where it can.

    What was sent in hours says nothing of weeks, and what nothing was about says nothing at all.
    """
    if replayed.length < budget.span:
        days = replayed.length / timedelta(days=1)
        return (
            f"the archive covers {days:.1f} days; {budget.span.days}, one span of the budget, "
            "would be enough to begin with"
        )
    if not any(question.id in one.matched.questions for one in replayed.arrivals):
        return (
            "no entry of the archive is in scope of this question; one that holds news of it would "
            "be needed"
        )
    return ""


def _proposal(
    question: Question, settings: Sequence[Setting], budget: Budget, too_little: str
) -> Proposal:
    within = [one.sensitivity for one in settings if one.rate <= budget.count and not too_little]
    return Proposal(
        question=question,
        settings=tuple(settings),
        proposed=max(within, key=LEVELS.index, default=None),
        too_little=too_little,
    )
