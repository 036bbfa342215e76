"""Serves the page, the API and the probes in the daemon's own event loop.

Loopback unless the settings say otherwise. Signals stay the daemon's; the server only answers.
"""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime

import uvicorn

from monitor.daemon.app import App
from monitor.errors import SettingsError
from monitor.web.connections import BACKLOG, PATIENCE, Connection, Crowd, Server, most_open
from monitor.web.site import build
from monitor.web.visitor import from_proxy

CLOSING_SECONDS = 3
"""How long answers under way may take once the daemon stops."""


@contextlib.asynccontextmanager
async def serve(
    app: App,
    *,
    host: str,
    port: int,
    now: Callable[[], datetime],
    patience: Mapping[str, float] = PATIENCE,
) -> AsyncIterator[int]:
    """Serve until the end of the block; yields the port, chosen by the system when `port` is 0.

    Raises SettingsError when the address is taken.
    """
    with listen(host, port) as listening:
        async with serve_on(listening, app, now=now, patience=patience) as bound:
            yield bound


@contextlib.asynccontextmanager
async def serve_on(
    listening: socket.socket,
    app: App,
    *,
    now: Callable[[], datetime],
    patience: Mapping[str, float] = PATIENCE,
) -> AsyncIterator[int]:
    """The same on a socket that listens already; it stays open."""
    crowd = Crowd(most_open(), proxy=lambda peer: from_proxy(peer, app.settings), patience=patience)
    server = Server(
        uvicorn.Config(
            crowd.admitting(await build(app, now)),
            http=Connection,
            log_config=None,
            log_level="error",  # nobody who sends nonsense may fill the log
            access_log=False,
            lifespan="off",
            ws="none",
            proxy_headers=False,  # whom to believe is decided in web.visitor
            server_header=False,
            timeout_graceful_shutdown=CLOSING_SECONDS,
        ),
        crowd,
    )
    running = asyncio.create_task(server.serve(sockets=[listening]), name="web")
    try:
        yield int(listening.getsockname()[1])
    finally:
        server.should_exit = True
        await running


def listen(host: str, port: int) -> socket.socket:
    """Take the address, before anything else is begun. Raises SettingsError when it is taken."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=BACKLOG)
    except OSError as exc:
        raise SettingsError(
            f"/health cannot listen on {host}:{port} ({exc.strerror}); "
            "set MONITOR_HEALTH_PORT to a free port, or 0 for any"
        ) from exc
