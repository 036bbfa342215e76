"""Parsing in processes that can be killed. S8: a hostile document costs a worker, no more."""

import asyncio
import gc
import os
import signal
import threading
from pathlib import Path

import pytest

from monitor.errors import ParseError
from monitor.feeds.parse import parse
from monitor.feeds.pool import ParserPool
from monitor.model.feeds import FeedFormat, ParsedFeed

pytestmark = pytest.mark.slow

URL = "https://news.example/feed.xml"
GOOD = (
    "<rss version='2.0'><channel><title>World</title><ttl>15</ttl>"
    "<item><title>회담 “resumes”</title><pubDate>Mon, 02 Mar 2026 12:00:00 GMT</pubDate></item>"
    "<item><title>No date</title></item></channel></rss>"
).encode()
AUTHOR = b"<author>a@a" + b".a" * 40_000 + b"!</author>"
BODIES = {
    "author": b"<rss version='2.0'><channel><item>" + AUTHOR + b"</item></channel></rss>",
    "attributes": b"<rss version='2.0'><channel><item "
    + b" ".join(b'a%d="1"' % n for n in range(60_000))
    + b"/></channel></rss>",
    "categories": b"<rss version='2.0'><channel><item>"
    + b"".join(b"<category>%d</category>" % n for n in range(40_000))
    + b"</item></channel></rss>",
}


CHILDREN = Path(f"/proc/self/task/{os.getpid()}/children")
needs_proc = pytest.mark.skipif(not CHILDREN.exists(), reason="this system lists no children")


def processes() -> set[int]:
    """The children of this process."""
    return {int(pid) for pid in CHILDREN.read_text("ascii").split()}


def environment(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


async def code(pool: ParserPool, document: bytes) -> str:
    with pytest.raises(ParseError) as caught:
        await pool.parse(document, url=URL)
    return caught.value.code


async def test_a_worker_answers_what_parse_answers() -> None:
    async with ParserPool() as pool:
        assert await pool.parse(GOOD, url=URL) == parse(GOOD, url=URL)
        assert await code(pool, b"<html/>") == "html"
        with pytest.raises(ParseError, match="without news titles"):
            await pool.parse(b"<x>", url=URL, format=FeedFormat.SITEMAP)


@needs_proc
async def test_workers_start_when_needed_and_end_with_the_pool() -> None:
    before = processes()
    async with ParserPool(workers=3) as pool:
        assert processes() == before
        await pool.parse(GOOD, url=URL)
        await pool.parse(GOOD, url=URL)
        assert len(processes() - before) == 1
        await asyncio.gather(*(pool.parse(GOOD, url=URL) for _ in range(8)))
        assert len(processes() - before) == 3
    assert processes() == before


@pytest.mark.parametrize("name", BODIES)
async def test_s8_a_document_that_takes_too_long_ends_its_worker(name: str) -> None:
    async with ParserPool(workers=1, cpu_seconds=1) as pool:
        assert await code(pool, BODIES[name]) == "parse-timeout"
        assert len((await pool.parse(GOOD, url=URL)).entries) == 2


@pytest.mark.parametrize(
    ("before", "inside"),
    [
        (b"", b"<description>&lt;p style='" + b"url(" * 20_000 + b"'&gt;x</description>"),
        (b"\n" * 100_000, b"<title>x</title>"),
        (b"", b"<description>" + b"&lt;!--" * 30_000 + b"</description>"),
        (b"", b"<description>" + b"&lt;div&gt;" * 50_000 + b"x</description>"),
    ],
)
async def test_s8_blow_ups_of_feedparsers_own_are_defused(before: bytes, inside: bytes) -> None:
    """Each took it from 3 to 40 seconds; here it is read like any other, in time."""
    document = b"<rss version='2.0'><channel><item>" + inside + b"</item></channel></rss>"
    async with ParserPool(workers=1) as pool:
        assert len((await pool.parse(before + document, url=URL)).entries) == 1


async def test_s8_a_document_that_takes_too_much_memory_ends_its_worker() -> None:
    async with ParserPool(workers=1, memory_bytes=64 * 2**20, wall_seconds=20) as pool:
        wide = b"<rss version='2.0'><channel>" + b"<item/>" * 700_000 + b"</channel></rss>"
        assert await code(pool, wide) == "parse-crash"
        assert len((await pool.parse(GOOD, url=URL)).entries) == 2


async def test_s8_the_event_loop_goes_on_meanwhile() -> None:
    """Would hang for ever if the loop were blocked until the document is done."""
    async with ParserPool(workers=1, wall_seconds=1) as pool:
        hostile = asyncio.create_task(code(pool, BODIES["author"]))
        turns = 0
        while not hostile.done():
            turns += 1
            await asyncio.sleep(0.01)
        assert turns > 10
        assert await hostile == "parse-timeout"


@needs_proc
async def test_a_worker_killed_while_idle_is_replaced() -> None:
    before = processes()
    async with ParserPool(workers=1) as pool:
        await pool.parse(GOOD, url=URL)
        (worker,) = processes() - before
        os.kill(worker, signal.SIGKILL)
        codes = []
        for _ in range(2):  # the pool may learn of it only from the broken pipe
            try:
                await pool.parse(GOOD, url=URL)
            except ParseError as error:
                codes.append(error.code)
        assert codes in ([], ["parse-crash"])


@pytest.mark.parametrize("turns", [0, 1, 2, 5, 50])
async def test_an_interrupted_worker_gets_no_second_document(turns: int) -> None:
    """The answer to an abandoned document must not be taken for that of the next."""
    other = GOOD.replace(b"World", b"Other")
    async with ParserPool(workers=1) as pool:
        await pool.parse(GOOD, url=URL)
        asking = asyncio.create_task(pool.parse(BODIES["categories"], url=URL))
        for _ in range(turns):
            await asyncio.sleep(0)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert (await pool.parse(other, url=URL)).title == "Other"


async def test_closing_waits_for_documents_in_work() -> None:
    async with ParserPool(workers=1) as pool:
        asking = asyncio.create_task(pool.parse(GOOD, url=URL))
        await asyncio.sleep(0)
    assert len((await asking).entries) == 2


def test_the_loop_may_run_in_any_thread() -> None:
    found: list[ParsedFeed] = []

    async def work() -> None:
        async with ParserPool(workers=1) as pool:
            found.append(await pool.parse(GOOD, url=URL))

    thread = threading.Thread(target=lambda: asyncio.run(work()))
    thread.start()
    thread.join()
    assert found == [parse(GOOD, url=URL)]


@needs_proc
async def test_a_worker_sees_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_SECRET", "hush")
    before = processes()
    async with ParserPool(workers=1) as pool:
        await pool.parse(GOOD, url=URL)
        (worker,) = processes() - before
        assert b"hush" not in environment(worker)


async def test_nothing_is_left_for_the_garbage_collector() -> None:
    """An unclosed pipe or process would warn here, and warnings are errors."""
    async with ParserPool(workers=1, wall_seconds=1) as pool:
        await code(pool, BODIES["author"])
        await pool.parse(GOOD, url=URL)
    gc.collect()
