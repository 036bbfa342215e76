"""Opens the program: the composition root. Everything is closed at the end of the block."""

import contextlib
import secrets
import sys
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import TextIO

import structlog

from monitor import __version__
from monitor.config.settings import Settings
from monitor.daemon import in_force
from monitor.daemon.app import App
from monitor.errors import SettingsError
from monitor.feeds import guard as guards
from monitor.feeds import robots
from monitor.feeds.fetch import Fetcher
from monitor.feeds.guard import Guard
from monitor.feeds.pool import ParserPool
from monitor.polling import indexing
from monitor.polling.network import Network
from monitor.polling.poll import Tools
from monitor.runtime import plan
from monitor.runtime.database import open_database
from monitor.store import feed_health as store_health
from monitor.store import rules as store_rules

log = structlog.get_logger("monitor")


@contextlib.asynccontextmanager
async def open_app(
    settings: Settings,
    *,
    now: datetime,
    jitter: Callable[[], float],
    stream: TextIO | None = None,
    guard: Guard = guards.public_only,
) -> AsyncIterator[App]:
    """Open database and configuration and hand out the app; everything is closed at the end.

    `guard` decides which addresses feeds may be read from, but for those with `allow_private`.

    Raises SettingsError, StoreError or ConfigError with one clear message when it cannot start.
    """
    out = stream or sys.stdout
    with open_database(settings) as database:
        seen = plan.fingerprint(settings.config_dir)  # before it is read: a later edit is noticed
        good = database.read_now(store_rules.last_good)
        words = database.read_now(lambda conn: plan.read_frequencies(conn, now))
        current, refusal = plan.load_or_fall_back(
            settings.config_dir, good[1] if good else None, now, words
        )
        for problem in refusal.problems if refusal else ():
            log.error("configuration.refused", problem=str(problem), next="last good one used")
        channels = in_force.channels(current, settings, out)
        database.write_now(lambda conn: in_force.record(conn, current, now))
        if caught_up := database.write_now(lambda conn: indexing.catch_up(conn, now)):
            log.info("stories.indexed", stories=caught_up)
        agent = user_agent(settings.contact)
        network = Network(database.read_now(store_health.network_down))
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


def require_contact(app: App) -> None:
    """A publisher must be able to tell somebody; feeds of our own network know us.

    Raises SettingsError.
    """
    public = [feed.id for feed in app.plan.feeds.values() if not feed.allow_private]
    if public and not app.settings.contact:
        more = f" and {len(public) - 1} more" if len(public) > 1 else ""
        raise SettingsError(
            f"MONITOR_CONTACT is not set, and feed {public[0]}{more} is somebody else's; expected "
            "an e-mail address or a link, sent along with every request so that publishers know "
            "whom to write to"
        )


def user_agent(contact: str) -> str:
    """Names the program and a person to write to, as publishers ask of robots."""
    sign = "+" if contact.startswith(("http://", "https://")) else ""
    about = f"; {sign}{contact}" if contact else ""
    return f"Mozilla/5.0 (compatible; {robots.AGENT}/{__version__}{about})"
