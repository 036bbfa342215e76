"""Who gets in, and every way of getting in that is refused."""

import asyncio
import contextlib
import http.client
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import urlsplit

import aiohttp
import pytest

from monitor.access import accounts as access_accounts
from monitor.access.accounts import SignedLink
from monitor.model.access import Person, Role
from monitor.store import access as store_access
from monitor.store import flags as store_flags
from tests.databases import sqlite_only
from tests.support.scene import Scene
from tests.web.stage import NOW, Stage, staged

PASSWORD = "correct horse battery"
HASH = access_accounts.hash_password(PASSWORD)


async def add(stage: Stage, name: str, role: Role) -> None:
    person = Person(name=name, role=role, created_at=NOW, password_hash=HASH)
    await stage.app.database.write(lambda conn: store_access.put_person(conn, person))


async def log_in(
    stage: Stage, name: str, password: str = PASSWORD, to: str = ""
) -> tuple[int, str, str]:
    fields = {"name": name, "password": password, "to": to}
    return await stage.post("/login", fields, on="/login")


def users(scene: Scene) -> contextlib.AbstractAsyncContextManager[Stage]:
    return staged(scene, MONITOR_WEB_ACCESS="users")


# off and loopback


async def test_off_serves_the_probes_alone(scene: Scene) -> None:
    async with staged(scene, MONITOR_WEB_ACCESS="off") as stage:
        assert (await stage.get("/health"))[0] == 200
        for path in ("/", "/login", "/static/style.css", "/api/v1/flags"):
            assert (await stage.get(path))[0] in {404, 421}


async def test_a_foreign_name_for_this_machine_is_refused(scene: Scene) -> None:
    """DNS rebinding: a page elsewhere makes its own name lead to 127.0.0.1."""
    async with staged(scene) as stage:
        assert (await stage.get("/", Host="evil.example"))[0] == 421
        assert (await stage.get("/", Host="127.0.0.1.evil.example"))[0] == 421
        assert (await stage.get("/", Host=""))[0] in {400, 421}
        assert (await stage.get("/", Host="localhost"))[0] == 200


async def test_every_answer_forbids_what_a_browser_need_not_do(scene: Scene) -> None:
    async with staged(scene) as stage:
        for path in ("/", "/flags/99", "/health", "/static/keys.js", "/nowhere"):
            async with stage.client.get(stage.base + path) as answer:
                policy = answer.headers["Content-Security-Policy"]
                assert "default-src 'none'" in policy
                assert "unsafe" not in policy
                assert answer.headers["X-Content-Type-Options"] == "nosniff"


# forms


async def test_a_form_without_its_mark_changes_nothing(scene: Scene) -> None:
    async with staged(scene) as stage:
        await stage.get("/")
        for fields in ({}, {"mark": ""}, {"mark": "0" * 64}):
            status, _, html = await stage.post("/flags/1", {"answer": "stands", **fields})
            assert status == 403
            assert "nothing was changed" in " ".join(html.split())
        assert await state(stage) == "open"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
async def test_a_form_from_another_site_changes_nothing(
    scene: Scene, headers: dict[str, str]
) -> None:
    async with staged(scene) as stage:
        status, _, html = await stage.post(
            "/flags/1", {"answer": "stands"}, on="/flags/1", **headers
        )
        assert status == 403
        assert "another site" in html
        assert await state(stage) == "open"


async def test_a_mark_belongs_to_one_browser(scene: Scene) -> None:
    async with staged(scene) as stage:
        _, html = await stage.get("/flags/1")
        mark = re.search(r'name="mark" value="(\w+)"', html)
        assert mark
        async with (
            aiohttp.ClientSession() as other,
            other.post(
                f"{stage.base}/flags/1",
                data={"answer": "stands", "mark": mark[1]},
                allow_redirects=False,
            ) as answer,
        ):
            assert answer.status == 403


@pytest.mark.parametrize("path", ["/flags/1", "/deeds/1/undo", "/deliveries/1", "/logout"])
async def test_what_acts_cannot_be_done_by_a_get(scene: Scene, path: str) -> None:
    async with staged(scene) as stage:
        await stage.get(f"{path}?answer=stands")
        assert await state(stage) == "open"


