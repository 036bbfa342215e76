"""Logging in with a name and a password, and out again."""

import asyncio
from datetime import timedelta
from typing import Final

from starlette.responses import Response

from monitor.access import accounts as access_accounts
from monitor.errors import NotFoundError
from monitor.store import access as store_access
from monitor.web.ask import Ask, inside, see
from monitor.web.visitor import LONGEST_NAME, Cookies

WRONG: Final = "This name and password do not go together."


async def show(ask: Ask) -> Response:
    if ask.site.access != "oidc":
        _needs_passwords(ask)
    if ask.visitor.role is not None:
        return see(inside(ask.text("to")))
    provider = ask.site.identity.host if ask.site.identity else ""
    return ask.page("login.html.j2", to=ask.text("to"), provider=provider)


async def enter(ask: Ask) -> Response:
    _needs_passwords(ask)
    fields = await ask.form()
    name = fields.get("name", "").strip()[:LONGEST_NAME]
    to = fields.get("to", "")
    tried = await ask.act(
        lambda conn: access_accounts.at_the_door(conn, name, ask.address, ask.now)
    )
    person = tried.person
    if tried.wait:
        return _too_often(ask, name, to, tried.wait)
    async with ask.site.hashing:
        fits = await asyncio.to_thread(access_accounts.fits, person, fields.get("password", ""))
    if not fits:
        await ask.act(lambda conn: access_accounts.failed(conn, name, person, ask.address, ask.now))
        return ask.page("login.html.j2", status=403, to=to, said=WRONG, name=name, provider="")
    secret = await ask.act(
        lambda conn: access_accounts.let_in(conn, name, tried, ask.address, ask.now)
    )
    answer = see(inside(to))
    cookies = Cookies(ask.site.secure)
    life = int(access_accounts.SESSION.total_seconds())
    cookies.put(answer, cookies.session, secret, life)
    return answer


async def leave(ask: Ask) -> Response:
    await ask.form()
    cookies = Cookies(ask.site.secure)
    secret = ask.request.cookies.get(cookies.session)
    if secret:
        await ask.act(lambda conn: store_access.end_session(conn, secret))
    answer = see("/login")
    for name in (cookies.session, cookies.seat):
        cookies.drop(answer, name)
    return answer


def _too_often(ask: Ask, name: str, to: str, wait: timedelta) -> Response:
    said = f"Too many wrong passwords. Try again in {wait.total_seconds() // 60:.0f} minutes."
    answer = ask.page("login.html.j2", status=429, to=to, said=said, name=name, provider="")
    answer.headers["Retry-After"] = f"{wait.total_seconds():.0f}"
    return answer


def _needs_passwords(ask: Ask) -> None:
    if ask.site.access != "users":
        raise NotFoundError("nobody logs in here with a password")
