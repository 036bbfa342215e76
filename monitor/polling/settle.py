"""Turns what a poll came back with into stored entries and a new state of its feed.

One transaction, without HTTP or parsing in it. Validators are stored with the entries they vouch
for, so a crash before its end makes the next poll ask for the same document, and nothing is lost.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from monitor.core.feeds import health, normalise, polled, polling
from monitor.core.feeds.normalise import Normalised
from monitor.core.feeds.polled import DocumentReading, Polled
from monitor.core.judging import limits
from monitor.core.judging.rules import Rules
from monitor.errors import FeedError, LeaseLostError
from monitor.feeds import incremental
from monitor.feeds.incremental import ItemMemory
from monitor.model.entries import DateTrust, Entry, Sorted
from monitor.model.feeds import Feed, FeedNotice, FeedState, Fetched, ParsedFeed, PollRecord
from monitor.model.matches import Outcome
from monitor.polling import ingest
from monitor.polling import network as polling_network
from monitor.polling.network import Network
from monitor.polling.recognise import recognise
from monitor.runtime.notify import COMPOSE, Wake, nobody
from monitor.store import feeds as store_feeds

TOO_MANY = "http-429"


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """What one poll came to. `error` is the feed's failure, stored and scheduled already."""

    feed: Feed
    record: PollRecord
    outcome: Outcome | None = None
    warnings: tuple[str, ...] = ()
    notices: tuple[FeedNotice, ...] = ()
    error: FeedError | None = None

    @property
    def came_to(self) -> str:
        """One word: “read”, “unchanged”, or the code of the error."""
        if self.error:
            return self.error.code
        return "read" if self.record.new + self.record.revised else "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class PollRequest:
    """One poll under way: the feed, what is remembered of it, and what to decide by."""

    feed: Feed
    state: FeedState
    rules: Rules
    feeds: int  # how many are polled
    now: datetime
    jitter: float
    wake: Wake = nobody

    @property
    def unconditional(self) -> bool:
        read_at = self.state.read_at
        return read_at is not None and self.now - read_at >= polling.UNCONDITIONAL


def fingerprint(body: bytes) -> str:
    """SHA-256 of a document, in hexadecimal digits: whether it is the very same."""
    return hashlib.sha256(body).hexdigest()


def succeeded(
    conn: Connection,
    asked: PollRequest,
    fetched: Fetched,
    document: ParsedFeed | None,
    network: Network,
    took: float,
) -> Poll | None:
    """Store what a document brought, with the validators that vouch for it.

    `document` is None where there was nothing new to read. None: nothing was written, for what is
    new in it may be an entry that was left out as known, and only the whole document can tell.
    Raises LeaseLostError.
    """
    before = asked.state
    _require_lease(conn, before)
    found = _read(conn, asked, document) if document else None
    if found and found.known and found.parts.displaced:
        return None
    same_as = ""
    if fetched.url != before.address:
        same_as = store_feeds.at_address(conn, fetched.url, but=before.feed_id)
    after = polled.succeeded(
        asked.feed,
        before,
        fetched,
        document=None if document and document.items and document.items.same_header else document,
        reading=found.reading if found else None,
        arrivals=store_feeds.arrivals(conn, before.feed_id) if found and found.parts.new else (),
        body_hash=fingerprint(fetched.body) if document else "",
        same_as=same_as,
        items=_remembered(asked, document, found) if document else None,
        now=asked.now,
        jitter=asked.jitter,
    )
    record = _record(asked, after.state, took, status=fetched.status, found=found)
    notices = (*after.notices, *polling_network.answered(conn, network, asked.now))
    save(conn, after, record, before)
    outcome = _take_in(conn, asked, found.parts) if found else None
    if outcome and outcome.raised:
        asked.wake(conn, [COMPOSE])
    warnings = (*document.warnings, *found.warnings) if document and found else ()
    return Poll(feed=asked.feed, record=record, outcome=outcome, warnings=warnings, notices=notices)


