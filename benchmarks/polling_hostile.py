"""What documents that take feedparser for ever do to feeds beside them, for benchmarks.polling."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

from benchmarks.polling_server import document
from monitor.errors import ParseError
from monitor.feeds.pool import ParserPool

AUTHOR = b"<author>a@a" + b".a" * 40_000 + b"!</author>"
HOSTILE = {
    "author of 80 KB": AUTHOR,
    "60,000 attributes": b"<item " + b" ".join(b'a%d="1"' % n for n in range(60_000)) + b"/>",
    "40,000 categories": b"".join(b"<category>%d</category>" % n for n in range(40_000)),
    "markup 50,000 deep": b"<description>" + b"&lt;div&gt;" * 50_000 + b"x</description>",
    "url( 20,000 times": b"<description>&lt;p style='" + b"url(" * 20_000 + b"'&gt;</description>",
    "100,000 line ends": b"\n" * 100_000,
}
GOOD = 200


def wrapped(inside: bytes) -> bytes:
    return b"<rss version='2.0'><channel><item>" + inside + b"</item></channel></rss>"


@contextlib.asynccontextmanager
async def longest_gap() -> AsyncIterator[list[float]]:
    """The longest time that the event loop did not come round, in seconds, and CPU time in it."""
    found = [0.0, 0.0]

    async def beat() -> None:
        loop = asyncio.get_running_loop()
        while True:
            began, cpu = loop.time(), time.thread_time()
            await asyncio.sleep(0.005)
            found[0] = max(found[0], loop.time() - began - 0.005)
            found[1] = max(found[1], time.thread_time() - cpu)

    task = asyncio.create_task(beat())
    try:
        yield found
    finally:
        task.cancel()


async def cost(pool: ParserPool, body: bytes) -> tuple[float, str]:
    """Seconds in a worker, and what came of it."""
    began = asyncio.get_running_loop().time()
    try:
        await pool.parse(body, url="https://o.example/")
        said = "read"
    except ParseError as error:
        said = error.code
    return asyncio.get_running_loop().time() - began, said


async def report() -> str:
    """One table: each hostile document alone beside a stream of good ones."""
    lines = [
        "| document | seconds of a worker | outcome | longest gap | CPU in it | good, each |",
        "|---|---|---|---|---|---|",
    ]
    good = [document(number, 0) for number in range(GOOD)]
    async with ParserPool() as pool:
        await asyncio.gather(*(cost(pool, body) for body in good[:4]))
        for name, inside in {"(none)": b"<title>x</title>"}.items() | HOSTILE.items():
            async with longest_gap() as gap:
                hostile = asyncio.create_task(cost(pool, wrapped(inside)))
                began = asyncio.get_running_loop().time()
                for body in good:
                    await cost(pool, body)
                each = (asyncio.get_running_loop().time() - began) / GOOD
                seconds, said = await hostile
            lines.append(
                f"| {name} | {seconds:.1f} | {said} | {gap[0] * 1e3:.0f} ms | "
                f"{gap[1] * 1e3:.0f} ms | {each * 1e3:.0f} ms |"
            )
    return "\n".join(lines)
