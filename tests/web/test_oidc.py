"""Logging in by an OpenID Connect provider: a real one over loopback, honest and then not."""

import base64
import contextlib
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from joserfc.jwk import RSAKey

from monitor.errors import SettingsError
from monitor.model.access import Role
from monitor.store import access as store_access
from tests.support.scene import Scene
from tests.web.provider import CLIENT, SECRET, Provider, providing
from tests.web.stage import NOW, Stage, staged

BASE = "http://localhost"


@dataclass(slots=True)
class Door:
    """A page behind a provider, and a browser that stands before it."""

    stage: Stage
    provider: Provider

    async def go(self, address: str) -> tuple[int, str, str]:
        """One step, without following on; the page's own address is wherever it listens."""
        parts = urlsplit(address)
        if address.startswith(BASE) or not parts.scheme:
            address = f"{self.stage.base}{parts.path}{'?' + parts.query if parts.query else ''}"
        async with self.stage.client.get(address, allow_redirects=False) as answer:
            return answer.status, answer.headers.get("Location", ""), await answer.text()

    async def returned(self, to: str = "/feeds") -> str:
        """From the page to the provider; the address it sends back to."""
        status, location, _ = await self.go(f"/login/start?to={to}")
        assert status == 303
        assert location.startswith(f"{self.provider.base}/authorize?")
        _, back, _ = await self.go(location)
        assert back.startswith(f"{BASE}/login/back?")
        return back

    async def role(self) -> str:
        person = await self.stage.app.database.read(
            lambda conn: store_access.person(conn, "kim@example.org")
        )
        return person.role.value if person else ""


@contextlib.asynccontextmanager
async def door(scene: Scene, **extra: str) -> AsyncIterator[Door]:
    async with providing(NOW) as provider:
        settings = {
            "MONITOR_WEB_ACCESS": "oidc",
            "MONITOR_BASE_URL": BASE,
            "MONITOR_OIDC_ISSUER": provider.base,
            "MONITOR_OIDC_CLIENT": CLIENT,
            "MONITOR_OIDC_SECRET": SECRET,
            "MONITOR_OIDC_ROLE_CLAIM": "realm_access.roles",
            "MONITOR_OIDC_ROLES": "readers=viewer desk=analyst ops=operator",
        } | extra
        async with staged(scene, now=NOW, **settings) as stage:
            yield Door(stage, provider)


async def test_somebody_comes_in_with_the_role_that_the_provider_gives(scene: Scene) -> None:
    async with door(scene) as at:
        status, location, _ = await at.go("/feeds")
        assert (status, location) == (303, "/login?to=%2Ffeeds")
        assert "/login/start?to=" in (await at.go(location))[2]
        assert (await at.go("/feeds"))[0] == 303

        status, location, _ = await at.go(await at.returned())
        assert (status, location) == (303, "/feeds")
        status, _, html = await at.go("/feeds")
        assert (status, "You are kim@example.org, analyst" in html) == (200, True)
        assert (await at.go("/audit"))[0] == 403

        at.provider.claims = {"realm_access": {"roles": ["ops", "readers"]}}
        await at.go(await at.returned())
        assert await at.role() == "operator", "the role is what the provider says today"
        deeds = await at.stage.app.database.read(store_access.deeds_page)
        assert [deed.action for deed in reversed(deeds)] == [
            "person.role",
            "login",
            "person.role",
            "login",
        ]
        status, location, _ = await at.stage.post("/logout", on="/feeds")
        assert (status, location) == (303, "/login")
        assert (await at.go("/feeds"))[0] == 303


WRONG: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://evil.example"},
    "another audience": {"aud": "another-client"},
    "two audiences, made for the other": {"aud": [CLIENT, "other"], "azp": "other"},
    "another log-in's nonce": {"nonce": "somebody-elses"},
    "no nonce": {"nonce": None},
    "expired": {"exp": int((NOW - timedelta(minutes=2)).timestamp())},
    "no end": {"exp": None},
    "made in the future": {"iat": int((NOW + timedelta(hours=1)).timestamp())},
    "no name": {"email": None},
    "an address that nobody verified": {"email_verified": False},
    "an address of which nothing is said": {"email_verified": None},
    "a word for false": {"email_verified": "false"},
    "a word for true": {"email_verified": "true"},
    "a word for no": {"email_verified": "no"},
    "zero": {"email_verified": 0},
    "one": {"email_verified": 1},
    "a list": {"email_verified": [True]},
    "an end that is no number": {"exp": "tomorrow"},
    "an end beyond all numbers": {"exp": float("inf")},
    "an audience of another shape": {"aud": {"signpost": True}},
    "no role here": {"realm_access": {"roles": ["other"]}},
    "roles of another shape": {"realm_access": "desk"},
}


