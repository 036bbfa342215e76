"""Turns a replay and a list of turning points into one table, with simpler tools beside it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from statistics import fmean

from monitor.core.judging.trigger import texts
from monitor.core.language.watch.compiler import Watch, compile_watch
from monitor.core.measuring import baselines, intervals, misses, scoring
from monitor.core.measuring.misses import Reach
from monitor.core.measuring.scoring import Interval, Score, Share
from monitor.model.clock import UTC_CLOCK
from monitor.model.flags import Flag
from monitor.model.questions import Direction, Indicator, Phrase, Question, Strength
from monitor.model.replays import Interruption, TurningPoint
from monitor.replay.run import LEAST, MONTH, Replayed

SEED = 2018
"""Of the random row, unless another is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A number with its 95 % interval; None where it has none."""

    value: float | None
    interval: Interval | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRow:
    """One line of the table. `interruptions` is a mean for the random row."""

    name: str
    interruptions: float
    per_month: Measure  # judgment-month; None where too little was measured to say
    recall: Measure  # by the strict rule
    precision: Measure
    lenient_recall: Measure
    lenient_precision: Measure
    direction: Measure = Measure(value=None)
    delay: timedelta | None = None
    repeats: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The table, with what stands behind its first row."""

    rows: tuple[ScoreRow, ...]
    score: Score
    start: datetime
    end: datetime
    months: float  # judgment-months between them
    reached: tuple[Reach, ...]  # of every turning point
    better: tuple[float, Interval]  # strict recall beyond the spike at the same rate, paired

    @property
    def missed(self) -> tuple[Reach, ...]:
        """Turning points that had to be told and were not, by the strict rule."""
        gone = set(self.score.strict.missed)
        return tuple(each for each in self.reached if each.point in gone)

    @property
    def too_little(self) -> str:
        """Why there are no rates, and what would be enough; "" where there are."""
        return too_little(self.end - self.start)


def too_little(length: timedelta) -> str:
    """Why a stretch is too short for rates per month, and what would be enough; else ""."""
    if length >= LEAST:
        return ""
    days = length / timedelta(days=1)
    return (
        f"too little to say how many that is a month: {days:.1f} days, and {LEAST.days} would be "
        "enough"
    )


def interruptions(flags: Iterable[Flag]) -> tuple[Interruption, ...]:
    """The moments at which flags speak at once; reasons of one flag and moment are one message."""
    found: list[Interruption] = []
    for flag in flags:
        loud = sorted(
            (reason for reason in flag.reasons if reason.interrupts),
            key=lambda reason: reason.raised_at,
        )
        for at, together in groupby(loud, key=lambda reason: reason.raised_at):
            reasons = list(together)
            ways = {reason.direction for reason in reasons}
            found.append(
                Interruption(
                    at=at,
                    direction=ways.pop() if len(ways) == 1 else Direction.NONE,
                    flag=flag.id,
                    brief=flag.brief,
                    texts=tuple(
                        f"{reason.kind.value}: {texts.sentence(reason, UTC_CLOCK)}"
                        for reason in reasons
                    ),
                    stories=tuple(
                        dict.fromkeys(key[1] for reason in reasons for key in reason.evidence)
                    ),
                    judgments=tuple(dict.fromkeys(reason.judgment for reason in reasons)),
                )
            )
    return tuple(sorted(found, key=lambda one: (one.at, one.flag)))


def measure(
    replayed: Replayed,
    points: Sequence[TurningPoint],
    *,
    keywords: Sequence[str] = (),
    seed: int = SEED,
    start: datetime | None = None,
    end: datetime | None = None,
) -> Report | None:
    """The watchlist and the baselines between `start` and `end`; None when nothing was replayed."""
    if replayed.start is None or replayed.end is None:
        return None
    # the last batch is part of it
    start, end = start or replayed.start, end or replayed.end + timedelta(seconds=1)
    months = len(replayed.rules.pairs()) * ((end - start) / MONTH)
    arrivals = replayed.arrivals

    def scored(spoken: Iterable[Interruption]) -> Score:
        own, due = scoring.within(spoken, points, start=start, end=end)
        return scoring.score(own, due, months=months)

    score = scored(interruptions(replayed.flags))
    of_time = tuple(one for one in arrivals if start <= one.at < end)
    spiked = scored(baselines.spikes_at_rate(of_time, score.interruptions))
    rows = [
        row("this watchlist", score),
        row("every matching entry", scored(baselines.every_entry(arrivals))),
        row("daily digest of any match", scored(baselines.daily(arrivals))),
        row(f"volume spike ≥ {baselines.SPIKE_RATIO:.0f}×", scored(baselines.spikes(arrivals))),
        row("volume spike at the same rate", spiked),
    ]
    if keywords:
        found = baselines.keywords(arrivals, keyword_watch(keywords))
        named = f"words: {', '.join(keywords)}"
        rows.append(row(named, scored(baselines.every_entry(found))))
        rows.append(row(f"{named}, daily", scored(baselines.daily(found))))
    draws = baselines.random(score.interruptions, start, end, seed)
    rows.append(_mean(f"random at the same rate (seed {seed})", [scored(one) for one in draws]))
    if too_little(end - start):
        rows = [replace(one, per_month=Measure(value=None)) for one in rows]
    return Report(
        rows=tuple(rows),
        score=score,
        start=start,
        end=end,
        months=months,
        reached=misses.reaches(
            (point for point, _ in score.strict.served),
            arrivals,
            replayed.evidence,
            replayed.flags,
        ),
        better=_better(score, spiked, seed),
    )


def _better(score: Score, other: Score, seed: int) -> tuple[float, Interval]:
    def told(of: Score) -> list[bool]:
        return [one is not None for point, one in of.strict.served if point.must]

    ours, theirs = told(score), told(other)
    share = (sum(ours) - sum(theirs)) / len(ours) if ours else 0.0
    return share, intervals.paired(ours, theirs, seed)


def row(name: str, score: Score) -> ScoreRow:
    return ScoreRow(
        name=name,
        interruptions=score.interruptions,
        per_month=Measure(value=score.per_month, interval=score.per_month_interval),
        recall=_measure(score.strict.recall),
        precision=_measure(score.strict.precision),
        lenient_recall=_measure(score.recall),
        lenient_precision=_measure(score.precision),
        direction=_measure(score.direction) if score.direction.of else Measure(value=None),
        delay=score.delay,
        repeats=score.repeats,
    )


def _measure(share: Share) -> Measure:
    return Measure(value=share.value, interval=share.interval if share.of else None)


def _mean(name: str, scores: Sequence[Score]) -> ScoreRow:
    def mean(shares: Iterable[Share]) -> Measure:
        known = [share.value for share in shares if share.value is not None]
        return Measure(value=fmean(known) if known else None)

    return ScoreRow(
        name=name,
        interruptions=fmean(score.interruptions for score in scores),
        per_month=Measure(value=fmean(score.per_month for score in scores)),
        recall=mean(score.strict.recall for score in scores),
        precision=mean(score.strict.precision for score in scores),
        lenient_recall=mean(score.recall for score in scores),
        lenient_precision=mean(score.precision for score in scores),
    )


def keyword_watch(words: Sequence[str]) -> Watch:
    """A watch that any of these phrases hits, with no scope and no direction."""
    plain = Indicator(
        name="words",
        direction=Direction.NONE,
        strength=Strength.SLIGHT,
        phrases=tuple(Phrase(text=word) for word in words),
    )
    return compile_watch([Question(id="words", ask="", indicators=(plain,), briefs=())])
