"""Serves the demo's feeds over loopback, as they stood at the simulated time the runner sets."""

from datetime import datetime
from types import TracebackType
from typing import Self

from aiohttp import web

from monitor.demo.chronology import BBC, NPR, REUTERS
from monitor.demo.render import document

PATHS = {"/reuters": REUTERS, "/npr": NPR, "/bbc": BBC}


class FeedServer:
    """An HTTP server on a free port of this machine; conditional requests are answered with 304."""

    def __init__(self) -> None:
        self.at: datetime | None = None
        self.requests = 0
        self.not_modified = 0
        site = web.Application()
        site.router.add_get("/{outlet}", self._answer)
        self._runner = web.AppRunner(site, access_log=None)

    @property
    def base(self) -> str:
        host, port = self._runner.addresses[0][:2]
        return f"http://{host}:{port}"

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        outlet = PATHS.get(request.path)
        if outlet is None or self.at is None:
            raise web.HTTPNotFound
        self.requests += 1
        body, kind, etag = document(outlet, self.at)
        headers = {"ETag": etag, "Content-Type": kind}
        if request.headers.get("If-None-Match") == etag:
            self.not_modified += 1
            return web.Response(status=304, headers={"ETag": etag})
        return web.Response(body=body, headers=headers)
