"""The running program: what is in force, and the steps that jobs, commands and the demo call.

Each step takes `now`; which clock it comes from is the caller's business. Nothing here schedules.
"""

import asyncio
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TextIO

import structlog
from sqlalchemy import Connection

from monitor.config.settings import Settings
from monitor.core.feeds import presenting
from monitor.core.stories import keys
from monitor.core.telling import routing
from monitor.daemon import events, retention
from monitor.daemon import reload as daemon_reload
from monitor.daemon.metrics import Metrics
from monitor.deliver.channel import Channel
from monitor.deliver.theme import Theme
from monitor.errors import (
    LeaseLostError,
    NotAskedError,
    NotFoundError,
    StoreError,
)
from monitor.model.deliveries import Delivery, DigestConfig
from monitor.model.feeds import FeedState
from monitor.outbox import compose, send
from monitor.polling import poll as polling_poll
from monitor.polling.poll import Tools
from monitor.polling.rounds import Rounds
from monitor.polling.settle import Poll, PollRequest
from monitor.runtime import garbage, tracing
from monitor.runtime.database import Database
from monitor.runtime.notify import Wake, delivery, nobody
from monitor.runtime.plan import Plan, Refusal
from monitor.store import engine as store_engine
from monitor.store import feeds as store_feeds
from monitor.store import gauges as store_gauges
from monitor.store import meta as store_meta
from monitor.store import outbox as store_outbox
from monitor.store import story_index as store_story_index
from monitor.store import workers as store_workers
from monitor.triage import tick

log = structlog.get_logger("monitor")

TEMPLATES = "templates"
"""The folder beside the YAML files that may hold templates of an operator's own."""

UNDER_WAY = 500
"""Polls started and not yet ended, at most; the rest are still due at the next tick."""

WORDS_DAYS = 90
"""Words that no entry held for this long are not counted any more."""

LEASE = timedelta(minutes=3)
"""How long a feed is one daemon's alone: its patience, a fetch, and a document in the queue."""


