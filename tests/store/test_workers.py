"""What no worker does, by the rows of those that live and the database's clock."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, text

from monitor.model.workers import ROLES, Cluster, Duty
from monitor.store import engine as store_engine
from monitor.store import gauges, workers
from monitor.store.engine import open_engine, read, write

POLL, ASSESS, DELIVER = Duty


def started(conn: Connection, *roles: str) -> None:
    for role in roles:
        workers.register(conn, token=role, role=role, host="here")


def silent(conn: Connection, role: str, seconds: int) -> datetime:
    """As if that worker had not been heard of for so long; when it was."""
    said = text(
        "UPDATE workers SET beat_at = beat_at - make_interval(secs => :seconds)"
        " WHERE token = :role RETURNING beat_at"
    )
    at: datetime = conn.execute(said, {"seconds": seconds, "role": role}).scalar_one()
    return at


def cluster(conn: Connection) -> Cluster:
    found = workers.cluster(conn)
    assert found is not None
    assert gauges.read(conn).cluster == found, "what the probes read"
    return found


def test_a_database_that_no_worker_touched_misses_none(engine: Engine) -> None:
    with read(engine) as conn:
        assert workers.cluster(conn) is None
        assert gauges.read(conn).cluster is None


def test_a_sqlite_file_has_one_daemon_whatever_it_is_a_copy_of(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    assert not store_engine.shareable(engine)
    with write(engine) as conn:
        conn.execute(text("INSERT INTO app_meta (key, value) VALUES ('runs_as', 'workers')"))
        assert workers.cluster(conn) is None
    engine.dispose()


@pytest.mark.parametrize(
    ("roles", "missing"),
    [
        (("deliver",), (POLL, ASSESS)),
        (("poll", "deliver"), (ASSESS,)),
        (("poll", "assess"), (DELIVER,)),
        (("poll", "assess", "deliver"), ()),
        (("all",), ()),
        (("a role of a later version",), (POLL, ASSESS, DELIVER)),
    ],
)
def test_what_no_role_does_is_missing(
    new_postgresql: str, roles: tuple[str, ...], missing: tuple[Duty, ...]
) -> None:
    engine = open_engine(new_postgresql)
    with write(engine) as conn:
        started(conn, *roles)
        assert cluster(conn).missing == missing
    engine.dispose()


def test_who_is_silent_ended_or_was_buried_does_nothing(new_postgresql: str) -> None:
    engine = open_engine(new_postgresql)
    with write(engine) as conn:
        started(conn, "poll", "assess", "deliver")
        silent(conn, "poll", 14)
        assert cluster(conn).missing == ()
        last = silent(conn, "poll", 2)
        found = cluster(conn)
        assert (found.missing, found.last_round) == ((POLL,), last)

        assert workers.bury(conn, timedelta(seconds=10)) == ("poll",)
        assert cluster(conn) == found, "when it polled last is kept"

        workers.leave(conn, "deliver")
        assert cluster(conn).missing == (POLL, DELIVER)
        workers.leave(conn, "nobody")

        started(conn, "all")
        back = cluster(conn)
        assert back.missing == ()
        assert back.last_round is not None
        assert back.last_round > last
        silent(conn, "all", 3600)
        workers.leave(conn, "all")
        assert cluster(conn).last_round == last, "the newest of all that are gone"

        silent(conn, "assess", 3600)
        assert cluster(conn).missing == (POLL, ASSESS, DELIVER), "and nobody is there to bury it"
    engine.dispose()


def test_who_never_polled_has_no_last_round(new_postgresql: str) -> None:
    engine = open_engine(new_postgresql)
    with write(engine) as conn:
        started(conn, "deliver")
        assert cluster(conn).last_round is None
        workers.leave(conn, "deliver")
        assert cluster(conn) == Cluster(last_round=None, missing=tuple(Duty))
    engine.dispose()


def test_a_daemon_ends_the_reign_of_workers_until_one_says_that_it_lives(
    new_postgresql: str,
) -> None:
    engine = open_engine(new_postgresql)
    with write(engine) as conn:
        started(conn, "poll")
        workers.alone(conn)
        assert workers.cluster(conn) is None
        at = workers.beat(conn, "poll")
        assert at is not None
        assert cluster(conn) == Cluster(last_round=at.astimezone(UTC), missing=(ASSESS, DELIVER))
        workers.alone(conn)
        assert workers.beat(conn, "buried") is None
        assert workers.cluster(conn) is None, "it has to register first"
    engine.dispose()


def test_each_duty_says_by_which_roles_it_is_done() -> None:
    assert [duty.missing for duty in Duty] == [
        "no worker polls: start one with --role poll or --role all",
        "no worker assesses: start one with --role assess or --role all",
        "no worker delivers: start one with --role deliver or --role all",
    ]
    assert {duty for duties in ROLES.values() for duty in duties} == set(Duty)
