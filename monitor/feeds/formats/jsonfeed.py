"""Turns a JSON Feed (https://www.jsonfeed.org/version/1.1/) into rows.

Must never take any other JSON for a feed: an API's error message is not an empty feed.
"""

import json
from typing import Any, Final

from monitor.errors import ParseError
from monitor.feeds import dates, rows
from monitor.feeds.document import Document
from monitor.feeds.text import plain
from monitor.model.feeds import ParsedFeed

_DATES: Final = ("date_published", "date_modified")


def reads(document: Document) -> bool:
    """Any JSON: whether it is a feed is told by `read`, in words about JSON."""
    return not document.root


def read(document: Document) -> ParsedFeed:
    """The items of a JSON Feed 1.0 or 1.1. Raises ParseError: "malformed", "json"."""
    try:
        found = json.loads(document.text)
    except (ValueError, RecursionError) as exc:
        raise ParseError("malformed", f"the JSON cannot be read: {exc}") from exc
    items = found.get("items") if isinstance(found, dict) else None
    if not isinstance(items, list) or "jsonfeed.org/version" not in _text(found, "version"):
        raise ParseError("json", "the answer is JSON, but not a JSON Feed")
    usable = [item for item in items if isinstance(item, dict)]
    published = [dates.first(_text(item, name) for name in _DATES) for item in usable]
    kept, warnings = rows.newest([stamp for stamp, _ in published])
    warnings += rows.unread(text for _, text in published)
    if len(usable) < len(items):
        warnings += (f"{len(items) - len(usable)} items that are not objects were left out",)
    if not items:
        warnings += ("the feed holds no entries",)
    base = rows.link(_text(found, "home_page_url"), document.url) or document.url
    return ParsedFeed(
        format="json",
        title=plain(_text(found, "title"))[: rows.MAX_TITLE],
        entries=tuple(
            rows.row(
                guid=_text(usable[place], "id"),
                url=_text(usable[place], "url") or _text(usable[place], "external_url"),
                title=rows.Text(_text(usable[place], "title"), literal=True),
                summary=_summary(usable[place]),
                stamp=published[place][0],
                language=_text(usable[place], "language") or _text(found, "language"),
                base=base,
            )
            for place in kept
        ),
        warnings=document.warnings + warnings,
    )


def _summary(item: dict[str, Any]) -> rows.Text:
    for name in ("summary", "content_text", "content_html"):
        if text := _text(item, name):
            return rows.Text(text, literal=name != "content_html")
    return rows.Text("")


def _text(item: dict[str, Any], name: str) -> str:
    """A string, or a number as one (version 1.0 allowed numeric ids); anything else is empty."""
    value = item.get(name)
    return str(value) if isinstance(value, (str, int, float)) else ""
