"""Turns evidence rows and reviews into a judgment's ledger as it stood at each moment."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.core.judging import weigh
from monitor.core.judging.weigh import Ledger
from monitor.model.flags import Evidence, FlagState, Review
from monitor.model.questions import Brief


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A ledger at a moment."""

    at: datetime
    ledger: Ledger


def curve(
    brief: Brief,
    rows: Iterable[Evidence],
    reviews: Sequence[Review],
    *,
    start: datetime,
    end: datetime,
    step: timedelta,
) -> Iterator[Standing]:
    """One judgment's ledger every `step` from `start` to `end`.

    `rows` are all that were ever decided for it. What was not decided yet at a moment, or has been
    superseded by then, does not count.
    """
    waiting = sorted(rows, key=lambda row: (row.decided_at, row.number), reverse=True)
    current: dict[tuple[str, str, str], Evidence] = {}
    at = start
    while at <= end:
        while waiting and waiting[-1].decided_at <= at:
            row = waiting.pop()
            current[row.key] = row
        since = weigh.counted_from(brief, _resets(reviews, at))
        yield Standing(at=at, ledger=weigh.ledger(current.values(), since=since, now=at))
        at += step


def _resets(reviews: Iterable[Review], at: datetime) -> dict[str, Review]:
    """The newest review of each brief that reset its ledger by then."""
    return {
        review.brief: review
        for review in reviews
        if review.at <= at and review.decision in {FlagState.STANDS, FlagState.REVISED}
    }
