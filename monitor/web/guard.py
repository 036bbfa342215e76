"""Stands before everything that is served: hosts, sizes, and the headers that browsers obey.

No inline script or style runs on any page, nothing is fetched from elsewhere, nobody may frame us.
"""

import re
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.config.settings import LOOPBACK, Settings

LARGEST_BODY: Final = 2_000_000
"""Bytes of a request: an edited watchlist, with room to spare."""

LONGEST_NUMBER: Final = 15
"""Digits of a number in a request: both databases hold it, and Python reads no more than 4,300."""

PROBES: Final = ("/health", "/ready", "/metrics")
"""Asked for by orchestrators under whatever name they know us."""

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # a form's Origin header must survive, so not “no-referrer”
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


_HOST: Final = re.compile(r"(?P<name>[a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")
_NUL: Final = b"%00"


class Guard:
    """An ASGI application around another one."""

    def __init__(self, inner: ASGIApp, settings: Settings) -> None:
        self._inner = inner
        own = urlsplit(settings.base_url)
        self._hosts = {*LOOPBACK, own.hostname or ""} - {""}
        # without a public address, whatever name a log-in page is reached by is as good as another
        self._any_host = settings.web_access not in {"loopback", "off"} and not own.hostname
        self._headers = dict(HEADERS)
        if own.scheme == "https":
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers = Headers(scope=scope)
        if (
            not scope["path"].startswith("/")
            or "\0" in scope["path"]
            or _NUL in scope["query_string"]
        ):
            # no address of ours; PostgreSQL stores no NUL, and none of our texts holds one
            answer = PlainTextResponse("this is no address", status_code=400)
            await answer(scope, receive, self._dressed(send))
        elif not self._expected(scope["path"], headers.get("host", "")):
            answer = PlainTextResponse("this name is not ours", status_code=421)
            await answer(scope, receive, self._dressed(send))
        elif _length(headers) > LARGEST_BODY:
            # what nobody will read must not be waited for
            closing = {"Connection": "close"}
            answer = PlainTextResponse("this is too large", status_code=413, headers=closing)
            await answer(scope, receive, self._dressed(send))
        else:
            await self._inner(scope, _counted(receive), self._dressed(send))

    def _expected(self, path: str, host: str) -> bool:
        """A page on this machine must not be reached by a name that somebody else's DNS gives."""
        if path in PROBES:
            return True
        written = _HOST.fullmatch(host.lower())
        if written is None:
            return not host and self._any_host
        return self._any_host or written["name"].strip("[]") in self._hosts

    def _dressed(self, send: Send) -> Send:
        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        return dressed


def _length(headers: Headers) -> int:
    text = headers.get("content-length", "0")
    if not (text.isascii() and text.isdecimal()):
        return 0
    return int(text) if len(text) <= LONGEST_NUMBER else LARGEST_BODY + 1


def _counted(receive: Receive) -> Receive:
    """The body as it comes. Raises HTTPException, 413, once it is too long."""
    total = 0

    async def counted() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > LARGEST_BODY:
            raise HTTPException(413, headers={"Connection": "close"})
        return message

    return counted
