"""Turns a feed's address into the answer of its server: one polite, bounded, guarded exchange.

Must never read the environment, keep a cookie, connect to a private address unless the feed
allows it, or take in more than the size cap. Any failure is a FetchError with a stable code.
"""

import asyncio
import errno
import socket
from collections.abc import Collection, Mapping
from datetime import datetime
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from monitor.errors import FetchError
from monitor.feeds import guard as guards
from monitor.feeds import headers
from monitor.feeds.decode import Decoder, whole
from monitor.feeds.guard import Guard
from monitor.feeds.resolver import Lookup, Resolver
from monitor.model.feeds import Feed, Fetched

MAX_REDIRECTS = 5
_WHOLE = frozenset({200, 203})  # 203: a proxy on the way has changed something
_PERMANENT = frozenset({301, 308})
_REDIRECTS = _PERMANENT | {302, 303, 307}
_VALIDATORS = (("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since"))
_RETRY_LATER = frozenset({429, 503})
_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json;q=0.9, "
    "application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"
)
_OS_CODES = {
    errno.ECONNREFUSED: "refused",
    errno.ECONNRESET: "reset",
    errno.EPIPE: "reset",
    errno.ETIMEDOUT: "timeout",
}
_SESSION_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=None, sock_connect=None)


class Fetcher:
    """Fetches feeds over shared connections; use it as an async context manager.

    `guard` decides which addresses may be connected to. A feed with `allow_private` may reach any
    but link-local ones at its own host and at its `private_hosts`, over connections that it does
    not share with others; where else it is led, `guard` decides.
    `deadline_seconds` bounds a whole fetch: names, TLS, redirects and body. `max_bytes` bounds a
    body after decompression.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        guard: Guard = guards.public_only,
        deadline_seconds: float = 20.0,
        max_bytes: int = 5_000_000,
        lookup: Lookup = socket.getaddrinfo,
    ) -> None:
        self._user_agent = user_agent
        self._guard = guard
        self._deadline_seconds = deadline_seconds
        self._max_bytes = max_bytes
        self._lookup = lookup
        self._resolver: Resolver | None = None
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def __aenter__(self) -> Self:
        resolver = self._resolver = Resolver(self._lookup)
        self._sessions = {
            False: _session(self._guard, resolver),
            True: _session(guards.own_network, resolver),
        }
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for session in self._sessions.values():
            await session.close()
        if self._resolver:
            await self._resolver.close()

    async def fetch(
        self,
        feed: Feed,
        *,
        address: str = "",
        etag: str = "",
        last_modified: str = "",
        validators_url: str = "",
        now: datetime,
    ) -> Fetched:
        """The answer for `feed`: 200 with a body, or 304 if it still is what the validators name.

        `address` is where it is asked, if not at the feed's own URL. The validators are sent to
        `validators_url` alone, or where that is empty to the address itself. Those of the result
        are to be sent next time, after a 304 as well; empty if there are none.

        Raises FetchError with one of the codes "dns", "refused", "reset", "unreachable",
        "timeout", "tls", "blocked-address", "bad-url", "bad-response", "bad-encoding",
        "too-large", "redirect-loop", "cookie-wall", "redirect-refused" or "http-NNN".
        410 sets `gone`; 429 and 503 set `retry_at` from Retry-After.
        """
        try:
            async with asyncio.timeout(self._deadline_seconds):
                start = headers.address(address or feed.url)
                conditions = _conditions(etag, last_modified)
                return await self._follow(
                    feed, start, {validators_url or str(start): conditions}, now
                )
        except TimeoutError as exc:
            raise FetchError(
                "timeout", f"no complete answer within {self._deadline_seconds:g} s"
            ) from exc
        except aiohttp.ClientError as exc:
            raise _translated(exc) from exc
        except ValueError as exc:  # yarl and aiohttp: what cannot be put into a request
            raise FetchError("bad-url", f"the request cannot be made: {exc}") from exc

    async def _follow(
        self, feed: Feed, start: URL, bound: Mapping[str, CIMultiDict[str]], now: datetime
    ) -> Fetched:
        """Asks, and asks again where redirects lead, at most five times.

        `bound` holds the conditions for the one address that they belong to.
        """
        url = start
        visited = {url}
        permanent, cookie = True, False
        while True:
            conditions = bound.get(str(url), CIMultiDict())
            sent = self._headers(feed, conditions, foreign=url.origin() != start.origin())
            session = self._sessions[_own(feed, url)]
            async with session.get(url, headers=sent, allow_redirects=False) as answer:
                if answer.status not in _REDIRECTS:
                    moved_to = str(url) if permanent and url != start else ""
                    return await self._answer(answer, conditions, moved_to, now)
                permanent = permanent and answer.status in _PERMANENT
                cookie = cookie or "Set-Cookie" in answer.headers
                url = headers.redirect_target(url, answer.headers.get("Location", ""))
            if url in visited or len(visited) > MAX_REDIRECTS:
                raise _endless(url, visited, cookie=cookie)
            visited.add(url)

    def _headers(
        self, feed: Feed, conditions: CIMultiDict[str], *, foreign: bool
    ) -> CIMultiDict[str]:
        """What is sent: no cookie, no referrer. A feed's own headers stay with its own server."""
        sent = CIMultiDict(
            {"User-Agent": self._user_agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip"}
        )
        own = CIMultiDict(feed.headers)
        sent.update(
            {name: own[name] for name in own if not foreign or name.lower() == "user-agent"}
        )
        sent.update(conditions)
        return sent

    async def _answer(
        self,
        answer: aiohttp.ClientResponse,
        conditions: CIMultiDict[str],
        moved_to: str,
        now: datetime,
    ) -> Fetched:
        unchanged = answer.status == 304 and bool(conditions)
        if answer.status not in _WHOLE and not unchanged:
            raise _refusal(answer, now)
        # What a 304 does not repeat still holds (RFC 9111 section 4.3.4).
        etag, last_modified = (
            _sendable(answer.headers.get(name, ""))
            or (conditions.get(condition, "") if unchanged else "")
            for name, condition in _VALIDATORS
        )
        # such a server has been seen to answer 304 whatever it has; nothing it vouches for is kept
        useless = answer.headers.get("Expires", "").strip() == "0"
        return Fetched(
            status=304 if unchanged else 200,
            url=str(answer.url),
            body=b"" if unchanged else await _body(answer, self._max_bytes),
            content_type=answer.headers.get("Content-Type", ""),
            etag="" if useless else etag,
            last_modified="" if useless else last_modified,
            max_age=headers.max_age(answer.headers, now),
            moved_to=moved_to,
        )


def _session(guard: Guard, resolver: Resolver) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(socket_factory=guard, resolver=resolver, limit=0)
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=_SESSION_TIMEOUT,
        trust_env=False,
        auto_decompress=False,
    )


