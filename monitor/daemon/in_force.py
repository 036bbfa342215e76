"""Puts a plan in force: its channels, its feeds and indicators in the tables, and its text."""

from datetime import datetime, timedelta
from typing import TextIO

import structlog
from sqlalchemy import Connection

from monitor.config import watchlists as config_watchlists
from monitor.config.load import WATCHLISTS
from monitor.config.settings import Settings
from monitor.config.watchlists import Watchlists
from monitor.core.feeds import polling
from monitor.core.judging import indicators as core_indicators
from monitor.core.linting import losses
from monitor.deliver.channel import Around, Channel
from monitor.deliver.channels.table import build, require_apart
from monitor.errors import ConfigError
from monitor.model.deliveries import DeliveryConfig
from monitor.model.questions import Loss
from monitor.outbox import compose
from monitor.polling.rounds import AT_ONCE
from monitor.runtime.plan import Plan
from monitor.store import feeds as store_feeds
from monitor.store import watchlists as store_watchlists

log = structlog.get_logger("monitor")


def channels(delivery: DeliveryConfig, settings: Settings, stream: TextIO) -> dict[str, Channel]:
    """Every channel, ready to send. Raises SettingsError for one that lacks something."""
    require_apart(delivery.channels, settings.secret)
    around = Around(secret=settings.secret, data_dir=settings.data_dir, stream=stream)
    return {config.name: build(config, around) for config in delivery.channels}


def record(
    conn: Connection, plan: Plan, now: datetime, *, before: Watchlists | None = None
) -> Loss | None:
    """Bring the feeds table in line and remember the watchlist version and its text.

    Returns what the watchlist no longer watches. `before`: what this process had in force, to save
    reading the stored text again.
    """
    watchlists = plan.configuration.watchlists
    last = store_watchlists.last_good(conn)
    loss = _loss(last, before, watchlists, now) if last else None
    if loss:
        store_watchlists.add_loss(conn, loss)
    store_watchlists.record_version(conn, version=watchlists.version, text=watchlists.text, at=now)
    known = store_watchlists.indicators(conn)
    fresh = core_indicators.states(watchlists.questions, known, now=now, first=last is None)
    store_watchlists.save_indicators(conn, fresh)
    feeds = tuple(plan.feeds.values())
    delays = _delays(len(feeds))
    store_feeds.sync(conn, feeds, now=now, delays=delays)
    compose.started_at(conn, now)
    return loss


def tell(loss: Loss | None) -> None:
    """Name in the log all that is not watched any more."""
    if loss:
        log.warning(
            "watchlist.poorer",
            questions=list(loss.questions),
            of_questions=loss.of_questions,
            indicators=list(loss.indicators),
            indicators_gone=loss.gone,
            of_indicators=loss.of_indicators,
            next="the new one is in force; if that was not meant, look whether the file was cut",
        )


def _loss(
    last: tuple[str, str, datetime], before: Watchlists | None, now_in: Watchlists, now: datetime
) -> Loss | None:
    """Against what was in force last, here or in another process, whoever comes first."""
    version, text, _ = last
    if version == now_in.version:
        return None
    if before is None or before.version != version:
        try:
            before = config_watchlists.parse(text, WATCHLISTS)
        except ConfigError:
            log.warning("watchlist.not_compared", version=version, reason="of an older version")
            return None
    return losses.lost(before.questions, now_in.questions, now)


def _delays(count: int) -> list[timedelta]:
    """A spread at start: a handful of feeds at once, thousands over minutes."""
    if count <= AT_ONCE:
        return [timedelta()] * count
    interval = timedelta(minutes=15)
    return [polling.start_spread(count, index, interval) for index in range(count)]
