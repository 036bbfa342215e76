"""Turns flags, evidence and watchlists into the digest that one recipient is told at one slot.

Composes values only; how they look is the deliver room's business.
"""

from collections.abc import Iterable
from datetime import datetime

from monitor.core.telling import routing
from monitor.core.telling.digest_sections import Material, Window, brief_section
from monitor.model.delivery_config import DigestConfig
from monitor.model.digests import BriefSection, CitationLine, Digest
from monitor.model.questions import Brief


def compose(config: DigestConfig, window: Window, material: Material, *, now: datetime) -> Digest:
    """The digest of one slot: flagged briefs first, then those that moved, then one line each."""
    flagged: list[BriefSection] = []
    moved: list[BriefSection] = []
    unchanged: list[str] = []
    for question in material.questions:
        if not routing.selects(config, question):
            continue
        for brief in question.briefs:
            section = brief_section(question, brief, window, material, now)
            if any(judgment.flagged for judgment in section.judgments):
                flagged.append(section)
            elif any(judgment.moved for judgment in section.judgments):
                moved.append(section)
            else:
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
        held_back=() if window.urgent else _held_back(config, window, material),
    )


def _citations(
    config: DigestConfig, window: Window, material: Material
) -> tuple[CitationLine, ...]:
    """What became of cited articles, the grave ones first; at once, those alone."""
    titles = {
        brief.key: brief.title or question.ask
        for question in material.questions
        if routing.selects(config, question)
        for brief in question.briefs
    }
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


def _held_back(config: DigestConfig, window: Window, material: Material) -> tuple[str, ...]:
    """A line for each reason that would have interrupted, and why it waited for this digest."""
    says = {
        judgment.key: judgment.says
        for question in material.questions
        if routing.selects(config, question)
        for judgment in question.judgments
    }
    return tuple(
        f"“{says[reason.judgment]}” – {reason.text.rstrip('.')} ({reason.held})"
        for flag in material.flags
        for reason in flag.reasons
        if reason.held and reason.judgment in says and window.holds(reason.raised_at)
    )


def worth_sending(digest: Digest, *, only_flagged: bool = False) -> bool:
    """False when it would say nothing: no news on a judgment, nothing an operator must know."""
    calm = not (digest.moved or digest.citations or digest.notices)
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
