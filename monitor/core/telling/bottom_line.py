"""Turns a brief's judgments into a digest's first sentence: which is questioned, and by what."""

from collections.abc import Iterable, Sequence

from monitor.model.digests import EvidenceLine, JudgmentSection
from monitor.model.questions import Direction

CALM = "New evidence, not enough to question a judgment."


def ranked(judgments: Iterable[JudgmentSection]) -> tuple[JudgmentSection, ...]:
    """The judgments that are questioned most first; those that are not keep their order."""
    return tuple(sorted(judgments, key=lambda each: (not each.flagged, -_challenge(each))))


def bottom_line(judgments: Sequence[JudgmentSection]) -> str:
    """What speaks most against the judgment that is questioned most."""
    flagged = [judgment for judgment in ranked(judgments) if judgment.flagged]
    if not flagged:
        return CALM
    says = flagged[0].says.rstrip(".")
    which = f" “{says}”" if says and len(judgments) > 1 else ""
    head = f"Your judgment{which} may need another look."
    against = _against(flagged[0])
    if not against:
        return head
    leading = max(against, key=lambda line: abs(line.points))
    first, *others = leading.outlets or ("",)
    outlets = f"{first} and {len(others)} more" if len(others) > 1 else ", ".join(leading.outlets)
    title = f"“{leading.title}”" if leading.title else "a story without a title"
    return f"{head} Weighing most: {title}{f' ({outlets})' if outlets else ''}."


def _challenge(judgment: JudgmentSection) -> float:
    return sum(abs(line.points) for line in _against(judgment))


def _against(judgment: JudgmentSection) -> tuple[EvidenceLine, ...]:
    """The evidence on the side that the newest reason points to, else on the weightier one."""
    newest = max(judgment.reasons, key=lambda reason: reason.at, default=None)
    direction = newest.direction if newest is not None else Direction.NONE
    if direction is Direction.NONE:
        direction = Direction.AWAY if judgment.points < 0 else Direction.TOWARD
    return judgment.toward if direction is Direction.TOWARD else judgment.away
