"""Answers /metrics for Prometheus: counts and ages alone, for anybody who reaches the port."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from monitor.daemon.app import App
from monitor.errors import StoreError
from monitor.store import gauges
from monitor.web.probe import last_round


def metrics(app: App, now: Callable[[], datetime]) -> Callable[[Request], Awaitable[Response]]:
    """200, or 503 when the database cannot be read: Prometheus then has `up` at 0."""

    async def answer(_request: Request) -> Response:
        try:
            found = await app.database.look(gauges.read)
        except StoreError as error:
            return PlainTextResponse(str(error), status_code=503)
        text = app.metrics.text(
            found,
            now(),
            last_round=last_round(app, found),
            refused_since=app.refusal.since if app.refusal else None,
        )
        return Response(text, headers={"Content-Type": CONTENT_TYPE_LATEST})

    return answer
