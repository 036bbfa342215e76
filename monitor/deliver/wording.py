"""Turns numbers, times and names into the words every form of a digest uses.

Must never depend on the locale or on the machine's time zone, or show points without a sign.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfoNotFoundError

from monitor.core.judging.trigger import table
from monitor.errors import SettingsError
from monitor.model.clock import MONTHS, LocalClock
from monitor.model.flags import FlagKind
from monitor.model.numbers import plural, signed
from monitor.model.questions import Direction

__all__ = (
    "DIRECTIONS",
    "KINDS",
    "Calendar",
    "count",
    "listed",
    "plural",
    "sentence",
    "signed",
    "stories",
    "written_day",
)

KINDS: Final = {kind: table.of(kind).name for kind in FlagKind}

DIRECTIONS: Final = {Direction.TOWARD: "toward", Direction.AWAY: "away", Direction.NONE: ""}


count = plural  # templates of operators call it so


def stories(number: int) -> str:
    """“1 story”, “4 stories”; for templates of operators."""
    return plural(number, "story", "stories")


def listed(names: Sequence[str], most: int) -> str:
    """“Reuters, BBC News, NPR +3”: the first `most` names and how many are left."""
    shown = ", ".join(names[:most])
    return f"{shown} +{len(names) - most}" if len(names) > most else shown


def sentence(text: str) -> str:
    """The text, ended by a full stop unless it already ends."""
    return text if not text or text[-1] in ".!?…”" else f"{text}."


def written_day(iso: str) -> str:
    """“26 March 2019” for “2019-03-26”; what is no ISO date stays as it is."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


class Calendar(LocalClock):
    """Local dates and times of one digest, as text. The year is named where it is not this one."""

    def __init__(self, timezone: str, today: datetime) -> None:
        """`timezone` is an IANA name. Raises SettingsError if there is none of that name."""
        try:
            super().__init__(timezone, today)
        except (ZoneInfoNotFoundError, ValueError, OSError) as exc:
            raise SettingsError(f"there is no time zone “{timezone}”; use a name like UTC") from exc
