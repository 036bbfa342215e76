"""How moments are told: every message by one clock, its reader's, in words that follow no locale.

Moments are kept as they are and told where a sentence is shown. Must never read the machine's
clock or its zone.
"""

import re
from datetime import UTC, datetime
from typing import Final, Protocol
from zoneinfo import ZoneInfo

# strftime's names follow the process's locale; a message must not.
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS: Final = (
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
)  # fmt: skip
_SHORT: Final = tuple(name[:3] for name in MONTHS)

_MOMENT: Final = rf"\d{{1,2}} (?:{'|'.join(_SHORT)}) \d\d:\d\d"
# Outside of quotation marks: what somebody else wrote stays as it was written.
_IN_UTC: Final = re.compile(
    rf"\b(?P<first>{_MOMENT})(?:(?P<link> and | to )(?P<last>{_MOMENT}))? UTC\b(?![^“”]*”)"
    r"|\b(?P<full>\d{4}-\d\d-\d\d \d\d:\d\d)(?::\d\d)? UTC\b(?![^“”]*”)"
)


class ReaderClock(Protocol):
    """Tells moments to one reader."""

    def moment(self, at: datetime) -> str:
        """A day and a time of day."""

    def day(self, at: datetime) -> str:
        """The day alone."""


class LocalClock:
    """Dates and times in one zone, as text. The year is named where it is not this one."""

    def __init__(self, timezone: str, today: datetime) -> None:
        """`timezone` is an IANA name. Raises ZoneInfoNotFoundError or ValueError without one."""
        self._zone = ZoneInfo(timezone)
        self.timezone = timezone
        self._year = today.astimezone(self._zone).year

    def day(self, at: datetime) -> str:
        """“26 March”, or “26 March 2018”."""
        local = at.astimezone(self._zone)
        year = "" if local.year == self._year else f" {local.year}"
        return f"{local.day} {MONTHS[local.month - 1]}{year}"

    def iso(self, at: datetime) -> str:
        """“2019-03-26”."""
        return at.astimezone(self._zone).date().isoformat()

    def moment(self, at: datetime) -> str:
        """“26 Mar 08:05”, or “26 Mar 2018” where the minute no longer matters."""
        local = at.astimezone(self._zone)
        day = f"{local.day} {_SHORT[local.month - 1]}"
        return f"{day} {local:%H:%M}" if local.year == self._year else f"{day} {local.year}"

    def full(self, at: datetime) -> str:
        """“Tuesday 26 March 2019, 08:00 (Asia/Seoul)”."""
        local = at.astimezone(self._zone)
        day = f"{WEEKDAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]} {local.year}"
        return f"{day}, {local:%H:%M} ({self.timezone})"


class UtcClock:
    """For programs, logs and commands: “2019-03-26 07:40 UTC”, whatever the day is."""

    def moment(self, at: datetime) -> str:
        """To the minute, with its year and its zone."""
        return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"

    def day(self, at: datetime) -> str:
        """“2019-03-26”."""
        return at.astimezone(UTC).date().isoformat()


UTC_CLOCK: Final = UtcClock()


def retold(text: str, at: datetime, clock: ReaderClock) -> str:
    """A stored sentence with the moments that it names in UTC told by another clock.

    “26 Mar 07:40 UTC” names no year: the one that brings it nearest to `at`, when it was written.
    """

    def told(found: re.Match[str]) -> str:
        if full := found["full"]:
            return clock.moment(datetime.strptime(f"{full} +0000", "%Y-%m-%d %H:%M %z"))
        last = (
            f"{found['link']}{clock.moment(_nearest(found['last'], at))}" if found["last"] else ""
        )
        return f"{clock.moment(_nearest(found['first'], at))}{last}"

    return _IN_UTC.sub(told, text)


def _nearest(text: str, at: datetime) -> datetime:
    day, month, time = text.split()
    hour, minute = map(int, time.split(":"))
    written = at.astimezone(UTC)
    found = []
    for year in (written.year - 1, written.year, written.year + 1):
        try:
            found.append(
                datetime(year, _SHORT.index(month) + 1, int(day), hour, minute, tzinfo=UTC)
            )
        except ValueError:  # 29 February of another year
            continue
    return min(found, key=lambda moment: abs(moment - written), default=written)
