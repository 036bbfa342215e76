"""Standing: how many independent sources stand behind what a story says, and how far that goes."""

from dataclasses import dataclass
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
