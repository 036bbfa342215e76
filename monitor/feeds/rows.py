"""Turns what any of the parsers found in a document into safe rows: RawEntry values.

Holds the limits on untrusted text in one place. Must never drop an entry without a warning, and
never pass on a link that a browser would run instead of open.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from monitor.feeds.dates import Stamp
from monitor.feeds.text import beginning, from_markup, from_text, plain
from monitor.model.feeds import RawEntry

MAX_ENTRIES = 1_000
MAX_TITLE = 1_000
MAX_SUMMARY = 20_000
MAX_LINK = 2_000
_MAX_LANGUAGE = 35  # RFC 5646 section 4.4.1
_MAX_GUID = 2_000
# Characters that no URL may hold, and that would end one in HTML or in Slack's <url|text>.
_ESCAPES = str.maketrans({c: f"%{ord(c):02X}" for c in ' "<>\\^`{|}'})
_LINE_ENDS = re.compile(r"[\t\r\n]")
_FEED_SCHEME = re.compile(r"^feed:(?://)?", re.IGNORECASE)
_WEB_SCHEME = re.compile(r"https?:", re.IGNORECASE)
_SHOWN = 60  # characters of a date in a warning
_OLDEST = datetime.min.replace(tzinfo=UTC)


def link(text: str, base: str = "") -> str:
    """`text` as an absolute http(s) URL of at most 2,000 characters, or "" when it is none."""
    # Browsers drop tabs and line ends inside a URL, so "java\nscript:" must be seen as they do.
    text = plain(_LINE_ENDS.sub("", text[: MAX_LINK * 2]))
    if not text:
        return ""
    try:
        absolute = urljoin(base, text).translate(_ESCAPES)
        parts = urlsplit(absolute)
        usable = parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)
    except ValueError:  # an unfinished IPv6 address
        return ""
    return absolute if usable and len(absolute) <= MAX_LINK else ""


def feed_link(text: str, base: str = "") -> str:
    """`link` for the address of a feed, which may be written feed://host/… or feed:https://…

    The first of them is asked as `base` is, without one by http.
    """
    text = plain(_LINE_ENDS.sub("", text[: MAX_LINK * 2]))
    bare = _FEED_SCHEME.sub("", text)
    if bare != text and not _WEB_SCHEME.match(bare):
        return link(f"//{bare}", base or "http:")
    return link(bare, base)


@dataclass(frozen=True, slots=True)
class Text:
    """A text as the document carries it: markup, or (`literal`) text in which “<” is a “<”."""

    value: str
    literal: bool = False

    def read(self, limit: int) -> str:
        return (from_text if self.literal else from_markup)(self.value, limit)


def row(
    *,
    guid: str = "",
    url: str = "",
    title: Text = Text(""),
    summary: Text = Text(""),
    stamp: Stamp | None = None,
    language: str = "",
    base: str = "",
) -> RawEntry:
    """One entry with markup made text, lengths capped and the link checked and absolute.

    What has no title is told by the first words of its summary.
    """
    lead = summary.read(MAX_SUMMARY)
    return RawEntry(
        guid=plain(guid[: _MAX_GUID * 2])[:_MAX_GUID],
        link=link(url, base),
        title=title.read(MAX_TITLE) or beginning(lead),
        summary=lead,
        published=stamp.at if stamp else None,
        zoned=stamp.zoned if stamp else True,
        language=plain(language[:_MAX_LANGUAGE]),
    )


def unread(texts: Iterable[str]) -> tuple[str, ...]:
    """The warning about dates that cannot be read; "" stands for one that can, or is not there."""
    wrong = [text for text in texts if text]
    if not wrong:
        return ()
    shown = plain(wrong[0][:_SHOWN])
    return (f"{len(wrong)} dates cannot be read, as “{shown}”: first seen counts instead",)


def newest(dates: Sequence[Stamp | None]) -> tuple[list[int], tuple[str, ...]]:
    """Which of the entries with these dates are kept: their places, in order, and warnings.

    At most 1,000: the newest when every entry has a date, else the first, for feeds list new
    entries first.
    """
    places: list[int] = list(range(len(dates)))
    if len(dates) <= MAX_ENTRIES:
        return places, ()
    if None not in dates:
        moments = [stamp.at if stamp else _OLDEST for stamp in dates]
        places.sort(key=lambda place: moments[place], reverse=True)
    warning = f"{len(dates):,} entries: only the newest {MAX_ENTRIES:,} were read"
    return sorted(places[:MAX_ENTRIES]), (warning,)
