"""Turns the values of monitor/model into column values and back, alike on SQLite and PostgreSQL.

Must never lose information on the way: a naive datetime is refused, and every text sorts by its
bytes on both databases.
"""

from datetime import UTC, datetime
from enum import Enum, IntEnum
from typing import Any, Generic, TypeVar

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

ISO_WIDTH = len("2019-03-22T17:49:00.000000Z")

E = TypeVar("E", bound=Enum)


class DamagedError(ValueError):
    """A column holds what this program never writes: the file was changed or broke."""


def key_integer() -> TypeEngine[int]:
    """A 64-bit id. SQLite numbers rows by itself only where the type is spelt INTEGER."""
    return BigInteger().with_variant(Integer(), "sqlite")


def text() -> TypeEngine[str]:
    """Text that sorts by its bytes: PostgreSQL would otherwise sort by the server's language."""
    return Text().with_variant(Text(collation="C"), "postgresql")


def moment(value: datetime) -> str:
    """A moment as text that both databases read, and that SQLite stores. Raises ValueError."""
    return _utc(value).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def moment_of(stored: Any) -> datetime:
    """The moment, in UTC, of what either database stores."""
    if isinstance(stored, datetime):
        return stored.astimezone(UTC)
    try:
        found = datetime.fromisoformat(stored)
    except (TypeError, ValueError) as exc:
        raise DamagedError(f"{stored!r:.40} is no moment") from exc
    if found.tzinfo is not UTC:
        raise DamagedError(f"{stored!r:.40} is no moment in UTC")
    return found


class Moments(dict[datetime, str]):
    """`moment`, for many rows of few moments."""

    def __missing__(self, value: datetime) -> str:
        self[value] = moment(value)
        return self[value]


def _utc(value: datetime) -> datetime:
    if value.utcoffset() is None:
        raise ValueError(f"naive datetime {value!r}: only aware datetimes are stored")
    return value.astimezone(UTC)


class UTCDateTime(TypeDecorator[datetime]):
    """An aware datetime, in UTC on the way out; `timestamptz`, or on SQLite fixed-width ISO text.

    SQLAlchemy's own DateTime drops the offset on SQLite without a word: 12:00+09:00 comes back as
    12:00. The text has the same width for every moment, so that it sorts as the moments do.
    Raises ValueError (as a StatementError) for a naive datetime.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return String(ISO_WIDTH) if dialect.name == "sqlite" else DateTime(timezone=True)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        return moment(value) if dialect.name == "sqlite" else _utc(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # the signature is SQLAlchemy's
        return None if value is None else moment_of(value)


class EnumText(TypeDecorator[E], Generic[E]):
    """A member of an enumeration, stored by its value: text, or a number for an IntEnum."""

    impl = Text
    cache_ok = True

    def __init__(self, members: type[E]) -> None:
        super().__init__()
        self.members = members

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:  # noqa: ARG002  # the signature is SQLAlchemy's
        return Integer() if issubclass(self.members, IntEnum) else Text()

    def process_bind_param(self, value: E | None, dialect: Dialect) -> Any:  # noqa: ARG002  # the signature is SQLAlchemy's
        return None if value is None else self.members(value).value

    def process_result_value(self, value: Any | None, dialect: Dialect) -> E | None:  # noqa: ARG002  # the signature is SQLAlchemy's
        try:
            return None if value is None else self.members(value)
        except ValueError as exc:
            raise DamagedError(f"{value!r:.40} is no {self.members.__name__}") from exc


class Tuples(TypeDecorator[tuple[Any, ...]]):
    """A tuple as a JSON list; `depth` 2 for a tuple of tuples. Numbers, texts and dicts within."""

    impl = JSON
    cache_ok = True

    def __init__(self, depth: int = 1) -> None:
        super().__init__()
        self.depth = depth

    def process_result_value(self, value: Any | None, dialect: Dialect) -> tuple[Any, ...] | None:  # noqa: ARG002  # the signature is SQLAlchemy's
        if value is None:
            return None
        try:
            return tuple(value) if self.depth == 1 else tuple(tuple(item) for item in value)
        except TypeError as exc:
            raise DamagedError(f"{value!r:.40} is no list") from exc


class TextSet(TypeDecorator[frozenset[str]]):
    """A set of texts as a sorted JSON list."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: frozenset[str] | None, dialect: Dialect) -> Any:  # noqa: ARG002  # the signature is SQLAlchemy's
        return None if value is None else sorted(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> frozenset[str] | None:  # noqa: ARG002  # the signature is SQLAlchemy's
        return None if value is None else frozenset(value)
