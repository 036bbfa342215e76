"""Triggers f and g: what time alone says of a brief. None of it needs an entry to arrive.

Horizons at thirty and seven days, reviews that are due, and a horizon that has passed. Each is told
once, the last one daily until somebody answers, three times at most. What was told is recognised by
judgment and `about`, so a tick may come as often as it likes. Notices wait for the digest; only a
passed horizon interrupts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor.core.judging.ledger import LedgerStart
from monitor.core.judging.trigger import texts
from monitor.model.flags import Evidence, Facts, FlagKind, Reason
from monitor.model.questions import Brief, Direction, Judgment, Question

HORIZONS = (30, 7)
"""Days before the close at which the brief is brought to mind."""

ASKED_MOST = 3
ASKED_EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Almanac:
    """One brief at one time: what calendar triggers look at."""

    question: Question
    brief: Brief
    told: tuple[Reason, ...]  # every earlier calendar reason on the brief
    start: LedgerStart  # from when its ledgers count
    since: datetime  # from when the question is watched
    now: datetime
    rules: str

    @property
    def today(self) -> date:
        return self.now.date()

    def was_told(self, about: str, judgment: str) -> bool:
        return any(item.about == about and item.judgment == judgment for item in self.told)

    def notice(
        self,
        judgment: Judgment,
        about: str,
        facts: Facts,
        *,
        kind: FlagKind = FlagKind.SILENCE,
        direction: Direction = Direction.NONE,
        numbers: Iterable[tuple[str, float]] = (),
        evidence: Iterable[Evidence] = (),
    ) -> Reason:
        return Reason(
            kind=kind,
            judgment=judgment.key,
            about=about,
            direction=direction,
            numbers=tuple(numbers),
            facts=facts,
            evidence=tuple(row.ref for row in evidence),
            interrupts=kind is FlagKind.RESOLVED,
            raised_at=self.now,
            rules=self.rules,
        )


def due(almanac: Almanac) -> tuple[Reason, ...]:
    """Notices that are due now and were not told: horizons, reviews, a passed horizon."""
    if not almanac.brief.judgments:
        return ()
    if almanac.question.closed(almanac.today):
        return tuple(_passed(almanac))
    return (*_horizons(almanac), *_reviews(almanac))


def _horizons(almanac: Almanac) -> Iterable[Reason]:
    closes = almanac.question.closes
    if closes is None:
        return
    left = (closes - almanac.today).days
    reached = [days for days in HORIZONS if left <= days]
    first = almanac.brief.judgments[0]
    if reached and not almanac.was_told(f"closes-{reached[-1]}", first.key):
        yield almanac.notice(
            first,
            f"closes-{reached[-1]}",
            texts.closing(almanac.question),
            numbers=[("days", left)],
        )


def _reviews(almanac: Almanac) -> Iterable[Reason]:
    last = almanac.start.at
    for judgment in almanac.brief.judgments:
        if judgment.review_every is None or last is None:
            continue
        about = f"review-{(last + judgment.review_every).date()}"
        if almanac.now < last + judgment.review_every or almanac.was_told(about, judgment.key):
            continue
        days = (almanac.now - last).days
        facts = texts.due_since(last, reviewed=almanac.start.review is not None)
        yield almanac.notice(judgment, about, facts, numbers=[("days", days)])


def _passed(almanac: Almanac) -> Iterable[Reason]:
    """Daily until somebody answers, three times at most; the answer ends the question."""
    first, closes = almanac.brief.judgments[0], almanac.question.closes
    asked = [item for item in almanac.told if item.kind is FlagKind.RESOLVED and _asks(item)]
    last = max((item.raised_at for item in asked), default=None)
    # what closed before it was ever watched is an example, or history: nobody waits for an answer
    if closes is None or len(asked) >= ASKED_MOST or almanac.since.date() > closes:
        return
    if last is not None and almanac.now - last < ASKED_EVERY:
        return
    yield almanac.notice(
        first,
        f"closed-{len(asked) + 1}",
        (*texts.criteria(almanac.question), *texts.closing(almanac.question)),
        kind=FlagKind.RESOLVED,
        numbers=[("asked", len(asked) + 1)],
    )


def _asks(reason: Reason) -> bool:
    return reason.about.startswith("closed-")
