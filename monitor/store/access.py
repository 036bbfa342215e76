"""People, their sessions, tokens of the API, and the audit log: who may do what, and who did.

Secrets come in and are stored as hashes only. Lines of the log are added, never changed or dropped.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from monitor.errors import NotFoundError
from monitor.model.access import ApiToken, Deed, Person, Role, Session
from monitor.store import rows, statements
from monitor.store.schema import deeds, login_tries, people, sessions, tokens

_PERSON = rows.columns(people, Person)
_SESSION = rows.columns(sessions, Session)
_TOKEN = rows.columns(tokens, ApiToken)


_DEED = rows.columns(deeds, Deed)


def secret_hash(secret: str) -> bytes:
    """What a secret of 256 random bits is found by; a slow hash would add nothing to it."""
    return hashlib.sha256(secret.encode()).digest()


def put_person(conn: Connection, person: Person) -> None:
    """Store a person in the place of one of the same name."""
    statement = statements.insert(conn, people).values(rows.values(person))
    changed = {name: statement.excluded[name] for name in ("role", "password_hash", "disabled")}
    conn.execute(statement.on_conflict_do_update(index_elements=["name"], set_=changed))


def person(conn: Connection, name: str) -> Person | None:
    """One person by name, disabled or not."""
    row = conn.execute(select(*_PERSON).where(people.c.name == name)).mappings().one_or_none()
    return None if row is None else Person(**row)


def everybody(conn: Connection) -> tuple[Person, ...]:
    """All people, by name."""
    found = conn.execute(select(*_PERSON).order_by(people.c.name)).mappings()
    return tuple(Person(**row) for row in found)


def set_role(conn: Connection, name: str, role: Role) -> None:
    """Raises NotFoundError."""
    _change(conn, name, role=role)


def set_password(conn: Connection, name: str, password_hash: str) -> None:
    """A new password ends every session that the old one opened. Raises NotFoundError."""
    _change(conn, name, password_hash=password_hash)
    end_sessions(conn, name)


def set_disabled(conn: Connection, name: str, *, disabled: bool) -> None:
    """Raises NotFoundError."""
    _change(conn, name, disabled=disabled)
    end_sessions(conn, name)


def _change(conn: Connection, name: str, **changed: object) -> None:
    moved = update(people).where(people.c.name == name).values(**changed)
    if not conn.execute(moved).rowcount:
        raise NotFoundError(f"nobody is called “{name}”; `monitor user list` shows who is")


def open_session(conn: Connection, secret: str, session: Session) -> None:
    conn.execute(
        insert(sessions).values(rows.values(session) | {"secret_hash": secret_hash(secret)})
    )


def session(conn: Connection, secret: str, now: datetime) -> Session | None:
    """The session that a secret opens, unless it ended."""
    c = sessions.c
    live = (c.secret_hash == secret_hash(secret)) & (c.expires_at > now)
    row = conn.execute(select(*_SESSION).where(live)).mappings().one_or_none()
    return None if row is None else Session(**row)


def end_session(conn: Connection, secret: str) -> None:
    conn.execute(delete(sessions).where(sessions.c.secret_hash == secret_hash(secret)))


def end_sessions(conn: Connection, name: str) -> None:
    conn.execute(delete(sessions).where(sessions.c.person == name))


def prune_sessions(conn: Connection, now: datetime) -> int:
    """Drop the sessions that ended; returns how many."""
    return conn.execute(delete(sessions).where(sessions.c.expires_at <= now)).rowcount


def add_try(conn: Connection, subject: str, address: str, at: datetime) -> int:
    """Remember that somebody tries to log in; returns the number to take it back by."""
    statement = insert(login_tries).values(at=at, subject=subject, address=address)
    number: int = conn.execute(statement.returning(login_tries.c.id)).scalar_one()
    return number


def drop_try(conn: Connection, number: int) -> None:
    conn.execute(delete(login_tries).where(login_tries.c.id == number))


def prune_tries(conn: Connection, before: datetime) -> None:
    conn.execute(delete(login_tries).where(login_tries.c.at < before))


def tries(conn: Connection, since: datetime, *, subject: str = "", address: str = "") -> int:
    """How often somebody tried since then, as a subject or from an address."""
    c = login_tries.c
    whose = c.subject == subject if subject else c.address == address
    return conn.execute(select(func.count()).where(whose, c.at >= since)).scalar_one()


def make_token(
    conn: Connection,
    secret: str,
    *,
    name: str,
    scopes: Sequence[str],
    by: str,
    at: datetime,
    expires_at: datetime | None,
) -> int:
    """Store a token; returns its number."""
    statement = insert(tokens).values(
        name=name,
        secret_hash=secret_hash(secret),
        scopes=list(scopes),
        created_by=by,
        created_at=at,
        expires_at=expires_at,
    )
    number: int = conn.execute(statement.returning(tokens.c.id)).scalar_one()
    return number


def token(conn: Connection, secret: str, now: datetime) -> ApiToken | None:
    """The token that a secret stands for, unless it expired or was revoked."""
    c = tokens.c
    live = (
        (c.secret_hash == secret_hash(secret))
        & c.revoked_at.is_(None)
        & (c.expires_at.is_(None) | (c.expires_at > now))
    )
    row = conn.execute(select(*_TOKEN).where(live)).mappings().one_or_none()
    return None if row is None else ApiToken(**row)


def used_token(conn: Connection, number: int, at: datetime) -> None:
    conn.execute(update(tokens).where(tokens.c.id == number).values(used_at=at))


def all_tokens(conn: Connection) -> tuple[ApiToken, ...]:
    """Every token that was ever made, the oldest first."""
    found = conn.execute(select(*_TOKEN).order_by(tokens.c.id)).mappings()
    return tuple(ApiToken(**row) for row in found)


def revoke_token(conn: Connection, number: int, at: datetime) -> None:
    """Raises NotFoundError if there is no such token, or if it was revoked before."""
    live = (tokens.c.id == number) & tokens.c.revoked_at.is_(None)
    if not conn.execute(update(tokens).where(live).values(revoked_at=at)).rowcount:
        raise NotFoundError(f"there is no token {number} in use; `monitor token list` shows them")


def add_deed(conn: Connection, deed: Deed) -> int:
    """Write one line; returns its number. The number in `deed` is not looked at."""
    facts = {name: value for name, value in rows.values(deed).items() if name != "id"}
    number: int = conn.execute(insert(deeds).values(facts).returning(deeds.c.id)).scalar_one()
    return number


def get_deed(conn: Connection, number: int) -> Deed | None:
    row = conn.execute(select(*_DEED).where(deeds.c.id == number)).mappings().one_or_none()
    return None if row is None else Deed(**row)


def deeds_page(
    conn: Connection, *, subject: str = "", before: int | None = None, limit: int = 100
) -> tuple[Deed, ...]:
    """The newest first; of one subject, and older than number `before`, if these are given."""
    statement = select(*_DEED).order_by(deeds.c.id.desc()).limit(limit)
    if subject:
        statement = statement.where(deeds.c.subject == subject)
    if before is not None:
        statement = statement.where(deeds.c.id < before)
    return tuple(Deed(**row) for row in conn.execute(statement).mappings())


def newest_actions(conn: Connection, subject: str, actions: Sequence[str]) -> dict[str, str]:
    """Of these actions on a subject, the newest for each detail."""
    statement = (
        select(deeds.c.detail, deeds.c.action)
        .where(deeds.c.subject == subject, deeds.c.action.in_(actions))
        .order_by(deeds.c.id)
    )
    return {row.detail: row.action for row in conn.execute(statement)}


def count_deeds(
    conn: Connection, action: str, since: datetime, *, subject: str = "", address: str = ""
) -> int:
    """How often something was done since then, to a subject or from an address."""
    c = deeds.c
    statement = select(func.count()).where(c.action == action, c.at >= since)
    if subject:
        statement = statement.where(c.subject == subject)
    if address:
        statement = statement.where(c.address == address)
    return conn.execute(statement).scalar_one()
