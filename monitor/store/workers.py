"""The processes that share one PostgreSQL database, and which of them have fallen silent.

Times are the database's own clock, so that a worker with a wrong one neither looks dead nor buries
others. Only PostgreSQL: a SQLite file has one daemon.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from monitor.store import rows
from monitor.store.schema import workers


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A process that works here, by the token that its leases begin with."""

    token: str
    role: str
    host: str
    started_at: datetime
    beat_at: datetime  # when it last said that it lives


_WORKER = rows.columns(workers, Worker)


def register(conn: Connection, *, token: str, role: str, host: str) -> None:
    """A worker begins. Its token must be new."""
    now = func.clock_timestamp()
    named = {"token": token, "role": role, "host": host}
    conn.execute(insert(workers).values(**named, started_at=now, beat_at=now))


def beat(conn: Connection, token: str) -> datetime | None:
    """Say that a worker lives; the database's time. None: it was buried, and holds no lease."""
    lives = update(workers).where(workers.c.token == token)
    found: datetime | None = conn.scalar(
        lives.values(beat_at=func.clock_timestamp()).returning(workers.c.beat_at)
    )
    return found


def bury(conn: Connection, silent_for: timedelta) -> tuple[str, ...]:
    """Forget the workers that have been silent for so long; their tokens."""
    silent = workers.c.beat_at < func.clock_timestamp() - silent_for
    return tuple(conn.scalars(delete(workers).where(silent).returning(workers.c.token)))


def leave(conn: Connection, token: str) -> None:
    """A worker ends."""
    conn.execute(delete(workers).where(workers.c.token == token))


def living(conn: Connection) -> tuple[Worker, ...]:
    """Every worker that has not been buried, the oldest first."""
    statement = select(*_WORKER).order_by(workers.c.started_at, workers.c.token)
    return tuple(Worker(**row) for row in conn.execute(statement).mappings())
