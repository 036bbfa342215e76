"""Turns a JSON Feed (https://www.jsonfeed.org/version/1.1/) into rows.

Must never take any other JSON for a feed: an API's error message is not an empty feed.
"""

import json
from typing import Any

from monitor.errors import ParseError
from monitor.feeds import dates, rows
from monitor.feeds.text import plain
from monitor.model.feeds import ParsedFeed


def parse_jsonfeed(body: bytes, *, url: str) -> ParsedFeed:
    """The items of a JSON Feed 1.0 or 1.1. Raises ParseError: "malformed", "json"."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise ParseError("malformed", f"the JSON cannot be read: {exc}") from exc
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list) or "jsonfeed.org/version" not in _text(document, "version"):
        raise ParseError("json", "the answer is JSON, but not a JSON Feed")
    usable = [item for item in items if isinstance(item, dict)]
    published = [
        dates.stamp(_text(item, "date_published") or _text(item, "date_modified"))
        for item in usable
    ]
    kept, warnings = rows.newest(published)
    if len(usable) < len(items):
        warnings += (f"{len(items) - len(usable)} items that are not objects were left out",)
    if not items:
        warnings += ("the feed holds no entries",)
    return ParsedFeed(
        format="json",
        title=plain(_text(document, "title"))[: rows.MAX_TITLE],
        entries=tuple(
            rows.row(
                guid=_text(usable[place], "id"),
                url=_text(usable[place], "url") or _text(usable[place], "external_url"),
                title=_text(usable[place], "title"),
                summary=_first(usable[place], "summary", "content_text", "content_html"),
                stamp=published[place],
                language=_text(usable[place], "language") or _text(document, "language"),
                base=url,
            )
            for place in kept
        ),
        warnings=warnings,
    )


def _first(item: dict[str, Any], *names: str) -> str:
    return next((text for name in names if (text := _text(item, name))), "")


def _text(item: dict[str, Any], name: str) -> str:
    """A string, or a number as one (version 1.0 allowed numeric ids); anything else is empty."""
    value = item.get(name)
    return str(value) if isinstance(value, (str, int, float)) else ""
