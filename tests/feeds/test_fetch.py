"""Fetching against a real server on loopback. P numbers are politeness, S numbers safety."""

import asyncio
import gzip
import socket
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.errors import FetchError
from monitor.feeds import guard
from monitor.feeds.fetch import Fetcher
from monitor.model.feeds import Feed, Fetched
from tests.loopback import Loopback, Step, answer, redirect

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BODY = b"<rss version='2.0'><channel/></rss>"


def feed(url: str, *headers: tuple[str, str], private: bool = True) -> Feed:
    return Feed(id="f", url=url, outlet="O", allow_private=private, headers=headers)


async def refusal(fetcher: Fetcher, asked: Feed) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(asked, now=NOW)
    return caught.value


def saying(data: bytes) -> Step:
    """Sends `data` and then nothing more, without hanging up."""

    async def step(writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        await asyncio.Event().wait()

    return step


# Politeness


async def test_p1_first_poll_is_unconditional(server: Loopback, fetcher: Fetcher) -> None:
    server.script = [answer(body=BODY, ETag='"a"')]
    fetched = await fetcher.fetch(feed(server.url()), now=NOW)
    assert fetched == Fetched(status=200, url=server.url(), body=BODY, etag='"a"')
    assert server.sent("If-None-Match") is None
    assert server.sent("If-Modified-Since") is None


@pytest.mark.parametrize("etag", ['"quoted"', 'W/"weak"', "bare", '"a,b"', '"é"', '"a  b"'])
@pytest.mark.parametrize("date", ["Mon, 02 Mar 2026 11:00:00 GMT", "2026-03-02 no date, 25:61"])
async def test_p1_validators_go_back_byte_for_byte(
    server: Loopback, fetcher: Fetcher, etag: str, date: str
) -> None:
    server.script = [answer(body=BODY, ETag=etag, Last_Modified=date), answer("304 Not Modified")]
    first = await fetcher.fetch(feed(server.url()), now=NOW)
    second = await fetcher.fetch(
        feed(server.url()), etag=first.etag, last_modified=first.last_modified, now=NOW
    )
    assert (server.sent("If-None-Match"), server.sent("If-Modified-Since")) == (etag, date)
    assert second.status == 304


async def test_p1_an_etag_that_cannot_be_sent_back_is_forgotten(
    server: Loopback, fetcher: Fetcher
) -> None:
    server.script = [answer(body=BODY, ETag='"\udcff"', Last_Modified="then")]
    fetched = await fetcher.fetch(feed(server.url()), now=NOW)
    assert (fetched.etag, fetched.last_modified) == ("", "then")


async def test_p2_a_304_has_no_body_and_keeps_the_validators(
    server: Loopback, fetcher: Fetcher
) -> None:
    server.script = [b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"]
    fetched = await fetcher.fetch(feed(server.url()), etag='"a"', last_modified="then", now=NOW)
    assert fetched == Fetched(status=304, url=server.url(), etag='"a"', last_modified="then")


async def test_p3_a_304_may_bring_new_validators_and_max_age(
    server: Loopback, fetcher: Fetcher
) -> None:
    server.script = [answer("304 Not Modified", ETag='"b"', Cache_Control="max-age=600")]
    fetched = await fetcher.fetch(feed(server.url()), etag='"a"', last_modified="then", now=NOW)
    assert (fetched.etag, fetched.last_modified) == ('"b"', "then")
    assert fetched.max_age == timedelta(minutes=10)


async def test_a_304_to_an_unconditional_request_is_an_error(
    server: Loopback, fetcher: Fetcher
) -> None:
    server.script = [answer("304 Not Modified")]
    assert (await refusal(fetcher, feed(server.url()))).code == "http-304"


async def test_p6_a_200_without_validators_has_none(server: Loopback, fetcher: Fetcher) -> None:
    server.script = [answer(body=BODY)]
    fetched = await fetcher.fetch(feed(server.url()), etag='"a"', last_modified="then", now=NOW)
    assert (fetched.etag, fetched.last_modified) == ("", "")


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("120", timedelta(seconds=120)),
        ("Mon, 02 Mar 2026 13:00:00 GMT", timedelta(hours=1)),
        ("Mon, 02 Mar 2026 11:00:00 GMT", None),
        ("soon", None),
        ("-5", None),
        ("0", None),
        ("1000000000000", timedelta(hours=24)),
        ("9" * 40, None),
        ("Mon, 02 Mar 2126 13:00:00 GMT", timedelta(hours=24)),
    ],
)
async def test_p9_retry_after(
    server: Loopback, fetcher: Fetcher, status: str, said: str, wait: timedelta | None
) -> None:
    server.script = [answer(status, Retry_After=said)]
    error = await refusal(fetcher, feed(server.url()))
    assert error.code == f"http-{status[:3]}"
    assert error.retry_at == (NOW + wait if wait else None)


