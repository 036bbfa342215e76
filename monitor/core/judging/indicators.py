"""What is known of indicators over time: new, edited, misfiring, and how often they were right.

Two answers “noise” that blame one indicator within thirty days make it count one level weaker,
until somebody edits it. Must never read a clock.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from monitor.model.flags import Flag, FlagState, Review
from monitor.model.questions import Indicator, IndicatorState, Question

NOISE_SPAN = timedelta(days=30)
NOISE_LIMIT = 2

ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
"""Alerts on whatever is news: the indicators that a database began with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """How often an indicator was behind a flag that was answered, and how often it misfired."""

    question: str
    indicator: str
    answered: int
    noise: int

    @property
    def share(self) -> float:
        """The part of the answered flags in which it was not to blame."""
        return 1 - self.noise / self.answered if self.answered else 0.0


def definition(indicator: Indicator) -> str:
    """A digest of what an indicator looks for and means, wherever it stands in the file."""
    parts = (
        indicator.direction.value,
        indicator.strength.name,
        *(" ".join(phrase.text.split()) for phrase in indicator.phrases),
    )
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def states(
    questions: Iterable[Question], known: Iterable[IndicatorState], *, now: datetime, first: bool
) -> tuple[IndicatorState, ...]:
    """States of indicators that are new or edited; `first`: nothing was ever loaded before.

    A new indicator alerts on what is published from now on. The first watchlist of a database does
    not dig either: what a feed holds at its first poll is history already.
    """
    held = {(state.question, state.name): state for state in known}
    found: list[IndicatorState] = []
    for question in questions:
        for indicator in question.indicators:
            digest = definition(indicator)
            before = held.get((question.id, indicator.name))
            if before is None:
                found.append(
                    IndicatorState(
                        question=question.id,
                        name=indicator.name,
                        definition=digest,
                        first_at=now,
                        edited_at=now,
                        alerts_from=ALWAYS if first else now,
                    )
                )
            elif before.definition != digest:
                found.append(replace(before, definition=digest, edited_at=now))
    return tuple(found)


def demoted(
    reviews: Iterable[Review], known: Iterable[IndicatorState], questions: Mapping[str, str]
) -> frozenset[tuple[str, str]]:
    """(question, indicator) pairs that count one level weaker; `questions` is by brief key."""
    edited = {(state.question, state.name): state.edited_at for state in known}
    blamed: dict[tuple[str, str], list[datetime]] = {}
    for review in reviews:
        key = (questions.get(review.brief, ""), review.indicator)
        misfired = review.decision is FlagState.NOISE and review.indicator
        if misfired and review.at >= edited.get(key, ALWAYS):
            blamed.setdefault(key, []).append(review.at)
    return frozenset(key for key, times in blamed.items() if _twice(sorted(times)))


def _twice(times: Sequence[datetime]) -> bool:
    return any(
        later - earlier <= NOISE_SPAN
        for earlier, later in zip(times, times[NOISE_LIMIT - 1 :], strict=False)
    )


def precision(flags: Iterable[Flag], reviews: Sequence[Review]) -> tuple[Precision, ...]:
    """Of every indicator that was behind an answered flag, by question and name."""
    answers = {review.flag_id: review for review in reviews if _answers(review)}
    answered: dict[tuple[str, str], int] = {}
    noise: dict[tuple[str, str], int] = {}
    for flag in flags:
        review = answers.get(flag.id)
        if review is None:
            continue
        for name in {ref[2] for reason in flag.reasons for ref in reason.evidence}:
            key = (flag.question, name)
            answered[key] = answered.get(key, 0) + 1
            noise[key] = noise.get(key, 0) + (review.indicator == name)
    return tuple(
        Precision(question=key[0], indicator=key[1], answered=count, noise=noise[key])
        for key, count in sorted(answered.items())
    )


def _answers(review: Review) -> bool:
    """A person's answer; expiry says nothing of an indicator."""
    return not review.decision.live and review.decision is not FlagState.EXPIRED
