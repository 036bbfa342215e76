"""Builds what the two databases say differently, so that other statements need not know which one.

Must never run a statement.
"""

from typing import Any, TypeAlias

from sqlalchemy import (
    CTE,
    JSON,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Table,
    bindparam,
    cast,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeEngine

Upsert: TypeAlias = sqlite.Insert | postgresql.Insert


def insert(conn: Connection, table: Table) -> Upsert:
    """An INSERT that knows ON CONFLICT; SQLAlchemy has none that both databases share."""
    return insert_of(conn.dialect.name, table)


def insert_of(dialect: str, table: Table) -> Upsert:
    """The same by the name of the dialect, for statements that are made once and kept."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def listed(dialect: str, name: str) -> Select[str]:
    """Texts that are one parameter, a JSON list; see `given`."""
    whole = bindparam(name, type_=JSON)
    each = func.json_each if dialect == "sqlite" else func.json_array_elements_text
    return select(each(whole).table_valued("value").c.value)


def given(dialect: str, name: str, **columns: type[TypeEngine[Any]]) -> CTE:
    """Rows that are one parameter, a JSON list of lists, and so one statement however many.

    `columns` are their names and types. Lists of parameters take the library longer to prepare
    than the database to answer.
    """
    whole = bindparam(name, type_=JSON)
    facts: list[ColumnElement[Any]]
    if dialect == "sqlite":
        value = func.json_each(whole).table_valued("value").c.value
        facts = [func.json_extract(value, f"$[{place}]") for place in range(len(columns))]
    else:
        value = func.json_array_elements(whole).table_valued("value").c.value
        facts = [cast(value.op("->>")(place), kind) for place, kind in enumerate(columns.values())]
    named = (fact.label(column) for fact, column in zip(facts, columns, strict=True))
    return select(*named).cte(name)


def numbered(dialect: str, name: str) -> CTE:
    """Whole numbers by text, `key` and `value`, that are one parameter, a JSON object.

    SQLite takes half as long over it as over a list of lists.
    """
    whole = bindparam(name, type_=JSON)
    each = func.json_each if dialect == "sqlite" else func.json_each_text
    c = each(whole).table_valued("key", "value").c
    return select(c.key, cast(c.value, Integer).label("value")).cte(name)


def joined(dialect: str, texts: ColumnElement[str], between: str) -> ColumnElement[str]:
    """An aggregate: all texts as one, with something between them."""
    aggregate = func.group_concat if dialect == "sqlite" else func.string_agg
    found: ColumnElement[str] = aggregate(texts, between)
    return found
