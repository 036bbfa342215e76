"""Bodies as servers send them: packed in either way or neither, and broken off at either end."""

import gzip
import zlib

import pytest

from monitor.errors import FetchError
from monitor.feeds.decode import Decoder, whole
from monitor.feeds.fetch import Fetcher
from tests.feeds.test_fetch import NOW, feed
from tests.loopback import Loopback, answer

BODY = b"<rss version='2.0'><channel><item><title>T</title></item></channel></rss>"


def gzipped(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("", BODY), ("none", BODY), ("UTF-8", BODY), ("identity", BODY), ("", gzipped(BODY)),
        ("gzip", gzipped(BODY)), ("gzip", gzipped(BODY) + b"\0\0\0 trailing"),
        ("gzip", gzipped(BODY[:9]) + gzipped(BODY[9:])),
        ("gzip", gzipped(gzipped(BODY))), ("identity, gzip", gzipped(BODY)),
        ("deflate", zlib.compress(BODY)), ("deflate", raw_deflate(BODY)),
    ],
)  # fmt: skip
def test_what_servers_call_their_bodies(encoding: str, body: bytes) -> None:
    decoder = Decoder(encoding, max_bytes=1_000)
    for place in range(0, len(body), 7):
        decoder.feed(body[place : place + 7])
    assert decoder.finish() == BODY


@pytest.mark.parametrize("encoding", ["", "gzip", "deflate"])
def test_the_cap_holds_however_a_bomb_is_called(encoding: str) -> None:
    bomb = zlib.compress(bytes(10**6)) if encoding == "deflate" else gzipped(bytes(10**6))
    decoder = Decoder(encoding, max_bytes=10_000)
    decoder.feed(bomb)
    with pytest.raises(FetchError, match="more than 10,000 bytes"):
        decoder.finish()


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (BODY, True),
        (BODY + b"\n ", True),
        (BODY[:-2], False),
        (b"<a><rss></rss>", False),
        (b"", False),
    ],
)
def test_a_document_is_whole_when_its_root_is_closed(document: bytes, *, expected: bool) -> None:
    assert whole(document) is expected


async def test_a_wrong_length_behind_a_whole_document_loses_nothing(
    server: Loopback, fetcher: Fetcher
) -> None:
    long = answer(body=BODY).replace(b"Content-Length: ", b"Content-Length: 9")
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"%x\r\n%s\r\n" % (len(BODY), BODY)
    server.script = [long, head + chunk, answer("203 Non-Authoritative Information", BODY)]
    for _ in range(3):
        assert (await fetcher.fetch(feed(server.url()), now=NOW)).body == BODY


async def test_what_was_broken_off_in_the_middle_is_not_taken_for_whole(
    server: Loopback, fetcher: Fetcher
) -> None:
    server.script = [answer(body=BODY).replace(BODY, BODY[:-9])]
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(feed(server.url()), now=NOW)
    assert caught.value.code == "reset"
