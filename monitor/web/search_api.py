"""Search for programs: entries and stories by words, feed, outlet, question and dates."""

from typing import Any

from monitor.triage import search as triage_search
from monitor.triage.search import ENTRIES, FIELDS, STORIES
from monitor.web.call import Call


async def entries(call: Call) -> Any:
    return await _found(call, ENTRIES)


async def stories(call: Call) -> Any:
    return await _found(call, STORIES)


async def _found(call: Call, kind: str) -> Any:
    cursor, limit = call.page
    told = {name: call.request.query_params.get(name, "") for name in FIELDS}
    search = triage_search.read(told, "UTC")
    page = await call.look(
        lambda conn: triage_search.find(conn, search, kind, before=cursor, limit=limit)
    )
    return triage_search.as_json(page)