@pytest.mark.parametrize("what", WRONG)
async def test_a_token_that_says_anything_else_lets_nobody_in(scene: Scene, what: str) -> None:
    async with door(scene) as at:
        at.provider.claims = WRONG[what]
        await refused(at, await at.returned())


async def test_a_null_is_not_the_word_true(scene: Scene) -> None:
    """The small provider leaves out what is None, so this token is signed by hand."""
    async with door(scene) as at:
        back = await at.returned()
        (begun,) = at.provider.codes.values()
        at.provider.token = at.provider.sign(begun, email_verified=None)
        assert "email_verified" in await refused(at, back)


@pytest.mark.parametrize("said", [False, "false", "true", 0, 1, None])
async def test_a_provider_may_be_trusted_with_its_addresses_but_not_against_its_word(
    scene: Scene, said: object
) -> None:
    async with door(scene, MONITOR_OIDC_EMAIL_VERIFIED="assumed") as at:
        back = await at.returned()
        (begun,) = at.provider.codes.values()
        at.provider.token = at.provider.sign(begun, email_verified=said)
        await refused(at, back)

        at.provider.token = ""
        at.provider.claims = {"email_verified": None}  # left out
        status, location, _ = await at.go(await at.returned())
        assert (status, location) == (303, "/feeds")


async def test_another_name_than_the_address_needs_no_verified_address(scene: Scene) -> None:
    async with door(scene, MONITOR_OIDC_NAME_CLAIM="sub") as at:
        at.provider.claims = {"email_verified": False}
        assert (await at.go(await at.returned()))[0] == 303


@pytest.mark.parametrize(
    "described",
    [
        {"token_endpoint": 7},
        {"authorization_endpoint": "https://["},
        {"jwks_uri": None},
        {"authorization_endpoint": ["https://id.example.org"]},
    ],
)
async def test_a_description_of_another_shape_lets_nobody_in(
    scene: Scene, described: dict[str, Any]
) -> None:
    async with door(scene) as at:
        at.provider.described = described
        status, _, html = await at.go("/login/start")
        assert (status, "gives no safe" in html) == (403, True)


@pytest.mark.parametrize("keys", [7, "keys", [None], [{"kty": "RSA"}], [{"kty": 5}], {"a": 1}])
async def test_keys_of_another_shape_let_nobody_in(scene: Scene, keys: object) -> None:
    async with door(scene) as at:
        at.provider.shown = {"keys": keys}
        await refused(at, await at.returned())


async def test_a_provider_that_says_it_names_itself_must_do_so(scene: Scene) -> None:
    """RFC 9207: otherwise another provider's answer could be passed off as this one's."""
    async with door(scene) as at:
        at.provider.described = {"authorization_response_iss_parameter_supported": True}
        back = await at.returned()
        nameless = re.sub(r"&iss=[^&]*", "", back)
        assert nameless != back
        assert "another provider" in await refused(at, nameless)
        assert (await at.go(await at.returned()))[0] == 303


async def refused(at: Door, back: str) -> str:
    status, location, html = await at.go(back)
    assert (status, location) == (403, "")
    assert (await at.go("/feeds"))[0] == 303
    assert await at.role() == ""
    return html


def unsigned(claims: dict[str, Any], header: dict[str, Any]) -> str:
    parts = (json.dumps(part).encode() for part in (header, claims))
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."


async def test_a_token_that_is_not_signed_by_the_providers_key_lets_nobody_in(scene: Scene) -> None:
    async with door(scene) as at:
        at.provider.published = RSAKey.generate_key(2048, {"kid": "one"})
        assert "not signed by its keys" in await refused(at, await at.returned())

        claims = {"iss": at.provider.base, "aud": CLIENT, "sub": "x", "email": "kim@example.org"}
        for header in ({"alg": "none"}, {"alg": "HS256", "kid": "one"}):
            at.provider.token = unsigned(claims, header)
            await refused(at, await at.returned())
        at.provider.token = "no token at all"
        await refused(at, await at.returned())


