"""Opens the program: the composition root. Everything is closed at the end of the block."""

import contextlib
import secrets
import sys
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import TextIO

import structlog
from sqlalchemy import Engine

from monitor import __version__
from monitor.config.load import Configuration
from monitor.config.settings import Settings
from monitor.daemon import in_force
from monitor.daemon.app import App
from monitor.feeds import guard as guards
from monitor.feeds import robots
from monitor.feeds.fetch import Fetcher
from monitor.feeds.guard import Guard
from monitor.feeds.pool import ParserPool
from monitor.polling import indexing
from monitor.polling.network import Network
from monitor.polling.poll import Tools
from monitor.runtime import plan, private
from monitor.runtime.database import connect, migrated
from monitor.store import feeds as store_feeds
from monitor.store import migrate
from monitor.store import watchlists as store_watchlists
from monitor.store.engine import read

log = structlog.get_logger("monitor")


@contextlib.asynccontextmanager
async def open_app(
    settings: Settings,
    *,
    now: datetime,
    jitter: Callable[[], float],
    stream: TextIO | None = None,
    guard: Guard = guards.public_only,
    check: Callable[[Configuration], None] = lambda _configuration: None,
) -> AsyncIterator[App]:
    """Open database and configuration and hand out the app; everything is closed at the end.

    `guard` decides which addresses feeds may be read from, but for those with `allow_private`;
    `check` may refuse a configuration that the caller cannot work with.

    Raises SettingsError, StoreError or ConfigError with one clear message when it cannot start;
    the database's schema is then as it was.
    """
    out = stream or sys.stdout
    seen = plan.fingerprint(settings.config_dir)  # before it is read: a later edit is noticed
    found = plan.read(settings.config_dir)
    with connect(settings) as database:
        configuration, refusal = plan.accept(found, lambda: _last_good(database.engine), now)
        channels = in_force.channels(configuration.delivery, settings, out)
        check(configuration)
        # whatever refuses a start comes before this: a changed schema shuts out older versions
        migrated(database, settings)
        if changed := private.tighten(settings.data_dir):
            log.info("data.tightened", folder=str(settings.data_dir), changed=changed)
        for problem in refusal.problems if refusal else ():
            log.error("configuration.refused", problem=str(problem), next="last good one used")
        words = database.read_now(lambda conn: plan.read_frequencies(conn, now))
        current = plan.compile_plan(configuration, words)
        in_force.tell(database.write_now(lambda conn: in_force.record(conn, current, now)))
        if caught_up := database.write_now(lambda conn: indexing.catch_up(conn, now)):
            log.info("stories.indexed", stories=caught_up)
        agent = user_agent(settings.contact)
        network = Network(database.read_now(store_feeds.network_down))
        async with Fetcher(user_agent=agent, guard=guard) as fetcher, ParserPool() as parser:
            app = App(
                settings=settings,
                database=database,
                tools=Tools(database=database, fetcher=fetcher, parser=parser, network=network),
                plan=current,
                channels=channels,
                jitter=jitter,
                stream=out,
                token=secrets.token_hex(8),
                refusal=refusal,
                fingerprint=seen,
            )
            try:
                yield app
            finally:
                await app.abandon()


def _last_good(engine: Engine) -> str | None:
    """The watchlist that was in force last, from a schema that may still be an older version's."""
    if migrate.known(engine) is None:
        return None
    with read(engine) as conn:
        good = store_watchlists.last_good(conn)
    return good[1] if good else None


def user_agent(contact: str) -> str:
    """Names the program and a person to write to, as publishers ask of robots."""
    sign = "+" if contact.startswith(("http://", "https://")) else ""
    about = f"; {sign}{contact}" if contact else ""
    return f"Mozilla/5.0 (compatible; {robots.AGENT}/{__version__}{about})"
