"""Turns flags, evidence and watchlists into the digest that one recipient is told at one slot.

Composes values only; how they look is the deliver room's business. Every number comes from evidence
rows, faded to the time of composing, so that the lines of a section add up to its total.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from monitor.core.judging import ledger, likelihood, trigger, watching, weigh
from monitor.core.judging.trigger import texts
from monitor.core.judging.trigger.case import challenging
from monitor.core.telling import routing
from monitor.model.citations import CitationChange
from monitor.model.clock import LocalClock, ReaderClock
from monitor.model.deliveries import DigestConfig
from monitor.model.digests import (
    BriefSection,
    CitationLine,
    Counts,
    Digest,
    EvidenceLine,
    JudgmentSection,
    ReasonLine,
)
from monitor.model.flags import Evidence, Flag, FlagState, Reason, Review
from monitor.model.questions import Brief, Direction, Judgment, Question
from monitor.model.stories import StandingKind

SILENT_AFTER: Final = timedelta(days=14)
"""An indicator that was in the news and has not been for this long fell silent; it is told once."""

SAID: Final = {
    FlagState.STANDS: "it stands",
    FlagState.REVISED: "revised",
    FlagState.WITHDRAWN: "withdrawn",
    FlagState.NOISE: "noise",
    FlagState.EXPIRED: "the question is settled",
}
"""What an answer was, in a line about it."""


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
    told: Mapping[int, datetime] = field(default_factory=dict)  # flags told at once, until when

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
    reminder: bool = False

    def holds(self, at: datetime) -> bool:
        return self.start < at <= self.end

    def after(self, answers: Iterable[Review]) -> "Window":
        """What is left of it after the newest of the answers that were given before its end."""
        given = (review.at for review in answers if review.at <= self.end)
        return replace(self, start=max([self.start, *given]))


def compose(config: DigestConfig, window: Window, material: Material, *, now: datetime) -> Digest:
    """The digest of one slot: flagged briefs first, then those that moved, then one line each.

    Every moment in it is told in the digest's own zone.
    """
    clock = LocalClock(config.timezone, now)
    flagged: list[BriefSection] = []
    moved: list[BriefSection] = []
    unchanged: list[str] = []
    for question in material.questions:
        if not routing.selects(config, question):
            continue
        for brief in question.briefs:
            section = brief_section(question, brief, window, material, clock, now)
            if any(judgment.flagged for judgment in section.judgments):
                flagged.append(section)
            elif any(judgment.moved for judgment in section.judgments):
                moved.append(section)
            elif not any(window.holds(review.at) for review in material.answered(brief)):
                still = f" (flag {section.flag_id} is still open)" if section.flag_id else ""
                unchanged.append(f"“{(brief.title or question.ask).rstrip('.')}”{still}")
    return Digest(
        name=config.name,
        slot=window.slot,
        urgent=window.urgent,
        composed_at=now,
        window_from=window.start,
        window_to=window.end,
        timezone=config.timezone,
        flagged=_ranked(flagged),
        moved=() if window.urgent else _ranked(moved),
        unchanged=() if window.urgent else tuple(unchanged),
        notices=material.notices,
        counts=material.counts,
        citations=_citations(config, window, material),
        answered=() if window.urgent else tuple(_answered(config, window, material, clock)),
        held_back=() if window.urgent else _held_back(config, window, material, clock),
        fell_silent=() if window.urgent else tuple(_fell_silent(config, window, material, clock)),
        reminder=window.reminder,
    )


def _citations(
    config: DigestConfig, window: Window, material: Material
) -> tuple[CitationLine, ...]:
    """What became of cited articles, the grave ones first; at once, those alone."""
    titles = _titles(config, material)
    lines = (
        CitationLine(
            brief=titles[change.after.brief],
            outlet=change.outlet,
            was=change.before.title,
            now=change.after.title,
            how=change.how,
            link=change.after.link,
            at=change.after.seen_at,
            grave=change.flags,
        )
        for change in material.changes
        if change.after.brief in titles and (change.flags or not window.urgent)
    )
    return tuple(sorted(lines, key=lambda line: (not line.grave, line.at, line.brief, line.link)))


def _answered(
    config: DigestConfig, window: Window, material: Material, clock: ReaderClock
) -> Iterable[str]:
    """One line for each flag that was answered in the window, in order of time."""
    titles = _titles(config, material)
    for review in sorted(material.answers.values(), key=lambda each: (each.at, each.flag_id)):
        if review.brief in titles and window.holds(review.at):
            said = SAID[review.decision]
            revised = f" to {review.likelihood}" if review.likelihood else ""
            yield (
                f"“{titles[review.brief].rstrip('.')}” – answered by {review.by}, "
                f"{clock.moment(review.at)}: {said}{revised} (flag {review.flag_id})"
            )


def _titles(config: DigestConfig, material: Material) -> dict[str, str]:
    """What the briefs are called that the digest is about, by their keys."""
    return {
        brief.key: brief.title or question.ask
        for question in material.questions
        if routing.selects(config, question)
        for brief in question.briefs
    }


def _held_back(
    config: DigestConfig, window: Window, material: Material, clock: ReaderClock
) -> tuple[str, ...]:
    """A line for each reason that would have interrupted, and why it waited for this digest."""
    says = {
        judgment.key: judgment.says
        for question in material.questions
        if routing.selects(config, question)
        for judgment in question.judgments
    }
    return tuple(
        f"“{says[reason.judgment]}” – {texts.sentence(reason, clock).rstrip('.')} "
        f"({texts.held(reason, clock)})"
        for flag in material.flags
        if flag.state.live or flag.id not in material.answers
        for reason in flag.reasons
        if reason.held and reason.judgment in says and window.holds(reason.raised_at)
    )


def worth_sending(digest: Digest, *, only_flagged: bool = False) -> bool:
    """False when it would say nothing: no news on a judgment, nothing an operator must know."""
    calm = not (digest.moved or digest.citations or digest.answered or digest.notices)
    return bool(digest.flagged or not (only_flagged or calm))


def _ranked(sections: Iterable[BriefSection]) -> tuple[BriefSection, ...]:
    """Those that moved most first: by what the window added, then by where the ledger stands."""

    def size(section: BriefSection) -> tuple[float, float]:
        added = max((abs(judgment.news) for judgment in section.judgments), default=0.0)
        stands = max((abs(judgment.points) for judgment in section.judgments), default=0.0)
        return -added, -stands

    return tuple(sorted(sections, key=lambda section: (size(section), section.key)))


def _fell_silent(
    config: DigestConfig, window: Window, material: Material, clock: ReaderClock
) -> Iterable[str]:
    """A line for each indicator whose last news became `SILENT_AFTER` old in the window."""
    for question in material.questions:
        if not routing.selects(config, question):
            continue
        own = {judgment.key for judgment in question.judgments}
        rows = [row for row in material.evidence if row.judgment in own and row.heard]
        for name in dict.fromkeys(row.indicator for row in rows):
            last = max((row for row in rows if row.indicator == name), key=lambda row: row.last_at)
            if window.holds(last.last_at + SILENT_AFTER):
                days = SILENT_AFTER.days
                yield (
                    f"“{in_words(name)}” for {days} days; the last was “{last.title}” on "
                    f"{clock.day(last.last_at)}"
                )


def in_words(indicator: str) -> str:
    """The name of an indicator as people read it: “talks suspended”."""
    return indicator.replace("-", " ")


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
    lead_key, lead = _lead(judgments)
    return BriefSection(
        key=brief.key,
        question=question.ask,
        title=brief.title,
        published=brief.published.isoformat() if brief.published else "",
        flag_id=flag.id if flag and flag.state.live else None,
        bottom_line=bottom_line(judgments),
        judgments=ranked(judgments),
        assumptions=tuple(_assumptions(brief, material)),
        opened=flag.opened_at if flag and flag.state.live else None,
        lead=lead,
        lead_key=lead_key,
    )


def _lead(judgments: Sequence[JudgmentSection]) -> tuple[str, EvidenceLine | None]:
    """The news that a section begins with, and the judgment that it matters for most.

    The story of the newest reason that was not told yet; else the weightiest new story, one that
    speaks against a judgment before others; else the story of the newest reason.
    """
    reasons = [(reason, each) for each in judgments for reason in each.reasons]
    reasons.sort(key=lambda pair: (pair[0].new, pair[0].at), reverse=True)
    alone = {reason.story_id for reason, _ in reasons if reason.told}
    told = [
        (each, _line_of(each, reason.story_id))
        for reason, each in reasons
        if reason.new and not reason.told
    ]
    fresh = sorted(
        (
            (direction in each.against, abs(line.points), each, line)
            for each in judgments
            for direction, lines in ((Direction.TOWARD, each.toward), (Direction.AWAY, each.away))
            for line in lines
            if line.new and line.story_id not in alone
        ),
        key=lambda found: found[:2],
        reverse=True,
    )
    told += [(each, line) for _, _, each, line in fresh]
    told += [(each, _line_of(each, reason.story_id)) for reason, each in reasons]
    for each, line in told:
        if line is not None:
            return each.key, line
    return (reasons[0][1].key if reasons else ""), None


def _line_of(judgment: JudgmentSection, story_id: str) -> EvidenceLine | None:
    own = [line for line in (*judgment.toward, *judgment.away) if line.story_id == story_id]
    return max(own, key=lambda line: abs(line.points), default=None) if story_id else None


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
            rows,
            window,
            clock,
            told=material.told.get(flag.id) if flag else None,
            has_news=any(_is_news(row, material.before, window) for row in rows),
        ),
        toward=_lines(rows, Direction.TOWARD, window, material, now),
        away=_lines(rows, Direction.AWAY, window, material, now),
        silent=_silent(question, judgment, rows),
        news=found.total - before.total,  # both faded to now: mere fading is no news
        course=found.daily(),
        words=judgment.likelihood.words,
        against=challenging(judgment),
    )


def _reasons(
    flag: Flag | None,
    judgment: Judgment,
    rows: Sequence[Evidence],
    window: Window,
    clock: ReaderClock,
    *,
    told: datetime | None,
    has_news: bool,
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
            text=texts.sentence(reason, clock).replace(
                f"“{reason.about}”", f"“{in_words(reason.about)}”"
            ),
            at=reason.raised_at,
            new=window.holds(reason.raised_at),
            story_id=_story_of(reason, rows),
            told=told is not None and reason.raised_at <= told,
        )
        for reason in own
    )


def _story_of(reason: Reason, rows: Sequence[Evidence]) -> str:
    """The story that fired a reason: the newest of its rows, or the widest of one indicator."""
    named = {ref[:3] for ref in reason.evidence}
    own = [
        row
        for row in rows
        if row.key in named
        and row.heard
        and row.first_at <= reason.raised_at
        and reason.direction in {row.direction, Direction.NONE}
    ]
    one = len({row.indicator for row in own}) == 1

    def size(row: Evidence) -> tuple[int, datetime]:
        return (len(row.outlets) if one else 0), row.first_at

    return max(own, key=size).story_id if own else ""


def _is_news(row: Evidence, before: Sequence[Evidence], window: Window) -> bool:
    """Whether a row tells what was not told: not one whose entries only changed their story."""
    return window.holds(row.decided_at) and not any(
        row.story_id != told.story_id
        and (row.judgment, row.indicator) == (told.judgment, told.indicator)
        and {*row.entry_ids} <= {*told.entry_ids}
        for told in before
        if told.weight
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
        new=_is_news(row, material.before, window),
        story_id=row.story_id,
        standing=row.stands.line,
        sources=row.sources,
        origin=row.origin,
        official=row.standing is StandingKind.OFFICIAL,
        told_by=next((len(each.outlets) for each in material.before if each.key == row.key), 0),
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
        yield f"“{assumption.says}” – “{newest.title}” ({source})"


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
