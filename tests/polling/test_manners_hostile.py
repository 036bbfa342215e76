"""S1 to S15: what a hostile server or document can do to us, which must be next to nothing.

Each goes through the daemon's own poll; tests/feeds has the finer cases.
"""

import asyncio
import contextlib
import gzip
import resource
import socket
import threading
import zlib
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from monitor.core.feeds.normalise import unstored
from monitor.daemon.app import App
from monitor.feeds.fetch import Fetcher
from monitor.feeds.guard import any_address
from monitor.feeds.pool import ParserPool
from monitor.model.entries import Entry
from monitor.store import entries as store_entries
from tests.loopback import Loopback, Step, answer, redirect
from tests.support.manners import configure, document, opened, page, poll
from tests.support.polls import state
from tests.support.scene import START, Scene, at

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"
CAP = 5_000_000


async def code(app: App, hours: float = 0, feed: str = "a") -> str:
    """Why the poll failed; "" if it did not. The daemon and its database outlive it."""
    error = (await poll(app, hours, feed)).error
    return error.code if error else ""


def stored(app: App) -> list[Entry]:
    return app.database.read_now(lambda conn: list(store_entries.stream(conn)))


@contextlib.asynccontextmanager
async def fetching(app: App, **how: Any) -> AsyncIterator[None]:
    """The program with another Fetcher: a shorter deadline, other names."""
    async with Fetcher(user_agent="test", **{"guard": any_address, **how}) as fetcher:
        app.tools = replace(app.tools, fetcher=fetcher)
        yield


async def test_s1_the_cap_counts_the_unpacked_document(scene: Scene, server: Loopback) -> None:
    configure(scene, server)
    fits = document("One").ljust(CAP)
    server.script = [
        answer(body=gzip.compress(fits + b" "), Content_Encoding="gzip"),
        answer(body=gzip.compress(fits), Content_Encoding="gzip"),
    ]
    async with opened(scene) as app:
        assert [await code(app), await code(app, 1)] == ["too-large", ""]


@pytest.mark.slow
async def test_s2_a_bomb_costs_next_to_no_memory(scene: Scene, server: Loopback) -> None:
    """A quarter of a megabyte that would unpack to a quarter of a gigabyte."""
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(2**20)) for _ in range(256)) + packer.flush()
    configure(scene, server)
    server.script = [answer(body=bomb, Content_Encoding="gzip")]
    server.script += [
        answer(body=bomb, Content_Encoding=encoding) for encoding in ("br", "zstd", "gzip, gzip")
    ]
    async with opened(scene) as app:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        assert await code(app) == "too-large"
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000, "kilobytes"
        assert [await code(app, hour) for hour in (1, 2, 3)] == ["bad-encoding"] * 3


def drip(begun: bytes) -> Step:
    """Begins, and then sends a byte every twentieth of a second, for ever."""

    async def step(writer: asyncio.StreamWriter) -> None:
        writer.write(begun)
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    return step


async def test_s3_one_deadline_covers_headers_and_body_and_hangs_up(
    scene: Scene, server: Loopback
) -> None:
    configure(scene, server)
    server.script = [drip(b"HTTP/1.1 200 OK\r\nX-Slow: "), drip(HEAD), page("One")]
    async with opened(scene) as app, fetching(app, deadline_seconds=0.5):
        assert [await code(app, hour) for hour in range(3)] == ["timeout", "timeout", ""]
        await server.idle.wait()  # the drips met closed connections


async def test_s4_redirects_end_and_lead_to_web_addresses_only(
    scene: Scene, server: Loopback
) -> None:
    configure(scene, server)
    async with opened(scene) as app:
        server.script = [redirect(f"/{'x' * n}") for n in range(20)]
        assert await code(app) == "redirect-loop"
        assert len(server.requests) == 6
        for hour, target in enumerate(["file:///etc/passwd", "ftp://a.example/", "/a.xml"], 1):
            server.script = [redirect(target)]
            expected = "redirect-loop" if target == "/a.xml" else "redirect-refused"
            assert await code(app, hour) == expected
        server.script = [page("One")]
        server.routes["/a.xml"] = [redirect(server.url("/b").replace("//", "//u:p@"))]
        assert await code(app, 5) == ""
        assert server.sent("Authorization") is None


