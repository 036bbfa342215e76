"""Says of each turning point how far its news came, and at which step a miss was lost.

From the replay's own values: what was in scope, what counted and which way, how it was grouped, and
what was held back. The first step that failed is named, since what comes after never had a chance.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.core.measuring.scoring import AFTER, begins, opens
from monitor.model.flags import Evidence, Flag
from monitor.model.questions import Direction
from monitor.model.replays import ScopedEntry, TurningPoint

WIDE = 3
STEPS = (
    "nothing in scope",
    "not understood",
    "hedged",
    "one source",
    "grouped apart",
    "attached",
    "over the budget",
    "under the threshold",
)
"""In the order of an entry's way. What no feed brought is not told from what no scope has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far the news of one turning point came, in distinct outlets within its window."""

    point: TurningPoint
    in_scope: int
    understood: int  # counted for any indicator
    pointing: int  # counted for an indicator that points its way
    plain: int  # of these, unhedged
    in_one_story: int
    lost_at: str  # one of STEPS; told for whatever was not served
    titles: tuple[str, ...]  # in scope within the window, the first ones


def reaches(
    points: Iterable[TurningPoint],
    arrivals: Sequence[ScopedEntry],
    evidence: Sequence[Evidence],
    flags: Sequence[Flag],
) -> tuple[Reach, ...]:
    """One for each turning point, in their order."""
    return tuple(_reach(point, arrivals, evidence, flags) for point in points)


def _reach(
    point: TurningPoint,
    arrivals: Sequence[ScopedEntry],
    evidence: Sequence[Evidence],
    flags: Sequence[Flag],
) -> Reach:
    start, end = opens(point), (point.first or begins(point)) + AFTER
    near = [one for one in arrivals if start <= one.at <= end]
    rows = [row for row in evidence if row.weight and row.heard and start <= row.decided_at <= end]
    ways = {point.direction, Direction.NONE} if point.direction is not Direction.NONE else None
    pointing = [row for row in rows if ways is None or row.direction in ways]
    plain = [row for row in pointing if not row.hedged]
    said = [one for one in near if any(hit.counts for hit in one.matched.matches)]
    found = {
        "in_scope": len({one.matched.entry.outlet for one in near}),
        "understood": len({one.matched.entry.outlet for one in said}),
        "pointing": _outlets(pointing),
        "plain": _outlets(plain),
        "in_one_story": max((len(row.outlets) for row in plain), default=0),
    }
    held = _held(flags, start, end, ways)
    return Reach(
        point=point,
        lost_at=_lost(found, held),
        titles=tuple(dict.fromkeys(one.matched.entry.title for one in near))[:12],
        **found,
    )


def _outlets(rows: Iterable[Evidence]) -> int:
    return len({outlet for row in rows for outlet in row.outlets})


def _held(
    flags: Iterable[Flag], start: datetime, end: datetime, ways: set[Direction] | None
) -> set[str]:
    return {
        reason.held
        for flag in flags
        for reason in flag.reasons
        if reason.held
        and start <= reason.raised_at <= end
        and (ways is None or reason.direction in ways)
    }


def _lost(found: Mapping[str, int], held: set[str]) -> str:
    for name, step in (("in_scope", 0), ("pointing", 1), ("plain", 2)):
        if not found[name]:
            return STEPS[step]
    if found["plain"] < 2:
        return STEPS[3]
    if found["in_one_story"] < 2:
        return STEPS[4]
    if any("attached" in why for why in held):
        return STEPS[5]
    return STEPS[6] if any("budget" in why for why in held) else STEPS[7]


def bounds(reached: Iterable[Reach]) -> dict[str, int]:
    """How far the news of turning points that had to be told came: what no rule can beat."""
    musts = [each for each in reached if each.point.must]
    return {
        "events": len(musts),
        "in scope": sum(each.in_scope > 0 for each in musts),
        "in scope at 3 outlets": sum(each.in_scope >= WIDE for each in musts),
        "understood at 2": sum(each.understood >= 2 for each in musts),
        "pointing its way at 2": sum(each.pointing >= 2 for each in musts),
        "pointing its way at 3": sum(each.pointing >= WIDE for each in musts),
        "in one story at 3": sum(each.in_one_story >= WIDE for each in musts),
    }


def causes(missed: Iterable[Reach]) -> dict[str, int]:
    """How many were lost at each step, in the order of steps."""
    counted = Counter(each.lost_at for each in missed)
    return {step: counted[step] for step in STEPS if counted[step]}
