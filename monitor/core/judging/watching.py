"""Where questions, briefs and assumptions stand, from the watchlist and what people decided."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum

from monitor.core.judging import ledger
from monitor.core.judging.ledger import LedgerStart
from monitor.model.flags import Evidence, Review
from monitor.model.questions import Assumption, Brief, Question, QuestionStatus, Resolution


class Bearing(StrEnum):
    """Where an assumption stands."""

    HOLDING = "holding"
    CHALLENGED = "challenged"  # unhedged news since the last review of what would break it
    BROKEN = "broken"  # a person said so


def status(question: Question, resolution: Resolution | None, today: date) -> QuestionStatus:
    """Open until its horizon; closed until somebody answers; resolved."""
    if resolution is not None:
        return QuestionStatus.RESOLVED
    return QuestionStatus.CLOSED if question.closed(today) else QuestionStatus.OPEN


def statuses(
    questions: Iterable[Question], answered: Mapping[str, Resolution], today: date
) -> tuple[tuple[Question, QuestionStatus, Resolution | None], ...]:
    """The same for many, with the answer where there is one."""
    return tuple(
        (question, status(question, answered.get(question.id), today), answered.get(question.id))
        for question in questions
    )


def pressing(
    brief: Brief, assumption: Assumption, rows: Iterable[Evidence], start: LedgerStart
) -> tuple[Evidence, ...]:
    """Unhedged news that counts for the brief of what would break the assumption.

    `rows` are current ones, of this brief or of many. What was marked not evidence does not count,
    nor does what came before the last review.
    """
    keys = {judgment.key for judgment in brief.judgments}
    return tuple(
        row
        for row in rows
        if row.judgment in keys
        and row.indicator in assumption.broken_by
        and row.heard
        and not row.hedged
        and start.counts(row)
    )


def bearing(
    brief: Brief,
    assumption: Assumption,
    rows: Iterable[Evidence],
    reviews: Sequence[Review],
    start: LedgerStart,
) -> Bearing:
    """Where an assumption stands; `reviews` are those of its brief, as they were written."""
    said = [
        word
        for review in ledger.in_force(reviews)
        for id_, word in review.assumptions
        if id_ == assumption.id
    ]
    if said and said[-1] == Bearing.BROKEN:
        return Bearing.BROKEN
    pressed = pressing(brief, assumption, rows, start)
    return Bearing.CHALLENGED if pressed else Bearing.HOLDING