def _take_in(conn: Connection, asked: PollRequest, parts: Sorted) -> Outcome:
    def speaking(conn: Connection) -> int:
        return limits.speaking(asked.rules.outlets, store_feeds.up(conn).outlets_up)

    return ingest.take_in(
        conn, parts.new, parts.revised, rules=asked.rules, now=asked.now, speaking=speaking
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A document beside the archive."""

    result: Normalised
    parts: Sorted
    known: int = 0  # entries that were read before, and were not looked at again

    @property
    def warnings(self) -> tuple[str, ...]:
        return (*self.result.warnings, *self.parts.notes)

    @property
    def unchanged(self) -> int:
        return len(self.parts.unchanged) + self.known

    @property
    def reading(self) -> DocumentReading:
        return DocumentReading(
            new=len(self.parts.new),
            earlier=self.unchanged + len(self.parts.revised),
            oldest=_oldest(self.parts.new),
        )


def _read(conn: Connection, asked: PollRequest, document: ParsedFeed) -> _Found:
    first = asked.state.first_poll
    result = normalise.entries(document, asked.feed, first_poll=first, now=asked.now)
    marks = document.items.known if document.items else ()
    known = sum(mark & incremental.COUNTED for mark in marks)
    parts = recognise(conn, asked.feed.id, result, asked.rules)
    return _Found(result=result, parts=parts, known=known)


def _remembered(asked: PollRequest, document: ParsedFeed, found: _Found | None) -> bytes:
    """The items of a document that need not be read again, once what they brought is stored."""
    items = document.items
    if items is None:
        return b""
    # what was left out for changing too often may be taken in another time
    settled = found is None or not found.parts.flapping
    marks = normalise.remembered(document, asked.feed) if settled else items.known
    return ItemMemory(items.context, items.header, marks).pack()


def _oldest(entries: tuple[Entry, ...]) -> datetime | None:
    if not entries or any(entry.date_trust is not DateTrust.CLAIMED for entry in entries):
        return None
    return min(entry.published_at for entry in entries)


def failed(
    conn: Connection, asked: PollRequest, error: FeedError, network: Network, took: float
) -> Poll:
    """Store that a feed could not be read, and when it is asked again. Raises LeaseLostError."""
    before, now = asked.state, asked.now
    _require_lease(conn, before)
    if error.code in health.UNREACHED:
        notices = polling_network.unreached(conn, network, before, feeds=asked.feeds, now=now)
    else:
        notices = polling_network.answered(conn, network, now)
    after = polled.failed(
        asked.feed, before, error, network_down=network.down, now=now, jitter=asked.jitter
    )
    record = _record(asked, after.state, took, error=error)
    save(conn, after, record, before)
    if error.code == TOO_MANY and not asked.feed.allow_private:
        _pause_host(conn, before, error.retry_at or after.state.next_poll_at)
    return Poll(feed=asked.feed, record=record, notices=(*after.notices, *notices), error=error)


def _require_lease(conn: Connection, state: FeedState) -> None:
    """A poller that slept longer than its lease must not write over what its successor wrote."""
    if not store_feeds.holds(conn, state.feed_id, state.lease):
        raise LeaseLostError(f"{state.feed_id}: somebody else polls it by now")


def _pause_host(conn: Connection, asked: FeedState, until: datetime) -> None:
    """What a public server says of one feed it means of all that are asked there."""
    others = [
        state.feed_id
        for state in store_feeds.states(conn)
        if state.host == asked.host and state.feed_id != asked.feed_id
    ]
    store_feeds.pause(conn, others, until)


def save(
    conn: Connection, after: Polled, record: PollRecord, before: FeedState | None = None
) -> None:
    """Write what a poll made of its feed: its state, what is to be told, gaps that begin or end."""
    store_feeds.save_poll(conn, after.state, record, before)
    if after.closes:
        store_feeds.close_gaps(
            conn, after.state.feed_id, at=record.polled_at, made_good=after.made_good
        )
    store_feeds.add_notices(conn, after.notices, gaps=[after.gap] if after.gap else ())


def _record(
    asked: PollRequest,
    after: FeedState,
    took: float,
    *,
    status: int = 0,
    found: _Found | None = None,
    error: FeedError | None = None,
) -> PollRecord:
    said = error.code.removeprefix("http-") if error else ""
    return PollRecord(
        polled_at=asked.now,
        next_poll_at=after.next_poll_at,
        ok=error is None,
        status=int(said) if said.isdecimal() else status,
        fail_count=after.fail_count,
        error_code=error.code if error else "",
        error_text=str(error) if error else "",
        gone=after.gone,
        new=len(found.parts.new) if found else 0,
        revised=len(found.parts.revised) if found else 0,
        unchanged=found.unchanged if found else 0,
        seconds=round(took, 3),
    )
