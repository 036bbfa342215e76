"""Answers /health and /ready: is the daemon alive, and what should an operator look at.

Counts and ages alone: it is asked every few seconds, by anybody who reaches the port. Which feed or
message it is, the page, the API and `monitor status` say.
"""

from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from monitor import __version__
from monitor.daemon.app import App
from monitor.errors import StoreError
from monitor.model.deliveries import DeliveryState
from monitor.store import gauges
from monitor.store.gauges import Gauges

STALLED_AFTER: Final = timedelta(seconds=60)
"""The poll tick comes every few seconds; none for this long means the daemon hangs."""

Endpoint = Callable[[Request], Awaitable[Response]]


def health(app: App, now: Callable[[], datetime]) -> Endpoint:
    """200 while the daemon runs, 503 when it hangs: for whoever would restart it.

    A database that is away is no reason: another start would not bring it back.
    """

    async def answer(_request: Request) -> Response:
        running = alive(app, now())
        body = {
            "status": "ok" if running else "stalled",
            "version": __version__,
            "last_round": app.last_round.isoformat() if app.last_round else None,
            "configuration": app.refusal.sentence() if app.refusal else "in force",
        }
        try:
            body |= _counts(await app.database.look(gauges.read))
        except StoreError as error:
            body |= {"database": str(error)}
        return JSONResponse(body, status_code=200 if running else 503)

    return answer


def _counts(found: Gauges) -> dict[str, Any]:
    return {
        "database": "ok",
        "feeds": {health.value: count for health, count in found.feeds.items()},
        "flags": {state.value: count for state, count in found.flags.items()},
        "unsent": {state.value: count for state, count in found.deliveries.items()},
    }


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
            found = await app.database.look(gauges.read)
        except StoreError as error:
            return JSONResponse({"ready": False, "reasons": [str(error)]}, status_code=503)
        reasons = list(_reasons(app, found, now()))
        body = {"ready": not reasons, "reasons": reasons}
        return JSONResponse(body, status_code=503 if reasons else 200)

    return answer


def _reasons(app: App, found: Gauges, now: datetime) -> Iterator[str]:
    if not alive(app, now):
        yield "no round of polls was begun in the last minute"
    if app.refusal:
        yield app.refusal.sentence()
    if found.feeds and all(health.trouble for health in found.feeds):
        yield f"none of the {sum(found.feeds.values())} feeds can be read"
    if dead := found.deliveries.get(DeliveryState.DEAD, 0):
        yield f"{dead} deliveries were given up; the page and `monitor status` list them"
