"""Turns flags, evidence and watchlists into the digest that one recipient is told at one slot.

Composes values only; how they look is the deliver room's business.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from monitor.core.judging.trigger import texts
from monitor.core.telling import routing
from monitor.core.telling.digest_sections import Material, Window, brief_section
from monitor.model.clock import LocalClock, ReaderClock
from monitor.model.deliveries import DigestConfig
from monitor.model.digests import BriefSection, CitationLine, Digest
from monitor.model.flags import FlagState
from monitor.model.questions import Brief

SAID: Final = {
    FlagState.STANDS: "it stands",
    FlagState.REVISED: "revised",
    FlagState.WITHDRAWN: "withdrawn",
    FlagState.NOISE: "noise",
    FlagState.EXPIRED: "the question is settled",
}
"""What an answer was, in a line about it."""


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
                unchanged += _unchanged(brief, section)
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


def _unchanged(brief: Brief, section: BriefSection) -> Iterable[str]:
    still = f"; flag {section.flag_id} still open" if section.flag_id is not None else ""
    for judgment in brief.judgments:
        yield f"“{judgment.says}” – nothing new{still}"
