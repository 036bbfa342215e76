"""Trigger b: the ledger has swung far against the judgment since its last review.

Measured on the extremes, not on the sum: strong news one way must not hide strong news the other.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from math import fsum

from monitor.core.judging import ledger, likelihood, weigh
from monitor.core.judging.ledger import Ledger
from monitor.core.judging.trigger import words
from monitor.core.judging.trigger.case import Case, OnNews, Recount, Rest, Trigger, challenging
from monitor.model.clock import UTC_CLOCK, ReaderClock
from monitor.model.flags import Evidence, FlagKind, Reason
from monitor.model.numbers import signed
from monitor.model.questions import Confidence, Direction, Judgment

LOW_CONFIDENCE_FACTOR = 0.8
"""A judgment held with low confidence is questioned earlier."""

BAND_MARGIN = {Confidence.LOW: 2.0, Confidence.MODERATE: 3.0, Confidence.HIGH: 5.0}
"""Points beyond the edge of the stated band that evidence must reach, by confidence."""

ALERTING = "swing without old news"
"""Where an indicator was new, a part of the ledger is old news, and only the rest raises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swing:
    """How far a ledger moved since its lowest and highest points. Both are ≥ 0, in points."""

    rise: float
    fall: float

    def against(self, direction: Direction) -> float:
        """The move in one direction."""
        return self.rise if direction is Direction.TOWARD else self.fall


def leaves_band(judgment: Judgment, total: float) -> str:
    """A clause if `total` points are enough to leave the stated likelihood, else "".

    The middle of the band, moved by the evidence, must pass the band's edge by a margin that
    grows with the stated confidence.
    """
    low, middle, high = likelihood.band(judgment.likelihood)
    margin = BAND_MARGIN[judgment.confidence or Confidence.MODERATE]
    words = judgment.likelihood.words
    if middle + total >= high + margin:
        return f"enough to leave “{words}” upward"
    if middle + total <= low - margin:
        return f"enough to leave “{words}” downward"
    return ""


def swing(rows: Iterable[Evidence], *, now: datetime) -> Swing:
    """The rise from its low and the fall from its high of a ledger with these rows.

    Two-sided CUSUM over evidence in order of time: up ← max(0, up + points), down ← max(0, down −
    points), both fading like the evidence itself. A plain sum misses reversals, where strong news
    one way hides strong news the other way; and evidence that merely fades is no reversal.
    """
    counted = sorted(rows, key=lambda row: (row.first_at, row.story_id, row.indicator))
    up = down = 0.0
    before = counted[0].first_at if counted else now
    for at, together in groupby(counted, key=lambda row: row.first_at):
        fading, step = weigh.fading(at - before), fsum(row.points for row in together)
        up, down, before = max(0.0, up * fading + step), max(0.0, down * fading - step), at
    return Swing(rise=up * weigh.fading(now - before), fall=down * weigh.fading(now - before))


def fire(case: Case) -> Iterable[Reason]:
    """A reason for each direction in which the ledger reached a level it was not told at.

    Old news of a new indicator is in the ledger, and in the numbers told; it reaches no level.
    """
    if not case.fresh:
        return
    found = ledger.ledger(case.judgment.key, case.rows, case.start, case.now)
    moved = swing(filter(case.alerting, found.weighing), now=case.now)
    start = case.start.at
    told = [
        reason for reason in case.own(FlagKind.WEIGHT) if start is None or reason.raised_at >= start
    ]
    for direction in challenging(case.judgment):
        level = _level(case, moved.against(direction))
        before = [_level(case, _size(reason)) for reason in told if reason.direction is direction]
        if level > max(before, default=0):
            yield _reason(case, found, direction, moved, interrupts=level > 1)


def _size(reason: Reason) -> float:
    """The swing that decided on a reason."""
    stored = dict(reason.numbers)
    return stored.get(ALERTING, stored["swing"])


def _level(case: Case, size: float) -> int:
    """0: nothing to say; 1: a reason for the digest; 2: a reason to interrupt."""
    low = case.judgment.confidence is Confidence.LOW
    factor = LOW_CONFIDENCE_FACTOR if low else 1.0
    limits = case.limits
    return (size >= limits.swing_digest * factor) + (size >= limits.swing_interrupt * factor)


def _reason(
    case: Case, found: Ledger, direction: Direction, moved: Swing, *, interrupts: bool
) -> Reason:
    came_to = numbers(found.weighing, direction, case.now)
    apart = {} if all(map(case.alerting, found.weighing)) else {ALERTING: moved.against(direction)}
    return case.reason(
        FlagKind.WEIGHT,
        about="ledger",
        direction=direction,
        numbers=came_to | apart,
        facts=words.given(leaves=leaves_band(case.judgment, came_to["total"])),
        evidence=found.weighing,
        interrupts=interrupts,
    )


def numbers(rows: Sequence[Evidence], direction: Direction, at: datetime) -> dict[str, float]:
    """What the text says, from the rows, the direction and the time alone."""
    sums = ledger.summed(rows, at)
    return {
        "swing": swing(rows, now=at).against(direction),
        "toward": sums.toward,
        "away": sums.away,
        "total": sums.total,
        "stories": float(len({row.story_id for row in rows})),
    }


def sentence(reason: Reason, clock: ReaderClock) -> str:
    said = told(reason.direction, dict(reason.numbers), clock.moment(reason.raised_at))
    leaves = dict(reason.facts).get("leaves")
    return f"{said}; {leaves}" if leaves else said


def told(direction: Direction, found: Mapping[str, float], moment: str) -> str:
    moved = "risen" if direction is Direction.TOWARD else "fallen"
    extreme = "low" if direction is Direction.TOWARD else "high"
    toward, away, total = (signed(found[name]) for name in ("toward", "away", "total"))
    return (
        f"The evidence had {moved} {found['swing']:.1f} points from its {extreme} by {moment}: "
        f"{toward} toward, {away} away, {total} in all, from {words.stories(found['stories'])}"
    )


def recount(reason: Reason, rows: Sequence[Evidence]) -> Recount:
    found = numbers(rows, reason.direction, reason.raised_at)
    text = told(reason.direction, found, UTC_CLOCK.moment(reason.raised_at))
    return Recount(numbers=found, text=text)


TRIGGER = Trigger(
    kind=FlagKind.WEIGHT,
    name="the weight of evidence shifted",
    fires=(OnNews(fire),),
    sentence=sentence,
    recount=recount,
    without_rows=False,
    rest=Rest.BUDGET,
)
