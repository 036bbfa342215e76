"""Turns two watchlists into what the newer one no longer watches: a cut file can be valid YAML.

Must never judge whether that was meant: it is said, once, so that somebody looks.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from monitor.model.questions import Loss, Question, Whose

SHARE: Final = 1 / 3
"""Of all indicators; where more than that are gone, they are named."""

NAMED: Final = 60
"""Names in one sentence; the rest is counted."""


def lost(before: Sequence[Question], after: Sequence[Question], at: datetime) -> Loss | None:
    """What is gone; None when no question is, and no more than a third of the indicators."""
    kept = {question.id for question in after}
    watched = {(question.id, item.name) for question in after for item in question.indicators}
    had = [(question.id, item.name) for question in before for item in question.indicators]
    gone = [pair for pair in had if pair not in watched]
    questions = tuple(question.id for question in before if question.id not in kept)
    if not questions and not _many(len(gone), len(had)):
        return None
    poorer = {*questions, *(question for question, _ in gone)}
    return Loss(
        at=at,
        questions=questions,
        of_questions=len(before),
        indicators=tuple(f"{question}: {name}" for question, name in gone if question in kept),
        gone=len(gone),
        of_indicators=len(had),
        whose=tuple(Whose(id=q.id, owner=q.owner, tags=q.tags) for q in before if q.id in poorer),
    )


def sentence(loss: Loss, named: Collection[str] | None = None) -> str:
    """What is gone, in words. `named`: ids of the questions that may be named; None: all."""
    parts = []
    if loss.questions:
        names = [id_ for id_ in loss.questions if named is None or id_ in named]
        what = f"{len(loss.questions)} of {loss.of_questions} questions"
        parts.append(_listed(what, names, len(loss.questions)))
    if _many(loss.gone, loss.of_indicators):
        names = [
            item for item in loss.indicators if named is None or item.partition(": ")[0] in named
        ]
        what = f"{loss.gone} of {loss.of_indicators} indicators"
        parts.append(_listed(what, names, len(loss.indicators)))
    return (
        f"The watchlist changed at {loss.at:%d %b %H:%M} UTC and no longer watches "
        f"{' and '.join(parts)}. If that was not meant, look whether the file was cut off."
    )


def _many(gone: int, had: int) -> bool:
    return gone > SHARE * had


def _listed(what: str, names: Sequence[str], total: int) -> str:
    shown = names[:NAMED]
    more = f" and {total - len(shown)} more" if total > len(shown) and shown else ""
    return f"{what} ({', '.join(shown)}{more})" if shown else what
