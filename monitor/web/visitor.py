"""Turns a request into who asks: by being at this machine, a session, or a proxy's word.

A name that comes in a header is believed from the addresses of the settings only.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, ip_address

from starlette.requests import Request
from starlette.responses import Response

from monitor.access import accounts as access_accounts
from monitor.config.settings import Settings
from monitor.daemon.app import App
from monitor.model.access import Person, Role
from monitor.store import access as store_access

LOCAL = "local"
"""What whoever sits at this machine is called in the audit log."""

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who asks. `role` is None for somebody we do not know (yet)."""

    name: str = ""
    role: Role | None = None
    seat: str = ""  # a random cookie of this browser: what forms are bound to
    leaves: bool = False  # can log out


@dataclass(frozen=True, slots=True)
class Cookies:
    """The names of our cookies, and how they are set."""

    secure: bool

    @property
    def seat(self) -> str:
        return "__Host-signpost-seat" if self.secure else "signpost-seat"

    @property
    def session(self) -> str:
        return "__Host-signpost-session" if self.secure else "signpost-session"

    @property
    def begun(self) -> str:
        return "__Host-signpost-begun" if self.secure else "signpost-begun"

    def put(self, answer: Response, name: str, value: str, seconds: int | None = None) -> None:
        # lax, not strict: a link in a mail must find its reader logged in; forms have their mark
        answer.set_cookie(
            name,
            value,
            max_age=seconds,
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )

    def drop(self, answer: Response, name: str) -> None:
        answer.delete_cookie(name, path="/", secure=self.secure, httponly=True, samesite="lax")


def seat(request: Request, cookies: Cookies) -> tuple[str, bool]:
    """The browser's own secret, and whether it is a new one."""
    found = request.cookies.get(cookies.seat, "")
    return (found, False) if 20 <= len(found) <= 100 else (secrets.token_urlsafe(24), True)


def peer(request: Request) -> str:
    """The address at the other end of the connection."""
    return request.client.host if request.client else ""


def address_of(request: Request, settings: Settings) -> str:
    """Where a request came from, as far as it can be known.

    Each proxy adds whom it heard from at the end of X-Forwarded-For, so the list is read from its
    end for as long as the settings name who wrote it; what stands before that, anybody may invent.
    """
    found = peer(request)
    heard = ",".join(request.headers.getlist("x-forwarded-for")).split(",")
    while heard and from_proxy(found, settings):
        earlier = _bare(heard.pop())
        if not earlier:
            break
        found = earlier
    return found


def from_proxy(address: str, settings: Settings) -> bool:
    """Whether the settings name this address as a proxy's."""
    bare = _bare(address)
    return bool(bare) and any(ip_address(bare) in network for network in settings.web_proxy_from)


def _bare(text: str) -> str:
    """An address without port, brackets and zone, IPv4 as such; nothing where it is none."""
    text = text.strip()
    host, _, port = text.rpartition(":")
    if text.startswith("[") or (host.count(".") == 3 and ":" not in host and port.isdecimal()):
        text = text.partition("]")[0][1:] if text.startswith("[") else host
    try:
        parsed = ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    plain = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return str(plain or parsed)


async def who(request: Request, app: App, cookies: Cookies, own: str, now: datetime) -> Visitor:
    """Who asks, by the access that the settings give. `own` is the browser's seat."""
    match app.settings.web_access:
        case "loopback":
            return Visitor(name=LOCAL, role=Role.OPERATOR, seat=own)
        case "proxy":
            return _known(await _vouched_for(request, app, now), own)
        case "users" | "oidc":
            return await _logged_in(request, app, cookies, own, now)
        case _:
            return Visitor(seat=own)


async def _logged_in(
    request: Request, app: App, cookies: Cookies, own: str, now: datetime
) -> Visitor:
    secret = request.cookies.get(cookies.session)
    if not secret:
        return Visitor(seat=own)
    person = await app.database.look(lambda conn: access_accounts.behind_session(conn, secret, now))
    return _known(person, own, leaves=True)


async def _vouched_for(request: Request, app: App, now: datetime) -> Person | None:
    name = request.headers.get(app.settings.web_proxy_header, "").strip()
    known = from_proxy(peer(request), app.settings)
    if not (known and 0 < len(name) <= LONGEST_NAME and name.isprintable()):
        return None
    person = await app.database.look(lambda conn: store_access.person(conn, name))
    if person is None:
        person = await app.database.write(
            lambda conn: access_accounts.vouched_for(conn, name, now, first_role=Role.VIEWER)
        )
    return person


def _known(person: Person | None, own: str, *, leaves: bool = False) -> Visitor:
    if person is None or person.disabled:
        return Visitor(seat=own)
    return Visitor(name=person.name, role=person.role, seat=own, leaves=leaves)