@pytest.mark.parametrize("path", ["/watchlist/trial", "/login", "/nowhere"])
async def test_a_body_that_says_it_is_large_is_not_read(scene: Scene, path: str) -> None:
    """Its head alone is sent: an answer must come without the body."""
    async with staged(scene) as stage:
        parts = urlsplit(stage.base)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        head = f"POST {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Length: 2100000\r\n\r\n"
        writer.write(head.encode())
        answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 413 ")
        writer.close()


async def test_a_large_body_of_unknown_length_is_cut_off(scene: Scene) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(200):
            yield b"x" * 50_000

    async with staged(scene) as stage:
        with contextlib.suppress(aiohttp.ClientError):
            async with stage.client.post(f"{stage.base}/login", data=endless()) as answer:
                assert answer.status >= 400
        assert (await stage.get("/"))[0] == 200


# passwords


async def test_without_logging_in_every_page_leads_to_the_door_and_back(scene: Scene) -> None:
    async with users(scene) as stage:
        await add(stage, "ana", Role.ANALYST)
        async with stage.client.get(f"{stage.base}/flags/1", allow_redirects=False) as answer:
            location = answer.headers["Location"]
        assert location == "/login?to=%2Fflags%2F1"

        status, location, _ = await log_in(stage, "ana", to="/flags/1")

        assert (status, location) == (303, "/flags/1")
        assert ">ana</span>" in (await stage.get("/flags/1"))[1]


async def test_cookies_are_out_of_reach_of_scripts_and_other_sites(scene: Scene) -> None:
    url = "https://desk.example.org"
    async with staged(scene, MONITOR_WEB_ACCESS="users", MONITOR_BASE_URL=url) as stage:
        async with stage.client.get(f"{stage.base}/login") as answer:
            cookie = answer.headers["Set-Cookie"]
            assert answer.headers["Strict-Transport-Security"]
        assert cookie.startswith("__Host-signpost-seat=")
        for word in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
            assert word in cookie


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", "x"])
async def test_the_door_leads_nowhere_else(scene: Scene, to: str) -> None:
    async with users(scene) as stage:
        await add(stage, "ana", Role.VIEWER)
        assert (await log_in(stage, "ana", to=to))[:2] == (303, "/")


async def test_wrong_passwords_are_told_nothing_and_soon_not_tried_at_all(scene: Scene) -> None:
    async with users(scene) as stage:
        await add(stage, "ana", Role.ANALYST)
        said = set()
        for name in ("ana", "nobody"):
            status, _, html = await log_in(stage, name, "wrong password here")
            assert status == 403
            said.add(re.sub(r"[0-9a-f]{64}|value=\"\w*\"", "", html))
        assert len(said) == 1
        for _ in range(4):
            await log_in(stage, "ana", "wrong password here")

        status, _, html = await log_in(stage, "ana")
        assert status == 429
        assert "Try again in 15 minutes" in html

        stage.now.append(NOW + timedelta(minutes=16))
        assert (await log_in(stage, "ana"))[0] == 303


def behind(
    scene: Scene, proxies: str = "127.0.0.1"
) -> contextlib.AbstractAsyncContextManager[Stage]:
    return staged(scene, MONITOR_WEB_ACCESS="users", MONITOR_WEB_PROXY_FROM=proxies)


async def attempt(stage: Stage, name: str, password: str, heard: str = "") -> int:
    """The status of a log-in that a proxy heard of from somebody."""
    headers = {"X_Forwarded_For": heard} if heard else {}
    fields = {"name": name, "password": password}
    return (await stage.post("/login", fields, on="/login", **headers))[0]


async def test_many_tries_at_once_are_no_more_than_one_by_one(scene: Scene) -> None:
    async with users(scene) as stage:
        await add(stage, "ana", Role.ANALYST)
        tries = (log_in(stage, "ana", f"wrong password {number}") for number in range(40))
        statuses = [status for status, _, _ in await asyncio.gather(*tries)]
        assert (statuses.count(403), statuses.count(429)) == (5, 35)


async def test_right_passwords_at_once_and_again_bar_nobody(scene: Scene) -> None:
    async with users(scene) as stage:
        await add(stage, "ana", Role.ANALYST)
        for _ in range(30):
            assert (await log_in(stage, "ana"))[0] == 303


