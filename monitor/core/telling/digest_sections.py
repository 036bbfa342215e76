"""Turns the flag and the evidence of one brief into its section of a digest.

Every number comes from evidence rows, faded to the time of composing, so that the lines of a
section add up to its total.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from monitor.core.judging import ledger, likelihood, trigger, watching, weigh
from monitor.core.judging.trigger import texts
from monitor.core.telling.bottom_line import bottom_line, ranked
from monitor.model.citations import CitationChange
from monitor.model.clock import ReaderClock
from monitor.model.digests import BriefSection, Counts, EvidenceLine, JudgmentSection, ReasonLine
from monitor.model.flags import Evidence, Flag, Reason, Review
from monitor.model.questions import Brief, Direction, Judgment, Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What a digest is composed from, read in one transaction."""

    questions: tuple[Question, ...]
    evidence: tuple[Evidence, ...]  # current rows
    before: tuple[Evidence, ...] = ()  # the rows that were current when the window began
    flags: tuple[Flag, ...]  # live, and those with a reason in the window
    resets: Mapping[str, Review]
    entries: Mapping[str, int]  # story id → number of entries
    notices: tuple[str, ...]
    counts: Counts
    changes: tuple[CitationChange, ...] = ()  # of cited articles, in the window
    answers: Mapping[int, Review] = field(default_factory=dict)  # what people said, by flag

    def answered(self, brief: Brief) -> tuple[Review, ...]:
        """What people answered to flags of a brief, in order of time."""
        own = (review for review in self.answers.values() if review.brief == brief.key)
        return tuple(sorted(own, key=lambda review: (review.at, review.flag_id)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A digest's slot and the stretch of time whose news it tells: after `start`, up to `end`."""

    slot: str
    start: datetime
    end: datetime
    urgent: bool = False

    def holds(self, at: datetime) -> bool:
        return self.start < at <= self.end

    def after(self, answers: Iterable[Review]) -> "Window":
        """What is left of it after the newest of the answers that were given before its end."""
        given = (review.at for review in answers if review.at <= self.end)
        return replace(self, start=max([self.start, *given]))


def brief_section(
    question: Question,
    brief: Brief,
    window: Window,
    material: Material,
    clock: ReaderClock,
    now: datetime,
) -> BriefSection:
    """What the digest of `window` says of one brief, whether flagged, moved or neither.

    Only what came after the last answer is news, and an answered flag does not speak again.
    """
    flag = _flag_of(brief, material)
    window = window.after(material.answered(brief))
    judgments = tuple(
        _judgment(question, brief, judgment, flag, window, material, clock, now)
        for judgment in brief.judgments
    )
    return BriefSection(
        key=brief.key,
        question=question.ask,
        title=brief.title,
        published=brief.published.isoformat() if brief.published else "",
        flag_id=flag.id if flag and flag.state.live else None,
        bottom_line=bottom_line(judgments),
        judgments=ranked(judgments),
        assumptions=tuple(_assumptions(brief, material)),
    )


def _flag_of(brief: Brief, material: Material) -> Flag | None:
    """The flag that speaks: the live one, else the newest that nobody answered."""
    own = [
        flag
        for flag in material.flags
        if flag.brief == brief.key and (flag.state.live or flag.id not in material.answers)
    ]
    return max(own, key=lambda flag: (flag.state.live, flag.id), default=None)


def _judgment(
    question: Question,
    brief: Brief,
    judgment: Judgment,
    flag: Flag | None,
    window: Window,
    material: Material,
    clock: ReaderClock,
    now: datetime,
) -> JudgmentSection:
    start = ledger.started(brief, material.resets)
    found = ledger.ledger(judgment.key, material.evidence, start, now)
    before = ledger.ledger(judgment.key, material.before, start, now)
    rows = found.rows
    return JudgmentSection(
        key=judgment.key,
        says=judgment.says,
        event=judgment.event,
        likelihood=likelihood.show(judgment.likelihood),
        confidence=judgment.confidence.value if judgment.confidence else "",
        since=start.at,
        since_what="the last review" if start.review else "the brief was published",
        points=found.total,
        points_toward=found.toward,
        points_away=found.away,
        leaves_band=trigger.leaves_band(judgment, found.total),
        reasons=_reasons(
            flag,
            judgment,
            window,
            clock,
            has_news=any(window.holds(row.decided_at) for row in rows),
        ),
        toward=_lines(rows, Direction.TOWARD, window, material, now),
        away=_lines(rows, Direction.AWAY, window, material, now),
        silent=_silent(question, judgment, rows),
        news=found.total - before.total,  # both faded to now: mere fading is no news
        course=found.daily(),
    )


def _reasons(
    flag: Flag | None, judgment: Judgment, window: Window, clock: ReaderClock, *, has_news: bool
) -> tuple[ReasonLine, ...]:
    """All reasons of an open flag that has news (a reason, or evidence), the newest first."""
    if flag is None or not (
        any(window.holds(reason.raised_at) for reason in flag.reasons)
        or (flag.state.live and has_news)
    ):
        return ()
    own: list[Reason] = [reason for reason in flag.reasons if reason.judgment == judgment.key]
    own.sort(key=lambda reason: reason.raised_at, reverse=True)
    return tuple(
        ReasonLine(
            kind=reason.kind,
            direction=reason.direction,
            text=texts.sentence(reason, clock),
            at=reason.raised_at,
            new=window.holds(reason.raised_at),
        )
        for reason in own
    )


def _lines(
    rows: Sequence[Evidence],
    direction: Direction,
    window: Window,
    material: Material,
    now: datetime,
) -> tuple[EvidenceLine, ...]:
    own = [row for row in rows if row.direction is direction]
    return tuple(
        sorted(
            (_line(row, window, material, now) for row in own),
            key=lambda line: (-abs(line.points), line.first_at, line.story_id, line.indicator),
        )
    )


def _line(row: Evidence, window: Window, material: Material, now: datetime) -> EvidenceLine:
    return EvidenceLine(
        title=row.title,
        link=row.link,
        indicator=row.indicator,
        outlets=row.outlets,
        entries=material.entries.get(row.story_id, len(row.entry_ids)),
        first_at=row.first_at,
        points=weigh.faded(row, now),
        hedged=row.hedged,
        new=window.holds(row.decided_at),
        story_id=row.story_id,
        standing=row.stands.line,
    )


def _silent(question: Question, judgment: Judgment, rows: Sequence[Evidence]) -> tuple[str, ...]:
    """Strong indicators of this judgment with no story yet: what is not happening is news too."""
    seen = {row.indicator for row in rows if row.heard}
    strengths = {indicator.name: indicator.strength for indicator in question.indicators}
    ranked = sorted(
        (name for name, _ in judgment.directions if name not in seen),
        key=lambda name: -strengths[name].value,
    )
    return tuple(name for name in ranked if strengths[name].value >= 10)


def _assumptions(brief: Brief, material: Material) -> Iterable[str]:
    start = ledger.started(brief, material.resets)
    for assumption in brief.assumptions:
        rows = watching.pressing(brief, assumption, material.evidence, start)
        if not rows:
            continue
        newest = max(rows, key=lambda row: (row.last_at, row.story_id))
        outlets = list(dict.fromkeys(outlet for row in rows for outlet in row.outlets))
        source = "single outlet so far" if len(outlets) == 1 else ", ".join(outlets)
        yield f"“{assumption.says}” – {newest.indicator}: “{newest.title}” ({source})"