async def test_s5_no_inner_address_is_reached_by_any_hop_or_name(
    scene: Scene, server: Loopback
) -> None:
    """The guard sees what is connected to, whatever a name meant when it was looked at before."""
    port = server.base.rpartition(":")[2]
    hosts = ["127.0.0.1", "localhost", "[::1]", "[::ffff:7f00:1]", "rebound.example"]
    configure(scene, server, *(f"http://{host}:{port}/" for host in hosts))

    def inner(_host: str, port: int, **_how: Any) -> list[tuple[Any, ...]]:
        six = (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", port, 0, 0))
        return [six, (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    async with scene.open() as app:
        codes = [await code(app, 0, feed) for feed in "abcd"]
        async with Fetcher(user_agent="test", lookup=inner) as fetcher:
            app.tools = replace(app.tools, fetcher=fetcher)
            codes.append(await code(app, 0, "e"))
    assert codes == ["blocked-address"] * 5
    assert server.requests == []


async def test_s6_a_proxy_of_the_environment_is_not_used(
    scene: Scene, server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    configure(scene, server)
    server.script = [page("One")]
    async with opened(scene) as app:
        assert await code(app) == ""
    assert server.paths == ["/a.xml"]


async def test_s7_names_that_stall_hold_up_no_other(scene: Scene, server: Loopback) -> None:
    """Thirty look-ups that never end, and one feed more."""
    port = server.base.rpartition(":")[2]
    slow = [f"http://slow{number}.example:{port}/" for number in range(20)]
    configure(scene, server, *slow, f"http://quick.example:{port}/")
    server.script = [page("One")]
    stalled, over = threading.Semaphore(0), threading.Event()

    def lookup(host: str, port: int, **_how: Any) -> list[tuple[Any, ...]]:
        if host.startswith("slow"):
            stalled.release()
            over.wait(60)
            raise OSError("no such name")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    async with opened(scene) as app, fetching(app, lookup=lookup):
        waiting = [asyncio.create_task(code(app, 0, chr(97 + n))) for n in range(20)]
        for _ in waiting:
            await asyncio.to_thread(stalled.acquire)
        assert await code(app, 0, chr(97 + 20)) == ""
        assert not any(task.done() for task in waiting)
        over.set()
        assert set(await asyncio.gather(*waiting)) == {"dns"}


AUTHOR = b"<author>a@a" + b".a" * 40_000 + b"!</author>"


async def test_s8_a_document_that_blows_up_costs_its_worker_and_nobody_else(
    scene: Scene, server: Loopback
) -> None:
    configure(scene, server, "/a.xml", "/b.xml", allow_private="true")
    bomb = b"<rss version='2.0'><channel><item>" + AUTHOR + b"</item></channel></rss>"
    server.routes = {"/a.xml": [answer(body=bomb)], "/b.xml": [page("One")]}
    async with opened(scene) as app, ParserPool(workers=2, cpu_seconds=1) as parser:
        app.tools = replace(app.tools, parser=parser)
        hostile = asyncio.create_task(code(app))
        turns = 0
        while not hostile.done():
            turns += 1
            await asyncio.sleep(0.01)
        assert turns > 10, "the event loop goes on meanwhile"
        assert await hostile == "parse-timeout"
        assert await code(app, 0, "b") == ""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html><body>Checking your browser</body></html>", "html"),
        (b'{"error": "try later"}', "json"),
        (b"<?xml version='1.0'?><rss version='2.0'><channel><title>N", "truncated"),
        (b"<opml version='2.0'><body/></opml>", "not-a-feed"),
        (b"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'/>", "sitemap-index"),
        (b"plain words", "no-element"),
        (b"<!DOCTYPE r [<!ENTITY a 'b'>]><rss/>", "entities"),
    ],
)
async def test_s9_what_is_no_feed_is_an_error_with_its_code_and_never_no_news(
    scene: Scene, server: Loopback, body: bytes, expected: str
) -> None:
    configure(scene, server)
    server.script = [page("One"), answer(body=body)]
    async with opened(scene) as app:
        await poll(app)
        assert await code(app, 1) == expected
        assert state(app, "a").ok_at == START
        assert len(stored(app)) == 1


@pytest.mark.parametrize(
    "reply",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\n" + b"X-Flood: y\r\n" * 100_000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 1_000_000 + b"\r\n\r\n",
    ],
    ids=["two lengths", "many headers", "long header"],
)
async def test_s10_headers_without_measure_are_refused(
    scene: Scene, server: Loopback, reply: bytes
) -> None:
    configure(scene, server)
    server.script = [reply]
    async with opened(scene) as app:
        assert await code(app) in {"bad-response", "reset"}


async def test_s11_of_many_entries_the_newest_thousand_are_read_and_the_operator_told(
    scene: Scene, server: Loopback
) -> None:
    configure(scene, server)
    server.script = [page(*(f"Entry {n}" for n in range(1_200)))]
    async with opened(scene) as app:
        result = await poll(app)
        assert result.record.new == 1_000
        assert any("only the newest 1,000" in warning for warning in result.warnings)


def raw(title: str = "One", link: str = "https://o.example/1", summary: str = "") -> bytes:
    """The answer with one entry whose fields are as given, character data and all."""
    fields = (
        f"<title>{title}</title><link>{link}</link><description>{summary}</description>"
        "<guid isPermaLink='false'>g</guid><pubDate>Wed, 20 Mar 2019 09:00:00 GMT</pubDate>"
    )
    body = f"<rss version='2.0'><channel><item>{fields}</item></channel></rss>"
    return answer(body=body.encode("utf-8", "surrogatepass"))


async def kept(scene: Scene, server: Loopback, reply: bytes) -> Entry:
    configure(scene, server)
    server.script = [reply]
    async with opened(scene) as app:
        assert await code(app) == ""
        (entry,) = stored(app)
    return entry


async def test_s12_no_field_is_longer_than_its_cap(scene: Scene, server: Loopback) -> None:
    link = "https://o.example/" + "l" * 3_000
    entry = await kept(scene, server, raw("t" * 9_000, link, "s" * 90_000))
    assert (len(entry.title), entry.link, len(entry.summary)) == (1_000, "", 20_000)


async def test_s13_characters_that_hide_or_reorder_are_gone(scene: Scene, server: Loopback) -> None:
    entry = await kept(scene, server, raw("A\u202eB\u200bC\u2066D&#0;E\u00adF\x07G"))
    assert entry.title.replace("\ufffd", "") == "ABCDEFG"


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "java\nscript:x"]
)
async def test_s14_only_web_links_are_kept(scene: Scene, server: Loopback, link: str) -> None:
    entry = await kept(scene, server, raw(link=link))
    assert entry.link == "" or entry.link.startswith("http://127.0.0.1")
    assert "javascript:x" not in entry.link


async def test_s15_a_title_is_one_line_of_plain_words(scene: Scene, server: Loopback) -> None:
    """Escaping for a page, a mail or Slack is each channel's own: tests/deliver has that."""
    title = "&lt;script&gt;x()&lt;/script&gt;&lt;b&gt;Talks&lt;/b&gt;\r\nBcc: a@b.example"
    entry = await kept(scene, server, raw(title))
    assert entry.title == "Talks Bcc: a@b.example"
    assert unstored(entry.title, at=at(0)).title.isprintable()
