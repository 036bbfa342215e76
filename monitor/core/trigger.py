"""Turns evidence into reasons to look at a judgment again: the tripwire and the weight of evidence.

Every reason names the evidence rows behind its numbers. A judgment is only called into question by
news that speaks against it: toward an event it calls unlikely, away from one it calls likely, and
either way where it is roughly even. Must never read a clock or write anything.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from math import fsum

from monitor.core import likelihood, weigh
from monitor.core.rules import Rules
from monitor.model.flags import Evidence, Flag, FlagKind, Raised, Reason, Review
from monitor.model.questions import Brief, Confidence, Direction, Judgment, Question, Strength

TRIPWIRE_OUTLETS = 2
TRIPWIRE_PAUSE = timedelta(hours=72)
"""The same decisive indicator trips a judgment's wire again only after this time."""

SWING_DIGEST = 15.0
"""Points the ledger must have moved, against the judgment, to be a reason in the next digest."""

SWING_INTERRUPT = 20.0
"""Points at which it is told at once."""

LOW_CONFIDENCE_FACTOR = 0.8
"""A judgment held with low confidence is questioned earlier."""

BAND_MARGIN = {Confidence.LOW: 2.0, Confidence.MODERATE: 3.0, Confidence.HIGH: 5.0}
"""Points beyond the edge of the stated band that evidence must reach, by confidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swing:
    """How far a ledger moved since its lowest and highest points. Both are ≥ 0, in points."""

    rise: float
    fall: float


def challenging(judgment: Judgment) -> tuple[Direction, ...]:
    """The directions of news that speak against a judgment."""
    _, middle, _ = likelihood.band(judgment.likelihood)
    if middle < -1:
        return (Direction.TOWARD,)
    if middle > 1:
        return (Direction.AWAY,)
    return (Direction.TOWARD, Direction.AWAY)


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


def swing(rows: Iterable[Evidence], *, since: datetime | None, now: datetime) -> Swing:
    """The ledger's rise from its low and fall from its high since `since`.

    Two-sided CUSUM over evidence in order of time: up ← max(0, up + points), down ← max(0, down −
    points), both fading like the evidence itself. A plain sum misses reversals, where strong news
    one way hides strong news the other way; and evidence that merely fades is no reversal.
    """
    counted = sorted(
        (row for row in rows if since is None or row.first_at >= since),
        key=lambda row: (row.first_at, row.story_id, row.indicator),
    )
    up = down = 0.0
    before = counted[0].first_at if counted else now
    for at, together in groupby(counted, key=lambda row: row.first_at):
        fading, step = _fading(at - before), fsum(row.points for row in together)
        up, down, before = max(0.0, up * fading + step), max(0.0, down * fading - step), at
    return Swing(rise=up * _fading(now - before), fall=down * _fading(now - before))


def _fading(age: timedelta) -> float:
    return float(0.5 ** (max(age, timedelta()) / weigh.HALF_LIFE))


def trigger(
    evidence: Sequence[Evidence],
    *,
    fresh: Sequence[Evidence],
    flags: Sequence[Flag],
    resets: Mapping[str, Review],
    rules: Rules,
    now: datetime,
) -> tuple[Raised, ...]:
    """Reasons that fire now, for judgments that `fresh` evidence speaks to, in watchlist order.

    `evidence` holds the current rows, the fresh ones included; `flags` the live ones and all with
    a reason inside the cool-downs. `resets` maps a brief's key to its newest resetting review.
    """
    touched = {row.judgment for row in fresh}
    raised: list[Raised] = []
    for question, brief, judgment in rules.pairs():
        if judgment.key not in touched:
            continue
        rows = [row for row in evidence if row.judgment == judgment.key]
        since = weigh.counted_from(brief, resets)
        past = _reasons(flags, judgment.key)
        live = next((flag for flag in flags if flag.brief == brief.key and flag.state.live), None)
        own_fresh = [row for row in fresh if row.judgment == judgment.key]
        found = [
            *_tripwires(judgment, own_fresh, past, rules, now),
            *_weight(judgment, rows, past, since, live, rules, now),
        ]
        raised += [_raised(question, brief, reason, live) for reason in found]
    return tuple(raised)


def _reasons(flags: Iterable[Flag], judgment: str) -> tuple[Reason, ...]:
    return tuple(reason for flag in flags for reason in flag.reasons if reason.judgment == judgment)


def _raised(question: Question, brief: Brief, reason: Reason, live: Flag | None) -> Raised:
    return Raised(
        question=question.id,
        brief=brief.key,
        reason=reason,
        flag_id=live.id if live else None,
    )


def _tripwires(
    judgment: Judgment,
    fresh: Sequence[Evidence],
    past: Sequence[Reason],
    rules: Rules,
    now: datetime,
) -> Iterable[Reason]:
    needed = rules.corroborated_by(TRIPWIRE_OUTLETS)
    fired = {
        reason.evidence[0][2]
        for reason in past
        if reason.kind is FlagKind.TRIPWIRE and now - reason.raised_at < TRIPWIRE_PAUSE
    }
    for row in fresh:
        decisive = row.weight >= Strength.DECISIVE and not row.hedged
        if not decisive or row.direction not in challenging(judgment):
            continue
        if len(row.outlets) < needed or row.indicator in fired:
            continue
        fired.add(row.indicator)
        yield Reason(
            kind=FlagKind.TRIPWIRE,
            judgment=judgment.key,
            direction=row.direction,
            text=_tripwire_text(row),
            numbers=(("outlets", float(len(row.outlets))), ("points", row.points)),
            evidence=(row.key,),
            interrupts=True,
            raised_at=now,
            rules=rules.version,
        )


def _tripwire_text(row: Evidence) -> str:
    first, *others = row.outlets
    confirmed = f", confirmed by {', '.join(others)}" if others else ""
    return (
        f"Decisive indicator “{row.indicator}”: {first} {row.first_at:%d %b %H:%M} UTC{confirmed} "
        f"({row.last_at:%d %b %H:%M} UTC)"
    )


def _weight(
    judgment: Judgment,
    rows: Sequence[Evidence],
    past: Sequence[Reason],
    since: datetime | None,
    live: Flag | None,
    rules: Rules,
    now: datetime,
) -> Iterable[Reason]:
    moved = swing(rows, since=since, now=now)
    factor = LOW_CONFIDENCE_FACTOR if judgment.confidence is Confidence.LOW else 1.0
    told = [
        reason
        for reason in past
        if reason.kind is FlagKind.WEIGHT and (since is None or reason.raised_at >= since)
    ]
    for direction in challenging(judgment):
        size = moved.rise if direction is Direction.TOWARD else moved.fall
        level = _level(size, factor)
        if level <= max(
            (_level_told(r, factor) for r in told if r.direction is direction), default=0
        ):
            continue
        # an open flag that was told at once already has the analyst's attention
        heard = live is not None and any(reason.interrupts for reason in live.reasons)
        yield _weight_reason(
            judgment, rows, direction, size, since, rules, now, interrupts=level > 1 and not heard
        )


def _level(size: float, factor: float) -> int:
    """0: nothing to say; 1: a reason for the digest; 2: a reason to interrupt."""
    return (size >= SWING_DIGEST * factor) + (size >= SWING_INTERRUPT * factor)


def _level_told(reason: Reason, factor: float) -> int:
    return _level(dict(reason.numbers)["swing"], factor)


def _weight_reason(
    judgment: Judgment,
    rows: Sequence[Evidence],
    direction: Direction,
    size: float,
    since: datetime | None,
    rules: Rules,
    now: datetime,
    *,
    interrupts: bool,
) -> Reason:
    counted = [row for row in rows if since is None or row.first_at >= since]
    sums = weigh.ledger(counted, since=None, now=now)
    stories = len({row.story_id for row in counted})
    moved = "risen" if direction is Direction.TOWARD else "fallen"
    extreme = "low" if direction is Direction.TOWARD else "high"
    clause = leaves_band(judgment, sums.total)
    toward, away, total = map(weigh.signed, (sums.toward, sums.away, sums.total))
    text = (
        f"The evidence has {moved} {size:.1f} points from its {extreme}: "
        f"{toward} toward, {away} away, {total} in all, "
        f"from {stories} {'story' if stories == 1 else 'stories'}"
    )
    return Reason(
        kind=FlagKind.WEIGHT,
        judgment=judgment.key,
        direction=direction,
        text=f"{text}; {clause}" if clause else text,
        numbers=(
            ("swing", size),
            ("toward", sums.toward),
            ("away", sums.away),
            ("total", sums.total),
            ("stories", float(stories)),
        ),
        evidence=tuple(row.key for row in counted),
        interrupts=interrupts,
        raised_at=now,
        rules=rules.version,
    )
