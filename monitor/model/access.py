"""Who may do what on the page and by the API, and the record of what they did."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a person may do; each may also do what those before it may."""

    VIEWER = "viewer"  # read
    ANALYST = "analyst"  # answer flags, correct evidence and stories
    OPERATOR = "operator"  # send again, see who did what

    def may(self, needed: "Role") -> bool:
        order = list(Role)
        return order.index(self) >= order.index(needed)


class Scope(StrEnum):
    """What a token of the API may do. They do not include one another."""

    READ = "read"
    TRIAGE = "triage"
    OPERATE = "operate"


class Via(StrEnum):
    """The way a deed came in."""

    PAGE = "page"
    API = "api"
    MAIL = "mail"
    COMMAND = "command"
    SLACK = "slack"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who may log in, or whom a proxy or an identity provider vouches for."""

    name: str
    role: Role
    created_at: datetime
    password_hash: str = field(default="", repr=False)  # "": no password of ours
    disabled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A log-in that has not ended. The cookie holds a secret, the table only its hash."""

    person: str
    opened_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """Leave to use the API. Shown once when it is made; the table holds only its hash."""

    id: int
    name: str
    scopes: tuple[str, ...]
    created_by: str
    created_at: datetime
    expires_at: datetime | None = None
    used_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One line of the audit log: who did what to what, how and when. Never changed."""

    id: int = 0
    at: datetime
    actor: str
    via: Via
    action: str  # "flag.stands", "login.failed", …
    subject: str  # "flag 12", "story 3fa9…", "delivery 7", a person's name
    detail: str = ""
    address: str = ""  # where the request came from
