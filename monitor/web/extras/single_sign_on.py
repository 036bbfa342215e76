"""Logging in by an identity provider: off to it, and back with its word on who somebody is."""

from typing import TYPE_CHECKING

import structlog
from starlette.responses import RedirectResponse, Response

from monitor.access import accounts as access_accounts
from monitor.errors import AccessError, NotFoundError
from monitor.web.ask import Ask, inside, see
from monitor.web.visitor import Cookies

if TYPE_CHECKING:
    from monitor.access.extras.oidc import Client, Identity

log = structlog.get_logger("monitor")


async def start(ask: Ask) -> Response:
    """To the provider. Nothing is changed but a cookie of ten minutes."""
    client = _client(ask)
    try:
        address, kept = await client.begin(inside(ask.text("to")), ask.now)
    except AccessError as error:
        return _refused(ask, error)
    answer = RedirectResponse(address, status_code=303)
    cookies = Cookies(ask.site.secure)
    cookies.put(answer, cookies.begun, kept, client.patience)
    return answer


async def back(ask: Ask) -> Response:
    """From the provider, with a code that is good once."""
    client, cookies = _client(ask), Cookies(ask.site.secure)
    try:
        begun = client.begun(ask.request.cookies.get(cookies.begun, ""), ask.now)
        known = await client.finish(begun, dict(ask.request.query_params), ask.now)
        secret = await _opened(ask, known)
    except AccessError as error:
        answer = _refused(ask, error)
    else:
        answer = see(inside(begun.to))
        life = int(access_accounts.SESSION.total_seconds())
        cookies.put(answer, cookies.session, secret, life)
    cookies.drop(answer, cookies.begun)
    return answer


async def _opened(ask: Ask, known: "Identity") -> str:
    return await ask.act(
        lambda conn: access_accounts.log_in_by_provider(
            conn, known.name, known.role, ask.address, ask.now
        )
    )


def _client(ask: Ask) -> "Client":
    if ask.site.identity is None:
        raise NotFoundError("nobody logs in here by an identity provider")
    return ask.site.identity


def _refused(ask: Ask, error: AccessError) -> Response:
    log.warning("login.refused", error=str(error))
    host = _client(ask).host
    return ask.page("login.html.j2", status=403, to="", said=f"{error}.", provider=host)
