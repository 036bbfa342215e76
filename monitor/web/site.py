"""The list of what is served and who may ask for it, and what is said when something fails."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import quote

import structlog
from starlette.applications import Starlette
from starlette.convertors import Convertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.types import ASGIApp

from monitor.access import accounts as access_accounts
from monitor.config.settings import Settings
from monitor.daemon.app import App
from monitor.errors import (
    AccessError,
    AnswerError,
    NotFoundError,
    SearchError,
    SettingsError,
    StoreError,
    get_extra,
)
from monitor.model.access import Role
from monitor.runtime import tracing
from monitor.web import (
    api,
    archive,
    correct,
    desk,
    draft,
    flag,
    login,
    metrics,
    operate,
    probe,
    question,
    search,
    unsubscribe,
    watchlist,
)
from monitor.web.ask import Ask, Site, see
from monitor.web.assets import Assets
from monitor.web.extras import single_sign_on
from monitor.web.guard import Guard
from monitor.web.render import Pages
from monitor.web.visitor import Cookies, Visitor, seat, who

if TYPE_CHECKING:
    from monitor.access.extras.oidc import Client

log = structlog.get_logger("monitor")

Answer: TypeAlias = Callable[[Ask], Awaitable[Response]]

ANYONE: Final = None

PAGES: Final[tuple[tuple[str, str, Role | None, Answer], ...]] = (
    ("GET", "/", Role.VIEWER, desk.show),
    ("GET", "/flags", Role.VIEWER, flag.listing),
    ("GET", "/flags/{number:number}", Role.VIEWER, flag.show),
    ("POST", "/flags/{number:number}", Role.ANALYST, flag.answer),
    ("POST", "/deeds/{number:number}/undo", Role.ANALYST, correct.undo),
    ("GET", "/review", Role.ANALYST, flag.review),
    ("GET", "/questions/{question_id}", Role.VIEWER, question.show),
    ("GET", "/stories/{story_id}", Role.VIEWER, archive.story),
    ("POST", "/stories/{story_id}/not-evidence", Role.ANALYST, correct.exclude),
    ("POST", "/stories/{story_id}/evidence", Role.ANALYST, correct.include),
    ("POST", "/stories/{story_id}/split", Role.ANALYST, correct.split),
    ("POST", "/stories/{story_id}/merge", Role.ANALYST, correct.merge),
    ("GET", "/entries/{entry_id}", Role.VIEWER, archive.entry),
    ("GET", "/search", Role.VIEWER, search.show),
    ("GET", "/search.csv", Role.VIEWER, search.as_csv),
    ("GET", "/search.json", Role.VIEWER, search.as_json),
    ("GET", "/watchlist", Role.VIEWER, watchlist.show),
    ("GET", "/watchlist/new", Role.VIEWER, draft.show),
    ("POST", "/watchlist/new", Role.VIEWER, draft.read),
    ("GET", "/watchlist/tried", Role.VIEWER, watchlist.tried),
    ("GET", "/watchlist/watchlists.yaml", Role.VIEWER, watchlist.download),
    ("POST", "/watchlist/trial", Role.ANALYST, watchlist.trial),
    ("POST", "/watchlist/difference", Role.ANALYST, watchlist.difference),
    ("GET", "/feeds", Role.VIEWER, operate.feeds),
    ("GET", "/feeds/{feed_id}", Role.VIEWER, operate.feed),
    ("GET", "/deliveries", Role.VIEWER, operate.deliveries),
    ("GET", "/deliveries/{number:number}", Role.VIEWER, operate.delivery),
    ("POST", "/deliveries/{number:number}", Role.OPERATOR, operate.decide),
    ("GET", "/audit", Role.OPERATOR, operate.audit),
    ("GET", "/login", ANYONE, login.show),
    ("POST", "/login", ANYONE, login.enter),
    ("GET", "/login/start", ANYONE, single_sign_on.start),
    ("GET", "/login/back", ANYONE, single_sign_on.back),
    ("POST", "/logout", ANYONE, login.leave),
    ("GET", "/answer/{link}", ANYONE, flag.confirm_link),
    ("POST", "/answer/{link}", ANYONE, flag.use_link),
    ("GET", "/unsubscribe/{link}", ANYONE, unsubscribe.show),
    ("POST", "/unsubscribe/{link}", ANYONE, unsubscribe.leave),
    ("POST", "/unsubscribe/{link}/undo", ANYONE, unsubscribe.come_back),
)
"""Method, path, who may, and what answers."""


class _Number(Convertor[int]):
    """A number that both databases can hold."""

    regex = "[0-9]{1,15}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("number", _Number())


async def build(app: App, now: Callable[[], datetime]) -> ASGIApp:
    """The ASGI application of this program. With access “off” it holds the probes alone."""
    routes: list[BaseRoute] = [
        Route("/health", probe.health(app, now)),
        Route("/ready", probe.ready(app, now)),
        Route("/metrics", metrics.metrics(app, now)),
    ]
    site = None
    if app.settings.web_access != "off":
        key = await app.database.write(access_accounts.page_key)
        secure = app.settings.base_url.startswith("https://")
        assets = Assets()
        site = Site(app, now, key, Pages(assets), secure, identity=_identity(app, key))
        routes += [_route(site, *page) for page in PAGES]
        routes += api.routes(site)
        routes.append(Mount("/static", assets))
    handlers: dict[Any, Any] = {HTTPException: _refusing(site), ClientDisconnect: _left}
    return Guard(Starlette(routes=routes, exception_handlers=handlers), app.settings)


def require(settings: Settings) -> None:
    """Raises SettingsError when access is “oidc” and Authlib is missing."""
    if settings.web_access == "oidc" and find_spec("authlib") is None:
        raise SettingsError(
            f"MONITOR_WEB_ACCESS “oidc” needs Authlib, which is not installed; {get_extra('oidc')}"
        )


def _identity(app: App, key: bytes) -> "Client | None":
    settings = app.settings
    if settings.web_access != "oidc" or settings.oidc is None:
        return None
    require(settings)
    from monitor.access.extras.oidc import Client  # noqa: PLC0415  # an extra

    back = f"{settings.base_url}/login/back"
    secret = settings.secret("MONITOR_OIDC_SECRET")
    return Client(provider=settings.oidc, back=back, key=key, secret=secret)


def _route(site: Site, method: str, path: str, needs: Role | None, answer: Answer) -> Route:
    cookies = Cookies(site.secure)

    async def endpoint(request: Request) -> Response:
        now = site.now()
        own, fresh = seat(request, cookies)
        visitor = await who(request, site.app, cookies, own, now)
        ask = Ask(request, site, visitor, now)
        with tracing.step(f"{method} {path}") as tell:
            response = await _answer(ask, needs, answer)
            tell(status=response.status_code)
        if fresh:
            cookies.put(response, cookies.seat, own)
        return response

    return Route(path, endpoint, methods=[method], name=f"{method} {path}")


async def _answer(ask: Ask, needs: Role | None, answer: Answer) -> Response:
    """The answer, or the page that says why there is none."""
    if needs is not None and not ask.may(needs):
        return _turned_away(ask, needs)
    try:
        return await answer(ask)
    except NotFoundError as error:
        return ask.page("sorry.html.j2", status=404, heading="Not found", said=str(error))
    except SearchError as error:
        return ask.page("sorry.html.j2", status=400, heading="Not understood", said=str(error))
    except (AccessError, AnswerError) as error:
        return ask.page("sorry.html.j2", status=403, heading="Nothing was changed", said=str(error))
    except StoreError as error:
        log.error("page.failed", path=ask.request.url.path, error=str(error))  # noqa: TRY400
        said = "The database cannot be used at the moment; the log of the daemon says why."
        return ask.page("sorry.html.j2", status=503, heading="Not now", said=said)


def _turned_away(ask: Ask, needs: Role) -> Response:
    if ask.visitor.role is None and ask.site.access in {"users", "oidc"}:
        here = ask.request.url.path if ask.request.method == "GET" else "/"
        return see("/login", to=quote(here))
    said = f"This is for people with the role “{needs.value}”."
    return ask.page("sorry.html.j2", status=403, heading="Not allowed", said=said)


_REFUSED: Final = {
    400: ("Not understood", "this cannot be read"),
    404: ("Not found", "there is nothing at this address"),
    405: ("Not here", "this cannot be done here"),
    413: ("Too large", "this is too large"),
}


def _refusing(site: Site | None) -> Callable[[Request, Exception], Awaitable[Response]]:
    """What answers where no page does: JSON to programs, a page with a way back to browsers."""

    async def refused(request: Request, exc: Exception) -> Response:
        status = exc.status_code if isinstance(exc, HTTPException) else 500
        heading, said = _REFUSED.get(status, ("Sorry", "this did not work"))
        headers = dict(exc.headers or {}) if isinstance(exc, HTTPException) else {}
        if status == 405:
            headers["Allow"] = ", ".join(_methods(request))
        if request.scope["path"].startswith(f"{api.PREFIX}/"):
            return JSONResponse({"error": said}, status_code=status, headers=headers)
        if site is None or "text/html" not in request.headers.get("accept", ""):
            return PlainTextResponse(said, status_code=status, headers=headers)
        return await _page(site, request, status, heading=heading, said=said, headers=headers)

    return refused


async def _page(
    site: Site,
    request: Request,
    status: int,
    *,
    heading: str,
    said: str,
    headers: Mapping[str, str],
) -> Response:
    """The page that says it, as its visitor sees all pages; as a stranger's where that fails."""
    now = site.now()
    cookies = Cookies(site.secure)
    own, fresh = seat(request, cookies)
    try:
        visitor = await who(request, site.app, cookies, own, now)
    except StoreError:
        visitor = Visitor()
    ask = Ask(request, site, visitor, now)
    sentence = f"{said[0].upper()}{said[1:]}."
    answer = ask.page("sorry.html.j2", status=status, heading=heading, said=sentence)
    answer.headers.update(headers)
    if fresh:
        cookies.put(answer, cookies.seat, own)
    return answer


def _methods(request: Request) -> list[str]:
    """What can be done at an address: several routes may answer there, each for one method."""
    found: set[str] = set()
    scope = {**request.scope, "root_path": ""}  # from the top again, also below a mount
    for route in request.app.routes:
        match, _ = route.matches(scope)
        if match is not Match.NONE:
            found |= getattr(route, "methods", None) or {"GET", "HEAD"}
    return sorted(found)


async def _left(_request: Request, _exc: Exception) -> Response:
    """Nobody waits for the answer any more."""
    return Response(status_code=400)