def _own(feed: Feed, url: URL) -> bool:
    """Whether this is one of the hosts of our own network that the configuration names."""
    if not feed.allow_private:
        return False
    spelled = {url.host, url.raw_host}  # as people and as DNS write it
    return not spelled.isdisjoint({*feed.private_hosts, urlsplit(feed.url).hostname})


def _endless(url: URL, visited: Collection[URL], *, cookie: bool) -> FetchError:
    """Sent round and round: with a cookie on the way most likely because we keep none.

    A count in the query makes every round another address, and the same place.
    """
    places = {one.with_query(None) for one in visited}
    if cookie and url.with_query(None) in places:
        return FetchError(
            "cookie-wall",
            f"{url.host} sets a cookie and sends us round and round: most likely a wall that lets "
            "in only browsers, which keep cookies",
        )
    return FetchError("redirect-loop", f"{url.host} redirects without end")


def _conditions(etag: str, last_modified: str) -> CIMultiDict[str]:
    """Validators go back byte for byte; both, since some servers look at only one."""
    values = zip(_VALIDATORS, (etag, last_modified), strict=True)
    return CIMultiDict({condition: value for (_, condition), value in values if value})


def _sendable(value: str) -> str:
    """A header value if it can be sent back as it came; bytes outside UTF-8 cannot."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return ""
    return value


def _refusal(answer: aiohttp.ClientResponse, now: datetime) -> FetchError:
    later = headers.retry_at(answer.headers, now) if answer.status in _RETRY_LATER else None
    reason = f" {answer.reason}" if answer.reason else ""
    return FetchError(
        f"http-{answer.status}",
        f"{answer.url.host} answered {answer.status}{reason}",
        retry_at=later,
        gone=answer.status == 410,
    )


async def _body(answer: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    decoder = Decoder(answer.headers.get("Content-Encoding", ""), max_bytes=max_bytes)
    try:
        async for chunk in answer.content.iter_any():
            decoder.feed(chunk)
    except (aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError):
        # a Content-Length that is too long, or a last chunk that never comes, loses nothing
        if whole(document := decoder.finish()):
            return document
        raise
    return decoder.finish()


def _translated(exc: aiohttp.ClientError) -> FetchError:
    code, text = "bad-response", str(exc)
    match exc:
        case aiohttp.ClientConnectorDNSError():
            code, text = "dns", f"{exc.host} cannot be resolved"
        case aiohttp.ClientSSLError():
            code, text = "tls", f"no secure connection to {exc.host}: {exc.os_error}"
        case aiohttp.ClientConnectorError():
            code, text = _os_code(exc.os_error), f"{exc.host}: {exc.os_error.strerror}"
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientPayloadError():
            code, text = "reset", "the server broke off its answer"
        case aiohttp.ClientOSError():
            code = _os_code(exc)
        case aiohttp.InvalidURL() | aiohttp.NonHttpUrlClientError():
            code = "bad-url"
        case _:
            pass
    return FetchError(code, text)


def _os_code(exc: OSError) -> str:
    if guards.REFUSED in str(exc):
        return "blocked-address"
    return _OS_CODES.get(exc.errno or 0, "unreachable")
