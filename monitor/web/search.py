"""The page that searches entries and stories, and the same as a table or JSON.

An address holds the whole search, so it can be kept and passed on.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from starlette.responses import JSONResponse, Response

from monitor.core.search import spans
from monitor.errors import SearchError
from monitor.model.matches import Span
from monitor.model.search import Search
from monitor.store.search import ResultPage
from monitor.triage import search as triage_search
from monitor.triage.search import ENTRIES, FIELDS, STORIES
from monitor.web.ask import Ask
from monitor.web.call import Call
from monitor.web.render import zone_of

ON_A_PAGE: Final = 50


async def show(ask: Ask) -> Response:
    """What is found, the newest first; with nothing asked for, all there is."""
    fields, wrong = _fields(ask), ""
    search = Search()
    page: ResultPage[Any] = ResultPage(found=())
    try:
        search = triage_search.read(fields, zone_of(ask))
        before = triage_search.place(ask.text("before", 20))
        page = await ask.look(
            lambda conn: triage_search.find(
                conn, search, fields["in"], before=before, limit=ON_A_PAGE
            )
        )
    except SearchError as error:
        wrong = str(error)

    def marks(text: str) -> tuple[Span, ...]:
        return spans(text, search.terms)

    plan = ask.app.plan
    return ask.page(
        "search.html.j2",
        status=400 if wrong else 200,
        fields=fields,
        wrong=wrong,
        page=page,
        marks=marks,
        before=ask.text("before", 20),
        here=_address(fields),
        feeds=sorted(plan.feeds),
        outlets=sorted({feed.outlet for feed in plan.feeds.values()}),
        questions=sorted({q.id for q in plan.rules.questions} | {fields["question"]} - {""}),
    )


async def as_csv(ask: Ask) -> Response:
    fields, page = await _everything(ask)
    text = await asyncio.to_thread(triage_search.as_csv, page, fields["in"])
    return _download(Response(text, media_type="text/csv; charset=utf-8"), fields, page, "csv")


async def as_json(ask: Ask) -> Response:
    fields, page = await _everything(ask)
    body = await asyncio.to_thread(triage_search.as_json, page)
    return _download(JSONResponse(body), fields, page, "json")


async def _everything(ask: Ask) -> tuple[dict[str, str], ResultPage[Any]]:
    fields = _fields(ask)
    search = triage_search.read(fields, zone_of(ask))
    before = triage_search.place(ask.text("before", 20))
    look = ask.app.database.read_now
    page = await asyncio.to_thread(triage_search.everything, look, search, fields["in"], before)
    return fields, page


def _download(
    answer: Response, fields: Mapping[str, str], page: ResultPage[Any], kind: str
) -> Response:
    answer.headers["Content-Disposition"] = f'attachment; filename="search.{kind}"'
    if page.following is not None:
        more = urlencode(fields | {"before": str(page.following)})  # type: ignore[operator]
        answer.headers["Link"] = f'</search.{kind}?{more}>; rel="next"'
    return answer


def _fields(ask: Ask) -> dict[str, str]:
    told = {name: ask.text(name, triage_search.LONGEST) for name in FIELDS}
    return told | {"in": STORIES if ask.text("in") == STORIES else ENTRIES}


def _address(fields: Mapping[str, str]) -> str:
    """The fields that say something, as the query of an address."""
    told = {name: value for name, value in fields.items() if value and value != ENTRIES}
    return urlencode(told)


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