async def test_one_address_is_barred_and_its_neighbours_behind_the_proxy_are_not(
    scene: Scene,
) -> None:
    async with behind(scene) as stage:
        await add(stage, "ana", Role.ANALYST)
        await add(stage, "kim", Role.ANALYST)
        assert await attempt(stage, "kim", PASSWORD, "192.0.2.9") == 303
        for number in range(20):
            assert await attempt(stage, f"nobody {number}", "wrong password", "192.0.2.9") == 403
        assert await attempt(stage, "ana", PASSWORD, "192.0.2.9") == 429
        assert await attempt(stage, "ana", PASSWORD, "192.0.2.10") == 303
        assert await attempt(stage, "kim", PASSWORD, "192.0.2.9") == 303, "logged in here before"
        deeds = await stage.app.database.read(store_access.deeds_page)
        assert {deed.address for deed in deeds} == {"192.0.2.9", "192.0.2.10"}


async def test_a_network_of_ipv6_addresses_is_one_address(scene: Scene) -> None:
    async with behind(scene) as stage:
        await add(stage, "ana", Role.ANALYST)
        for number in range(20):
            heard = f"2001:db8:1:2:{number:x}::1"
            assert await attempt(stage, f"nobody {number}", "wrong password", heard) == 403
        assert await attempt(stage, "ana", PASSWORD, "2001:db8:1:2:ffff::2") == 429
        assert await attempt(stage, "ana", PASSWORD, "2001:db8:1:3::2") == 303


@pytest.mark.parametrize(
    ("proxies", "heard", "meant"),
    [
        ("", "192.0.2.9", "127.0.0.1"),  # nobody said that there is a proxy
        ("10.0.0.1", "192.0.2.9", "127.0.0.1"),
        ("127.0.0.1", "192.0.2.9", "192.0.2.9"),
        ("127.0.0.0/8", "192.0.2.9", "192.0.2.9"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "6.6.6.6, 192.0.2.9", "192.0.2.9"),  # what came before, anybody may write
        ("127.0.0.1, 10.0.0.0/8", "6.6.6.6, 192.0.2.9, 10.1.2.3", "192.0.2.9"),
        ("127.0.0.1", "192.0.2.9:5123", "192.0.2.9"),
        ("127.0.0.1", "[2001:db8::1]:443", "2001:db8::1"),
        ("127.0.0.1", "::ffff:192.0.2.9", "192.0.2.9"),
        ("127.0.0.1", "unknown", "127.0.0.1"),
        ("127.0.0.1", "192.0.2.9, <script>", "127.0.0.1"),
        ("127.0.0.1", ", ,", "127.0.0.1"),
    ],
)
async def test_where_somebody_is_comes_from_the_proxies_of_the_settings_alone(
    scene: Scene, proxies: str, heard: str, meant: str
) -> None:
    async with behind(scene, proxies) as stage:
        await attempt(stage, "nobody", "wrong password", heard)
        (deed,) = await stage.app.database.read(store_access.deeds_page)
        assert deed.address == meant


async def test_what_was_typed_as_a_name_is_not_kept_if_nobody_is_called_so(scene: Scene) -> None:
    async with users(scene) as stage:
        await log_in(stage, PASSWORD, "x")
        deeds = await stage.app.database.read(store_access.deeds_page)
        assert [deed.action for deed in deeds] == ["login.failed"]
        assert PASSWORD not in str(deeds)


async def test_a_session_ends_by_itself_by_logging_out_and_by_a_new_password(scene: Scene) -> None:
    async with users(scene) as stage:
        await add(stage, "ana", Role.ANALYST)
        await log_in(stage, "ana")
        assert (await stage.post("/logout", on="/"))[:2] == (303, "/login")
        assert "Log in" in (await stage.get("/"))[1]

        await log_in(stage, "ana")
        await stage.app.database.write(lambda conn: store_access.set_password(conn, "ana", HASH))
        assert "Log in" in (await stage.get("/"))[1]

        await log_in(stage, "ana")
        stage.now.append(NOW + timedelta(hours=13))
        assert "Log in" in (await stage.get("/"))[1]


async def test_a_role_does_what_it_may_and_changes_at_once(scene: Scene) -> None:
    async with users(scene) as stage:
        await add(stage, "vic", Role.VIEWER)
        await log_in(stage, "vic")
        assert (await stage.get("/flags/1"))[0] == 200
        assert 'name="answer"' not in (await stage.get("/flags/1"))[1]
        assert (await stage.post("/flags/1", {"answer": "stands"}, on="/"))[0] == 403
        assert (await stage.get("/audit"))[0] == 403
        assert await state(stage) == "open"

        await stage.app.database.write(
            lambda conn: store_access.set_role(conn, "vic", Role.ANALYST)
        )
        assert (await stage.post("/flags/1", {"answer": "stands"}, on="/flags/1"))[0] == 303
        assert (await stage.post("/deliveries/2", on="/"))[0] == 403

        await stage.app.database.write(
            lambda conn: store_access.set_disabled(conn, "vic", disabled=True)
        )
        assert "Log in" in (await stage.get("/"))[1]
        assert (await log_in(stage, "vic"))[0] == 403