async def test_new_keys_of_the_provider_are_asked_for_once_a_minute(scene: Scene) -> None:
    async with door(scene) as at:
        await at.go(await at.returned())
        at.provider.key = RSAKey.generate_key(2048, {"kid": "two"})
        at.provider.header = {"alg": "RS256", "kid": "two"}
        status, _, _ = await at.go(await at.returned())
        assert status == 403, "the keys were asked for a moment ago"
        at.stage.now.append(NOW + timedelta(minutes=2))
        status, _, _ = await at.go(await at.returned())
        assert status == 303
        assert at.provider.asked.count("/keys") == 2
        assert at.provider.asked.count("/.well-known/openid-configuration") == 1


async def test_an_answer_belongs_to_one_log_in_of_one_browser(scene: Scene) -> None:
    async with door(scene) as at:
        first = await at.returned()
        second = await at.returned()
        await refused(at, first)  # the state is that of an earlier log-in
        await refused(at, second)  # and the refusal ended the later one

        good = await at.returned()
        assert (await at.go(good))[0] == 303
        assert (await at.go(good))[0] == 403, "a code is good once"


async def test_an_answer_of_another_kind_lets_nobody_in(scene: Scene) -> None:
    async with door(scene) as at:
        back = await at.returned()
        await refused(at, back.replace("iss=http", "iss=ftp"))
        back = await at.returned()
        at.stage.now.append(NOW + timedelta(minutes=11))
        assert "took too long" in await refused(at, back)
        back = await at.returned()
        at.stage.client.cookie_jar.clear()
        assert "not begun in this browser" in await refused(at, back)
        back = await at.returned()
        query = back.partition("state=")[2].partition("&")[0]
        assert "let nobody in: denied" in await refused(
            at, f"{BASE}/login/back?error=denied&state={query}"
        )


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/%5Cevil.example"])
async def test_coming_back_leads_nowhere_else(scene: Scene, to: str) -> None:
    async with door(scene) as at:
        _, location, _ = await at.go(await at.returned(to))
        assert location == "/"


async def test_a_provider_that_is_another_or_not_there_lets_nobody_in(scene: Scene) -> None:
    async with door(scene) as at:
        at.provider.issuer = "https://elsewhere.example"
        status, _, html = await at.go("/login/start")
        assert (status, "describes another issuer" in html) == (403, True)
    async with door(scene, MONITOR_OIDC_ISSUER="http://127.0.0.1:9") as at:
        status, _, html = await at.go("/login/start")
        assert (status, "cannot be reached" in html) == (403, True)


async def test_somebody_who_was_disabled_stays_out(scene: Scene) -> None:
    async with door(scene) as at:
        await at.go(await at.returned())
        await at.stage.app.database.write(
            lambda conn: store_access.set_disabled(conn, "kim@example.org", disabled=True)
        )
        status, _, html = await at.go(await at.returned())
        assert (status, "may not come in any more" in html) == (403, True)


async def test_nobody_logs_in_by_a_provider_where_there_is_none(scene: Scene) -> None:
    async with staged(scene) as stage:
        assert (await stage.get("/login/start"))[0] == 404
        assert (await stage.get("/login/back?code=1&state=2"))[0] == 404


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ({"MONITOR_OIDC_ISSUER": "http://id.example.org"}, "begins with https://"),
        ({"MONITOR_OIDC_CLIENT": ""}, "MONITOR_OIDC_CLIENT is not"),
        ({"MONITOR_OIDC_ROLES": "desk=chief"}, "expected VALUE=ROLE"),
        ({"MONITOR_OIDC_EMAIL_VERIFIED": "yes"}, "expected “required”, or “assumed”"),
        ({"MONITOR_BASE_URL": ""}, "MONITOR_BASE_URL for the provider"),
    ],
)
def test_settings_that_would_let_the_wrong_in_are_refused(
    scene: Scene, extra: dict[str, str], said: str
) -> None:
    good = {
        "MONITOR_WEB_ACCESS": "oidc",
        "MONITOR_BASE_URL": "https://signpost.example.org",
        "MONITOR_OIDC_ISSUER": "https://id.example.org",
        "MONITOR_OIDC_CLIENT": CLIENT,
    }
    found = scene.settings(good).oidc
    assert found is not None
    assert found.roles == tuple((role.value, role) for role in Role)
    with pytest.raises(SettingsError, match=said):
        scene.settings(good | extra)
