"""Stories: entries that tell the same running event, and why each one was put where it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class StandingKind(StrEnum):
    """What a story rests on."""

    SINGLE = "single source"
    CORROBORATED = "corroborated"
    OFFICIAL = "official statement"  # it tells what one authority says


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryStanding:
    """What stands behind a story, or behind the part of it that hit one indicator.

    `digit` is the credibility of the information in the Admiralty code, 1 (confirmed by others) to
    6 (cannot be judged); how reliable an outlet is, its letter, is another matter.
    """

    sources: int  # independent of each other, never more than there are outlets
    origin: str  # whom all of it quotes, e.g. "KCNA"; empty if it rests on nobody in particular
    kind: StandingKind
    digit: int
    reason: str = ""  # one sentence for a person

    @property
    def facts(self) -> tuple[int, str, StandingKind, int]:
        """All but the sentence: what is stored."""
        return self.sources, self.origin, self.kind, self.digit

    @property
    def label(self) -> str:
        """Its few words: “single source”, “corroborated by 3”, “official statement”."""
        by = f" by {self.sources}" if self.kind is StandingKind.CORROBORATED else ""
        return f"{self.kind}{by}"

    @property
    def line(self) -> str:
        """The same with whom it quotes: “single source (KCNA), credibility 3”."""
        whom = f" ({self.origin})" if self.origin else ""
        return f"{self.label}{whom}, credibility {self.digit}"


class Relation(StrEnum):
    """How an entry belongs to its story."""

    ROOT = "root"  # it opened the story
    COPY = "copy"  # the same text elsewhere: may keep a notification back
    SIBLING = "sibling"  # the same event in other words: grouped, never hidden


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One entry of a story, with what later entries are compared against."""

    entry_id: str
    feed_id: str
    outlet: str
    title: str
    summary: str
    link: str
    canonical_link: str
    at: datetime  # published, or first seen when the date is not believed
    relation: Relation
    signature: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Entries that tell the same event, in order of time. `id` is the id of the first entry."""

    id: str
    members: tuple[Member, ...]

    @property
    def title(self) -> str:
        return self.members[0].title

    @property
    def started_at(self) -> datetime:
        return self.members[0].at

    @property
    def outlets(self) -> tuple[str, ...]:
        """Distinct outlets, in order of their first entry."""
        return tuple(dict.fromkeys(member.outlet for member in self.members))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLink:
    """The decision that put an entry into a story; kept, so that it can be explained and undone."""

    entry_id: str
    story_id: str
    relation: Relation
    score: float  # similarity that decided, 0–100; 100 for a root
    rule: str  # which rule decided: "root", "same link", "same title", "copy", "sibling"
    reason: str  # one sentence for a person
    near: str = ""  # id of the entry it was compared with
    linked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A row of the index that members of stories are found by."""

    key: str  # a word of the title, or a mark and the hash of a title, lead or link
    at: datetime  # the member's
    entry_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """A question to that index: members with this key, between two moments."""

    key: str
    weight: int  # what sharing it is worth
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WordCounts:
    """How many entries there were and in how many each word was found: ever, and of late.

    "Of late" is today and the day before, in UTC. Words that were never seen are left out.
    """

    entries: int = 0
    recent: int = 0
    found: Mapping[str, tuple[int, int]] = field(default_factory=dict)


class DecisionKind(StrEnum):
    """What a person decided about how entries are grouped."""

    MERGE = "merge"
    SPLIT = "split"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A person's word on grouping: `entries` and `others` are one story, or are not. Kept for ever.

    A split names both sides, so that it says which entries are apart from which.
    """

    kind: DecisionKind
    entries: tuple[str, ...]
    others: tuple[str, ...]
    by: str
    at: datetime
    note: str = ""