@sqlite_only
async def test_the_database_holds_no_secret_that_opens_the_door(scene: Scene) -> None:
    async with users(scene) as stage:
        await add(stage, "ana", Role.ANALYST)
        await log_in(stage, "ana")
        cookies = {c.key: c.value for c in stage.client.cookie_jar}
        stored = (scene.folder / "data" / "monitor.db").read_bytes()
        stored += (scene.folder / "data" / "monitor.db-wal").read_bytes()
        assert cookies["signpost-session"].encode() not in stored
        assert PASSWORD.encode() not in stored


# a proxy's word


async def test_a_name_in_a_header_counts_from_the_proxy_alone(scene: Scene) -> None:
    elsewhere = "10.1.2.3"
    async with staged(scene, MONITOR_WEB_ACCESS="proxy", MONITOR_WEB_PROXY_FROM=elsewhere) as stage:
        assert (await stage.get("/", X_Forwarded_User="root"))[0] == 403
    async with staged(scene, MONITOR_WEB_ACCESS="proxy") as stage:
        assert (await stage.get("/"))[0] == 403
        status, html = await stage.get("/", X_Forwarded_User="ana@example.org")
        assert status == 200
        assert "ana@example.org, viewer" in html


# links in mails


def link(key: bytes) -> str:
    made = SignedLink(flag_id=1, answer="stands", recipient="desk@example.org")
    return "/answer/" + access_accounts.sign_link(key, made, now=NOW)


async def test_a_mail_scanner_that_follows_a_link_changes_nothing(scene: Scene) -> None:
    async with users(scene) as stage:
        key = await stage.app.database.write(access_accounts.page_key)
        path = link(key)
        for _ in range(3):
            status, html = await stage.get(path)
            assert status == 200
            assert "Nothing has been changed yet" in html
        async with stage.client.head(stage.base + path) as answer:
            assert answer.status in {200, 405}
        assert await state(stage) == "open"

        status, _, html = await stage.post(path, on=path)
        assert status == 200
        assert await state(stage) == "stands"
        deeds = await stage.app.database.read(store_access.deeds_page)
        assert (deeds[0].actor, deeds[0].via.value) == ("desk@example.org", "mail")

        assert "answered already" in (await stage.get(path))[1]


async def test_a_link_that_was_changed_or_is_old_does_nothing(scene: Scene) -> None:
    async with users(scene) as stage:
        key = await stage.app.database.write(access_accounts.page_key)
        path = link(key)
        for wrong in (path[:-2], path.replace("/answer/W", "/answer/X"), link(b"other" * 6)):
            status, html = await stage.get(wrong)
            assert status in {403, 404}
            assert "<form" not in html.partition("<main")[2]
        stage.now.append(NOW + timedelta(days=15))
        status, html = await stage.get(path)
        assert (status, "older than 14 days" in html) == (403, True)


# odd requests


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static//etc/passwd",
        "/flags/1%00",
        "/flags/%F0%28%8C%28",
        "/flags/99999999999999999999999999",
        "/?flags=-1&page=1e9",
        "/entries/%27%20OR%201=1--",
        "/questions/%3Cscript%3E",
    ],
)
async def test_odd_addresses_are_refused_without_a_trace(scene: Scene, path: str) -> None:
    """Sent raw: a client library would tidy them up."""
    async with staged(scene) as stage:
        status, body = await asyncio.to_thread(raw, stage.base, path)
        assert status in {200, 303, 400, 403, 404}
        assert b"Traceback" not in body
        assert b"<script>" not in body
        assert b"import " not in body


def raw(base: str, path: str) -> tuple[int, bytes]:
    parts = urlsplit(base)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    connection.putrequest("GET", path, skip_host=True)
    connection.putheader("Host", parts.netloc)
    connection.endheaders()
    answer = connection.getresponse()
    found = answer.status, answer.read()
    connection.close()
    return found


async def state(stage: Stage) -> str:
    flag = await stage.app.database.read(lambda conn: store_flags.get(conn, 1))
    assert flag
    return flag.state.value
