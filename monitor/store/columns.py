"""Column and index definitions that the tables share, so that a table reads as a list of names.

Every column is NOT NULL unless it is a time that may not have come yet.
"""

from datetime import datetime

from sqlalchemy import Boolean, Column, Double, ForeignKey, Index, Integer
from sqlalchemy import text as sql

from monitor.store.types import UTCDateTime, key_integer, text


def partial(
    *columns: str,
    where: str,
    on_postgresql: str | None = None,
    name: str | None = None,
    unique: bool = False,
    using: str | None = None,
) -> Index:
    """An index of the rows that meet a condition; both databases have them."""
    return Index(
        name,
        *columns,
        unique=unique,
        sqlite_where=sql(where),
        postgresql_where=sql(on_postgresql or where),
        postgresql_using=using,
    )


def numbered() -> Column[int]:
    """An id that the database gives out."""
    return Column("id", key_integer(), primary_key=True)


def refers(name: str, target: str) -> Column[str]:
    """A text that must be an id of another table, "table.column"."""
    return Column(name, text(), ForeignKey(target), nullable=False)


def texts(*names: str) -> list[Column[str]]:
    return [Column(name, text(), nullable=False) for name in names]


def counts(*names: str) -> list[Column[int]]:
    return [Column(name, Integer, nullable=False) for name in names]


def numbers(*names: str) -> list[Column[float]]:
    return [Column(name, Double, nullable=False) for name in names]


def truths(*names: str) -> list[Column[bool]]:
    return [Column(name, Boolean, nullable=False) for name in names]


def times(*names: str, nullable: bool = False) -> list[Column[datetime]]:
    return [Column(name, UTCDateTime, nullable=nullable) for name in names]
