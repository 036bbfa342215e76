"""Reads which identity provider may say who somebody is, and what each of its roles may do here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from monitor.errors import SettingsError
from monitor.model.access import Role

PREFIX: Final = "MONITOR_OIDC_"
NAMES: Final = (
    "OIDC_ISSUER",
    "OIDC_CLIENT",
    "OIDC_NAME_CLAIM",
    "OIDC_ROLE_CLAIM",
    "OIDC_ROLES",
    "OIDC_EMAIL_VERIFIED",
)
REQUIRED: Final = "required"
ASSUMED: Final = "assumed"
_HERE: Final = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """An OpenID Connect provider, and how its claims are read. Its secret is not here."""

    issuer: str  # exactly as the provider writes it
    client: str
    name_claim: str = "email"
    role_claim: str = "roles"  # dots lead into objects: realm_access.roles
    roles: tuple[tuple[str, Role], ...] = ()  # a value of that claim, and what it may do
    email_assumed: bool = False  # it says nothing of who verified an address, and need not


def provider(own: Mapping[str, str]) -> Provider | None:
    """None without an issuer. Raises SettingsError naming the variable."""
    issuer = own.get("OIDC_ISSUER", "")
    if not issuer:
        return None
    if not _safe(issuer):
        raise SettingsError(
            f"{PREFIX}ISSUER is “{issuer}”; expected an address that begins with https://, since "
            "who somebody is would otherwise be said by whoever is on the way"
        )
    client = own.get("OIDC_CLIENT", "")
    if not client:
        raise SettingsError(f"{PREFIX}ISSUER is set and {PREFIX}CLIENT is not; expected both")
    return Provider(
        issuer=issuer,
        client=client,
        name_claim=own.get("OIDC_NAME_CLAIM") or "email",
        role_claim=own.get("OIDC_ROLE_CLAIM") or "roles",
        roles=_roles(own.get("OIDC_ROLES", "")),
        email_assumed=_email_assumed(own.get("OIDC_EMAIL_VERIFIED") or REQUIRED),
    )


def _email_assumed(word: str) -> bool:
    if word not in {REQUIRED, ASSUMED}:
        raise SettingsError(
            f"{PREFIX}EMAIL_VERIFIED is “{word}”; expected “{REQUIRED}”, or “{ASSUMED}” for a "
            "provider that gives out all addresses itself and never says that it verified them"
        )
    return word == ASSUMED


def _safe(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _HERE)


def _roles(text: str) -> tuple[tuple[str, Role], ...]:
    """“desk=analyst ops=operator”; without any, roles are called as they are here."""
    if not text:
        return tuple((role.value, role) for role in Role)
    found = []
    for pair in text.replace(",", " ").split():
        value, _, word = pair.partition("=")
        if not value or word not in set(Role):
            expected = ", ".join(Role)
            raise SettingsError(
                f"{PREFIX}ROLES has “{pair}”; expected VALUE=ROLE with a role of {expected}"
            )
        found.append((value, Role(word)))
    return tuple(found)