async def test_p9_retry_after_means_nothing_on_other_errors(
    server: Loopback, fetcher: Fetcher
) -> None:
    server.script = [answer("500 Internal Server Error", Retry_After="120")]
    assert (await refusal(fetcher, feed(server.url()))).retry_at is None


@pytest.mark.parametrize(
    ("start", "rest", "moved"),
    [
        ("301 Moved Permanently", "308 Permanent Redirect", True),
        ("301 Moved Permanently", "302 Found", False),
        ("307 Temporary Redirect", "301 Moved Permanently", False),
        ("303 See Other", "303 See Other", False),
    ],
)
async def test_p11_moved_only_if_the_whole_chain_is_permanent(
    server: Loopback, fetcher: Fetcher, start: str, rest: str, *, moved: bool
) -> None:
    server.script = [redirect("/b", start), redirect("c", rest), answer(body=BODY)]
    fetched = await fetcher.fetch(feed(server.url("/a")), now=NOW)
    assert fetched.url == server.url("/c")
    assert fetched.moved_to == (server.url("/c") if moved else "")


@pytest.mark.parametrize(("status", "gone"), [("410 Gone", True), ("404 Not Found", False)])
async def test_p13_only_410_is_gone(
    server: Loopback, fetcher: Fetcher, status: str, *, gone: bool
) -> None:
    server.script = [answer(status)]
    error = await refusal(fetcher, feed(server.url()))
    assert (error.code, error.gone) == (f"http-{status[:3]}", gone)


async def test_p20_says_who_asks_and_nothing_else(server: Loopback, fetcher: Fetcher) -> None:
    server.script = [redirect("/b?x=1"), answer(body=BODY, Set_Cookie="id=1")]
    await fetcher.fetch(feed(server.url("/a?y=%2f%zz")), now=NOW)
    await fetcher.fetch(feed(server.url()), now=NOW)
    assert "compatible; monitor/1; +https://monitor.example" in str(server.sent("User-Agent"))
    assert [server.sent(name) for name in ("Cookie", "Referer", "Authorization")] == [None] * 3
    paths = [request.split(b" ")[1] for request in server.requests]
    assert paths == [b"/a?y=%2f%zz", b"/b?x=1", b"/feed.xml"]


async def test_p20_a_feed_can_send_its_own_headers(server: Loopback, fetcher: Fetcher) -> None:
    own = feed(server.url(), ("user-agent", "mine"), ("X-Key", "k"))
    await fetcher.fetch(own, now=NOW)
    assert server.sent("User-Agent") == "mine"
    assert server.sent("X-Key") == "k"
    assert server.requests[0].lower().count(b"user-agent:") == 1


async def test_p20_a_feeds_own_headers_do_not_follow_a_redirect_to_another_server(
    server: Loopback, fetcher: Fetcher
) -> None:
    elsewhere = server.url("/b").replace("127.0.0.1", "localhost")
    server.script = [redirect(elsewhere), answer(body=BODY)]
    own = feed(server.url(), ("User-Agent", "mine"), ("X-Key", "k"))
    await fetcher.fetch(replace(own, private_hosts=frozenset({"localhost"})), now=NOW)
    assert (server.sent("X-Key", 0), server.sent("X-Key", 1)) == ("k", None)
    assert server.sent("User-Agent", 1) == "mine"


async def test_p21_asks_for_feeds_and_gzip(server: Loopback, fetcher: Fetcher) -> None:
    await fetcher.fetch(feed(server.url()), now=NOW)
    accept = str(server.sent("Accept"))
    assert all(kind in accept for kind in ("application/rss+xml", "application/atom+xml"))
    assert server.sent("Accept-Encoding") == "gzip"


