"""What a replay is measured by: turning points that a person listed, and who spoke up when."""

from dataclasses import dataclass
from datetime import date, datetime

from monitor.model.matches import Matched
from monitor.model.questions import Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class TurningPoint:
    """One dated event of a list that a person wrote. `must`: a flag had to be raised for it."""

    on: date  # calendar day, UTC
    says: str
    direction: Direction = Direction.NONE  # toward or away from the judgments' event; none: unsaid
    must: bool = True
    first: datetime | None = None  # when its first headline came; None: only the day is known
    question: str = ""  # id of the question it is about; "": of any
    judgment: str = ""  # id or key of the judgment it is about; "": of any


@dataclass(frozen=True, slots=True, kw_only=True)
class Interruption:
    """One moment at which an analyst would have been spoken to, whatever said so.

    `direction` is NONE where whatever spoke does not know one. `flag` is 0 outside a replay.
    """

    at: datetime
    direction: Direction = Direction.NONE
    flag: int = 0
    brief: str = ""
    texts: tuple[str, ...] = ()
    stories: tuple[str, ...] = ()  # of the evidence behind it, ids
    judgments: tuple[str, ...] = ()  # keys that it calls into question; (): none are known


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopedEntry:
    """An entry in scope of a question, and when the program learned of it."""

    at: datetime
    matched: Matched


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldReason:
    """One reason of a flag, with the entries behind it: what two replays are compared by."""

    judgment: str  # key
    kind: str
    direction: str
    text: str
    interrupts: bool
    at: datetime
    entries: tuple[str, ...]  # ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One story that weighs for a judgment, by one indicator."""

    judgment: str  # key
    indicator: str
    direction: str
    title: str
    outlets: tuple[str, ...]
    at: datetime
    entries: tuple[str, ...]  # ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a replay came to, as far as another one is compared with it."""

    rules: str
    told: tuple[ToldReason, ...]
    counted: tuple[Counted, ...]
