"""One request, and everything an answer to it may use: who asks, the store, the templates.

Pages read beside the writer and act through it; nothing here touches SQL.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hmac import compare_digest
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote, urlencode

from python_multipart.exceptions import FormParserError
from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from monitor.access import accounts as access_accounts
from monitor.access.accounts import Actor
from monitor.daemon.app import App
from monitor.errors import AccessError
from monitor.model.access import Role, Via
from monitor.triage.findings import Remarked
from monitor.web.guard import LARGEST_BODY
from monitor.web.render import Pages
from monitor.web.visitor import Visitor, address_of

if TYPE_CHECKING:
    from monitor.access.extras.oidc import Client

T = TypeVar("T")

MOST_FIELDS = 100


@dataclass(frozen=True, slots=True)
class Site:
    """What all requests share."""

    app: App
    now: Callable[[], datetime]
    key: bytes  # forms and links are signed with it
    pages: Pages
    secure: bool  # cookies go over HTTPS only
    identity: "Client | None" = None  # access “oidc”: who says who somebody is
    remarked: Remarked = field(default_factory=Remarked)
    # passwords checked at once: each takes tens of milliseconds and 64 MB on purpose
    hashing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    # back-tests at once: each takes seconds of a core that polls need too
    trials: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))

    @property
    def access(self) -> str:
        return self.app.settings.web_access


@dataclass(frozen=True, slots=True)
class Ask:
    """A request of one visitor at one moment."""

    request: Request
    site: Site
    visitor: Visitor
    now: datetime

    @property
    def app(self) -> App:
        return self.site.app

    @property
    def actor(self) -> Actor:
        return Actor(name=self.visitor.name, via=Via.PAGE, address=self.address)

    @property
    def address(self) -> str:
        return address_of(self.request, self.app.settings)

    def may(self, needed: Role) -> bool:
        return self.visitor.role is not None and self.visitor.role.may(needed)

    async def look(self, step: Callable[[Connection], T]) -> T:
        """Read, all of one moment, without waiting for a poll to be stored."""
        return await self.app.database.look(step)

    async def act(self, step: Callable[[Connection], T]) -> T:
        """Write, in one transaction."""
        return await self.app.database.write(step)

    async def form(self) -> Mapping[str, str]:
        """The fields of a form that this site made for this browser.

        Raises AccessError for one that came from elsewhere or without its mark.
        """
        origin = self.request.headers.get("origin")
        fetch_site = self.request.headers.get("sec-fetch-site", "same-origin")
        host = self.request.headers.get("host", "")
        if fetch_site != "same-origin" or (origin and origin.partition("://")[2] != host):
            raise AccessError("this form was sent from another site; nothing was changed")
        fields = await self._sent()
        if not compare_digest(fields.get("mark", "").encode(), self.mark.encode()):
            raise AccessError(
                "this form is from before you logged in, or from another browser; nothing was "
                "changed: go back, load the page again, and send it again"
            )
        return fields

    async def _sent(self) -> dict[str, str]:
        try:
            sent = await self.request.form(
                max_files=0, max_fields=MOST_FIELDS, max_part_size=LARGEST_BODY
            )
            fields = {name: value for name, value in sent.items() if isinstance(value, str)}
            texts = "".join(name + value for name, value in fields.items())
            texts.encode()
        except (FormParserError, ValueError) as exc:
            raise HTTPException(400) from exc  # half of a character, or no form at all
        if "\0" in texts:
            raise HTTPException(400)
        return fields

    @property
    def mark(self) -> str:
        return access_accounts.form_mark(self.site.key, self.visitor.seat)

    def page(self, template: str, /, *, status: int = 200, **context: Any) -> Response:
        """A page from its template."""
        html = self.site.pages.render(template, ask=self, **context)
        return HTMLResponse(html, status_code=status)

    def number(self, name: str, default: int = 0) -> int:
        """A whole number of the query, `default` for anything else."""
        text = self.request.query_params.get(name, "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else default

    def text(self, name: str, most: int = 500) -> str:
        """A text of the query, cut to `most` characters."""
        return self.request.query_params.get(name, "").strip()[:most]


def see(path: str, **query: object) -> Response:
    """Send the browser on with a GET, as after every form. What `path` asks already is kept."""
    known = {name: value for name, value in query.items() if value not in {None, ""}}
    bare, _, fragment = path.partition("#")
    joined = "&" if "?" in bare else "?"
    address = f"{bare}{joined}{urlencode(known)}" if known else bare
    return RedirectResponse(f"{address}#{fragment}" if fragment else address, status_code=303)


def inside(to: str) -> str:
    """A path of this site; anything that could lead elsewhere leads to the desk."""
    path = unquote(to)
    plain = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if plain and path.isprintable() and "\\" not in path else "/"
