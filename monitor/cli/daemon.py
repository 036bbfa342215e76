"""`monitor run`, the daemon, and `monitor poll`, one cycle now."""

import asyncio
import contextlib
import gc
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol, TextIO

import click
import structlog

from monitor.cli.output import FOUND_WRONG, as_json, say, table
from monitor.cli.prepare import prepare
from monitor.config.settings import Settings
from monitor.core.judging.trigger import texts
from monitor.daemon import jobs
from monitor.daemon.app import App
from monitor.daemon.opening import open_app
from monitor.errors import NotAskedError, SettingsError, get_extra
from monitor.model.clock import UTC_CLOCK
from monitor.model.numbers import plural
from monitor.model.workers import ROLES
from monitor.polling.settle import Poll
from monitor.runtime import garbage
from monitor.web import app as web
from monitor.web import site
from monitor.web.extras import slack_buttons


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftAlone:
    """A feed that was not asked."""

    feed: str
    why: str


Reloaded = Callable[[], Awaitable[None]]


class Runs(Protocol):
    """What is started, and runs until it is told to stop."""

    async def run(self) -> None: ...


log = structlog.get_logger("monitor")


@click.command()
@click.option(
    "--role",
    type=click.Choice(tuple(ROLES)),
    help="Work as one of several on one PostgreSQL database, and do this part of it.",
)
def run(role: str | None) -> None:
    """Poll, flag and deliver until told to stop.

    SIGTERM finishes what is under way and exits 0; SIGHUP or a saved file reloads the YAML.

    With --role it is one of several workers that share a PostgreSQL database: “poll” reads feeds
    and assesses what they bring, “assess” does what is due by the clock and composes digests,
    “deliver” sends, “all” does everything. Without it, this process does everything alone.
    """
    settings = prepare()
    if role is not None:
        cluster_ready(settings, role)
    asyncio.run(_run(settings, jobs.SystemClock(), role))


def cluster_ready(settings: Settings, role: str) -> None:
    """Raises SettingsError where several processes cannot work; says what to do."""
    if not settings.database_url.startswith("postgres"):
        raise SettingsError(
            f"--role {role} needs a database that several processes share; set "
            "MONITOR_DATABASE_URL to postgresql://…, or run without --role"
        )
    try:
        from monitor.workers import cluster, queue  # noqa: F401, PLC0415  # an extra
    except ImportError as error:
        raise SettingsError(
            f"--role needs the package procrastinate; {get_extra('cluster')}"
        ) from error


async def _run(settings: Settings, clock: jobs.TimeSource, role: str | None) -> None:
    now, host = clock.now(), settings.health_host
    site.require(settings)
    check = partial(slack_buttons.require, settings)
    with web.listen(host, settings.health_port) as listening:
        async with (
            open_app(settings, now=now, jitter=jobs.system_jitter, check=check) as app,
            contextlib.AsyncExitStack() as stack,
        ):
            stack.enter_context(_traced(app))
            serving = web.serve_on(listening, app, now=clock.now)
            port = await stack.enter_async_context(serving)
            log.info("health.listening", url=f"http://{host}:{port}/health")
            if told := app.anonymous():
                log.warning("settings.warned", warning=told)
            for problem in app.plan.configuration.warnings:
                log.warning("configuration.warned", problem=str(problem))
            buttons = await stack.enter_async_context(slack_buttons.listen(app, clock.now))
            # what is loaded by now stays, and no collection of garbage need walk it again
            gc.collect()
            gc.freeze()
            stack.enter_context(garbage.seldom())
            await _runner(app, clock, role, buttons.follow).run()


def _traced(app: App) -> contextlib.AbstractContextManager[None]:
    """Tell the collector that the environment names; without its library, say so and go on."""
    if not app.settings.traces:
        return contextlib.nullcontext()
    try:
        from monitor.runtime.extras.collector import reporting  # noqa: PLC0415  # an extra
    except ImportError:
        log.warning(
            "traces.impossible",
            why=f"OpenTelemetry is not installed; {get_extra('otel')}",
            next="everything else runs, and nothing is traced",
        )
        return contextlib.nullcontext()
    return reporting(app.token)


