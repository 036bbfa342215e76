"""Turns one poll of one feed into stored entries, stories, evidence and flags, in one transaction.

Nothing is open during HTTP or parsing. Validators are stored with the entries they vouch for, so a
crash in between makes the next poll ask again for the same document, and nothing is lost.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from monitor.core import identity, indicators, normalise, polling, weigh
from monitor.core.assess import assess, match_all
from monitor.core.rules import Rules
from monitor.errors import FeedError
from monitor.feeds.fetch import Fetcher
from monitor.feeds.pool import ParserPool
from monitor.model.entries import Entry
from monitor.model.feeds import Feed, FeedState, Fetched, ParsedFeed, PollRecord
from monitor.model.flags import Review
from monitor.model.matches import Matched
from monitor.model.outcome import Known, Outcome
from monitor.model.questions import IndicatorState
from monitor.service.database import Database
from monitor.store import entries as store_entries
from monitor.store import evidence as store_evidence
from monitor.store import feeds as store_feeds
from monitor.store import flags as store_flags
from monitor.store import indicators as store_indicators
from monitor.store import matches as store_matches
from monitor.store import resolutions as store_resolutions
from monitor.store import stories as store_stories

GROUPING_WINDOW = timedelta(days=4)
"""How far back stories are read: a root may be 72 hours old, and dates a day off."""

MEMORY = timedelta(days=60)
"""How far back triggers look at least: 58 days tell what is usual, and no pause is longer."""

GROUPING_LIMIT = timedelta(days=14)
"""Entries dated earlier than this are grouped with this stretch of the archive only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """What one poll came to. `error` is the feed's failure, stored and scheduled already."""

    feed: Feed
    record: PollRecord
    outcome: Outcome | None = None
    warnings: tuple[str, ...] = ()
    error: FeedError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What a poll needs from outside."""

    database: Database
    fetcher: Fetcher
    parser: ParserPool


async def poll(
    feed: Feed, state: FeedState, *, tools: Tools, rules: Rules, now: datetime, jitter: float
) -> Poll:
    """Fetch, parse, and store what is new. A failing feed is recorded, never raised."""
    try:
        fetched = await tools.fetcher.fetch(
            feed, etag=state.etag, last_modified=state.last_modified, now=now
        )
        parsed = await _parse(feed, state, fetched, tools.parser)
    except FeedError as error:
        return await _failed(feed, state, error, tools=tools, now=now, jitter=jitter)
    record = _success(feed, fetched, parsed, now=now, jitter=jitter)
    if parsed is None:
        await tools.database.write(lambda conn: store_feeds.save_poll(conn, feed.id, record))
        return Poll(feed=feed, record=record)
    result = normalise.entries(parsed, feed, first_poll=state.first_poll, now=now)
    warnings = (*parsed.warnings, *result.warnings)
    return await tools.database.write(
        lambda conn: _store(conn, feed, record, result.entries, warnings, rules, now)
    )


async def _parse(
    feed: Feed, state: FeedState, fetched: Fetched, parser: ParserPool
) -> ParsedFeed | None:
    """None when there is nothing new to read: not modified, or the very same bytes."""
    if fetched.status == 304 or _digest(fetched.body) == state.body_hash:
        return None
    return await parser.parse(
        fetched.body, url=fetched.url, content_type=fetched.content_type, format=feed.format
    )


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _success(
    feed: Feed, fetched: Fetched, parsed: ParsedFeed | None, *, now: datetime, jitter: float
) -> PollRecord:
    ttl = parsed.ttl if parsed else None
    modified = fetched.status != 304
    return PollRecord(
        polled_at=now,
        next_poll_at=polling.after_success(feed, fetched=fetched, ttl=ttl, now=now, jitter=jitter),
        ok=True,
        status=fetched.status,
        # a 304 without validators leaves the stored ones in force; a 200 without clears them
        etag=fetched.etag if modified or fetched.etag else None,
        last_modified=fetched.last_modified if modified or fetched.last_modified else None,
        body_hash=_digest(fetched.body) if parsed else None,
    )


async def _failed(
    feed: Feed, state: FeedState, error: FeedError, *, tools: Tools, now: datetime, jitter: float
) -> Poll:
    fail_count = state.fail_count + 1
    record = PollRecord(
        polled_at=now,
        next_poll_at=polling.after_failure(
            feed, fail_count=fail_count, retry_at=error.retry_at, now=now, jitter=jitter
        ),
        ok=False,
        fail_count=fail_count,
        error_code=error.code,
        error_text=str(error),
        gone=error.gone,
    )
    await tools.database.write(lambda conn: store_feeds.save_poll(conn, feed.id, record))
    return Poll(feed=feed, record=record, error=error)


def _store(
    conn: Connection,
    feed: Feed,
    record: PollRecord,
    entries: Sequence[Entry],
    warnings: tuple[str, ...],
    rules: Rules,
    now: datetime,
) -> Poll:
    known = store_entries.known(conn, feed.id, [entry.key for entry in entries])
    parts = identity.sort(entries, known)
    live = replace(rules, outlets=min(rules.outlets, store_feeds.outlets_up(conn)))
    outcome = take_in(conn, parts.new, parts.revised, rules=live, now=now)
    final = replace(
        record,
        new=len(parts.new),
        revised=len(parts.revised),
        unchanged=len(parts.unchanged),
    )
    store_feeds.save_poll(conn, feed.id, final)
    return Poll(feed=feed, record=final, outcome=outcome, warnings=warnings)


def take_in(
    conn: Connection,
    new: Sequence[Entry],
    revised: Sequence[Entry],
    *,
    rules: Rules,
    now: datetime,
) -> Outcome:
    """Assess new and revised entries against the store and write everything decided.

    The one way into the archive: polling and replay both come through here.
    """
    matched = match_all((*new, *revised), rules)
    relevant = [item for item in matched if item.relevant]
    known = read_known(conn, relevant, rules=rules, now=now) if relevant else Known()
    outcome = assess(matched, known=known, rules=rules, now=now)
    store_entries.insert(conn, new)
    store_entries.revise(conn, revised, at=now)
    store_matches.add(conn, outcome.matched, rules=rules.version, at=now)
    store_stories.save(conn, outcome.stories, outcome.links)
    store_evidence.append(conn, outcome.evidence)
    store_flags.raise_all(conn, outcome.raised)
    return outcome


def read_known(
    conn: Connection, arriving: Sequence[Matched], *, rules: Rules, now: datetime
) -> Known:
    """What the store knows that deciding on these entries may depend on."""
    earliest = min(item.entry.published_at for item in arriving)
    window = max(earliest, now - GROUPING_LIMIT) - GROUPING_WINDOW
    stories = {story.id: story for story in store_stories.window(conn, window)}
    own = store_stories.of_entries(conn, [item.entry.id for item in arriving])
    stories |= {story.id: story for story in own}
    members = [member.entry_id for story in stories.values() for member in story.members]
    reviews = store_flags.last_resets(conn)
    start = memory_from(rules, reviews, earliest, now)
    states = store_indicators.read(conn)
    hit = sorted({match.indicator for item in arriving for match in item.matches})
    return Known(
        stories=tuple(stories.values()),
        evidence=store_evidence.current(conn, since=start),
        older=store_evidence.older(conn, before=start, indicators=hit),
        flags=store_flags.recent(conn, start),
        reviews=reviews,
        matched=store_matches.matched(conn, members),
        indicators=states,
        demoted=read_demoted(conn, rules, states),
        resolved=frozenset(store_resolutions.current(conn)),
    )


def read_demoted(
    conn: Connection, rules: Rules, states: Sequence[IndicatorState]
) -> frozenset[tuple[str, str]]:
    """(question, indicator) pairs that count one level weaker, because they misfired twice."""
    questions = {brief.key: question.id for question, brief, _ in rules.pairs()}
    return indicators.demoted(store_flags.blamed(conn), states, questions)


def memory_from(
    rules: Rules, reviews: Sequence[Review], earliest: datetime, now: datetime
) -> datetime:
    """From when on evidence and flags must be known to decide on entries dated `earliest` or later.

    The ledger's start, or the stretch that triggers look back; before either, what a story's points
    depend on.
    """
    start = min(ledger_start(rules, reviews), now - MEMORY, earliest)
    return start - weigh.SATURATION


def ledger_start(rules: Rules, reviews: Sequence[Review]) -> datetime:
    """The earliest moment from which any brief's ledger counts."""
    resets = {review.brief: review for review in reviews}
    starts = [weigh.counted_from(brief, resets) for _, brief, _ in rules.pairs()]
    known = [start for start in starts if start is not None]
    if len(known) < len(starts) or not known:
        return BEGINNING
    return min(known)


BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""Before everything: a brief without a publication date counts all there is."""
