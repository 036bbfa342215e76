"""Turns parts of a digest into the sentences that mail, page and Slack share.

The parts are inert already (monitor.deliver.inert). Must never decide what is told, only how: the
numbers are those of the digest, summed at most.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from monitor.deliver.inert import shorten
from monitor.deliver.wording import (
    DIRECTIONS,
    KINDS,
    Calendar,
    listed,
    written_day,
)
from monitor.model.digests import (
    BriefSection,
    CitationLine,
    Digest,
    EvidenceLine,
    JudgmentSection,
    ReasonLine,
)
from monitor.model.flags import FlagKind
from monitor.model.numbers import plural, signed
from monitor.model.questions import Direction

# Decibans: ten points are ten-fold odds (Good 1950, Jeffreys 1961).
HOW_TO_READ: Final = (
    "Ten points are about ten-fold odds. They are a reason to look, not a forecast."
)

NONE: Final = "no evidence yet"

_REASON: Final = 80  # characters of a reason in a subject
_PARTICULARS: Final = re.compile(r": (?![^“”]*”)")  # a colon outside of quotation marks


class ShownEvidence(NamedTuple):
    """The evidence lines with room for them, in their order, and a phrase on the others."""

    lines: tuple[EvidenceLine, ...]
    rest: str  # "2 more stories: +1.5 points", or "" when all are shown


def heaviest(lines: Sequence[EvidenceLine], most: int) -> ShownEvidence:
    """The `most` lines with the largest points, still in the order given.

    A line without a story is a sum that was made before; it is told with the rest.
    """
    own = [line for line in lines if line.story_id]
    by_weight = sorted(range(len(own)), key=lambda index: -abs(own[index].points))
    kept = set(by_weight[:most])
    left = [line for index, line in enumerate(own) if index not in kept]
    rest = [f"{line.title}: {signed(line.points)} points" for line in lines if not line.story_id]
    if left:
        number = plural(len({line.story_id for line in left}), "more story", "more stories")
        rest.insert(0, f"{number}: {signed(sum(line.points for line in left))} points")
    return ShownEvidence(
        lines=tuple(line for index, line in enumerate(own) if index in kept),
        rest="; ".join(rest),
    )


def sides(
    judgment: JudgmentSection, most: int, *, only_new: bool = False
) -> tuple[tuple[Direction, ShownEvidence], ...]:
    """The evidence on each side that has any, the weightier side first."""
    picked = [
        (direction, [line for line in lines if line.new or not only_new])
        for direction, lines in (
            (Direction.TOWARD, judgment.toward),
            (Direction.AWAY, judgment.away),
        )
    ]
    if judgment.points < 0:
        picked.reverse()
    return tuple((direction, heaviest(lines, most)) for direction, lines in picked if lines)


def subject(digest: Digest, calendar: Calendar) -> str:
    """The subject of a mail: what needs a look first, or that nothing does."""
    if digest.flagged:
        return f"[Review] {_flagged(digest, calendar)}"
    moved = "nothing moved"
    if digest.moved:
        moved = f"{plural(len(digest.moved), 'brief')} moved, none flagged"
    cited = (
        f", {plural(len(digest.citations), 'cited article')} changed" if digest.citations else ""
    )
    answered = f", {plural(len(digest.answered), 'flag')} answered" if digest.answered else ""
    # Silence while feeds were down is not calm: it must not look like it.
    notices = f", {plural(len(digest.notices), 'notice')}" if digest.notices else ""
    return f"[Digest] {calendar.day(digest.composed_at)}: {moved}{cited}{answered}{notices}"


def rest(digest: Digest) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What stands below the briefs: titles, and a line for each thing. Empty ones are left out."""
    parts = (
        ("Answered", digest.answered),
        ("Held back", digest.held_back),
        ("Notices", digest.notices),
        ("Unchanged", digest.unchanged),
    )
    return tuple((title, texts) for title, texts in parts if texts)


def citation(line: CitationLine, calendar: Calendar) -> tuple[str, str]:
    """Where it stood and what became of it, and what its headline was before."""
    where = f"cited in “{line.brief.rstrip('.')}”" if line.brief else "cited"
    cited = ", ".join(filter(None, (line.outlet, where)))
    told = f"{cited[:1].upper()}{cited[1:]}{f': {line.how}' if line.how else ''}"
    return f"{told} ({calendar.moment(line.at)})", f"Was {quoted(line.was)}"


