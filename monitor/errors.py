"""Every error this program raises on purpose, as one tree; anything else that escapes is a bug.

    MonitorError
    ├── ConfigError            one or more mistakes in the YAML files, each with file:line:column
    ├── SettingsError          an environment variable or a secret file cannot be used
    ├── QueryError             a phrase or query is not in the watchlist language
    ├── FeedError              one feed could not be polled; carries what the schedule must know
    │   ├── FetchError         the network or the server said no
    │   └── ParseError         the answer is not a feed we understand
    ├── NotAskedError          a feed is to be left alone for now, whoever wishes to poll it
    │   └── LeaseLostError     it took so long that somebody else polls it; nothing is written
    ├── StoreError             the database cannot be used
    │   └── NewerDatabaseError it was written by a newer version of this program
    ├── BriefError             the file of a brief that cannot be read
    ├── SearchError            a date or place of a search that cannot be read
    ├── NotFoundError          an id given by a person names nothing
    ├── AnswerError            an answer to a flag or question that cannot be taken; says what can
    ├── AccessError            somebody may not do this, or not with these words
    └── DeliveryError          a channel did not take a message; carries whether to try again

Must never import anything but the standard library, and must never carry a secret in a message.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


def get_extra(name: str) -> str:
    """The end of an error about a missing library: how to get it. No package index has us yet."""
    return (
        f"install the extra “{name}”: pip install '.[{name}]' in the folder of the sources, or "
        f"pip install 'WHEEL[{name}]' with the path of the wheel"
    )


class Severity(StrEnum):
    """How bad a problem in a configuration file is: errors refuse the file, warnings do not.

    A hint may well be meant; no check ever fails because of one.
    """

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake in a configuration file. Lines and columns count from 1; 0: the whole file."""

    file: str
    line: int
    column: int
    found: str
    expected: str
    advice: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        text = f"{where}: {self.found}"
        if self.expected:
            text += f"; expected {self.expected}"
        if self.advice:
            text += f"; {self.advice}"
        return text


class MonitorError(Exception):
    """Base of every error raised on purpose."""


class ConfigError(MonitorError):
    """The YAML files hold mistakes; `problems` lists all of them, in file order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class SettingsError(MonitorError):
    """An environment variable, folder or secret file cannot be used."""


class QueryError(MonitorError):
    """A phrase is not in the watchlist language.

    `offset` counts characters from 0 within `text`; `advice` says what to write instead.
    """

    def __init__(self, text: str, offset: int, found: str, expected: str, advice: str = "") -> None:
        self.text = text
        self.offset = offset
        self.found = found
        self.expected = expected
        self.advice = advice
        message = f"{found}; expected {expected}" if expected else found
        super().__init__(f"{message}; {advice}" if advice else message)


class FeedError(MonitorError):
    """A feed could not be polled. `code` is a short stable word for status, logs and tests."""

    def __init__(
        self, code: str, message: str, *, retry_at: datetime | None = None, gone: bool = False
    ) -> None:
        self.code = code
        self.retry_at = retry_at
        self.gone = gone
        super().__init__(message)


class FetchError(FeedError):
    """The network or the server refused: DNS, address guard, time-out, size, status."""


class ParseError(FeedError):
    """The body is not a feed: HTML, empty, truncated, hostile, or of an unknown format."""


class NotAskedError(MonitorError):
    """A feed was not asked: its server wants to be left alone, or another process is at it."""


class LeaseLostError(NotAskedError):
    """A poll came to its end after its lease: what it found is its successor's to store."""


class StoreError(MonitorError):
    """The database cannot be used: unwritable, corrupt, unreachable.

    `state` is LOCKED or FULL where that is the cause, else "".
    """

    LOCKED = "database locked"
    FULL = "disk full"

    def __init__(self, message: str, *, state: str = "") -> None:
        self.state = state
        super().__init__(message)


class NewerDatabaseError(StoreError):
    """The database has a revision that this version of the program does not know."""


class BriefError(MonitorError):
    """The file of a brief cannot be read, or nothing in it reads as a brief; says why."""


class SearchError(MonitorError):
    """A date or a place of a search cannot be read; says what was found and expected."""


class NotFoundError(MonitorError):
    """A person named an entry, story, flag or feed that does not exist."""


class AnswerError(MonitorError):
    """A person's answer to a flag or a question cannot be taken as it is."""


class AccessError(MonitorError):
    """A password, token or link is not good enough. The message tells nothing of the right one."""


class DeliveryError(MonitorError):
    """A channel did not take a message.

    `retryable`: trying again later can help. `unknown_outcome`: it may have been taken after all
    (the answer was lost), so a second attempt must carry the same id and an attempt mark.
    `channel_wide`: any other message would fare no better now. `retry_after`: seconds to wait.
    """

    def __init__(
        self,
        message: str,
        *,
        retryable: bool,
        unknown_outcome: bool = False,
        channel_wide: bool = False,
        retry_after: float | None = None,
    ) -> None:
        self.retryable = retryable
        self.unknown_outcome = unknown_outcome
        self.channel_wide = channel_wide
        self.retry_after = retry_after
        super().__init__(message)
