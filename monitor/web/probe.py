"""Answers /health and /ready: is the daemon alive, and what should an operator look at.

Shows no secret and no feed text; anybody who reaches the port may ask.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from monitor.service import status
from monitor.service.app import App

STALLED_AFTER = timedelta(seconds=60)
"""The poll tick comes every few seconds; none for this long means the daemon hangs."""

Endpoint = Callable[[Request], Awaitable[Response]]


def health(app: App, now: Callable[[], datetime]) -> Endpoint:
    """200 while the daemon runs, 503 when it hangs: for whoever would restart it."""

    async def answer(_request: Request) -> Response:
        found = await app.database.look(status.read)
        running = alive(app, now())
        body = {
            "status": "ok" if running else "stalled",
            "last_round": app.last_round.isoformat() if app.last_round else None,
            "configuration": app.refusal.sentence() if app.refusal else "in force",
            **status.as_json(found),
        }
        return JSONResponse(body, status_code=200 if running else 503)

    return answer


def alive(app: App, now: datetime) -> bool:
    """Whether a round of polls was begun lately."""
    return app.last_round is not None and now - app.last_round < STALLED_AFTER
