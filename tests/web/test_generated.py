"""Every route, form and header against generated input, by a session of each role: no failure ever.

Sent raw, since a client library would tidy it up. SIGNPOST_GENERATED=200 tries more of each; by
default they are few, and the same ones each time.
"""

import asyncio
import json
import os
import re
import socket
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes, urlsplit

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from monitor.access import accounts as access_accounts
from monitor.model.access import Person, Role, Scope, Via
from monitor.store import access as store_access
from monitor.web import api, site
from tests import databases
from tests.support.scene import Scene
from tests.web.stage import NOW, staged

pytestmark = pytest.mark.asyncio(loop_scope="module")

EXAMPLES = int(os.environ.get("SIGNPOST_GENERATED", "3"))
SEAT = "s" * 32
NOBODY = "nobody"
BOUNDARY = "x1x"

WORDS = (
    *(
        "",
        "0",
        "1",
        "2",
        "-1",
        "1.5",
        "²",
        "\u0661",
        "7" * 5_000,
        "9" * 15,
        "9" * 16,
        "1e400",
        "NaN",
    ),
    *("Infinity", "inf", "null", "true", "stands", "revise", "noise", "snooze", "again", "drop"),
    *("live", "all", "signing", "treaty", "no-treaty/unsigned", "courier", "Courier", "desk"),
    *("very unlikely", "5-15%", "110%", "2019-03-20", "2019-13-45", "0000-00-00", "9999-12-31"),
    *("9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "\0", "a\0b", "\ud800", "\udfff"),
    *("é", "漢字", "'", '"', "%", "%00", "[", "[" * 3_000, "(" * 300, "a " * 700, "a AND (b OR"),
    *("../..", "//evil.example", "/\\evil", "<script>", "\r\nX: y", "\x7f", "\u2028", "🙂"),
    *("https://[", "http://a.example:99999/", "entities", "stories", "x" * 20_000),
)
TEXTS = st.one_of(st.sampled_from(WORDS), st.text(st.characters(codec=None), max_size=30))
NAMED = """answer note indicator likelihood days text back judgment everywhere decision name
password to review flag done before page state subject q in feed outlet question since until
cursor limit story.1 entry.1 mark v error code iss"""
NAMES = st.sampled_from(NAMED.split())
FIELDS = st.lists(st.tuples(st.one_of(NAMES, NAMES, TEXTS), TEXTS), max_size=6)
JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), TEXTS, st.just(10**300), st.just(7)
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.one_of(NAMES, TEXTS), inner, max_size=3)
    ),
    max_leaves=6,
)
RAW = st.sampled_from(
    (
        b"",
        b"{",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"note": "\\ud800"}',
        b'{"days": Infinity}',
        b'{"days": NaN}',
        b'{"days": 1e400}',
        b'{"days": -1e400}',
        b'{"days": ' + b"7" * 5_000 + b"}",
        b'{"answer": "stands", "days": ' + b"7" * 4_000 + b"}",
        b"\xff\xfe",
        b'{"note": "\xed\xa0\x80"}',
        b'"\\u0000"',
        b'{"note": "a\\u0000b"}',
        b"\0" * 50,
        "{}".encode("utf-16"),
    )
)
HOSTS = (
    *("[", "]", "[::1", "[::1]", "localhost:", "localhost:99999", "localhost:x", "a@localhost"),
    *("localhost/..", "é.example", "", " ", "evil.example", "localhost?x", "[fe80::1%25eth0]"),
)
VALUES = st.one_of(
    st.sampled_from((*HOSTS, "Bearer ", "Bearer x", "Basic !!", "null", "https://[", "gzip;q=x")),
    st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=40),
)
HEADED = """Host Origin Referer Cookie Accept Accept-Language Accept-Encoding Range If-None-Match
If-Modified-Since X-Forwarded-For X-Forwarded-User Forwarded Sec-Fetch-Site Expect Authorization
Content-Encoding HX-Request Upgrade"""
HEADERS = st.dictionaries(
    st.sampled_from(HEADED.split()),
    VALUES,
    max_size=3,
)
METHODS = ("GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "PROPFIND", "QUERY")
KINDS = (
    "application/x-www-form-urlencoded",
    f"multipart/form-data; boundary={BOUNDARY}",
    f"multipart/form-data; boundary={BOUNDARY}; charset=utf-16",
    f"multipart/form-data; boundary={BOUNDARY}; charset=unicode_escape",
    f"multipart/form-data; boundary={BOUNDARY}; charset=idna",
    f"multipart/form-data; boundary={BOUNDARY}; charset=punycode",
    f"multipart/form-data; boundary={BOUNDARY}; charset=base64",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "text/plain",
    "",
    "é; boundary=\xff",
)


def coded(text: str) -> str:
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"))


def form(fields: Sequence[tuple[str, str]], kind: str) -> bytes:
    if not kind.startswith("multipart"):
        pairs = "&".join(f"{coded(name)}={coded(value)}" for name, value in fields)
        return pairs.replace("%20", "+").encode()
    parts = b"".join(
        b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
        % (BOUNDARY.encode(), coded(name).encode(), value.encode("utf-8", "surrogatepass"))
        for name, value in fields
    )
    return parts + f"--{BOUNDARY}--\r\n".encode()


@dataclass(slots=True)
class Served:
    """The page, cookies and tokens of everybody, and what was answered to how many requests."""

    base: str
    marks: str
    cookies: dict[str, str]
    token: str
    answered: Counter[int] = field(default_factory=Counter)

    def send(
        self, method: str, target: str, headers: dict[str, str], body: bytes = b""
    ) -> tuple[int, bytes]:
        """Status and answer, of which nothing is a failure. 0: the connection was closed."""
        parts = urlsplit(self.base)
        sent = {"Host": parts.netloc, "Connection": "close"} | headers
        if body:
            sent["Content-Length"] = str(len(body))
        head = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
        request = f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + body
        found = b""
        with socket.create_connection((parts.hostname or "", parts.port or 0), 60) as taken:
            try:
                taken.sendall(request)
                while more := taken.recv(65_536):
                    found += more
            except ConnectionError:
                pass  # it was answered before all was sent
        said = re.match(rb"HTTP/1\.1 (\d\d\d) ", found)
        status = int(said[1]) if said else 0
        assert status < 500, (status, request[:2_000], found[:2_000])
        assert b"Traceback" not in found
        self.answered[status] += 1
        return status, found


def entered(role: Role, conn: Connection) -> str:
    """A session of somebody with this role."""
    store_access.put_person(conn, Person(name=role.value, role=role, created_at=NOW))
    return access_accounts.log_in(conn, role.value, "", NOW)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    folder = tmp_path_factory.mktemp("generated")
    databases.copy(filled, folder)
    async with AsyncExitStack() as stack:
        stage = await stack.enter_async_context(
            staged(Scene(folder), MONITOR_WEB_ACCESS="users", MONITOR_WEB_PROXY_FROM="127.0.0.1")
        )
        database, cookies = stage.app.database, {NOBODY: f"signpost-seat={SEAT}"}
        key = await database.write(access_accounts.page_key)
        for role in Role:
            secret = await database.write(partial(entered, role))
            cookies[role.value] = f"signpost-seat={SEAT}; signpost-session={secret}"
        actor = access_accounts.Actor(name="tests", via=Via.COMMAND)
        _, token = await database.write(
            lambda conn: access_accounts.make_token(
                conn, name="all", scopes=tuple(Scope), actor=actor, now=NOW, life=None
            )
        )
        yield Served(stage.base, access_accounts.form_mark(key, SEAT), cookies, token)


def chosen(examples: int = EXAMPLES) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def address(path: str, inserted: str) -> str:
    """A route's address with something in the place of each name."""
    return re.sub(r"\{\w+(:number)?\}", lambda found: "1" if found[1] else coded(inserted), path)


def hold_page(served: Served, role: str, method: str, path: str) -> None:
    cookie = served.cookies[role]

    @chosen()
    @given(
        inserted=TEXTS,
        fields=FIELDS,
        headers=HEADERS,
        kind=st.sampled_from(KINDS),
        other=st.sampled_from((method, method, method, *METHODS)),
        raw=st.one_of(st.none(), st.none(), RAW),
    )
    def send(
        inserted: str,
        fields: list[tuple[str, str]],
        headers: dict[str, str],
        kind: str,
        other: str,
        raw: bytes | None,
    ) -> None:
        own = {"Cookie": cookie} | headers
        query = form(fields, "").decode()
        target = address(path, inserted)
        served.send(other, f"{target}?{query}", own)
        if method == "POST":
            mark = [] if path == "/logout" else [("mark", served.marks)]
            body = form([*mark, *fields], kind) if raw is None else raw
            served.send("POST", target, {"Content-Type": kind} | own, body)

    send()


def hold_api(served: Served, method: str, path: str) -> None:
    @chosen()
    @given(
        inserted=TEXTS,
        fields=FIELDS,
        body=st.one_of(
            JSON.map(lambda value: json.dumps(value).encode()),
            st.dictionaries(NAMES, JSON, max_size=4).map(lambda value: json.dumps(value).encode()),
            RAW,
        ),
        headers=HEADERS,
    )
    def send(
        inserted: str, fields: list[tuple[str, str]], body: bytes, headers: dict[str, str]
    ) -> None:
        own = {"Authorization": f"Bearer {served.token}"}
        target = f"{api.PREFIX}{address(path, inserted)}"
        query = form(fields, "").decode()
        served.send(method, f"{target}?{query}", headers | own)
        served.send(method, target, own | {"Content-Type": "application/json"}, body)

    send()


@pytest.mark.parametrize("role", [NOBODY, *(role.value for role in Role)])
async def test_no_page_and_no_form_fails(served: Served, role: str) -> None:
    for method, path, _, _ in site.PAGES:
        await asyncio.to_thread(hold_page, served, role, method, path)


async def test_no_operation_of_the_api_fails(served: Served) -> None:
    for method, path, _, _ in api.ROUTES:
        await asyncio.to_thread(hold_api, served, method, path)


@pytest.mark.parametrize("path", ["/", "/health", "/static/style.css", "/api/v1/flags", "/nowhere"])
async def test_no_host_fails(served: Served, path: str) -> None:
    for host in HOSTS:
        headers = {"Host": host, "Cookie": served.cookies["operator"]}
        await asyncio.to_thread(served.send, "GET", path, headers)


@pytest.mark.parametrize(
    "target", ["*", "http://[", "http://localhost/", "//[", "a", "/%00", "[::"]
)
async def test_no_target_fails(served: Served, target: str) -> None:
    for method in METHODS:
        await asyncio.to_thread(served.send, method, target, {})


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", "GET, HEAD"),
        ("/flags/1", "GET, HEAD, POST"),
        ("/logout", "POST"),
        ("/health", "GET, HEAD"),
        ("/static/style.css", "GET, HEAD"),
        ("/api/v1/flags", "GET, HEAD"),
        ("/api/v1/flags/1/answers", "POST"),
    ],
)
@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "OPTIONS"])
async def test_what_cannot_be_done_says_what_can(
    served: Served, path: str, allowed: str, method: str
) -> None:
    headers = {"Cookie": served.cookies["operator"]}
    status, answer = await asyncio.to_thread(served.send, method, path, headers)
    assert status == 405
    assert f"\r\nallow: {allowed}\r\n" in answer.decode().lower().replace(allowed.lower(), allowed)


