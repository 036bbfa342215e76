"""Turns what happens and what stands in the tables into metrics for Prometheus.

Counters and lags begin anew with each start, as Prometheus expects; everything else is read when it
is asked for. No label names a feed, a person or a question: whoever reaches the port may ask.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import Enum
from typing import Final, TypeVar

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from monitor import __version__
from monitor.model.deliveries import Delivery, DeliveryState
from monitor.model.entries import DateTrust
from monitor.model.feeds import FeedHealth
from monitor.model.flags import FlagState
from monitor.model.workers import Duty
from monitor.polling.settle import Poll
from monitor.store.gauges import Gauges

PREFIX: Final = "signpost_"

E = TypeVar("E", bound=Enum)

LATE: Final = (60, 300, 900, 1800, 3600, 7200, 21600, 86400)
"""Seconds that news may take to be seen: a feed is asked every quarter of an hour."""

PROMPT: Final = (1, 2, 5, 10, 30, 60, 300, 900, 3600, 14400)
"""Seconds that our own work may take."""


class Metrics:
    """The metrics of one running program."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._count_what_happens()
        self._show_what_stands()

    def _count_what_happens(self) -> None:
        said = "Polls by what came of them: read, unchanged, or the code of an error."
        self._polls = self._counter("polls", said, "outcome")
        said = "Entries of polled documents: new, revised or unchanged."
        self._entries = self._counter("entries", said, "kind")
        said = "Reasons to look at a judgment again, by kind."
        self._reasons = self._counter("reasons", said, "kind")
        said = "Attempts to send a message, by the state they led to."
        self._tried = self._counter("deliveries", said, "state")
        said = "From the date that an entry in scope claims to the poll that found it."
        self._seen = self._histogram("published_to_seen_seconds", said, LATE)
        said = "From asking a feed to having stored the reason that its news gave."
        self._flagged = self._histogram("seen_to_flagged_seconds", said, PROMPT)
        said = "From a reason that interrupts to each message that a channel took."
        self._delivered = self._histogram("flagged_to_delivered_seconds", said, PROMPT)
        said = "From the outbox to a channel, for messages of every kind."
        self._sent = self._histogram("queued_to_delivered_seconds", said, PROMPT)

    def _show_what_stands(self) -> None:
        info = self._gauge("build_info", "Which version runs; always 1.", "version")
        info.labels(__version__).set(1)
        said = "Since the last round of polls was begun."
        self._round = self._gauge("round_age_seconds", said)
        said = "1 for each part of the work that no worker does; 0 where one daemon does it all."
        self._missing = self._gauge("workers_missing", said, "kind")
        self._feeds = self._gauge("feeds", "Configured feeds by health.", "health")
        said = "By how much the feed that is most overdue is late."
        self._overdue = self._gauge("poll_overdue_seconds", said)
        self._flags = self._gauge("flags", "Flags that want an answer, by state.", "state")
        said = "Age of the oldest flag that nobody acknowledged."
        self._oldest_flag = self._gauge("flag_age_seconds", said)
        self._outbox = self._gauge("outbox", "Messages that were not sent, by state.", "state")
        said = "Age of the message that waits for longest."
        self._oldest_delivery = self._gauge("outbox_age_seconds", said)
        said = "For how long changed files have been refused; 0 while they are in force."
        self._stale = self._gauge("configuration_stale_seconds", said)

    def _counter(self, name: str, said: str, label: str) -> Counter:
        return Counter(f"{PREFIX}{name}", said, [label], registry=self.registry)

    def _histogram(self, name: str, said: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(f"{PREFIX}{name}", said, buckets=buckets, registry=self.registry)

    def _gauge(self, name: str, said: str, *labels: str) -> Gauge:
        return Gauge(f"{PREFIX}{name}", said, labels, registry=self.registry)

    # what happens

    def polled(self, poll: Poll, took: float) -> None:
        """A poll ended; `took` seconds after it began everything was stored."""
        record = poll.record
        self._polls.labels(poll.came_to).inc()
        for kind in ("new", "revised", "unchanged"):
            self._entries.labels(kind).inc(getattr(record, kind))
        if poll.outcome is None:
            return
        for matched in poll.outcome.matched:
            entry, at = matched.entry, record.polled_at
            fresh = entry.seen_at == at and entry.revision == 1 and entry.alerts
            if fresh and entry.date_trust is DateTrust.CLAIMED:
                self._seen.observe(_seconds(entry.published_at, at))
        for raised in poll.outcome.raised:
            self.flagged(raised.reason.kind.value)
            self._flagged.observe(took)

    def flagged(self, kind: str) -> None:
        self._reasons.labels(kind).inc()

    def delivered(self, row: Delivery, flagged_at: datetime | None) -> None:
        """A message was tried; `row` is what became of it."""
        self._tried.labels(row.state.value).inc()
        if row.state is not DeliveryState.SENT or row.sent_at is None:
            return
        self._sent.observe(_seconds(row.queued_at, row.sent_at))
        if flagged_at is not None:
            self._delivered.observe(_seconds(flagged_at, row.sent_at))

    # what stands

    def text(
        self,
        found: Gauges,
        now: datetime,
        *,
        last_round: datetime | None,
        refused_since: datetime | None,
    ) -> bytes:
        """Everything, in Prometheus' text format."""
        self._round.set(_age(last_round, now))
        self._overdue.set(_age(found.due_since, now))
        self._oldest_flag.set(_age(found.oldest_flag, now))
        self._oldest_delivery.set(_age(found.oldest_delivery, now))
        self._stale.set(_age(refused_since, now))
        missing = found.cluster.missing if found.cluster else ()
        _set(self._missing, Duty, dict.fromkeys(missing, 1))
        _set(self._feeds, FeedHealth, found.feeds)
        _set(self._flags, (state for state in FlagState if state.live), found.flags)
        unsent = (state for state in DeliveryState if state is not DeliveryState.SENT)
        _set(self._outbox, unsent, found.deliveries)
        return generate_latest(self.registry)


def _set(gauge: Gauge, members: Iterable[E], counts: Mapping[E, int]) -> None:
    """Every member, also those that are none: an alert needs a 0 to compare with."""
    for member in members:
        gauge.labels(member.value).set(counts.get(member, 0))


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else _seconds(since, now)


def _seconds(since: datetime, until: datetime) -> float:
    """Never less than nothing: publishers' clocks go ahead."""
    return max((until - since).total_seconds(), 0.0)
