"""Puts a plan in force: its channels, its feeds and indicators in the tables, and its text."""

from datetime import datetime, timedelta
from typing import TextIO

from sqlalchemy import Connection

from monitor.config.settings import Settings
from monitor.core.feeds import polling
from monitor.core.judging import indicators as core_indicators
from monitor.deliver.build import build, require_apart
from monitor.deliver.channel import Channel
from monitor.model.delivery_config import ChannelConfig, DeliveryConfig
from monitor.outbox import compose
from monitor.polling.rounds import AT_ONCE
from monitor.runtime.plan import Plan
from monitor.store import feeds as store_feeds
from monitor.store import indicators as store_indicators
from monitor.store import rules as store_rules


def channels(delivery: DeliveryConfig, settings: Settings, stream: TextIO) -> dict[str, Channel]:
    """Every channel, ready to send. Raises SettingsError for one that lacks something."""
    require_apart(delivery.channels, settings.secret)

    def make(config: ChannelConfig) -> Channel:
        return build(config, secret=settings.secret, data_dir=settings.data_dir, stream=stream)

    return {config.name: make(config) for config in delivery.channels}


def record(conn: Connection, plan: Plan, now: datetime) -> None:
    """Bring the feeds table in line and remember the watchlist version and its text."""
    watchlists = plan.configuration.watchlists
    first = store_rules.last_good(conn) is None
    store_rules.record(conn, version=watchlists.version, text=watchlists.text, at=now)
    known = store_indicators.read(conn)
    fresh = core_indicators.states(watchlists.questions, known, now=now, first=first)
    store_indicators.save(conn, fresh)
    feeds = tuple(plan.feeds.values())
    delays = _delays(len(feeds))
    store_feeds.sync(conn, feeds, now=now, delays=delays)
    compose.started_at(conn, now)


def _delays(count: int) -> list[timedelta]:
    """A spread at start: a handful of feeds at once, thousands over minutes."""
    if count <= AT_ONCE:
        return [timedelta()] * count
    interval = timedelta(minutes=15)
    return [polling.start_spread(count, index, interval) for index in range(count)]
