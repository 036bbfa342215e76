"""JSON for programs under /api/v1: the same services as the page, by tokens instead of cookies.

A token is sent as `Authorization: Bearer …`; its scopes say what it may do. Lists come in pages:
the answer's `next` is the `cursor` of the next request, null at the end.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final, TypeAlias

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from monitor.errors import (
    AccessError,
    AnswerError,
    MonitorError,
    NotFoundError,
    SearchError,
    StoreError,
)
from monitor.model.access import Scope
from monitor.model.deliveries import DeliveryState
from monitor.outbox import undelivered
from monitor.runtime import tracing
from monitor.store import access as store_access
from monitor.store import feeds as store_feeds
from monitor.store import flags as store_flags
from monitor.store import outbox as store_outbox
from monitor.triage import answers, api_values, flag_view, question
from monitor.triage import entry_page as triage_entry_page
from monitor.triage import status as triage_status
from monitor.triage import undo as triage_undo
from monitor.triage.answers import Given
from monitor.web import correct_api, openapi, search
from monitor.web.ask import Site
from monitor.web.call import Call, RequestError

PREFIX: Final = "/api/v1"
USED_AFTER: Final = timedelta(minutes=10)
"""A token's last use is kept to this: not every reading need be a write."""


Answer: TypeAlias = Callable[[Call], Awaitable[Any]]


async def flags(call: Call) -> Any:
    """Flags, the newest first; `state=live` for those that want an answer, by how they press."""
    cursor, limit = call.page
    state = call.request.query_params.get("state", "all")
    if state not in {"all", "live"}:
        raise RequestError(400, f"state is “{state[:40]}”; expected all or live")
    if state == "all":
        found = await call.look(lambda conn: store_flags.page(conn, before=cursor, limit=limit + 1))
        return _listed([flag_view.flag_json(flag) for flag in found], limit)
    start = cursor or 0
    ranked = await call.look(lambda conn: store_flags.ranked_page(conn, start, limit + 1))
    shown = [flag_view.flag_json(flag) for flag in ranked[:limit]]
    return {"items": shown, "next": start + limit if len(ranked) > limit else None}


async def flag(call: Call) -> Any:
    number = call.request.path_params["number"]
    questions_ = call.site.app.plan.rules.questions
    found = await call.look(lambda conn: flag_view.read(conn, number, questions_, call.now))
    return flag_view.as_json(found)


async def answer(call: Call) -> Any:
    number, body = call.request.path_params["number"], await call.body()
    given = _given(body)
    decided = await call.act(
        lambda conn: answers.decide(conn, number, given, actor=call.actor, now=call.now)
    )
    return {"flag": flag_view.flag_json(decided.flag), "deed": decided.deed}


def _given(body: dict[str, Any]) -> Given:
    texts = {name: body.get(name, "") for name in ("answer", "note", "indicator", "likelihood")}
    wrong = [name for name, value in texts.items() if not isinstance(value, str)]
    days = body.get("days", 7)
    # a whole number in JSON may be written 7.0
    if isinstance(days, bool) or not isinstance(days, (int, float)) or days != int(days):
        wrong.append("days")
    unknown = sorted(body.keys() - texts.keys() - {"days"})
    if wrong or unknown:
        raise RequestError(400, f"not understood: {', '.join([*wrong, *unknown])[:200]}")
    return Given(**texts, days=int(days))


async def undo(call: Call) -> Any:
    number = call.request.path_params["number"]
    rules = call.site.app.plan.rules
    done = await call.act(
        lambda conn: triage_undo.undo(conn, number, rules=rules, actor=call.actor, now=call.now)
    )
    return {"flag": flag_view.flag_json(done.flag) if done.flag else None, "deed": done.deed}


async def questions(call: Call) -> Any:
    rules = call.site.app.plan.rules
    return {"items": [api_values.question(each) for each in rules.questions], "next": None}


async def one_question(call: Call) -> Any:
    name, rules = call.request.path_params["question_id"], call.site.app.plan.rules
    found = await call.look(lambda conn: question.read(conn, name, rules, call.now))
    return api_values.question_page(found)


async def entry(call: Call) -> Any:
    name, rules = call.request.path_params["entry_id"], call.site.app.plan.rules
    found = await call.look(lambda conn: triage_entry_page.entry(conn, name, rules, call.now))
    return api_values.trace(found)


async def story(call: Call) -> Any:
    name = call.request.path_params["story_id"]
    found = await call.look(lambda conn: triage_entry_page.story(conn, name))
    return api_values.story(found)


async def feeds(call: Call) -> Any:
    found = await call.look(store_feeds.states)
    return {"items": [triage_status.feed_json(state) for state in found], "next": None}


