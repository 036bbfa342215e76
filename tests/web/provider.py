"""A small OpenID Connect provider on this machine: signed tokens, keys, codes that are good once.

It lets everybody in without asking. What a test changes is what a wrong or hostile one would do.
"""

import base64
import contextlib
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from aiohttp import web
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "signpost", "s3cret/with:signs"


@dataclass(slots=True)
class Provider:
    """`claims` are added to, or put in the place of, those that an honest provider would sign."""

    now: datetime
    base: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    published: RSAKey | None = None  # the key it shows, when that is another one
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "RS256", "kid": "one"})
    issuer: str = ""  # what it calls itself
    described: dict[str, Any] = field(default_factory=dict)  # instead of what it says of itself
    shown: dict[str, Any] | None = None  # in the place of its keys
    token: str = ""  # sent in the place of what it would sign
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)  # paths, in order

    async def describe(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        return web.json_response(
            {
                "issuer": self.issuer or self.base,
                "authorization_endpoint": f"{self.base}/authorize",
                "token_endpoint": f"{self.base}/token",
                "jwks_uri": f"{self.base}/keys",
            }
            | self.described
        )

    async def keys(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        if self.shown is not None:
            return web.json_response(self.shown)
        return web.json_response({"keys": [(self.published or self.key).as_dict(private=False)]})

    async def authorize(self, request: web.Request) -> web.Response:
        asked = dict(request.query)
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"], "iss": self.base})
        raise web.HTTPFound(f"{asked['redirect_uri']}?{back}")

    async def tokens(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        sent = dict(parse_qsl(await request.text()))
        begun = self.codes.pop(sent.get("code", ""), None)
        if begun is None or not self._right(request, sent, begun):
            return web.json_response({"error": "invalid_grant"}, status=400)
        return web.json_response({"access_token": "a", "id_token": self.token or self.sign(begun)})

    def _right(self, request: web.Request, sent: dict[str, str], begun: dict[str, str]) -> bool:
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        pair = f"{CLIENT}:s3cret%2Fwith%3Asigns"
        basic = f"Basic {base64.b64encode(pair.encode()).decode()}"
        return (
            sent["grant_type"] == "authorization_code"
            and request.headers.get("Authorization") == basic
            and challenge == begun["code_challenge"]
            and sent["redirect_uri"] == begun["redirect_uri"]
        )

    def sign(self, begun: dict[str, str], **said: object) -> str:
        """A token; what is said here is signed as it is, null too."""
        claims = {
            "iss": self.base,
            "aud": CLIENT,
            "sub": "kim-1",
            "email": "kim@example.org",
            "email_verified": True,
            "nonce": begun["nonce"],
            "iat": int(self.now.timestamp()),
            "exp": int((self.now + timedelta(minutes=5)).timestamp()),
            "realm_access": {"roles": ["other", "desk"]},
        }
        merged = {
            name: value for name, value in (claims | self.claims).items() if value is not None
        }
        return jwt.encode(self.header, merged | said, self.key)


@contextlib.asynccontextmanager
async def providing(now: datetime) -> AsyncIterator[Provider]:
    """A provider on a free port until the block ends."""
    provider = Provider(now=now)
    site = web.Application()
    site.router.add_get("/.well-known/openid-configuration", provider.describe)
    site.router.add_get("/keys", provider.keys)
    site.router.add_get("/authorize", provider.authorize)
    site.router.add_post("/token", provider.tokens)
    runner = web.AppRunner(site)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    provider.base = f"http://{host}:{port}"
    try:
        yield provider
    finally:
        await runner.cleanup()
