"""Who may come in: passwords, sessions, tokens, signed links, and the record of each.

Secrets are shown once and stored as hashes. A password is tried a few times, then not at all for a
while, whether the name exists or not; both take the same time to refuse.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from ipaddress import IPv6Address, ip_address, ip_network

import argon2
import itsdangerous
from sqlalchemy import Connection

from monitor.errors import AccessError
from monitor.model.access import Deed, Person, Role, Scope, Session, Via
from monitor.store import access as store_access
from monitor.store import meta as store_meta

SESSION = timedelta(hours=12)
"""A working day. Nobody is logged in for longer without saying who they are again."""

ATTEMPTS_PER_NAME = 5
ATTEMPTS_PER_ADDRESS = 20
ATTEMPTS_WITHIN = timedelta(minutes=15)

SHORTEST_PASSWORD = 12
"""Characters, and no other rule (NIST SP 800-63B section 5.1.1.2 asks for at least 8)."""

LONGEST_PASSWORD = 1_000
"""Hashing costs time; nobody may make it cost more."""

FAILED = "login.failed"
LOGIN = "login"
AT_HOME = timedelta(days=30)
"""Whoever logged in from an address this lately belongs there."""

LINK_LIFE = timedelta(days=14)
TOKEN_PREFIX = "signpost_"  # noqa: S105  # so that a leaked one is recognised
_KEY = "page_key"

_HASHER = argon2.PasswordHasher()


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who does something, by which way, from where: what an audit line says."""

    name: str
    via: Via
    address: str = ""

    def deed(self, action: str, subject: str, *, at: datetime, detail: str = "") -> Deed:
        return Deed(
            at=at,
            actor=self.name,
            via=self.via,
            action=action,
            subject=subject,
            detail=detail,
            address=self.address,
        )


def note(conn: Connection, deed: Deed) -> int:
    """Write a line of the audit log; returns its number."""
    return store_access.add_deed(conn, deed)


def hash_password(password: str) -> str:
    """An argon2id hash. Raises AccessError for a password that is too short or too long."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise AccessError(
            f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters; this one has "
            f"{len(password)}"
        )
    return _HASHER.hash(password)


def fits(person: Person | None, password: str) -> bool:
    """Whether the password opens the door. Takes the same time for somebody who does not exist.

    Slow on purpose: call it off the event loop.
    """
    known = person is not None and bool(person.password_hash)
    stored = person.password_hash if person and known else _nobody()
    try:
        right = _HASHER.verify(stored, password[:LONGEST_PASSWORD])
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False
    return right and known and person is not None and not person.disabled


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """Somebody at the door, counted already. `wait`: how long this name or address may not try."""

    person: Person | None
    number: int = 0
    wait: timedelta = timedelta()


def at_the_door(conn: Connection, name: str, address: str, now: datetime) -> Try:
    """Count a try before it is answered, so that many at once are no more than one by one.

    Needs a write. The wait is zero, or the whole span after too many tries within it.
    """
    person = store_access.person(conn, name)
    since = now - ATTEMPTS_WITHIN
    subject, place = _logged_as(name, person), neighbourhood(address)
    store_access.prune_tries(conn, since)
    if store_access.tries(conn, since, subject=subject) >= ATTEMPTS_PER_NAME:
        return Try(person=person, wait=ATTEMPTS_WITHIN)
    # an office shares one address: who came in from there lately is not barred by a neighbour
    crowded = bool(place) and store_access.tries(conn, since, address=place) >= ATTEMPTS_PER_ADDRESS
    if crowded and not _at_home(conn, person, address, now):
        return Try(person=person, wait=ATTEMPTS_WITHIN)
    return Try(person=person, number=store_access.add_try(conn, subject, place, now))


def _at_home(conn: Connection, person: Person | None, address: str, now: datetime) -> bool:
    if person is None:
        return False
    since = now - AT_HOME
    return store_access.count_deeds(conn, LOGIN, since, subject=person.name, address=address) > 0


def neighbourhood(address: str) -> str:
    """What is counted as one address: of IPv6 the 64 bits that one customer is given."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        plain = parsed.ipv4_mapped
        return str(plain or ip_network((parsed, 64), strict=False))
    return str(parsed)


def failed(conn: Connection, name: str, person: Person | None, address: str, now: datetime) -> None:
    """Remember a wrong name or password; both are one thing to whoever tried."""
    subject = _logged_as(name, person)
    actor = Actor(name=subject, via=Via.PAGE, address=address)
    store_access.add_deed(conn, actor.deed(FAILED, subject, at=now))


def _logged_as(name: str, person: Person | None) -> str:
    """Unknown names as a digest: now and then somebody types a password into the wrong field."""
    return name if person else f"unknown {hashlib.sha256(name.encode()).hexdigest()[:12]}"


