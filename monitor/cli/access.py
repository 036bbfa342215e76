"""`monitor user` and `monitor token`: who may see the page, and what programs may do by the API."""

import re
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import click
from sqlalchemy import Connection

from monitor.access import accounts as access_accounts
from monitor.cli.output import as_json, say, table, when
from monitor.cli.prepare import commanded_by, prepare
from monitor.daemon import jobs
from monitor.errors import AccessError
from monitor.model.access import Person, Role, Scope
from monitor.runtime.database import open_database
from monitor.store import access as store_access

T = TypeVar("T")

_NAME = re.compile(r"[\w.@+-]{1,200}")
_ROLES = click.Choice([role.value for role in Role])


def _run(step: Callable[[Connection], T]) -> T:
    with open_database(prepare(quiet=True)) as database:
        return database.write_now(step)


@click.group()
def user() -> None:
    """People who may see the page, and their roles."""


@user.command("list")
@click.option("--json", "json_", is_flag=True, help="Print as JSON.")
def list_(json_: bool) -> None:
    """Everybody, with their roles."""
    people = _run(store_access.everybody)
    if json_:
        as_json([{"name": p.name, "role": p.role.value, "disabled": p.disabled} for p in people])
        return
    table(
        ("name", "role", "password", "", "since"),
        [
            (
                p.name,
                p.role.value,
                "yes" if p.password_hash else "none",
                "disabled" if p.disabled else "",
                when(p.created_at),
            )
            for p in people
        ],
    )


@user.command()
@click.argument("name")
@click.option("--role", type=_ROLES, default=Role.ANALYST.value, show_default=True)
@click.option("--no-password", is_flag=True, help="Somebody a proxy or OpenID Connect vouches for.")
def add(name: str, role: str, no_password: bool) -> None:
    """Add somebody. Asks for a password; without a terminal it reads one line of standard input."""
    if not _NAME.fullmatch(name):
        raise click.BadParameter("a name has letters, digits and . @ + - _", param_hint="NAME")
    hashed = "" if no_password else access_accounts.hash_password(_password())
    now = jobs.SystemClock().now()

    def step(conn: Connection) -> None:
        if store_access.person(conn, name):
            raise AccessError(f"“{name}” is there already; see `monitor user role` and `password`")
        person = Person(name=name, role=Role(role), created_at=now, password_hash=hashed)
        store_access.put_person(conn, person)
        access_accounts.note(conn, commanded_by().deed("person.added", name, at=now, detail=role))

    _run(step)
    say(f"{name} is {role}")


@user.command()
@click.argument("name")
def password(name: str) -> None:
    """Set a new password; it ends every session of that person."""
    hashed = access_accounts.hash_password(_password())
    _change(name, "person.password", lambda conn: store_access.set_password(conn, name, hashed))
    say(f"{name} has a new password")


@user.command()
@click.argument("name")
@click.argument("role", type=_ROLES)
def role(name: str, role: str) -> None:
    """Give somebody another role; it counts at once."""
    step = "person.role"
    _change(name, step, lambda conn: store_access.set_role(conn, name, Role(role)), role)
    say(f"{name} is {role}")


@user.command()
@click.argument("name")
@click.option("--undo", is_flag=True, help="Let them in again.")
def disable(name: str, undo: bool) -> None:
    """Let somebody in no more, and end their sessions. What they did stays on record."""
    step = "person.enabled" if undo else "person.disabled"
    _change(name, step, lambda conn: store_access.set_disabled(conn, name, disabled=not undo))
    say(f"{name} may log in again" if undo else f"{name} may not log in any more")


def _change(name: str, action: str, change: Callable[[Connection], None], detail: str = "") -> None:
    now = jobs.SystemClock().now()

    def step(conn: Connection) -> None:
        change(conn)
        access_accounts.note(conn, commanded_by().deed(action, name, at=now, detail=detail))

    _run(step)


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    found: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return found


@click.group()
def token() -> None:
    """Tokens of the API under /api/v1."""


@token.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice([scope.value for scope in Scope]),
    multiple=True,
    default=(Scope.READ.value,),
    show_default=True,
    help="What it may do; give it more than once for more.",
)
@click.option("--days", type=click.IntRange(1, 3650), help="It expires after so many days.")
def create(name: str, scopes: tuple[str, ...], days: int | None) -> None:
    """Make a token called NAME and print it. It is shown this once and stored as a hash."""
    now = jobs.SystemClock().now()
    chosen = tuple(Scope(scope) for scope in dict.fromkeys(scopes))
    life = timedelta(days=days) if days else None
    _, secret = _run(
        lambda conn: access_accounts.make_token(
            conn, name=name, scopes=chosen, actor=commanded_by(), now=now, life=life
        )
    )
    click.echo(secret)


@token.command("list")
@click.option("--json", "json_", is_flag=True, help="Print as JSON.")
def tokens(json_: bool) -> None:
    """Every token, without its secret."""
    found = _run(store_access.all_tokens)
    if json_:
        as_json(
            [
                {
                    "id": t.id,
                    "name": t.name,
                    "scopes": list(t.scopes),
                    "revoked": bool(t.revoked_at),
                }
                for t in found
            ]
        )
        return
    table(
        ("id", "name", "scopes", "made", "by", "last used", "expires", ""),
        [
            (
                str(t.id),
                t.name,
                " ".join(t.scopes),
                when(t.created_at),
                t.created_by,
                when(t.used_at),
                when(t.expires_at),
                "revoked" if t.revoked_at else "",
            )
            for t in found
        ],
    )


@token.command()
@click.argument("number", type=int)
def revoke(number: int) -> None:
    """Make a token worthless, at once."""
    now = jobs.SystemClock().now()
    _run(lambda conn: access_accounts.revoke_token(conn, number, actor=commanded_by(), now=now))
    say(f"token {number} is revoked")