# Safety


@pytest.mark.parametrize("coded", [False, True])
async def test_s1_the_cap_counts_the_document(
    server: Loopback, fetcher: Fetcher, *, coded: bool
) -> None:
    for size, fits in ((100_000, True), (100_001, False)):
        document = b"x" * size
        server.script = [
            answer(body=gzip.compress(document), Content_Encoding="gzip")
            if coded
            else answer(body=document)
        ]
        if fits:
            fetched = await fetcher.fetch(feed(server.url()), now=NOW)
            assert fetched.body == document
        else:
            assert (await refusal(fetcher, feed(server.url()))).code == "too-large"


@pytest.mark.slow
async def test_s2_a_gzip_bomb_is_refused_at_the_cap(server: Loopback, fetcher: Fetcher) -> None:
    """A quarter of a megabyte that would unpack to a quarter of a gigabyte."""
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(2**20)) for _ in range(256)) + packer.flush()
    server.script = [answer(body=bomb, Content_Encoding="gzip")]
    assert (await refusal(fetcher, feed(server.url()))).code == "too-large"
    await server.idle.wait()


@pytest.mark.parametrize("encoding", ["br", "zstd", "deflate", "gzip, gzip", "gzip,br", "bogus"])
async def test_s2_other_encodings_are_an_error(
    server: Loopback, fetcher: Fetcher, encoding: str
) -> None:
    server.script = [answer(body=BODY, Content_Encoding=encoding)]
    assert (await refusal(fetcher, feed(server.url()))).code == "bad-encoding"


@pytest.mark.parametrize(
    "body",
    [b"no gzip", gzip.compress(BODY, mtime=0)[:-4], gzip.compress(BODY, mtime=0)[:5]],
    ids=["not gzip", "end missing", "cut in the header"],
)
async def test_s2_damaged_gzip_is_an_error(server: Loopback, fetcher: Fetcher, body: bytes) -> None:
    server.script = [answer(body=body, Content_Encoding="gzip")]
    assert (await refusal(fetcher, feed(server.url()))).code == "bad-encoding"


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 200 OK\r\nX-Slow", HEAD, HEAD + b"<rss"])
async def test_s3_the_deadline_covers_everything_and_hangs_up(
    server: Loopback, hasty: Fetcher, begun: bytes
) -> None:
    server.script = [saying(begun)]
    assert (await refusal(hasty, feed(server.url()))).code == "timeout"


async def test_s3_a_drip_does_not_push_the_deadline_on(server: Loopback, hasty: Fetcher) -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD)
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    server.script = [drip]
    assert (await refusal(hasty, feed(server.url()))).code == "timeout"
    await server.idle.wait()  # the drip met a closed connection


async def test_s4_five_redirects_are_followed(server: Loopback, fetcher: Fetcher) -> None:
    server.script = [*(redirect(f"/{n}") for n in range(5)), answer(body=BODY)]
    assert (await fetcher.fetch(feed(server.url()), now=NOW)).url == server.url("/4")


async def test_s4_redirects_without_end_are_refused(server: Loopback, fetcher: Fetcher) -> None:
    server.script = [redirect(f"/{'x' * n}") for n in range(20)]
    assert (await refusal(fetcher, feed(server.url()))).code == "redirect-loop"
    assert len(server.requests) == 6


async def test_s4_a_redirect_loop_is_noticed_at_once(server: Loopback, fetcher: Fetcher) -> None:
    server.script = [redirect("/feed.xml#again")]
    assert (await refusal(fetcher, feed(server.url()))).code == "redirect-loop"
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "locations",
    [
        ["/feed.xml"],
        ["/check", "/feed.xml"],
        [f"/feed.xml?try={n}" for n in range(9)],
        [f"/{'check' if n % 2 else 'feed.xml'}?n={n}" for n in range(9)],
    ],
)
async def test_a_wall_that_wants_its_cookie_back_is_called_so(
    server: Loopback, fetcher: Fetcher, locations: list[str]
) -> None:
    server.script = [
        answer("302 Found", Location=location, Set_Cookie="seen=1") for location in locations
    ]
    error = await refusal(fetcher, feed(server.url()))
    assert error.code == "cookie-wall"
    assert "127.0.0.1 sets a cookie and sends us round and round" in str(error)
    assert server.sent("Cookie") is None


