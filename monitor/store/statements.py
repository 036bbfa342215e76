"""Builds what the two databases say differently, and runs what every poll says.

SQLAlchemy takes longer to build a statement, and to run one that it has built, than the database
to answer it. A `Statement` is built once, and run by the driver's own cursor; values, types and
errors are the library's all the same.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import (
    CTE,
    JSON,
    ClauseElement,
    ColumnElement,
    Connection,
    Dialect,
    Insert,
    Integer,
    Select,
    Table,
    Update,
    bindparam,
    cast,
    func,
    select,
)
from sqlalchemy import exc as sa_exc
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeEngine

Upsert: TypeAlias = sqlite.Insert | postgresql.Insert


def insert(conn: Connection, table: Table) -> Upsert:
    """An INSERT that knows ON CONFLICT; SQLAlchemy has none that both databases share."""
    return insert_of(conn.dialect.name, table)


def insert_of(dialect: str, table: Table) -> Upsert:
    """The same by the name of the dialect, for statements that are made once and kept."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def upsert(dialect: str, table: Table, *, key: Sequence[str], kept: Sequence[str] = ()) -> Upsert:
    """Rows are put in, or in the place of those with their key, of which these columns are kept."""
    statement = insert_of(dialect, table)
    stay = {*key, *kept}
    changed = {c.name: statement.excluded[c.name] for c in table.c if c.name not in stay}
    return statement.on_conflict_do_update(index_elements=list(key), set_=changed)


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


Value: TypeAlias = Callable[[Any], Any]
"""Turns one value into a column's, or back."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A statement as one driver takes it."""

    sql: str
    names: Sequence[str]  # of the parameters, in their order
    fixed: Mapping[str, Any]  # those that the statement itself gives, as the driver takes them
    into: Mapping[str, Value]
    out: Sequence[tuple[int, Value]]  # by place in a row
    by_place: bool

    def parameters(self, values: Mapping[str, Any]) -> Any:
        """As the driver wants them. Raises StatementError for a value that its column refuses."""
        given = dict(values)
        for name, bind in self.into.items():
            try:
                given[name] = bind(given[name])
            except (TypeError, ValueError) as exc:
                raise sa_exc.StatementError(str(exc), self.sql, {name: given[name]}, exc) from exc
        given |= self.fixed
        return tuple([given[name] for name in self.names]) if self.by_place else given

    def row(self, stored: Sequence[Any]) -> list[Any]:
        """A row of values."""
        row = list(stored)
        for place, read in self.out:
            row[place] = read(row[place])
        return row


class Statement:
    """A statement that is built when it is first run, for each dialect.

    `build` takes the name of the dialect. Its parameters are bound by name; of an INSERT or UPDATE
    also the `columns` that it names. Whatever runs it raises what SQLAlchemy raises.
    """

    def __init__(self, build: Callable[[str], ClauseElement], columns: Sequence[str] = ()) -> None:
        self._build = build
        self._columns = columns
        self._prepared: dict[str, _Prepared] = {}

    def all(self, conn: Connection, /, **values: Any) -> list[list[Any]]:
        """Every row that it finds, or returns."""
        prepared, cursor = self._run(conn, values)
        with closing(cursor):
            return [prepared.row(row) for row in cursor.fetchall()]

    def first(self, conn: Connection, /, **values: Any) -> list[Any] | None:
        """The first row, if there is any."""
        return next(iter(self.all(conn, **values)), None)

    def run(self, conn: Connection, /, **values: Any) -> int:
        """How many rows it changed."""
        _, cursor = self._run(conn, values)
        with closing(cursor):
            return int(cursor.rowcount)

    def many(self, conn: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """Once for each row of parameters."""
        prepared = self._of(conn.dialect)
        given = [prepared.parameters(row) for row in rows]
        if given:
            with closing(conn.connection.cursor()) as cursor:
                _tried(conn, prepared, given, cursor.executemany)

    def _run(self, conn: Connection, values: Mapping[str, Any]) -> tuple[_Prepared, Any]:
        prepared = self._of(conn.dialect)
        cursor = conn.connection.cursor()
        _tried(conn, prepared, prepared.parameters(values), cursor.execute)
        return prepared, cursor

    def _of(self, dialect: Dialect) -> _Prepared:
        found = self._prepared.get(dialect.name)
        if found is None:
            found = self._prepared[dialect.name] = _prepared(
                self._build(dialect.name), self._columns, dialect
            )
        return found


def _prepared(statement: ClauseElement, columns: Sequence[str], dialect: Dialect) -> _Prepared:
    keys = list(columns) if isinstance(statement, (Insert, Update)) and columns else None
    compiled: Any = statement.compile(dialect=dialect, column_keys=keys)
    into: dict[str, Value] = {}
    fixed: dict[str, Any] = {}
    for name, bind in compiled.binds.items():
        processor = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if not bind.required and bind.value is not None:
            fixed[name] = processor(bind.value) if processor else bind.value
        elif processor:
            into[name] = processor
    found: Any = getattr(statement, "exported_columns", ())
    readers = [
        column.type.dialect_impl(dialect).result_processor(dialect, None) for column in found
    ]
    return _Prepared(
        sql=str(compiled),
        names=compiled.positiontup or (),
        fixed=fixed,
        into=into,
        out=[(place, read) for place, read in enumerate(readers) if read],
        by_place=compiled.positional,
    )


def _tried(
    conn: Connection, prepared: _Prepared, given: Any, run: Callable[[str, Any], Any]
) -> None:
    driver: Any = conn.dialect.dbapi
    try:
        run(prepared.sql, given)
    except driver.Error as exc:
        raise sa_exc.DBAPIError.instance(
            prepared.sql, given, exc, driver.Error, dialect=conn.dialect
        ) from exc


def places(name: str, count: int) -> list[Any]:
    """So many parameters for an IN: `name` with a number."""
    return [bindparam(f"{name}{place}") for place in range(count)]


def padded(name: str, values: Sequence[Any], count: int) -> dict[str, Any]:
    """Values for `places`; the last one stands in all that are left, and finds nothing new."""
    return {f"{name}{place}": values[min(place, len(values) - 1)] for place in range(count)}


def run_of(count: int, most: int) -> int:
    """How many places are made for so many values: few sizes, so that few statements are built."""
    size = 1
    while size < min(count, most):
        size *= 4
    return min(size, most)
