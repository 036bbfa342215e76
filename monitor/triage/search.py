"""Turns the fields of a search form, or of an address, into what is found; reads only.

The same fields serve the page, its exports and the API: an address says the same everywhere.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from monitor.core.search import parse
from monitor.errors import SearchError
from monitor.model.search import Search
from monitor.store import search as store_search
from monitor.store.search import FoundEntry, FoundStory, ResultPage
from monitor.triage import api_values

FIELDS: Final = ("text", "feed", "outlet", "question", "since", "until")
"""What a search asks for, by name."""

LONGEST: Final = 500
MOST_EXPORTED: Final = 10_000
AT_ONCE: Final = 1_000

Look: TypeAlias = Callable[[Callable[[Connection], Any]], Any]
"""Runs a step in a read transaction of its own."""

ENTRIES: Final = "entries"
STORIES: Final = "stories"

COLUMNS: Final = (
    "seen_at", "published_at", "outlet", "feed", "title", "summary", "link", "entry", "story",
)  # fmt: skip
STORY_COLUMNS: Final = (
    "started_at", "last_at", "title", "entries", "story", "found_title", "found_outlet",
    "found_seen_at", "found_link", "found_entry",
)  # fmt: skip


def read(fields: Mapping[str, str], zone: str) -> Search:
    """What the fields ask for. Days are those of `zone`; `until` is the last day that counts.

    Raises SearchError for a date that is none.
    """
    told = {name: fields.get(name, "").strip()[:LONGEST].replace("\x00", "") for name in FIELDS}
    return Search(
        terms=parse(told["text"]),
        feed=told["feed"],
        outlet=told["outlet"],
        question=told["question"],
        since=_moment("since", told["since"], zone, timedelta()),
        until=_moment("until", told["until"], zone, timedelta(days=1)),
    )


def _moment(name: str, text: str, zone: str, more: timedelta) -> datetime | None:
    if not text:
        return None
    try:
        if len(text) == len("2019-03-22"):
            day = date.fromisoformat(text) + more
            moment = datetime.combine(day, time(), ZoneInfo(zone))
        else:
            moment = datetime.fromisoformat(text)
        if moment.utcoffset() is None:
            raise SearchError(_wrong(name, text))
        moment - timedelta(days=2)  # that it can be told in UTC
        moment + timedelta(days=2)
    except (ValueError, OverflowError) as exc:
        raise SearchError(_wrong(name, text)) from exc
    return moment


def _wrong(name: str, text: str) -> str:
    return (
        f"{name} is “{text[:40]}”; expected a day like 2019-03-22, or a moment like "
        "2019-03-22T12:00+00:00"
    )


def place(text: str) -> int | None:
    """The place in the results that a next page begins at. Raises SearchError."""
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise SearchError(f"the place is “{text[:40]}”; expected the one a page gave as its next")
    return int(text)


def find(
    conn: Connection, search: Search, kind: str, *, before: int | None, limit: int
) -> ResultPage[FoundEntry] | ResultPage[FoundStory]:
    """One page of entries or stories, the newest first."""
    step = store_search.stories_page if kind == STORIES else store_search.entries_page
    return step(conn, search, before=before, limit=limit)


def everything(
    look: Callable[[Callable[[Connection], Any]], Any],
    search: Search,
    kind: str,
    before: int | None,
) -> ResultPage[Any]:
    """Page after page, each read by itself, up to MOST_EXPORTED."""
    found: list[Any] = []
    while True:
        limit = min(AT_ONCE, MOST_EXPORTED - len(found))
        page = look(partial(find, search=search, kind=kind, before=before, limit=limit))
        found += page.found
        before = page.following
        if before is None or len(found) >= MOST_EXPORTED:
            return ResultPage(found=tuple(found), following=before)


def as_json(page: ResultPage[Any]) -> dict[str, Any]:
    """A list as the API gives it; `reached` says how far back this page could look."""
    return {
        "items": [values(found) for found in page.found],
        "next": page.following,
        "reached": page.reached.isoformat() if page.reached else None,
    }


def values(found: FoundEntry | FoundStory) -> dict[str, Any]:
    if isinstance(found, FoundEntry):
        return api_values.entry(found.entry) | {"story": found.story_id or None}
    return {
        "id": found.story_id,
        "title": found.title,
        "started_at": found.started_at.isoformat(),
        "last_at": found.last_at.isoformat(),
        "entries": found.size,
        "found": api_values.entry(found.entry),
    }


def as_csv(page: ResultPage[Any], kind: str) -> str:
    """A table for a spreadsheet, which must take no cell for a formula."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(STORY_COLUMNS if kind == STORIES else COLUMNS)
    table.writerows([_tame(cell) for cell in row] for row in _rows(page))
    return out.getvalue()


def _rows(page: ResultPage[Any]) -> Iterator[list[str]]:
    for found in page.found:
        it = found.entry
        if isinstance(found, FoundStory):
            times = [found.started_at.isoformat(), found.last_at.isoformat()]
            own = [found.title, str(found.size), found.story_id]
            yield [*times, *own, it.title, it.outlet, it.seen_at.isoformat(), it.link, it.id]
        else:
            times = [it.seen_at.isoformat(), it.published_at.isoformat()]
            texts = [it.outlet, it.feed_id, it.title, it.summary, it.link]
            yield [*times, *texts, it.id, found.story_id]


def _tame(cell: str) -> str:
    """A text that begins like a formula gets an apostrophe, as spreadsheets understand it."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
