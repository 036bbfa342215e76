"""Answers /health and /ready: is the daemon alive, and what should an operator look at.

Shows no secret and no feed text; anybody who reaches the port may ask.
"""

from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from monitor.errors import StoreError
from monitor.service import status
from monitor.service.app import App
from monitor.service.status import Status

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


def ready(app: App, now: Callable[[], datetime]) -> Endpoint:
    """200 when it does its work, 503 with the reasons when it does not: for whoever would page.

    A feed that fails is no reason, all of them are; so are a configuration that was refused and
    messages that were given up.
    """

    async def answer(_request: Request) -> Response:
        try:
            found = await app.database.look(status.read)
        except StoreError as error:
            return JSONResponse({"ready": False, "reasons": [str(error)]}, status_code=503)
        reasons = list(_reasons(app, found, now()))
        body = {"ready": not reasons, "reasons": reasons}
        return JSONResponse(body, status_code=503 if reasons else 200)

    return answer


def _reasons(app: App, found: Status, now: datetime) -> Iterator[str]:
    if not alive(app, now):
        yield "no round of polls was begun in the last minute"
    if app.refusal:
        yield app.refusal.sentence()
    if found.feeds and all(state.health.trouble for state in found.feeds):
        yield f"none of the {len(found.feeds)} feeds can be read"
    if found.dead:
        yield f"{len(found.dead)} deliveries were given up; the page and `monitor status` list them"
