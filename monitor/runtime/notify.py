"""Names the pieces of work that a worker may be woken for.

A wake-up is never the truth: what is due stands in the tables, and whoever is woken looks there.
One that is lost is made up for by the next sweep, one too many does nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection


class Task(StrEnum):
    """What can be done at once, and by whom: the first word of a role's work."""

    POLL = "poll"  # one feed
    COMPOSE = "compose"  # digests and urgent messages that are due
    TICK = "tick"  # what is due by the clock alone
    PRUNE = "prune"
    DELIVER = "deliver"  # everything that waits on one channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One piece of work. Of the same task and subject, one waits at most."""

    task: Task
    subject: str = ""  # a feed's id, a channel's name
    alone: str = ""  # of the works with the same word here, one is done at a time

    @property
    def key(self) -> str:
        return f"{self.task}:{self.subject}"


COMPOSE = Work(task=Task.COMPOSE)

Wake = Callable[[Connection, Sequence[Work]], None]
"""Called in the transaction that makes the work due: together they are committed or rolled back."""


def nobody(_conn: Connection, _works: Sequence[Work]) -> None:
    """Where nothing runs by the clock: whoever polls composes and delivers, too."""


def delivery(channel: str) -> Work:
    """A channel sends one message at a time, whoever sends it."""
    return Work(task=Task.DELIVER, subject=channel, alone=f"channel {channel}")
