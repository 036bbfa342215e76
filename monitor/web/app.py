"""Answers /health over HTTP: whether the daemon is alive, and what an operator should look at.

Loopback unless the settings say otherwise. Shows no secret and no feed text.
"""

import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from monitor.errors import SettingsError
from monitor.service import status
from monitor.service.app import App

STALLED_AFTER = timedelta(seconds=60)
"""The poll tick comes every few seconds; none for this long means the daemon hangs."""


@contextlib.asynccontextmanager
async def serve(
    app: App, *, host: str, port: int, now: Callable[[], datetime]
) -> AsyncIterator[int]:
    """Serve until the end of the block; yields the port, chosen by the system when `port` is 0.

    Raises SettingsError when the address is taken.
    """
    site_app = web.Application()
    site_app.router.add_get("/health", _health(app, now))
    runner = web.AppRunner(site_app, access_log=None, handle_signals=False)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as exc:
            raise SettingsError(
                f"/health cannot listen on {host}:{port} ({exc.strerror}); "
                "set MONITOR_HEALTH_PORT to a free port, or 0 for any"
            ) from exc
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


def _health(app: App, now: Callable[[], datetime]) -> Callable[[web.Request], Any]:
    async def health(_request: web.Request) -> web.Response:
        found = await app.database.read(status.read)
        alive = app.last_round is not None and now() - app.last_round < STALLED_AFTER
        body = {
            "status": "ok" if alive else "stalled",
            "last_round": app.last_round.isoformat() if app.last_round else None,
            "configuration": app.refusal.sentence() if app.refusal else "in force",
            **status.as_json(found),
        }
        return web.json_response(body, status=200 if alive else 503)

    return health
