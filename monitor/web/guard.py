"""Stands before everything that is served: hosts, sizes, and the headers that browsers obey.

No inline script or style runs on any page, nothing is fetched from elsewhere, nobody may frame us.
"""

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.config.settings import LOOPBACK, Settings

LARGEST_BODY: Final = 2_000_000
"""Bytes of a request: an edited watchlist, with room to spare."""

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
        if not self._expected(scope["path"], headers.get("host", "")):
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
        if path in PROBES or self._any_host:
            return True
        return (urlsplit(f"//{host}").hostname or "") in self._hosts

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
    return int(text) if text.isdecimal() else 0


def _counted(receive: Receive) -> Receive:
    """The body as it comes, cut off as if the client had left once it is too long."""
    total = 0

    async def counted() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        return {"type": "http.disconnect"} if total > LARGEST_BODY else message

    return counted