FORMS = [path for method, path, _, _ in site.PAGES if method == "POST"]


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("mark", ["é", "\ud800", "漢" * 64, "\0", "a\0b"])
async def test_a_mark_that_is_no_mark_is_refused(served: Served, path: str, mark: str) -> None:
    headers = {"Cookie": served.cookies["operator"], "Content-Type": KINDS[0]}
    target, body = address(path, "x"), form([("mark", mark)], "")
    status, _ = await asyncio.to_thread(served.send, "POST", target, headers, body)
    assert status in {400, 403, 404}


@pytest.mark.parametrize("days", ["Infinity", "NaN", "1e400", "-1e400", "7" * 5_000, "0", "true"])
async def test_a_number_of_days_that_is_none_is_refused(served: Served, days: str) -> None:
    own = {"Authorization": f"Bearer {served.token}", "Content-Type": "application/json"}
    body = f'{{"answer": "snooze", "days": {days}}}'.encode()
    path = f"{api.PREFIX}/flags/1/answers"
    status, _ = await asyncio.to_thread(served.send, "POST", path, own, body)
    assert status in {400, 409}
    headers = {"Cookie": served.cookies["analyst"], "Content-Type": KINDS[0]}
    for target in ("/flags/1", "/watchlist/trial"):
        fields = [("mark", served.marks), ("answer", "snooze"), ("days", days), ("text", "x")]
        sent = form(fields, "")
        status, _ = await asyncio.to_thread(served.send, "POST", target, headers, sent)
        assert status == 403


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"note": "\\ud800"}', b'{"a":' * 100_000])
async def test_json_that_nobody_can_read_is_refused(served: Served, body: bytes) -> None:
    own = {"Authorization": f"Bearer {served.token}", "Content-Type": "application/json"}
    for method, path, _, _ in api.ROUTES:
        if method == "POST" and "undo" not in path:
            target = f"{api.PREFIX}{address(path, 'x')}"
            status, _ = await asyncio.to_thread(served.send, "POST", target, own, body)
            assert (path, status) == (path, 400)


@pytest.mark.parametrize("cursor", ["1000000000000000", "9999999999999999", "9" * 5_000, "0", "-1"])
async def test_a_cursor_beyond_its_maximum_is_refused(served: Served, cursor: str) -> None:
    own = {"Authorization": f"Bearer {served.token}"}
    for path in ("/flags", "/deliveries", "/entries", "/stories"):
        target = f"{api.PREFIX}{path}?cursor={cursor}"
        status, _ = await asyncio.to_thread(served.send, "GET", target, own)
        assert status == 400


@pytest.mark.parametrize("kind", KINDS[:2])
async def test_a_watchlist_of_a_megabyte_and_a_half_is_tried(served: Served, kind: str) -> None:
    text = "# a remark that explains the line below it\n" * 35_000
    assert 1_500_000 < len(text) < 1_600_000
    fields = [("mark", served.marks), ("days", "7"), ("text", text)]
    body = form(fields, kind)
    headers = {"Cookie": served.cookies["analyst"], "Content-Type": kind}
    status, _ = await asyncio.to_thread(served.send, "POST", "/watchlist/difference", headers, body)
    assert status == 200


async def test_what_was_tried(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    """The last of this file: how many requests were answered, and how."""
    with capsys.disabled():
        counts: dict[str, Any] = {str(status): n for status, n in sorted(served.answered.items())}
        os.write(1, f"\n{served.answered.total():,} requests: {counts}\n".encode())
    assert not any(status >= 500 for status in served.answered)
