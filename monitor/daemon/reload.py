"""Takes over changed files while the program runs; a mistake in one leaves the old in force."""

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING

import structlog

from monitor.config.load import DELIVERY
from monitor.daemon import in_force
from monitor.errors import ConfigError, Problem, SettingsError
from monitor.runtime import plan
from monitor.runtime.plan import Refusal

if TYPE_CHECKING:
    from monitor.daemon.app import App

log = structlog.get_logger("monitor")


async def reload(app: "App", now: datetime, *, force: bool = False) -> bool:
    """True if a new plan is in force. Without `force`, files that look the same are not read."""
    folder = app.settings.config_dir
    seen = await asyncio.to_thread(plan.fingerprint, folder)
    if seen == app.fingerprint and not force:
        return False
    try:
        words = await app.database.read(lambda conn: plan.read_frequencies(conn, now))
        fresh = await asyncio.to_thread(plan.load_plan, folder, words)
        channels = in_force.channels(fresh.configuration.delivery, app.settings, app.stream)
    except ConfigError as error:
        return _keep_old(app, seen, now, error.problems)
    except SettingsError as error:
        missing = Problem(file=DELIVERY, line=0, column=0, found=str(error), expected="")
        return _keep_old(app, seen, now, (missing,))
    # first the table: if that fails, the next round must find the files still to be taken over
    held = app.plan.configuration.watchlists
    loss = await app.database.write(lambda conn: in_force.record(conn, fresh, now, before=held))
    in_force.tell(loss)
    app.fingerprint, app.refusal = seen, None
    before = app.anonymous()
    app.plan, app.channels = fresh, channels
    log.info("configuration.loaded", rules=fresh.rules.version, feeds=len(fresh.feeds))
    if (told := app.anonymous()) and not before:
        log.warning("settings.warned", warning=told)
    return True


def _keep_old(app: "App", seen: str, now: datetime, problems: tuple[Problem, ...]) -> bool:
    since = app.refusal.since if app.refusal else now
    app.fingerprint, app.refusal = seen, Refusal(since=since, problems=problems)
    for problem in problems:
        log.error("configuration.refused", problem=str(problem), next="the old one stays in force")
    return False