async def test_a_cookie_on_a_long_way_is_no_wall(server: Loopback, fetcher: Fetcher) -> None:
    server.script = [
        answer("302 Found", Location=f"/{'x' * n}", Set_Cookie="seen=1") for n in range(20)
    ]
    assert (await refusal(fetcher, feed(server.url()))).code == "redirect-loop"


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://a.example/", "data:,x", "http://[", ""]
)
async def test_s4_redirects_to_no_web_address_are_refused(
    server: Loopback, fetcher: Fetcher, target: str
) -> None:
    server.script = [redirect(target)]
    assert (await refusal(fetcher, feed(server.url()))).code == "redirect-refused"


async def test_s4_credentials_in_a_redirect_are_dropped(server: Loopback, fetcher: Fetcher) -> None:
    server.script = [redirect(server.url("/b").replace("//", "//u:p@")), answer(body=BODY)]
    fetched = await fetcher.fetch(feed(server.url()), now=NOW)
    assert server.sent("Authorization") is None
    assert fetched.url == server.url("/b")


async def test_s4_a_feeds_own_credentials_stay_with_its_server(
    server: Loopback, fetcher: Fetcher
) -> None:
    elsewhere = server.url("/c").replace("127.0.0.1", "localhost")
    server.script = [redirect("/b"), redirect(elsewhere), answer(body=BODY)]
    own = feed(server.url().replace("//", "//u:p@"))
    await fetcher.fetch(replace(own, private_hosts=frozenset({"localhost"})), now=NOW)
    assert [bool(server.sent("Authorization", n)) for n in range(3)] == [True, True, False]


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "0x7f.1", "0.0.0.0", "[::1]", "[::]",
        "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "10.0.0.1", "169.254.169.254",
    ],
)  # fmt: skip
async def test_s5_no_inner_address_is_connected_to(
    server: Loopback, fetcher: Fetcher, host: str
) -> None:
    port = server.base.rpartition(":")[2]
    error = await refusal(fetcher, feed(f"http://{host}:{port}/", private=False))
    assert error.code == "blocked-address"
    assert server.requests == []


@pytest.mark.parametrize("host", ["2130706433", "127.1", "0177.0.0.1", "127.0.0.1."])
async def test_s5_odd_spellings_of_loopback_lead_nowhere(
    server: Loopback, fetcher: Fetcher, host: str
) -> None:
    port = server.base.rpartition(":")[2]
    error = await refusal(fetcher, feed(f"http://{host}:{port}/", private=False))
    assert error.code in {"blocked-address", "bad-url", "dns"}
    assert server.requests == []


async def test_s5_the_guard_sees_every_hop(server: Loopback) -> None:
    """A server that may be reached sends us to one that may not."""
    port = int(server.base.rpartition(":")[2])

    def only_the_first(info: guard.AddressInfo) -> socket.socket:
        return guard.any_address(info) if info[4][1] == port else guard.public_only(info)

    server.script = [redirect("http://127.0.0.1:1/secret")]
    async with Fetcher(user_agent="t", guard=only_the_first) as fetcher:
        error = await refusal(fetcher, feed(server.url(), private=False))
    assert error.code == "blocked-address"


async def test_s5_a_private_feed_is_led_only_to_hosts_that_are_configured(
    server: Loopback, fetcher: Fetcher
) -> None:
    server.script = [redirect(server.url("/b").replace("127.0.0.1", "localhost"))]
    server.routes["/b"] = [answer(body=BODY)]
    own = feed(server.url())
    error = await refusal(fetcher, own)
    assert (error.code, server.asked("/b")) == ("blocked-address", 0)
    await fetcher.fetch(replace(own, private_hosts=frozenset({"localhost"})), now=NOW)
    assert server.asked("/b") == 1
    public = replace(own, allow_private=False, private_hosts=frozenset({"localhost", "127.0.0.1"}))
    assert (await refusal(fetcher, public)).code == "blocked-address"