async def deliveries(call: Call) -> Any:
    """The outbox, the newest first."""
    cursor, limit = call.page
    word = call.request.query_params.get("state", "")
    states = tuple(state for state in DeliveryState if word in {"", state.value})
    if not states:
        raise RequestError(400, f"there is no state “{word[:40]}” of deliveries")
    found = await call.look(
        lambda conn: store_outbox.page(conn, states=states, before=cursor, limit=limit + 1)
    )
    return _listed([api_values.delivery(carried) for carried in found], limit)


async def decide_delivery(call: Call) -> Any:
    number, body = call.request.path_params["number"], await call.body()
    what = body.get("decision")
    if not isinstance(what, str):
        raise RequestError(400, "expected decision: again or drop")
    deed = await call.act(
        lambda conn: undelivered.decide(conn, number, what, actor=call.actor, now=call.now)
    )
    return {"deed": deed}


def _listed(items: list[dict[str, Any]], limit: int) -> dict[str, Any]:
    """One more than the page was read, to know whether there is another page."""
    shown = items[:limit]
    return {"items": shown, "next": shown[-1]["id"] if len(items) > limit else None}


ROUTES: Final[tuple[tuple[str, str, Scope, Answer], ...]] = (
    ("GET", "/flags", Scope.READ, flags),
    ("GET", "/flags/{number:number}", Scope.READ, flag),
    ("POST", "/flags/{number:number}/answers", Scope.TRIAGE, answer),
    ("POST", "/deeds/{number:number}/undo", Scope.TRIAGE, undo),
    ("GET", "/questions", Scope.READ, questions),
    ("GET", "/questions/{question_id}", Scope.READ, one_question),
    ("GET", "/entries", Scope.READ, search.entries),
    ("GET", "/entries/{entry_id}", Scope.READ, entry),
    ("GET", "/stories", Scope.READ, search.stories),
    ("GET", "/stories/{story_id}", Scope.READ, story),
    ("POST", "/stories/{story_id}/exclusions", Scope.TRIAGE, correct_api.exclude),
    ("POST", "/stories/{story_id}/splits", Scope.TRIAGE, correct_api.split),
    ("POST", "/stories/{story_id}/merges", Scope.TRIAGE, correct_api.merge),
    ("GET", "/feeds", Scope.READ, feeds),
    ("GET", "/deliveries", Scope.READ, deliveries),
    ("POST", "/deliveries/{number:number}/decisions", Scope.OPERATE, decide_delivery),
)


def routes(site: Site) -> list[Route]:
    """The API, its description included. Whoever reaches the port may read the description."""
    made = [_route(site, *each) for each in ROUTES]
    return [Route(f"{PREFIX}/openapi.json", _described, methods=["GET"]), *made]


async def _described(_request: Request) -> Response:
    return JSONResponse(openapi.document())


def _route(site: Site, method: str, path: str, scope: Scope, respond: Answer) -> Route:
    known = openapi.queries(method, path)

    async def answered(request: Request) -> Response:
        try:
            call = await _call(request, site, scope)
            _understood(request, known)
            return JSONResponse(await respond(call))
        except RequestError as error:
            return _refused(error.status, str(error))
        except MonitorError as error:
            return _refused(_status(error), str(error))

    async def endpoint(request: Request) -> Response:
        with tracing.step(f"{method} {PREFIX}{path}") as tell:
            response = await answered(request)
            tell(status=response.status_code)
            return response

    return Route(f"{PREFIX}{path}", endpoint, methods=[method], name=f"api {method} {path}")


def _understood(request: Request, known: frozenset[str]) -> None:
    """A misspelt filter would otherwise give everything, as if it were what was asked for."""
    unknown = sorted(request.query_params.keys() - known)
    if unknown:
        raise RequestError(400, f"not understood: {', '.join(unknown)[:200]}")


def _status(error: MonitorError) -> int:
    match error:
        case SearchError():
            return 400
        case NotFoundError():
            return 404
        case AnswerError() | AccessError():
            return 409
        case StoreError():
            return 503
    return 500


def _refused(status: int, text: str) -> Response:
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return JSONResponse({"error": text}, status_code=status, headers=headers)


async def _call(request: Request, site: Site, scope: Scope) -> Call:
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    now = site.now()
    if kind.lower() != "bearer" or not secret:
        raise RequestError(401, "a token is needed: Authorization: Bearer …")
    token = await site.app.database.look(lambda conn: store_access.token(conn, secret.strip(), now))
    if token is None:
        raise RequestError(401, "this token is unknown, expired or revoked")
    if scope.value not in token.scopes:
        raise RequestError(403, f"this token lacks the scope “{scope.value}”")
    if token.used_at is None or now - token.used_at > USED_AFTER:
        await site.app.database.write(lambda conn: store_access.used_token(conn, token.id, now))
    return Call(request, site, token, now)
