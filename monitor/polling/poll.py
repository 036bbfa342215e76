"""Asks one feed, has the answer parsed, and hands both to the transaction that settles it.

Nothing is open during HTTP or parsing, and nothing is written here.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection

from monitor.errors import FeedError, ParseError
from monitor.feeds import headers
from monitor.feeds.document import WEB_PAGE
from monitor.feeds.fetch import Fetcher
from monitor.feeds.pool import ParserPool
from monitor.feeds.rows import MAX_ENTRIES
from monitor.model.feeds import Feed, FeedFormat, FeedState, Fetched, ParsedFeed
from monitor.polling import network as polling_network
from monitor.polling import robots
from monitor.polling.network import Network
from monitor.polling.settle import Poll, PollRequest, failed, fingerprint, succeeded
from monitor.runtime import tracing
from monitor.runtime.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What a poll needs from outside."""

    database: Database
    fetcher: Fetcher
    parser: ParserPool
    network: Network


async def poll(asked: PollRequest, tools: Tools) -> Poll:
    """Fetch, parse, and store what is new. A failing feed is recorded, never raised.

    Raises LeaseLostError when somebody else has taken the feed over meanwhile; nothing is written.
    """
    with tools.database.near(), tracing.step("poll", feed=asked.feed.id) as tell:
        result = await _poll(asked, tools)
        tell(outcome=result.came_to, new=result.record.new, revised=result.record.revised)
        if result.outcome:
            tell(matched=len(result.outcome.matched), reasons=len(result.outcome.raised))
        return result


async def _poll(asked: PollRequest, tools: Tools) -> Poll:
    loop = asyncio.get_running_loop()
    started = loop.time()
    try:
        with tracing.step("fetch") as tell:
            fetched = await _fetch(asked, tools)
            tell(status=fetched.status, bytes=len(fetched.body))
        # now and then everything is read anew, whatever is known of it
        known = b"" if asked.unconditional else asked.state.items
        poll = await _taken_in(asked, fetched, known, tools, started)
        return poll or await _must(_taken_in(asked, fetched, b"", tools, started))
    except FeedError as error:
        failure, took = error, loop.time() - started  # `error` is gone after this clause
        return await _store(tools, lambda conn: failed(conn, asked, failure, tools.network, took))


async def _taken_in(
    asked: PollRequest, fetched: Fetched, known: bytes, tools: Tools, started: float
) -> Poll | None:
    """Read an answer without its known items, and store it; None where only the whole will do."""
    with tracing.step("parse"):
        document = await _parse(asked, fetched, tools.parser, known)
    if document and document.sitemaps:
        # what an index says of itself vouches for none of the documents that it lists
        fetched = replace(fetched, etag="", last_modified="", body=b"")
        document = await _indexed(asked, document, tools)
    if _turns_out_a_sitemap(asked.feed, document):
        await _leave(asked, tools)
    took = asyncio.get_running_loop().time() - started

    def settle(conn: Connection) -> Poll | None:
        poll = succeeded(conn, asked, fetched, document, tools.network, took)
        if poll:
            polling_network.recovered(conn, asked.state, asked.now)
        return poll

    return await _store(tools, settle)


async def _must(taken: Awaitable[Poll | None]) -> Poll:
    poll = await taken
    assert poll is not None  # noqa: S101 a whole document is always enough
    return poll


T = TypeVar("T")


async def _store(tools: Tools, step: Callable[[Connection], T]) -> T:
    with tracing.step("store"):
        return await tools.database.share(step)


def unwelcome(state: FeedState, now: datetime) -> str:
    """Why a feed should not be asked now, though a person wishes it; "" if it may be."""
    if state.gone:
        return "its server said that it is gone for good; --force asks again"
    if state.retry_at is not None and now < state.retry_at:
        until = f"{state.retry_at:%Y-%m-%d %H:%M} UTC"
        return f"its server asked to be left alone until {until}; --force asks anyway"
    return ""


async def _fetch(asked: PollRequest, tools: Tools) -> Fetched:
    state = asked.state
    if asked.feed.format is FeedFormat.SITEMAP:
        await _leave(asked, tools)
    return await tools.fetcher.fetch(
        asked.feed,
        address=state.address,
        etag="" if asked.unconditional else state.etag,
        last_modified="" if asked.unconditional else state.last_modified,
        validators_url=state.validators_url,
        now=asked.now,
    )


def _turns_out_a_sitemap(feed: Feed, document: ParsedFeed | None) -> bool:
    """Robots.txt is about sitemaps; here only the document could say that it is one."""
    told = feed.format is not FeedFormat.AUTO
    return not told and document is not None and document.format == FeedFormat.SITEMAP


async def _leave(asked: PollRequest, tools: Tools) -> None:
    await robots.require(
        asked.feed,
        asked.state.address,
        database=tools.database,
        fetcher=tools.fetcher,
        now=asked.now,
    )


async def _parse(
    asked: PollRequest, fetched: Fetched, parser: ParserPool, known: bytes
) -> ParsedFeed | None:
    """None when there is nothing new to read: not modified, or the very same bytes."""
    if fetched.status == 304 or fingerprint(fetched.body) == asked.state.body_hash:
        return None
    try:
        return await parser.parse(
            fetched.body,
            url=asked.feed.url,  # as configured: a redirect that flips must not rename every entry
            content_type=fetched.content_type,
            format=asked.feed.format,
            items=known,
            salt=f"{asked.feed.language} {asked.feed.timezone} {asked.feed.format}",
        )
    except ParseError as error:
        if error.code != WEB_PAGE or not (where := _led_elsewhere(asked, fetched)):
            raise
        text = f"{where}, which is a web page"
        raise ParseError(WEB_PAGE, text) from error


def _led_elsewhere(asked: PollRequest, fetched: Fetched) -> str:
    """Where redirects led, as the publisher's own page does for a feed that was closed."""
    start = str(headers.address(asked.state.address))
    place = fetched.url.partition("?")[0]  # a query may be long, and hold what is not to be shown
    if fetched.moved_to:
        return f"moved to {place}"
    return "" if fetched.url == start else f"redirects to {place}"


async def _indexed(asked: PollRequest, index: ParsedFeed, tools: Tools) -> ParsedFeed:
    """The news of the sitemaps that an index lists, one after the other; their failures are told.

    Raises the first failure when none of them can be read.
    """
    read: list[ParsedFeed] = []
    failures: list[FeedError] = []
    for address in index.sitemaps:
        try:
            await robots.require(
                asked.feed, address, database=tools.database, fetcher=tools.fetcher, now=asked.now
            )
            fetched = await tools.fetcher.fetch(asked.feed, address=address, now=asked.now)
            document = await tools.parser.parse(
                fetched.body,
                url=address,
                content_type=fetched.content_type,
                format=FeedFormat.SITEMAP,
            )
        except FeedError as error:
            failures.append(error)
        else:
            read += [document] if not document.sitemaps else []
    if not read:
        raise (
            failures[0] if failures else ParseError("sitemap-index", "it lists only other indexes")
        )
    warnings = [warning for document in (index, *read) for warning in document.warnings]
    return replace(
        read[0],
        entries=tuple(entry for document in read for entry in document.entries)[:MAX_ENTRIES],
        warnings=(*warnings, *(f"a sitemap of the index: {failure}" for failure in failures)),
    )
