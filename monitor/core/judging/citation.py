"""Turns a citation and stored entries into the article it means, and two snapshots into a change.

48 % of the Reuters stories that were seen twice carried more than one slug under one wire id, so
identity is the wire id, then the link, then the title, and a mere retitle is no alarm. A marker of
correction, a reversal, another figure or other indicators are. Must never do I/O.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime

from monitor.core.feeds.identity import canonical_link, entry_key
from monitor.core.feeds.normalise import unstored
from monitor.core.language.match.matcher import match
from monitor.core.language.watch.compiler import Watch
from monitor.core.stories import conflict, headline, similarity
from monitor.model.citations import ChangeKind, CitationChange, Snapshot
from monitor.model.entries import Entry
from monitor.model.feeds import RawEntry
from monitor.model.questions import Citation

SAME_TITLE = 95.0
"""Likeness of two titles, 0 to 100, from which on one was copied from the other."""

# Reuters' handbook: a withdrawal kills a story, CORRECTED changes its meaning, REFILE does not.
_WITHDRAWN = re.compile(
    r"^\W*(?:STORY\s+)?(?:WITHDRAWN|RETRACTED|RETRACTION)\b|"
    r"\b(?:story|article|report) (?:has been|was|is) (?:withdrawn|retracted)\b",
    re.IGNORECASE,
)
_CORRECTED = re.compile(
    r"^\W*(?:CORRECTED|CORRECTION|CLARIFICATION)\b|\(correct(?:s|ed|ion)\b|"
    r"\bthis (?:story|article|version|report) (?:corrects|has been corrected)\b|"
    r"\bcorrection:|\bcorrects (?:headline|paragraph|date|figure|name|spelling|to)\b",
    re.IGNORECASE,
)


def found_by(citation: Citation, entry: Entry, titles: Sequence[str]) -> str:
    """How an entry is the cited article: "wire id", "link", "title"; "" when it is not.

    `titles` are those of all its revisions.
    """
    if citation.link:
        key = entry_key(RawEntry(link=citation.link))
        if key == entry.key and key.startswith("id"):
            return "wire id"
        if canonical_link(citation.link) in {entry.canonical_link, entry.link}:
            return "link"
    same_outlet = citation.outlet.casefold() == entry.outlet.casefold()
    if same_outlet and any(alike(citation.title, title) for title in titles):
        return "title"
    return ""


def alike(one: str, other: str) -> bool:
    """Whether two titles are one, but for capitals, punctuation and an outlet's name at the end."""
    a, b = headline.read(one), headline.read(other)
    return a.words == b.words or similarity.token_sort(a, b) >= SAME_TITLE


def counts_for(
    title: str, summary: str, outlet: str, watch: Watch, at: datetime
) -> frozenset[tuple[str, str]]:
    """(question/indicator, direction) of what a text counts for under the present watchlist."""
    matched = match(unstored(title, summary=summary, outlet=outlet, at=at), watch)
    return frozenset(
        (f"{hit.question}/{hit.indicator}", hit.direction.value)
        for hit in matched.matches
        if hit.counts
    )


def change(before: Snapshot, after: Snapshot, *, outlet: str) -> CitationChange | None:
    """What changed from one snapshot to the next; None if no word did.

    Both must have been matched with one watchlist: an edit of it is no change of the article.
    """
    if (before.title, before.summary) == (after.title, after.summary):
        return None
    kind, how = _kind(before, after)
    if kind is ChangeKind.RETITLED and alike(before.title, after.title):
        return None
    return CitationChange(kind=kind, before=before, after=after, outlet=outlet, how=how)


def _kind(before: Snapshot, after: Snapshot) -> tuple[ChangeKind, str]:
    for kind, marker in ((ChangeKind.WITHDRAWN, _WITHDRAWN), (ChangeKind.CORRECTED, _CORRECTED)):
        found = _marker(marker, after)
        if found and not _marker(marker, before):
            return kind, f"marked “{found}”"
    a, b = (headline.read(item.title, item.summary) for item in (before, after))
    if reason := conflict.conflict(a, b, (conflict.negation, conflict.opposites)):
        return ChangeKind.REVERSED, f"reversed: {reason}"
    if reason := conflict.conflict(a, b, (conflict.figures,)):
        return ChangeKind.FIGURE, reason
    if set(before.indicators) != set(after.indicators):
        return ChangeKind.INDICATORS, _other_indicators(before, after)
    return ChangeKind.RETITLED, "a new headline, and no more"


def _marker(pattern: re.Pattern[str], snapshot: Snapshot) -> str:
    for text in (snapshot.title, snapshot.summary):
        if found := pattern.search(text):
            return found[0].strip()
    return ""


def _other_indicators(before: Snapshot, after: Snapshot) -> str:
    lost = sorted({name for name, _ in set(before.indicators) - set(after.indicators)})
    won = sorted({name for name, _ in set(after.indicators) - set(before.indicators)})
    parts = (
        f"it no longer matches {', '.join(lost)}" if lost else "",
        f"it now matches {', '.join(won)}" if won else "",
    )
    return " and ".join(part for part in parts if part)


def window(citation: Citation, published: date | None) -> tuple[date, int] | None:
    """From which day on, and for how many days, the article may have been first seen.

    None where neither the citation nor its brief has a date: then only the link can find it.
    """
    day = citation.published or published
    return None if day is None else (day, 16)