def _runner(app: App, clock: jobs.TimeSource, role: str | None, reloaded: Reloaded) -> Runs:
    if role is None:
        return jobs.Daemon(app, clock, reloaded=reloaded)
    from monitor.workers import cluster  # noqa: PLC0415  # an extra

    return cluster.Worker(app, clock, role, reloaded=reloaded)


@click.command()
@click.argument("feeds", nargs=-1, metavar="[FEED]...")
@click.option("--force", is_flag=True, help="Ask also where a server wants to be left alone.")
@click.option("--json", "json_", is_flag=True, help="Print the result as JSON.")
def poll(feeds: tuple[str, ...], force: bool, json_: bool) -> None:
    """Poll feeds once, now: all that are enabled, or those named. Exit code 1 if one fails.

    A feed whose server asked for a pause (Retry-After) is left alone unless --force is given.
    """
    settings = prepare(quiet=True)
    # a digest for the terminal must not end up in the middle of the JSON
    stream = sys.stderr if json_ else sys.stdout
    polls = asyncio.run(_poll(settings, feeds, force, jobs.SystemClock().now(), stream))
    if json_:
        as_json([_row(result) for result in polls])
    else:
        _show(polls)
    if any(isinstance(result, Poll) and result.error for result in polls):
        sys.exit(FOUND_WRONG)


async def _poll(
    settings: Settings, feeds: tuple[str, ...], force: bool, now: datetime, stream: TextIO
) -> list[Poll | LeftAlone]:
    async with open_app(settings, now=now, jitter=jobs.system_jitter, stream=stream) as app:
        names = feeds or tuple(app.plan.feeds)
        # all to their end, also when one is refused: the database closes after this block
        ended = await asyncio.gather(
            *(_poll_one(app, name, now, force=force) for name in names), return_exceptions=True
        )
        polls = []
        for result in ended:
            if isinstance(result, BaseException):
                raise result
            polls.append(result)
        await app.compose_due(now)
        await app.deliver_due(now, jobs.lease_token())
        return polls


async def _poll_one(app: App, name: str, now: datetime, *, force: bool) -> Poll | LeftAlone:
    try:
        return await app.poll_now(name, now, force=force)
    except NotAskedError as error:
        return LeftAlone(feed=name, why=str(error).removeprefix(f"{name}: "))


def _show(polls: list[Poll | LeftAlone]) -> None:
    table(("feed", "", "new", "revised", "unchanged", ""), [_line(result) for result in polls])
    outcomes = [result.outcome for result in polls if isinstance(result, Poll)]
    raised = [item for outcome in outcomes if outcome for item in outcome.raised]
    say(f"{plural(len(raised), 'reason')} to look at a judgment again")
    for item in raised:
        say(f"  {item.brief}: {texts.sentence(item.reason, UTC_CLOCK)}")


def _line(result: Poll | LeftAlone) -> tuple[str, ...]:
    if isinstance(result, LeftAlone):
        return (result.feed, "left alone", "", "", "", result.why)
    record = result.record
    if result.error:
        said = f"{result.error.code}: {result.error}; next try {record.next_poll_at:%H:%M} UTC"
        return (result.feed.id, "failed", "", "", "", said)
    state = "not modified" if record.status == 304 else "read"
    counts = (str(record.new), str(record.revised), str(record.unchanged))
    return (result.feed.id, state, *counts, "; ".join(result.warnings))


def _row(result: Poll | LeftAlone) -> dict[str, object]:
    if isinstance(result, LeftAlone):
        return {"feed": result.feed, "ok": None, "text": result.why}
    record = result.record
    return {
        "feed": result.feed.id,
        "ok": record.ok,
        "status": record.status,
        "new": record.new,
        "revised": record.revised,
        "unchanged": record.unchanged,
        "error": record.error_code or None,
        "text": record.error_text or None,
        "next_poll_at": record.next_poll_at.isoformat(),
    }
