"""Cited articles as they were seen: append-only snapshots, and what changed between two."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One revision of an article that a brief cites, as it was when it was looked at."""

    brief: str  # key
    citation: str  # Citation.key
    entry_id: str
    revision: int
    title: str
    summary: str
    link: str
    indicators: tuple[tuple[str, str], ...]  # (name, direction) of what it counted for
    found_by: str  # "wire id", "link" or "title"
    seen_at: datetime  # when the revision was first seen
    taken_at: datetime


class ChangeKind(StrEnum):
    """What happened to a cited article, the gravest first."""

    WITHDRAWN = "withdrawn"
    CORRECTED = "corrected"
    REVERSED = "reversed"  # negated, or the opposite
    FIGURE = "a figure changed"
    INDICATORS = "it counts for something else"
    RETITLED = "retitled"  # nothing but words: for the digest


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationChange:
    """Two snapshots of one article that differ, and how."""

    kind: ChangeKind
    before: Snapshot
    after: Snapshot
    outlet: str
    how: str  # “marked “CORRECTED””, “a new headline, and no more”

    @property
    def text(self) -> str:
        """One sentence with old and new."""
        return (
            f"{self.outlet} changed the article you cite ({self.after.found_by}): was "
            f"“{self.before.title}”, now “{self.after.title}”; {self.how}"
        )

    @property
    def flags(self) -> bool:
        """Whether it questions the brief."""
        return self.kind is not ChangeKind.RETITLED