def log_in_by_provider(conn: Connection, name: str, role: Role, address: str, now: datetime) -> str:
    """The same for somebody whom an identity provider names; the role is what it says today.

    Raises AccessError for somebody who was disabled here.
    """
    found = store_access.person(conn, name)
    if found is not None and found.disabled:
        raise AccessError(f"{name} may not come in any more; ask who runs this")
    if found is None or found.role is not role:
        person = found or Person(name=name, role=role, created_at=now)
        store_access.put_person(conn, replace(person, role=role))
        actor = Actor(name=name, via=Via.PAGE, address=address)
        detail = f"{role.value}, by the identity provider"
        store_access.add_deed(conn, actor.deed("person.role", name, at=now, detail=detail))
    return log_in(conn, name, address, now)


def log_in(conn: Connection, name: str, address: str, now: datetime) -> str:
    """Open a session; returns the secret for its cookie."""
    secret = secrets.token_urlsafe(32)
    session = Session(person=name, opened_at=now, expires_at=now + SESSION)
    store_access.prune_sessions(conn, now)
    store_access.open_session(conn, secret, session)
    actor = Actor(name=name, via=Via.PAGE, address=address)
    store_access.add_deed(conn, actor.deed(LOGIN, name, at=now))
    return secret


def let_in(conn: Connection, name: str, tried: Try, address: str, now: datetime) -> str:
    """Open a session for the right password; the try counts against nobody."""
    store_access.drop_try(conn, tried.number)
    return log_in(conn, name, address, now)


def vouched_for(conn: Connection, name: str, now: datetime, *, first_role: Role) -> Person:
    """The person whom a proxy or an identity provider names; new ones get `first_role`."""
    found = store_access.person(conn, name)
    if found is None:
        found = Person(name=name, role=first_role, created_at=now)
        store_access.put_person(conn, found)
    return found


def behind_session(conn: Connection, secret: str, now: datetime) -> Person | None:
    """Who holds this session now: a role that was changed counts at once."""
    session = store_access.session(conn, secret, now)
    person = store_access.person(conn, session.person) if session else None
    return None if person is None or person.disabled else person


# tokens of the API


def make_token(
    conn: Connection,
    *,
    name: str,
    scopes: tuple[Scope, ...],
    actor: Actor,
    now: datetime,
    life: timedelta | None,
) -> tuple[int, str]:
    """A new token: its number, and the text that is shown this once."""
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    number = store_access.make_token(
        conn,
        secret,
        name=name,
        scopes=[scope.value for scope in scopes],
        by=actor.name,
        at=now,
        expires_at=now + life if life else None,
    )
    detail = " ".join(scope.value for scope in scopes)
    store_access.add_deed(conn, actor.deed("token.made", f"token {number}", at=now, detail=detail))
    return number, secret


def revoke_token(conn: Connection, number: int, *, actor: Actor, now: datetime) -> None:
    """Raises NotFoundError."""
    store_access.revoke_token(conn, number, now)
    store_access.add_deed(conn, actor.deed("token.revoked", f"token {number}", at=now))


# what is signed


def page_key(conn: Connection) -> bytes:
    """The key that forms and links are signed with, made at first need. Needs a write."""
    stored = store_meta.get(conn, _KEY)
    if stored is None:
        stored = secrets.token_hex(32)
        store_meta.put(conn, _KEY, stored)
    return bytes.fromhex(stored)


def known_key(conn: Connection) -> bytes | None:
    """The same, if a page ever ran on this database."""
    stored = store_meta.get(conn, _KEY)
    return bytes.fromhex(stored) if stored else None


def form_mark(key: bytes, seat: str) -> str:
    """What a form must send back to show that the page made it for this very browser."""
    return hmac.new(key, b"form:" + seat.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedLink:
    """What a link in a message allows: one answer to one flag, by whom the message was for."""

    flag_id: int
    answer: str
    recipient: str


def sign_link(key: bytes, link: SignedLink, *, now: datetime) -> str:
    """The last part of the link's address; it expires after `LINK_LIFE`."""
    expires = int((now + LINK_LIFE).timestamp())
    return str(_links(key).dumps([link.flag_id, link.answer, link.recipient, expires]))


def read_link(key: bytes, text: str, *, now: datetime) -> SignedLink:
    """Raises AccessError for a link that was not signed here, was changed, or is too old."""
    try:
        flag_id, answer, recipient, expires = _links(key).loads(text)
    except itsdangerous.BadData as exc:
        raise AccessError("this link was not made here, or was cut short on its way") from exc
    if now.timestamp() > expires:
        raise AccessError(f"this link is older than {LINK_LIFE.days} days and does nothing now")
    return SignedLink(flag_id=flag_id, answer=answer, recipient=recipient)


def _links(key: bytes) -> itsdangerous.URLSafeSerializer:
    return itsdangerous.URLSafeSerializer(key, salt="signpost.mail-link")


@cache
def _nobody() -> str:
    """Tried in the place of the password of somebody who does not exist."""
    return _HASHER.hash(secrets.token_hex(16))
