"""Search for programs: entries and stories by words, feed, outlet, question and dates."""

from typing import Any

from monitor.service import search as service_search
from monitor.service.search import ENTRIES, FIELDS, STORIES
from monitor.web.call import Call


async def entries(call: Call) -> Any:
    return await _found(call, ENTRIES)


async def stories(call: Call) -> Any:
    return await _found(call, STORIES)


async def _found(call: Call, kind: str) -> Any:
    cursor, limit = call.page
    told = {name: call.request.query_params.get(name, "") for name in FIELDS}
    search = service_search.read(told, "UTC")
    page = await call.look(
        lambda conn: service_search.find(conn, search, kind, before=cursor, limit=limit)
    )
    return service_search.as_json(page)
