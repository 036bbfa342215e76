"""Turns frozen values into rows and rows into frozen values, by the names of their fields.

Must never know a table or a query.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import ColumnElement, Table

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T")

CHUNK = 500
"""Values in one IN list; SQLite takes 32,766 parameters, and short statements are cached."""


@cache
def names(cls: "type[DataclassInstance]") -> tuple[str, ...]:
    """The field names of a dataclass, in order."""
    return tuple(field.name for field in fields(cls))


def columns(table: Table, cls: "type[DataclassInstance]") -> tuple[ColumnElement[Any], ...]:
    """The columns of `table` that make up a value of `cls`."""
    return tuple(table.c[name] for name in names(cls))


def values(value: "DataclassInstance") -> dict[str, Any]:
    """One row of a value; unlike dataclasses.asdict it does not descend into the fields."""
    return {name: getattr(value, name) for name in names(type(value))}


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """The items in runs of at most `size`; no run is empty."""
    rest = iter(items)
    while run := tuple(islice(rest, size)):
        yield run
