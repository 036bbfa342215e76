"""Turns the values of the services into pages.

Everything is escaped; a text from a feed can be nothing but text. An address is linked only if a
browser would do nothing but open it.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from monitor import __version__
from monitor.core.feeds import polling
from monitor.core.judging import likelihood
from monitor.core.judging.trigger import texts
from monitor.core.telling import routing
from monitor.deliver.wording import KINDS
from monitor.model import clock
from monitor.model.access import Deed, Role
from monitor.model.clock import LocalClock
from monitor.model.flags import FlagState, Reason
from monitor.model.matches import Span
from monitor.model.numbers import plural, signed
from monitor.model.questions import Direction, Likelihood
from monitor.triage import answers, exclusions, stories, undo
from monitor.web import chart
from monitor.web.assets import Assets

if TYPE_CHECKING:
    from monitor.web.ask import Ask

ANSWER_WORDS: Final = {
    answers.STANDS: "Stands",
    answers.REVISE: "Revise",
    answers.ACKNOWLEDGE: "Acknowledge",
    answers.NOISE: "Noise",
    answers.SNOOZE: "Snooze",
    answers.WITHDRAW: "Withdraw",
}
STATE_WORDS: Final = {
    FlagState.OPEN: "open",
    FlagState.ACKNOWLEDGED: "acknowledged",
    FlagState.STANDS: "stands",
    FlagState.REVISED: "revised",
    FlagState.WITHDRAWN: "withdrawn",
    FlagState.NOISE: "noise",
    FlagState.EXPIRED: "expired",
}


class Pages:
    """The templates, ready to be filled."""

    def __init__(self, assets: Assets) -> None:
        self._environment = Environment(
            loader=PackageLoader("monitor.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {
            "signed": signed,
            "plural": plural,
            "link": link,
            "percent": percent,
            "iso": datetime.isoformat,
            "told": told,
            "retold": retold,
        }
        self._environment.globals |= {
            "asset": assets.address,
            "release": __version__,
            "chart": chart,
            "parts": parts,
            "likelihood": likelihood.show,
            "kinds": KINDS,
            "answer_words": ANSWER_WORDS,
            "state_words": STATE_WORDS,
            "did": did,
            "interval": polling.interval,
            "note_of": note_of,
            "detail_of": detail_of,
            "final": undo.FINAL,
            "Direction": Direction,
            "FlagState": FlagState,
            "Role": Role,
        }

    def render(self, template: str, /, *, ask: "Ask", **context: Any) -> str:
        times = PageTimes(zone_of(ask), ask.now)
        found = self._environment.get_template(template)
        return found.render(ask=ask, times=times, zone=times.name, **context)


def told(reason: Reason, times: "PageTimes") -> str:
    """The sentence of a reason, by the desk's clock."""
    return texts.sentence(reason, times.clock)


def retold(text: str, times: "PageTimes", at: datetime | None = None) -> str:
    """A sentence that carries its moments in UTC, by the desk's clock. It was written `at`."""
    return clock.retold(text, at or times.now, times.clock)


def did(deed: Deed) -> tuple[str, str]:
    """What a deed was about, and what was done: “Flag 1”, “stands”."""
    if deed.action.startswith("flag."):
        return deed.subject.capitalize(), answers.told(deed)
    if deed.action.startswith("evidence."):
        detail = json.loads(deed.detail)
        where = plural(len(detail["judgments"]), "judgment")
        out = deed.action == exclusions.EXCLUDED
        return f"“{detail['indicator']}”", f"{'not evidence' if out else 'counts again'}, {where}"
    words = {stories.MERGED: "merged", stories.SPLIT: "split"}
    return "Story", words.get(deed.action, "taken back")


def detail_of(deed: Deed) -> str:
    """The detail of any deed in words: “was: open, note: seen”."""
    try:
        found = json.loads(deed.detail)
    except ValueError:
        return deed.detail
    if not isinstance(found, dict):
        return deed.detail
    told = {name: ", ".join(map(str, v)) if isinstance(v, list) else v for name, v in found.items()}
    return "; ".join(f"{name}: {value}" for name, value in told.items() if value)


def note_of(deed: Deed) -> str:
    """What its author wrote beside a deed on a story."""
    return str(json.loads(deed.detail or "{}").get("note", ""))


def zone_of(ask: "Ask") -> str:
    """The zone that times are shown in."""
    return routing.desk_zone(ask.app.plan.configuration.delivery)


_MONTHS: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip


class PageTimes:
    """Moments as the desk reads them."""

    def __init__(self, zone: str, now: datetime) -> None:
        self.name = zone
        self.now = now
        self.clock = LocalClock(zone, now)
        self._zone = ZoneInfo(zone)
        self._now = now.astimezone(self._zone)

    def moment(self, at: datetime) -> str:
        """“14:05” today, “26 Mar 08:05” this year, else “26 Mar 2018”."""
        local = at.astimezone(self._zone)
        if local.date() == self._now.date():
            return f"{local:%H:%M}"
        day = f"{local.day} {_MONTHS[local.month - 1]}"
        return f"{day} {local:%H:%M}" if local.year == self._now.year else f"{day} {local.year}"

    def day(self, at: datetime) -> str:
        """“26 Mar”, or “26 Mar 2018”."""
        local = at.astimezone(self._zone)
        year = "" if local.year == self._now.year else f" {local.year}"
        return f"{local.day} {_MONTHS[local.month - 1]}{year}"

    def full(self, at: datetime) -> str:
        """“26 Mar 2019, 08:05:31”."""
        local = at.astimezone(self._zone)
        return f"{local.day} {_MONTHS[local.month - 1]} {local.year}, {local:%H:%M:%S}"

    def ago(self, at: datetime) -> str:
        """“3 days ago”, in the one unit that matters."""
        seconds = (self._now - at).total_seconds()
        for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
            if seconds >= size:
                return f"{plural(int(seconds // size), unit)} ago"
        return "just now"


def parts(text: str, spans: Sequence[Span]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether a phrase hit there. Overlapping hits are one."""
    found: list[tuple[str, bool]] = []
    place = 0
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        start, end = max(span.start, place), min(span.end, len(text))
        if start >= end:
            continue
        if start > place:
            found.append((text[place:start], False))
        found.append((text[start:end], True))
        place = end
    return [*found, (text[place:], False)] if place < len(text) or not found else found


def link(address: str) -> str:
    """The address, if opening it is all that a browser would do with it; else nothing."""
    return address if address.startswith(("https://", "http://")) else ""


def percent(band: Likelihood) -> tuple[float, float]:
    """Left edge and width of a likelihood band on a scale of 100."""
    return round(100 * band.low, 1), round(100 * (band.high - band.low), 1)
