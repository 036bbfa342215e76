"""Where questions, briefs and assumptions stand, from the watchlist and what people decided."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum

from monitor.model.flags import Evidence, Review
from monitor.model.questions import Assumption, Question, Resolution, Status


class Bearing(StrEnum):
    """Where an assumption stands."""

    HOLDING = "holding"
    CHALLENGED = "challenged"  # unhedged news since the last review of what would break it
    BROKEN = "broken"  # a person said so


def status(question: Question, resolution: Resolution | None, today: date) -> Status:
    """Open until its horizon; closed until somebody answers; resolved."""
    if resolution is not None:
        return Status.RESOLVED
    return Status.CLOSED if question.closed(today) else Status.OPEN


def statuses(
    questions: Iterable[Question], answered: Mapping[str, Resolution], today: date
) -> tuple[tuple[Question, Status, Resolution | None], ...]:
    """The same for many, with the answer where there is one."""
    return tuple(
        (question, status(question, answered.get(question.id), today), answered.get(question.id))
        for question in questions
    )


def pressing(
    assumption: Assumption, rows: Iterable[Evidence], *, since: datetime | None
) -> tuple[Evidence, ...]:
    """Unhedged rows of the brief, since its last review, of what would break the assumption."""
    return tuple(
        row
        for row in rows
        if row.indicator in assumption.broken_by
        and row.weight
        and row.heard
        and not row.hedged
        and (since is None or row.first_at >= since)
    )


def bearing(
    assumption: Assumption,
    rows: Iterable[Evidence],
    reviews: Iterable[Review],
    *,
    since: datetime | None,
) -> Bearing:
    """Where an assumption stands; `rows` and `reviews` are those of its brief, in order of time."""
    said = [word for review in reviews for id_, word in review.assumptions if id_ == assumption.id]
    if said and said[-1] == Bearing.BROKEN:
        return Bearing.BROKEN
    return Bearing.CHALLENGED if pressing(assumption, rows, since=since) else Bearing.HOLDING