@pytest.mark.parametrize(
    "target",
    ["http://169.254.169.254/latest/meta-data/", "http://[::ffff:169.254.169.254]/",
     "http://[64:ff9b::a9fe:a9fe]/", "http://0xa9fea9fe/", "http://2852039166/"],
)  # fmt: skip
async def test_s5_a_private_feed_is_never_led_to_a_link_local_address(
    server: Loopback, fetcher: Fetcher, target: str
) -> None:
    """Not even if somebody configured its host."""
    server.script = [redirect(target)]
    host = target.split("/")[2].strip("[]")
    own = replace(feed(server.url()), private_hosts=frozenset({host}))
    assert (await refusal(fetcher, own)).code in {"blocked-address", "bad-url", "dns"}
    assert (await refusal(fetcher, feed(target))).code in {"blocked-address", "bad-url", "dns"}


async def test_s5_a_private_feeds_connection_is_not_lent_to_others(server: Loopback) -> None:
    """Keep-alive must not carry a guarded feed to an address that it could not connect to."""
    keep = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    server.script = [saying(keep)]
    async with Fetcher(user_agent="t") as fetcher:
        await fetcher.fetch(feed(server.url()), now=NOW)
        error = await refusal(fetcher, feed(server.url(), private=False))
    assert error.code == "blocked-address"


@pytest.mark.parametrize(
    "reply",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\n" + b"X-Flood: y\r\n" * 100_000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 1_000_000 + b"\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 twohundred OK\r\n\r\n",
    ],
)
async def test_s10_answers_that_are_not_http_are_refused(
    server: Loopback, fetcher: Fetcher, reply: bytes
) -> None:
    server.script = [reply]
    assert (await refusal(fetcher, feed(server.url()))).code in {"bad-response", "reset"}


@pytest.mark.parametrize("reply", [b"", b"HTTP/1.1 200", HEAD + b"half"])
async def test_a_connection_that_breaks_is_a_reset(
    server: Loopback, fetcher: Fetcher, reply: bytes
) -> None:
    server.script = [reply]
    assert (await refusal(fetcher, feed(server.url()))).code == "reset"


async def test_p23_a_server_that_hangs_up_at_once_is_asked_at_most_twice(
    server: Loopback, fetcher: Fetcher
) -> None:
    server.script = [b""]
    await refusal(fetcher, feed(server.url()))
    assert len(server.requests) <= 2


async def test_nobody_listening_is_refused(server: Loopback, fetcher: Fetcher) -> None:
    listener = await asyncio.start_server(server.accept, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    listener.close()
    await listener.wait_closed()
    assert (await refusal(fetcher, feed(f"http://127.0.0.1:{port}/"))).code == "refused"


async def test_a_name_that_does_not_exist_is_a_dns_error() -> None:
    """RFC 6761 keeps `.invalid` for this. The resolver may be slow to say so."""
    async with Fetcher(user_agent="t") as fetcher:
        assert (await refusal(fetcher, feed("http://news.invalid/"))).code in {"dns", "timeout"}


async def test_a_server_without_tls_is_a_tls_error(server: Loopback, fetcher: Fetcher) -> None:
    server.script = [b"HTTP/1.1 400 Bad Request\r\n\r\n"]

    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(plain, "127.0.0.1", 0) as listener:
        port = listener.sockets[0].getsockname()[1]
        assert (await refusal(fetcher, feed(f"https://127.0.0.1:{port}/"))).code == "tls"


@pytest.mark.parametrize("url", ["", "feed.xml", "ftp://a.example/", "http://[::1/", "http://"])
async def test_what_is_no_web_address_is_a_bad_url(fetcher: Fetcher, url: str) -> None:
    assert (await refusal(fetcher, feed(url))).code == "bad-url"


async def test_a_header_that_ends_a_line_is_never_sent(server: Loopback, fetcher: Fetcher) -> None:
    error = await refusal(fetcher, feed(server.url(), ("X", "a\r\nY: b")))
    assert error.code == "bad-url"
    assert server.requests == []


async def test_the_next_fetch_is_fine_after_every_kind_of_failure(server: Loopback) -> None:
    server.script = [saying(HEAD), HEAD + b"<rss", answer(body=b"x" * 5_001), answer(body=BODY)]
    async with Fetcher(user_agent="t", deadline_seconds=2.0, max_bytes=5_000) as fetcher:
        for code in ("timeout", "reset", "too-large"):
            assert (await refusal(fetcher, feed(server.url()))).code == code
        assert (await fetcher.fetch(feed(server.url()), now=NOW)).body == BODY
