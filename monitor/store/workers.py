"""The processes that share one PostgreSQL database, and which of them have fallen silent.

Times are the database's own clock, so that a worker with a wrong one neither looks dead nor buries
others. Only PostgreSQL: a SQLite file has one daemon. That workers belong to a database stands in
it, since the rows of workers that are gone say nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from monitor.model.workers import ROLES, Cluster, Duty
from monitor.store import engine, meta, rows
from monitor.store.schema import workers


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerRow:
    """A process that works here, by the token that its leases begin with."""

    token: str
    role: str
    host: str
    started_at: datetime
    beat_at: datetime  # when it last said that it lives


_WORKER = rows.columns(workers, WorkerRow)

RECENT = timedelta(seconds=15)
"""A worker that said within this time that it lives is there: five times what it lets pass."""

_RUNS_AS = "runs_as"
_WORKERS, _DAEMON = "workers", "daemon"
_POLLED_UNTIL = "worker_polled_until"
"""When the last worker that polled, and is gone, had last said that it lives."""


def register(conn: Connection, *, token: str, role: str, host: str) -> None:
    """A worker begins. Its token must be new."""
    now = func.clock_timestamp()
    named = {"token": token, "role": role, "host": host}
    conn.execute(insert(workers).values(**named, started_at=now, beat_at=now))
    _runs_as(conn, _WORKERS)


def beat(conn: Connection, token: str) -> datetime | None:
    """Say that a worker lives; the database's time. None: it was buried, and holds no lease."""
    lives = update(workers).where(workers.c.token == token)
    found: datetime | None = conn.scalar(
        lives.values(beat_at=func.clock_timestamp()).returning(workers.c.beat_at)
    )
    if found is not None:
        _runs_as(conn, _WORKERS)  # a daemon that was here for a moment had said otherwise
    return found


def bury(conn: Connection, silent_for: timedelta) -> tuple[str, ...]:
    """Forget the workers that have been silent for so long; their tokens."""
    silent = workers.c.beat_at < func.clock_timestamp() - silent_for
    gone = conn.execute(delete(workers).where(silent).returning(*_WORKER)).mappings()
    return _remember(conn, [WorkerRow(**row) for row in gone])


def leave(conn: Connection, token: str) -> None:
    """A worker ends."""
    gone = conn.execute(delete(workers).where(workers.c.token == token).returning(*_WORKER))
    _remember(conn, [WorkerRow(**row) for row in gone.mappings()])


def living(conn: Connection) -> tuple[WorkerRow, ...]:
    """Every worker that has not been buried, the oldest first."""
    statement = select(*_WORKER).order_by(workers.c.started_at, workers.c.token)
    return tuple(WorkerRow(**row) for row in conn.execute(statement).mappings())


def alone(conn: Connection) -> None:
    """One daemon does everything from here on: nobody misses workers that were here before."""
    _runs_as(conn, _DAEMON)


def cluster(conn: Connection) -> Cluster | None:
    """How the workers stand together; None where a daemon does everything, or nothing ran yet."""
    if not engine.shareable(conn.engine) or meta.get(conn, _RUNS_AS) != _WORKERS:
        return None  # a SQLite file may be the copy of what workers shared
    c = workers.c
    newest = func.max(c.beat_at)
    recent = newest > func.clock_timestamp() - RECENT
    found = conn.execute(select(c.role, newest, recent).group_by(c.role)).all()
    done = {duty for role, _, lives in found if lives for duty in ROLES.get(role, ())}
    polled = [at for role, at, _ in found if Duty.POLL in ROLES.get(role, ())]
    if (before := meta.get(conn, _POLLED_UNTIL)) is not None:
        polled.append(datetime.fromisoformat(before))
    return Cluster(
        last_round=max(polled, default=None),
        missing=tuple(duty for duty in Duty if duty not in done),
    )


def _runs_as(conn: Connection, what: str) -> None:
    if meta.get(conn, _RUNS_AS) != what:
        meta.put(conn, _RUNS_AS, what)


def _remember(conn: Connection, gone: Sequence[WorkerRow]) -> tuple[str, ...]:
    """Keep when polling was last done before these workers' rows went; their tokens."""
    polled = [each.beat_at for each in gone if Duty.POLL in ROLES.get(each.role, ())]
    if polled:
        before = meta.get(conn, _POLLED_UNTIL)
        if before is not None:
            polled.append(datetime.fromisoformat(before))
        meta.put(conn, _POLLED_UNTIL, max(polled).isoformat())
    return tuple(each.token for each in gone)
