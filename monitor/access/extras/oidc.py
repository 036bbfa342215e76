"""Asks an OpenID Connect provider who somebody is: authorization code with PKCE, and nothing else.

The protocol's parts are Authlib's; only the three requests are ours, without redirects, with a
deadline and a cap. Must never believe a token that is not signed by the provider for us, now, for
this very log-in.
"""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote_plus, urlsplit

import aiohttp
import itsdangerous
from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from monitor.config.extras.identity import Provider
from monitor.errors import AccessError
from monitor.model.access import Role

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384")
"""Signed by a key pair: a token that the client's own secret could make proves nothing."""

BEGUN_LIFE: Final = timedelta(minutes=10)
KNOWN_FOR: Final = timedelta(hours=1)
AGAIN_AFTER: Final = timedelta(minutes=1)
"""Keys are asked for again when a token names an unknown one, but not for every such token."""

LEEWAY: Final = 60  # seconds that two clocks may differ
LARGEST: Final = 500_000  # bytes of an answer
TIMEOUT: Final = aiohttp.ClientTimeout(total=10)
WHOLE: Final = 20  # seconds for all that one step of a log-in asks of the provider
LONGEST_NAME: Final = 200

_NO_KEYS: Final = (JoseError, ValueError, TypeError, KeyError, AttributeError)
"""What the library makes of keys or tokens that are of another shape than the standard's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A log-in under way. What the browser keeps is signed, and names no secret."""

    state: str
    to: str  # where the visitor wanted to go


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Somebody whom the provider vouches for."""

    name: str
    role: Role


@dataclass(slots=True)
class Client:
    """Us, at one provider. `key` signs what the browser keeps."""

    provider: Provider
    back: str  # the address that the provider sends people back to
    key: bytes
    secret: str | None = None
    whole: float = WHOLE
    _described: tuple[datetime, dict[str, Any]] | None = field(default=None, repr=False)
    _keys: tuple[datetime, KeySet] | None = field(default=None, repr=False)

    @property
    def host(self) -> str:
        """The provider, as people know it."""
        return urlsplit(self.provider.issuer).hostname or self.provider.issuer

    @property
    def patience(self) -> int:
        """Seconds that a log-in may take."""
        return int(BEGUN_LIFE.total_seconds())

    async def begin(self, to: str, now: datetime) -> tuple[str, str]:
        """The provider's address to send the visitor to, and what the browser keeps meanwhile."""
        async with _whole(self.host, self.whole):
            described = await self._description(now)
        state = secrets.token_urlsafe(32)
        address = prepare_grant_uri(
            described["authorization_endpoint"],
            self.provider.client,
            "code",
            redirect_uri=self.back,
            scope="openid email profile",
            state=state,
            nonce=self._derived("nonce", state),
            code_challenge=create_s256_code_challenge(self._derived("verifier", state)),
            code_challenge_method="S256",
        )
        expires = int((now + BEGUN_LIFE).timestamp())
        return str(address), str(self._signer().dumps([state, to, expires]))

    def begun(self, kept: str, now: datetime) -> Begun:
        """Raises AccessError for what was not signed here, or is too old."""
        try:
            state, to, expires = self._signer().loads(kept)
        except itsdangerous.BadData as exc:
            raise AccessError("this log-in was not begun in this browser; begin again") from exc
        if now.timestamp() > expires:
            raise AccessError("this log-in took too long; begin again")
        return Begun(state=state, to=to)

    async def finish(self, begun: Begun, returned: dict[str, str], now: datetime) -> Identity:
        """Who it is, from what the provider sent back. Raises AccessError with a sentence."""
        if not hmac.compare_digest(returned.get("state", "").encode(), begun.state.encode()):
            raise AccessError("this answer belongs to another log-in; begin again")
        described = await self._description(now)
        names_itself = described.get("authorization_response_iss_parameter_supported") is True
        named = returned.get("iss", "" if names_itself else self.provider.issuer)
        if named != self.provider.issuer:
            raise AccessError("this answer is from another provider; begin again")
        if "code" not in returned:
            raise AccessError(
                f"the provider let nobody in: {returned.get('error', 'no code')[:60]}"
            )
        async with _whole(self.host, self.whole):
            token = await self._token(returned["code"], begun, now)
            claims = await self._claims(token, begun, now)
        return self._known(claims)

    async def _token(self, code: str, begun: Begun, now: datetime) -> str:
        described = await self._description(now)
        own = {"client_id": self.provider.client, "client_secret": self.secret}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        ways = described.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if self.secret and (not isinstance(ways, list) or "client_secret_basic" in ways):
            headers["Authorization"] = _basic(self.provider.client, self.secret)
            own = {}
        body = prepare_token_request(
            "authorization_code",
            redirect_uri=self.back,
            code=code,
            code_verifier=self._derived("verifier", begun.state),
            **own,
        )
        found = await _ask("POST", described["token_endpoint"], headers=headers, body=str(body))
        token = found.get("id_token")
        if not isinstance(token, str):
            raise AccessError("the provider sent no ID token")
        return token

    async def _claims(self, token: str, begun: Begun, now: datetime) -> dict[str, Any]:
        try:
            decoded = jwt.decode(token, await self._key_set(now), algorithms=list(ALGORITHMS))
        except _NO_KEYS:
            # the keys may have been changed since they were asked for
            decoded = await self._decoded_again(token, now)
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            options={
                "iss": {"essential": True, "value": self.provider.issuer},
                "aud": {"essential": True, "value": self.provider.client},
            },
            params={
                "nonce": self._derived("nonce", begun.state),
                "client_id": self.provider.client,
            },
        )
        try:
            claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
        except (AuthlibBaseError, *_NO_KEYS) as exc:
            raise AccessError(f"the provider's ID token is not for this log-in: {exc}") from exc
        return dict(claims)

    async def _decoded_again(self, token: str, now: datetime) -> jwt.Token:
        try:
            keys = await self._key_set(now, again=True)
            return jwt.decode(token, keys, algorithms=list(ALGORITHMS))
        except (*_NO_KEYS, RecursionError) as exc:
            raise AccessError("the provider's ID token is not signed by its keys") from exc

    def _known(self, claims: dict[str, Any]) -> Identity:
        name = claims.get(self.provider.name_claim)
        if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
            raise AccessError(
                f"the provider names nobody in the claim “{self.provider.name_claim}”"
            )
        if self.provider.name_claim == "email" and not self._verified(claims):
            raise AccessError(
                f"the provider does not say that it verified the address {name}: it must send the "
                "claim “email_verified” as true"
            )
        values = _values(claims, self.provider.role_claim)
        held = [role for value, role in self.provider.roles if value in values]
        if not held:
            raise AccessError(f"{name} has no role here; ask who runs this for one")
        return Identity(name=name, role=max(held, key=list(Role).index))

    def _verified(self, claims: dict[str, Any]) -> bool:
        """Only true is true: “false” and 0 are what some providers send of unverified addresses."""
        if self.provider.email_assumed and "email_verified" not in claims:
            return True
        return claims.get("email_verified") is True

    async def _description(self, now: datetime) -> dict[str, Any]:
        if self._described and now - self._described[0] < KNOWN_FOR:
            return self._described[1]
        issuer = self.provider.issuer
        address = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
        found = await _ask("GET", address)
        if found.get("issuer") != issuer:
            raise AccessError(f"{address} describes another issuer than {issuer}")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not _safe(found.get(name), issuer):
                raise AccessError(f"{address} gives no safe {name}")
        self._described = now, found
        return found

    async def _key_set(self, now: datetime, *, again: bool = False) -> KeySet:
        life = AGAIN_AFTER if again else KNOWN_FOR
        if self._keys and now - self._keys[0] < life:
            return self._keys[1]
        found = await _ask("GET", (await self._description(now))["jwks_uri"])
        keys: Any = {"keys": found.get("keys") or []}
        try:
            self._keys = now, KeySet.import_key_set(keys)
        except _NO_KEYS as exc:
            raise AccessError("the provider shows keys that cannot be read") from exc
        return self._keys[1]

    def _derived(self, what: str, state: str) -> str:
        """A secret of one log-in, so that the browser need not keep it."""
        digest = hmac.new(self.key, f"oidc-{what}:{state}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def _signer(self) -> itsdangerous.URLSafeSerializer:
        return itsdangerous.URLSafeSerializer(self.key, salt="signpost.oidc")


def _basic(client: str, secret: str) -> str:
    """RFC 6749 section 2.3.1: both are form-encoded first."""
    pair = f"{quote_plus(client)}:{quote_plus(secret)}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _safe(address: Any, issuer: str) -> bool:
    """Whether an address is one, and as safe to ask as the issuer itself."""
    try:
        parts = urlsplit(address if isinstance(address, str) else "")
        return bool(parts.hostname) and parts.scheme in {"https", urlsplit(issuer).scheme}
    except ValueError:
        return False


def _values(claims: dict[str, Any], path: str) -> tuple[str, ...]:
    found: Any = claims
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    several = found if isinstance(found, list) else [found]
    return tuple(value for value in several if isinstance(value, str))


@contextlib.asynccontextmanager
async def _whole(host: str, seconds: float) -> AsyncIterator[None]:
    """One deadline for several requests. Raises AccessError."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as exc:
        raise AccessError(f"the provider {host} took too long; try again later") from exc


async def _ask(
    method: str, address: str, *, headers: dict[str, str] | None = None, body: str | None = None
) -> dict[str, Any]:
    """A JSON object. Raises AccessError, which names the host and never what was sent."""
    host = urlsplit(address).hostname
    accept = {"Accept": "application/json", **(headers or {})}
    try:
        async with (
            aiohttp.ClientSession(timeout=TIMEOUT, trust_env=False) as session,
            session.request(
                method, address, headers=accept, data=body, allow_redirects=False
            ) as answer,
        ):
            text = await answer.content.read(LARGEST + 1)
            while len(text) <= LARGEST and (more := await answer.content.read(LARGEST)):
                text += more
            status = answer.status
    except (aiohttp.ClientError, TimeoutError) as exc:
        raise AccessError(f"the provider {host} cannot be reached; try again later") from exc
    try:
        found = json.loads(text) if status == 200 and len(text) <= LARGEST else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise AccessError(f"the provider {host} answered {status}, which lets nobody in")
    return found
