"""Answers /health and /ready: is the daemon alive, and what should an operator look at.

Counts and ages alone: it is asked every few seconds, by anybody who reaches the port. Which feed or
message it is, the page, the API and `monitor status` say. Must answer whatever the database does.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
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

TICK: Final = timedelta(seconds=1)
"""A round may seem to come so much later than now, while the clock is being trimmed."""

PATIENCE: Final = 0.8
"""Seconds that the database may take, so that an answer comes within one."""

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(slots=True)
class DatabaseLook:
    """What the database showed: its counts, unless it did not give them, and what is wrong."""

    found: Gauges | None = None
    trouble: StoreError | None = None


@dataclass(slots=True)
class Looker:
    """Looks at the database for the probes, one look at a time however often they are asked."""

    app: App
    _looking: asyncio.Task[None] | None = None
    _seen: DatabaseLook = field(default_factory=DatabaseLook)

    async def look(self) -> DatabaseLook:
        """What it shows within PATIENCE. A look that hangs goes on, and the next asks for it."""
        if self._looking is None or self._looking.done():
            self._seen = DatabaseLook()
            self._looking = asyncio.create_task(self._look(self._seen), name="probe")
        seen = self._seen
        await asyncio.wait({self._looking}, timeout=PATIENCE)
        if self._looking.done():
            self._looking.result()
        elif seen.trouble is None:
            return DatabaseLook(trouble=StoreError("the database does not answer", state=SILENT))
        return seen

    async def _look(self, seen: DatabaseLook) -> None:
        seen.trouble = await asyncio.to_thread(self.app.database.trouble)
        try:
            seen.found = await self.app.database.look(gauges.read)
        except StoreError as error:
            seen.trouble = seen.trouble or error


SILENT: Final = "database silent"


def health(app: App, now: Callable[[], datetime]) -> Endpoint:
    """200 while the daemon runs, 503 when it hangs: for whoever would restart it.

    A database that is away is no reason: another start would not bring it back.
    """
    looker = Looker(app)

    async def answer(_request: Request) -> Response:
        seen = await looker.look()
        running = alive(app, now())
        trouble, begun = seen.trouble, last_round(app, seen.found)
        body: dict[str, Any] = {
            "status": ((trouble and trouble.state) or "ok") if running else "stalled",
            "version": __version__,
            "last_round": begun.isoformat() if begun else None,
            "configuration": app.refusal.sentence() if app.refusal else "in force",
        }
        body |= _counts(seen.found) if seen.found else {}
        if trouble is not None:
            body["database"] = f"{trouble.state}: {trouble}" if trouble.state else str(trouble)
        return JSONResponse(body, status_code=200 if running else 503)

    return answer


def _counts(found: Gauges) -> dict[str, Any]:
    body: dict[str, Any] = {
        "database": "ok",
        "feeds": {health.value: count for health, count in found.feeds.items()},
        "flags": {state.value: count for state, count in found.flags.items()},
        "unsent": {state.value: count for state, count in found.deliveries.items()},
    }
    if found.cluster is not None:
        body["without_worker"] = [duty.value for duty in found.cluster.missing]
    return body


def last_round(app: App, found: Gauges | None) -> datetime | None:
    """When polling was last seen to: by this daemon, or among workers by any that polls.

    None if never, and for a worker also while the database does not say.
    """
    if found is not None and found.cluster is not None:
        return found.cluster.last_round
    return app.last_round


def alive(app: App, now: datetime) -> bool:
    """Whether this process began a round of polls lately, or as a worker a look at what is due.

    One that is still to come is none.
    """
    begun = app.last_sweep or app.last_round
    return begun is not None and -TICK <= now - begun < STALLED_AFTER


def ready(app: App, now: Callable[[], datetime]) -> Endpoint:
    """200 when it does its work, 503 with the reasons when it does not: for whoever would page.

    A feed that fails is no reason, all of them are; so are a configuration that was refused,
    messages that were given up, a database that cannot be written, and among workers a part of
    the work that none of them does.
    """
    looker = Looker(app)

    async def answer(_request: Request) -> Response:
        seen = await looker.look()
        reasons = list(_reasons(app, seen, now()))
        body = {"ready": not reasons, "reasons": reasons}
        return JSONResponse(body, status_code=503 if reasons else 200)

    return answer


def _reasons(app: App, seen: DatabaseLook, now: datetime) -> Iterator[str]:
    if seen.trouble is not None:
        state = seen.trouble.state
        yield f"{state}: {seen.trouble}" if state else str(seen.trouble)
    if not alive(app, now):
        if app.last_sweep is None:
            yield "no round of polls was begun in the last minute"
        else:
            yield "this worker did not look for what is due in the last minute"
    if app.refusal:
        yield app.refusal.sentence()
    if seen.found is not None:
        yield from _counted_reasons(seen.found)


def _counted_reasons(found: Gauges) -> Iterator[str]:
    if found.cluster is not None:
        yield from (duty.missing for duty in found.cluster.missing)
    if found.feeds and all(health.trouble for health in found.feeds):
        yield f"none of the {sum(found.feeds.values())} feeds can be read"
    if dead := found.deliveries.get(DeliveryState.DEAD, 0):
        yield f"{dead} deliveries were given up; the page and `monitor status` list them"