def quoted(title: str) -> str:
    """A headline in quotation marks, or that there was none."""
    return f"“{title}”" if title else "without a title"


def preview(digest: Digest, calendar: Calendar) -> str:
    """What a mail client shows beside the subject: the first bottom line, or the counts."""
    bottom_lines = [brief.bottom_line for brief in digest.flagged if brief.bottom_line]
    return bottom_lines[0] if bottom_lines else counts_line(digest, calendar)


def summary(digest: Digest, calendar: Calendar) -> str:
    """One line for a notification or a log."""
    counts = digest.counts
    return (
        f"{subject(digest, calendar)} ({plural(counts.entries, 'entry', 'entries')} read, "
        f"{counts.matched:,} matched, {plural(counts.stories, 'story', 'stories')}, "
        f"{plural(counts.flags, 'flag')})"
    )


def counts_line(digest: Digest, calendar: Calendar) -> str:
    """From what was read to what is told, and over which time."""
    counts = digest.counts
    window = f"{calendar.moment(digest.window_from)} to {calendar.moment(digest.window_to)}"
    return (
        f"{plural(counts.entries, 'entry', 'entries')} read → {counts.matched:,} matched → "
        f"{plural(counts.stories, 'story', 'stories')} → {plural(counts.flags, 'flag')}, {window}"
    )


def standing(judgment: JudgmentSection, calendar: Calendar) -> str:
    """Where the ledger stands: “−12.1 points since the last review (24 June): …”."""
    lines = (*judgment.toward, *judgment.away)
    sides = (
        f"{abs(judgment.points_toward):.1f} toward, {abs(judgment.points_away):.1f} away, "
        f"from {told_by(lines)}"
    )
    parts = f"{_words(signed(judgment.points), 'points', since_when(judgment, calendar))}: "
    clauses = (parts + (sides if lines else NONE), moved_by(judgment), judgment.leaves_band)
    return f"{'; '.join(filter(None, clauses))}."


def counted(judgment: JudgmentSection, calendar: Calendar) -> str:
    """The same beside the sum itself: “points since the last review (24 June), from 5 stories”."""
    lines = (*judgment.toward, *judgment.away)
    told = f"from {told_by(lines)}" if lines else NONE
    said = f"{_words('points', since_when(judgment, calendar))}, {told}"
    return "; ".join(filter(None, (said, moved_by(judgment))))


def moved_by(judgment: JudgmentSection) -> str:
    """“+3.2 since the last digest”, or "" when the window added nothing worth a digit.

    Where that is the whole sum, the sum is not told a second time.
    """
    if not _shows(judgment.news):
        return ""
    all_of_it = signed(judgment.news) == signed(judgment.points)
    return f"{'all' if all_of_it else signed(judgment.news)} since the last digest"


def _words(*parts: str) -> str:
    return " ".join(filter(None, parts))


def _shows(points: float) -> bool:
    return abs(points) >= 0.05


def course(judgment: JudgmentSection, calendar: Calendar) -> str:
    """“Since 26 March: lowest −12.4 points on 14 April, highest +1.2 on 2 April.”

    Where it stands now is told once, as its standing.
    """
    if not judgment.course:
        return ""
    low = min(judgment.course, key=lambda each: each[1])
    high = max(judgment.course, key=lambda each: each[1])
    now = judgment.course[-1]

    def told(each: tuple[datetime, float]) -> str:
        alike = signed(each[1]) == signed(now[1])
        return "now" if alike else f"{signed(each[1])} points on {calendar.day(each[0])}"

    began = calendar.day(judgment.course[0][0])
    if signed(low[1]) == signed(high[1]):
        return f"Since {began}: level."
    return f"Since {began}: lowest {told(low)}, highest {told(high)}."


def since_when(judgment: JudgmentSection, calendar: Calendar) -> str:
    """“since the last review (24 June)”, or nothing when there is no such time."""
    if judgment.since is None:
        return ""
    day = calendar.day(judgment.since)
    return f"since {judgment.since_what} ({day})" if judgment.since_what else f"since {day}"