@dataclass(slots=True)
class App:
    """The running program: what is in force, and the steps."""

    settings: Settings
    database: Database
    tools: Tools
    plan: Plan
    channels: Mapping[str, Channel]
    jitter: Callable[[], float]  # uniform in 0…1
    stream: TextIO
    token: str  # names this process among those that poll from one database
    refusal: Refusal | None = None
    fingerprint: str = ""
    last_round: datetime | None = None
    last_sweep: datetime | None = None  # what a worker begins in the place of rounds
    metrics: Metrics = field(default_factory=Metrics)
    wake: Wake = nobody
    rounds: Rounds = field(init=False)
    theme: Theme = field(init=False)
    _leases: Iterator[int] = field(init=False)

    def __post_init__(self) -> None:
        self.rounds = Rounds(self._poll, give_up=self._give_up, public=self._public)
        self._leases = itertools.count(1)
        self.theme = Theme(self.settings.config_dir / TEMPLATES)

    async def works_alone(self) -> None:
        """Say that this process does everything, on a database that workers may have shared."""
        if store_engine.shareable(self.database.engine):
            await self.database.write(store_workers.alone)

    # polling

    async def poll_due(self, now: datetime) -> int:
        """Start a poll of every feed that is due; returns how many were started."""
        self.last_round = now  # begun, whatever the database says to it
        limit = UNDER_WAY - len(self.rounds)

        def claim(conn: Connection) -> tuple[FeedState, ...]:
            if self.database.full:  # only a row that is written shows that there is room again
                store_meta.put(conn, "tried_at", now.isoformat())
            return store_feeds.claim(conn, now, lease=LEASE, token=self.new_lease(), limit=limit)

        due = await self.database.write(claim)
        wanted = [state for state in due if state.feed_id in self.plan.feeds]
        return self.rounds.start(wanted, now)

    async def poll_now(self, feed_id: str, now: datetime, *, force: bool = False) -> Poll:
        """Poll one feed whether due or not, but not against its server's wish unless forced.

        Raises NotFoundError for a feed not in feeds.yaml, and NotAskedError.
        """
        feed = self.plan.feeds.get(feed_id)
        state = await self.database.read(lambda conn: store_feeds.state(conn, feed_id))
        if feed is None or state is None:
            known = ", ".join(sorted(self.plan.feeds)) or "none"
            raise NotFoundError(f"no enabled feed is called “{feed_id}”; there are: {known}")
        async with self.rounds.turn(state):
            fresh = await self.database.write(
                lambda conn: store_feeds.claim_one(
                    conn, feed_id, now, lease=LEASE, token=self.new_lease()
                )
            )
            if fresh is None:
                raise NotAskedError(f"{feed_id}: another process is polling it at this moment")
            if not force and (why := polling_poll.unwelcome(fresh, now)):
                await self._release(fresh)
                raise NotAskedError(f"{feed_id}: {why}")
            return await self._poll_one(fresh, now)

    async def _poll(self, state: FeedState) -> None:
        now, feed = self.last_round, self.plan.feeds.get(state.feed_id)
        if now is None or feed is None or feed.url != state.url:
            return  # the files changed meanwhile; what is still wanted is due again
        await self.poll_claimed(state, now)

    async def poll_claimed(self, state: FeedState, now: datetime) -> None:
        """Poll a feed of the plan under the lease that it was claimed by."""
        try:
            await self._poll_one(state, now)
        except LeaseLostError as lost:
            log.warning("poll.fenced", feed=state.feed_id, why=str(lost), next="nothing is written")

    async def _poll_one(self, state: FeedState, now: datetime) -> Poll:
        asked = PollRequest(
            feed=self.plan.feeds[state.feed_id],
            state=state,
            rules=self.plan.rules,
            feeds=len(self.plan.feeds),
            now=now,
            jitter=self.jitter(),
            wake=self.wake,
        )
        saved, began = False, asyncio.get_running_loop().time()
        try:
            result = await polling_poll.poll(asked, self.tools)
            saved = True
        finally:
            if not saved:
                await self._release(state)
        self.metrics.polled(result, asyncio.get_running_loop().time() - began)
        events.polled(result)
        return result

    async def _give_up(self, state: FeedState) -> None:
        """Let go of a feed whose turn came too late: it is still due."""
        await self._release(state)

    async def _release(self, state: FeedState) -> None:
        """Called where a poll broke off, whose own error must not be lost to a second one."""
        try:
            await self.database.write(
                lambda conn: store_feeds.release_one(conn, state.feed_id, state.lease)
            )
        except StoreError as error:
            log.warning(
                "feed.not_released",
                feed=state.feed_id,
                error=str(error),
                next=f"its lease ends by itself within {LEASE.total_seconds() / 60:.0f} minutes",
            )

    def new_lease(self) -> str:
        """A token that begins with this process's and was never used before."""
        return f"{self.token}.{next(self._leases)}"

    def _public(self, state: FeedState) -> bool:
        feed = self.plan.feeds.get(state.feed_id)
        return feed is None or not feed.allow_private

    async def abandon(self) -> None:
        """Give up the polls under way; they are due again at once."""
        await self.rounds.cancel()
        try:
            await self.database.write(lambda conn: store_feeds.release(conn, f"{self.token}."))
        except StoreError as error:
            log.warning(
                "feeds.not_released", error=str(error), next="their leases end by themselves"
            )

    # digests

    def digests(self) -> tuple[DigestConfig, ...]:
        """The digests to compose, one for each owner where they go to owners."""
        return routing.digests(self.plan.configuration.delivery, self.plan.rules.questions)

    def context(self) -> compose.Context:
        return compose.Context(
            rules=self.plan.rules,
            digests=self.digests(),
            base_url=self.settings.base_url,
            theme=self.theme,
            notices=(self.refusal.sentence(),) if self.refusal else (),
            teams=self.plan.configuration.delivery.teams,
        )

    async def compose_due(self, now: datetime) -> tuple[compose.Composed, ...]:
        context = self.context()

        def due(conn: Connection) -> tuple[compose.Composed, ...]:
            found = compose.compose_due(conn, context, now)
            if any(item.sent for item in found):
                waiting = store_outbox.due_channels(conn, now)
                self.wake(conn, [delivery(channel) for channel in waiting])
            return found

        with tracing.step("compose") as tell:
            composed = await self.database.write(due)
            tell(digests=len(composed), sent=sum(item.sent for item in composed))
        for item in composed:
            log.info(
                "digest.composed",
                digest=item.digest.name,
                slot=item.digest.slot,
                urgent=item.digest.urgent,
                sent=item.sent,
                flagged=len(item.digest.flagged),
            )
        return composed

    async def deliver_due(self, now: datetime, token: str) -> tuple[Delivery, ...]:
        """Send what is due by now on every channel; returns the rows that were tried."""
        due = await self.due_channels(now)
        tried = await asyncio.gather(*(self._lane(channel, now, token) for channel in due))
        return tuple(row for lane in tried for row in lane)

    async def due_channels(self, now: datetime) -> tuple[str, ...]:
        """The names of the channels that have something to send."""
        return await self.database.read(lambda conn: store_outbox.due_channels(conn, now))

    async def _lane(self, channel: str, now: datetime, token: str) -> list[Delivery]:
        tried = []
        while row := await self.deliver_next(channel, now, token):
            tried.append(row)
        return tried

    async def deliver_next(self, channel: str, now: datetime, token: str) -> Delivery | None:
        """Send the longest waiting message of one channel; None if none is due."""
        config = self.plan.configuration.delivery
        route = send.Route(
            name=channel,
            channel=self.channels.get(channel),
            holds=send.holds(config, channel),
            operators=config.operators,
            page=send.page_of(config, channel, self.settings),
        )
        row = await send.deliver_next(self.database, route, now=now, token=token)
        if row is not None:
            await self._tell_delivery(row)
        return row

    async def _tell_delivery(self, row: Delivery) -> None:
        after = await self.database.read(lambda conn: store_outbox.get(conn, row.id))
        if after is None:
            return
        flagged = await self.database.read(
            lambda conn: store_gauges.flagged_at(conn, row.digest_id)
        )
        self.metrics.delivered(after, flagged)
        events.delivered(after)

    async def tick(self, now: datetime) -> tick.Ticked:
        """Raise and expire what is due by the clock alone."""
        rules = self.plan.rules
        with tracing.step("tick") as tell:
            done = await self.database.write(lambda conn: tick.tick(conn, rules, now))
            tell(flags=len(done.flags), expired=len(done.expired))
        for flag in done.expired:
            log.info("flag.expired", flag=flag.id, brief=flag.brief)
        for flag in done.flags:
            for reason in flag.reasons:
                if reason.raised_at == done.at:
                    self.metrics.flagged(reason.kind.value)
                    events.flagged(reason)
        return done

    # configuration

    async def reload(self, now: datetime, *, force: bool = False) -> bool:
        """Take over changed files; True if a new plan is in force. Mistakes leave the old one."""
        return await daemon_reload.reload(self, now, force=force)

    def anonymous(self) -> str:
        """What to tell an operator if publishers have nobody to write to; "" if they have."""
        return presenting.anonymous(self.settings.contact, self.plan.feeds.values())

    # housekeeping

    async def clock_set(self, by: timedelta) -> dict[str, int]:
        """Somebody set the wall clock: what waits still waits as long as it would have.

        Leases go along either way. What was to come due goes along with a clock set back, or it
        would wait that much longer; a clock set ahead may have been wrong before, and does no
        harm. Returns how many feeds and deliveries were moved.
        """

        def move(conn: Connection) -> dict[str, int]:
            return {
                "feeds": store_feeds.move(conn, by),
                "deliveries": store_outbox.move(conn, by),
            }

        return await self.database.write(move)

    async def prune(self, now: datetime) -> None:
        """Drop what no entry is looked up by now, and once a night what is old enough to go."""
        await self.database.write(
            lambda conn: store_story_index.prune(conn, now - keys.INDEX_WINDOW)
        )
        zone = routing.desk_zone(self.plan.configuration.delivery)
        if await self.database.write(lambda conn: retention.take_night(conn, now, zone)):
            words = (now - timedelta(days=WORDS_DAYS)).date()
            await self.database.write(lambda conn: store_story_index.prune_words(conn, words))
            gone = await retention.prune(self.database, now, self.settings.keep_days)
            log.info("database.pruned", **gone)
        await asyncio.to_thread(garbage.give_back)
