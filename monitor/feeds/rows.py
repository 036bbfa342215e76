"""Turns what any of the parsers found in a document into safe rows: RawEntry values.

Holds the limits on untrusted text in one place. Must never drop an entry without a warning, and
never pass on a link that a browser would run instead of open.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from monitor.feeds.dates import Stamp
from monitor.feeds.text import from_markup, plain
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


def row(
    *,
    guid: str = "",
    url: str = "",
    title: str = "",
    summary: str = "",
    stamp: Stamp | None = None,
    language: str = "",
    base: str = "",
) -> RawEntry:
    """One entry with markup made text, lengths capped and the link checked and absolute."""
    return RawEntry(
        guid=plain(guid[: _MAX_GUID * 2])[:_MAX_GUID],
        link=link(url, base),
        title=from_markup(title, MAX_TITLE),
        summary=from_markup(summary, MAX_SUMMARY),
        published=stamp.at if stamp else None,
        zoned=stamp.zoned if stamp else True,
        language=plain(language[:_MAX_LANGUAGE]),
    )


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