def told_by(lines: Sequence[EvidenceLine]) -> str:
    """“5 stories”, or “10+ stories” when smaller ones were summed before.

    A story counts once, however many indicators it hit.
    """
    number = len({line.story_id for line in lines if line.story_id})
    summed = any(not line.story_id for line in lines)
    return f"{number}+ stories" if summed else plural(number, "story", "stories")


def likelihood(judgment: JudgmentSection) -> str:
    """The likelihood with its event. Kept apart from the confidence, as ICD 203 demands."""
    event = judgment.event.rstrip(".")
    if not event:
        return judgment.likelihood
    return f"{judgment.likelihood}: {event}" if judgment.likelihood else event


def published(brief: BriefSection) -> str:
    """“Sanctions pause, published 26 March 2019”."""
    day = written_day(brief.published)
    parts = (brief.title, f"published {day}" if day else "")
    return ", ".join(part for part in parts if part)


def reason_tail(reason: ReasonLine, calendar: Calendar) -> str:
    """“decisive indicator confirmed, away, 26 Mar 07:40”."""
    parts = (KINDS[reason.kind], DIRECTIONS[reason.direction], calendar.moment(reason.at))
    return ", ".join(part for part in parts if part)


def outlets(line: EvidenceLine, most: int) -> str:
    """“6 outlets: Reuters, BBC News, NPR +3”, or the one outlet's name."""
    if len(line.outlets) < 2:
        return "".join(line.outlets) or "outlet unknown"
    return f"{len(line.outlets)} outlets: {listed(line.outlets, most)}"


def marks(line: EvidenceLine) -> tuple[str, ...]:
    """What a reader should know before believing the line."""
    told = ((line.standing, bool(line.standing)), ("new", line.new), ("hedged", line.hedged))
    return tuple(word for word, true in told if true)


def check_first(judgment: JudgmentSection) -> tuple[str, ...]:
    """What speaks for caution: the heaviest thin story, and what has not been heard of."""
    thin = _thin((*judgment.toward, *judgment.away))
    silent = f"Still silent: {listed(judgment.silent, 6)}." if judgment.silent else ""
    return tuple(part for part in (thin, silent) if part)


def heading(direction: Direction, judgment: JudgmentSection) -> tuple[str, str]:
    """The words above a table of evidence, and the event they point to or from."""
    word = "Toward" if direction is Direction.TOWARD else "Away from"
    return word, judgment.event.rstrip(".") or "the event"


def _flagged(digest: Digest, calendar: Calendar) -> str:
    flagged = [each for brief in digest.flagged for each in brief.judgments if each.flagged]
    if not flagged:
        return shorten(digest.flagged[0].title or digest.flagged[0].question, 90)
    more = f", and {len(flagged) - 1} more" if len(flagged) > 1 else ""
    return f"“{shorten(flagged[0].says.rstrip('.'), 48)}”: {_news(flagged[0], calendar)}{more}"


def _news(judgment: JudgmentSection, calendar: Calendar) -> str:
    """What the newest reason says, up to its particulars, and the ledger where it points so too."""
    reason = next((each for each in judgment.reasons if each.new), judgment.reasons[0])
    said = shorten(_PARTICULARS.split(reason.text)[0].rstrip("."), _REASON)
    leaning = Direction.TOWARD if judgment.points > 0 else Direction.AWAY
    # a shift of the weight names points itself, as of its time: two sums would be one too many
    if reason.kind is FlagKind.WEIGHT or reason.direction is not leaning:
        return said
    if not _shows(judgment.points):
        return said
    since = f" since {calendar.day(judgment.since)}" if judgment.since else ""
    return f"{said} ({signed(judgment.points, 0)} points{since})"


def _thin(lines: Sequence[EvidenceLine]) -> str:
    thin = [line for line in lines if line.hedged or len(line.outlets) == 1]
    if not thin:
        return ""
    worst = max(thin, key=lambda line: abs(line.points))
    faults = []
    if len(worst.outlets) == 1:
        faults.append(
            _words("rests on one outlet", *(f"({name})" for name in worst.outlets if name))
        )
    if worst.hedged:
        faults.append("is hedged")
    more = len(thin) - 1
    others = f" {plural(more, 'more story is', 'more stories are')} as thin." if more else ""
    title = f"“{shorten(worst.title, 100)}”" if worst.title else "A story without a title"
    return f"{title} {' and '.join(faults)}.{others}"
