"""Column types: nothing is lost between a value and its row, on either database."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Connection, Integer, MetaData, Table, insert, select
from sqlalchemy.exc import StatementError

from monitor.model.flags import FlagState
from monitor.model.questions import Strength
from monitor.store import engine as store_engine
from monitor.store.types import EnumText, TextSet, Tuples, UTCDateTime, text

SCRATCH = Table(
    "scratch",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("at", UTCDateTime),
    Column("state", EnumText(FlagState)),
    Column("strength", EnumText(Strength)),
    Column("names", Tuples),
    Column("pairs", Tuples(depth=2)),
    Column("signature", TextSet),
    Column("words", text()),
)

MOMENTS = st.datetimes(
    min_value=datetime(1, 1, 2),  # noqa: DTZ001  # hypothesis adds the zone
    max_value=datetime(9999, 12, 30),  # noqa: DTZ001  # hypothesis adds the zone
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m))),
)

REPEATED = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
"""Each example rolls back what it wrote, so one database serves them all."""


@pytest.fixture
def scratch(conn: Connection) -> Connection:
    """A transaction with a table of every type in it."""
    SCRATCH.create(conn)
    return conn


@REPEATED
@given(moments=st.lists(MOMENTS, min_size=2, max_size=6))
def test_moments_come_back_in_utc_and_sort_as_moments(
    scratch: Connection, moments: list[datetime]
) -> None:
    with scratch.begin_nested() as example:
        scratch.execute(insert(SCRATCH), [{"at": moment} for moment in moments])
        stored = scratch.scalars(select(SCRATCH.c.at).order_by(SCRATCH.c.at)).all()
        example.rollback()

    assert stored == sorted(moments)
    assert {moment.tzinfo for moment in stored} == {UTC}


def test_a_naive_datetime_is_refused(scratch: Connection) -> None:
    naive = datetime(2019, 3, 22, 12, 0)  # noqa: DTZ001  # what must be refused

    with pytest.raises(StatementError, match="naive datetime"):
        scratch.execute(insert(SCRATCH).values(at=naive))
    with pytest.raises(StatementError, match="naive datetime"):
        scratch.execute(select(SCRATCH).where(SCRATCH.c.at > naive))


def test_sqlite_stores_moments_as_text_of_one_width(sqlite_url: str) -> None:
    engine = store_engine.open_engine(sqlite_url)
    with store_engine.write(engine) as conn:
        SCRATCH.create(conn)
        conn.execute(insert(SCRATCH).values(at=datetime(2019, 3, 22, 17, 49, tzinfo=UTC)))
        stored = conn.exec_driver_sql("SELECT at FROM scratch").scalar_one()
    engine.dispose()

    assert stored == "2019-03-22T17:49:00.000000Z"


@pytest.mark.parametrize("state", list(FlagState))
def test_words_come_back_as_members(scratch: Connection, state: FlagState) -> None:
    scratch.execute(insert(SCRATCH).values(state=state, strength=Strength.DECISIVE))

    row = scratch.execute(select(SCRATCH).where(SCRATCH.c.state == state)).one()
    assert row.state is state
    assert row.strength is Strength.DECISIVE


def test_a_word_outside_the_vocabulary_is_refused(scratch: Connection) -> None:
    with pytest.raises(StatementError, match="reopened"):
        scratch.execute(insert(SCRATCH).values(state="reopened"))


@REPEATED
@given(
    names=st.lists(st.text()),
    pairs=st.lists(st.tuples(st.text(), st.floats(allow_nan=False, allow_infinity=False))),
    signature=st.frozensets(st.text()),
)
def test_lists_come_back_as_tuples_and_sets(
    scratch: Connection,
    names: list[str],
    pairs: list[tuple[str, float]],
    signature: frozenset[str],
) -> None:
    with scratch.begin_nested() as example:
        scratch.execute(
            insert(SCRATCH).values(names=tuple(names), pairs=tuple(pairs), signature=signature)
        )
        row = scratch.execute(select(SCRATCH)).one()
        example.rollback()

    assert row.names == tuple(names)
    assert row.pairs == tuple(pairs)
    assert row.signature == signature


def test_text_sorts_by_its_bytes_on_both_databases(scratch: Connection) -> None:
    words = ["b", "B", "a", "é", "_", "-", "Z", "한", "z"]
    scratch.execute(insert(SCRATCH), [{"words": word} for word in words])

    stored = scratch.scalars(select(SCRATCH.c.words).order_by(SCRATCH.c.words)).all()

    assert stored == sorted(words, key=str.encode)
