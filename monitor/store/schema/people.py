"""Who may see the page, and who did what."""

from sqlalchemy import Column, Index, LargeBinary, Table

from monitor.model.access import Role, Via
from monitor.store.columns import numbered, refers, texts, times, truths
from monitor.store.metadata import METADATA
from monitor.store.types import EnumText, Tuples, text

people = Table(
    "people",
    METADATA,
    Column("name", text(), primary_key=True),
    Column("role", EnumText(Role), nullable=False),
    *texts("password_hash"),
    *truths("disabled"),
    *times("created_at"),
)

# what the cookie or the token holds is a secret: here stands its SHA-256
sessions = Table(
    "sessions",
    METADATA,
    Column("secret_hash", LargeBinary(32), primary_key=True),
    refers("person", "people.name"),
    *times("opened_at", "expires_at"),
    Index(None, "person"),
    Index(None, "expires_at"),
)

tokens = Table(
    "tokens",
    METADATA,
    numbered(),
    *texts("name"),
    Column("secret_hash", LargeBinary(32), nullable=False, unique=True),
    Column("scopes", Tuples, nullable=False),
    *texts("created_by"),
    *times("created_at"),
    *times("expires_at", "used_at", "revoked_at", nullable=True),
    sqlite_autoincrement=True,
)

# of the last minutes alone; a try that opened the door is taken back
login_tries = Table(
    "login_tries",
    METADATA,
    numbered(),
    *times("at"),
    *texts("subject", "address"),
    Index(None, "subject", "at"),
    Index(None, "address", "at"),
    Index(None, "at"),
    sqlite_autoincrement=True,
)

deeds = Table(
    "deeds",
    METADATA,
    numbered(),
    *times("at"),
    *texts("actor"),
    Column("via", EnumText(Via), nullable=False),
    *texts("action", "subject", "detail", "address"),
    Index(None, "action", "at"),
    Index(None, "subject", "id"),
    sqlite_autoincrement=True,
)
