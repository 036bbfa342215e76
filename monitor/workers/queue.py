"""Wakes workers through PostgreSQL, by Procrastinate: the only place that knows the library.

Its tables stand in a schema of their own, and nothing is lost with them: a queue that is emptied,
or made anew for another version of the library, is filled again by the next sweep.
"""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from importlib.metadata import version
from typing import Any

import procrastinate
import structlog
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from psycopg import AsyncConnection
from sqlalchemy import Connection, Engine, text

from monitor.errors import NewerDatabaseError, StoreError
from monitor.model.workers import Duty
from monitor.runtime.notify import Task, Work
from monitor.store import engine as store_engine
from monitor.store import meta as store_meta

log = structlog.get_logger("monitor")

SCHEMA = "signpost_queue"
VERSION = "queue_version"

QUEUES: Mapping[Task, Duty] = {
    Task.POLL: Duty.POLL,
    Task.COMPOSE: Duty.ASSESS,
    Task.TICK: Duty.ASSESS,
    Task.PRUNE: Duty.ASSESS,
    Task.DELIVER: Duty.DELIVER,
}
"""Each duty has a queue of its own, of its name."""

CONNECTIONS = 6
CONNECT_SECONDS = 10
DRAIN_SECONDS = 20

Runner = Callable[[str], Awaitable[None]]
"""Does one piece of work, given its subject. Must not raise."""

_SEE = (
    "SELECT set_config('search_path', current_setting('search_path') || ', "
    + SCHEMA
    + "', {local})"
    " WHERE position('" + SCHEMA + "' in current_setting('search_path')) = 0"
)
_WAITING = text(
    "SELECT queueing_lock FROM procrastinate_jobs"
    " WHERE status = 'todo' AND queueing_lock = ANY(:keys)"
)


def require(engine: Engine, *, make: bool) -> None:
    """See to it that the queue has its tables; StoreError if it has none and may not make them."""
    if make:
        if prepare(engine):
            log.info("queue.made", schema=SCHEMA)
        return
    with store_engine.read(engine) as conn:
        if _version(conn) != version("procrastinate"):
            raise StoreError(
                "the queue has no tables of this version, and MONITOR_AUTO_MIGRATE is false: "
                "run `monitor db upgrade`"
            )


def prepare(engine: Engine) -> bool:
    """Make the queue's tables for this version of the library; True if they were not there.

    Safe to call from many processes. Raises NewerDatabaseError where a newer version has been.
    """
    wanted = version("procrastinate")
    with store_engine.change_schema(engine) as conn:
        found = _version(conn)
        if found == wanted:
            return False
        if found is not None and _numbers(found) > _numbers(wanted):
            raise NewerDatabaseError(
                f"the queue was made by procrastinate {found}, and {wanted} is installed; "
                "install the version that requirements.lock names"
            )
        _make(conn)
        store_meta.put(conn, VERSION, wanted)
    return True


def _version(conn: Connection) -> str | None:
    """Of the library that made the tables; None if they are not there."""
    there = conn.scalar(text("SELECT to_regclass(:jobs)"), {"jobs": f"{SCHEMA}.procrastinate_jobs"})
    return store_meta.get(conn, VERSION) if there else None


def _make(conn: Connection) -> None:
    before = conn.exec_driver_sql("SELECT current_setting('search_path')").scalar_one()
    conn.exec_driver_sql(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
    conn.exec_driver_sql(f"CREATE SCHEMA {SCHEMA}")
    conn.exec_driver_sql(f"SET LOCAL search_path TO {SCHEMA}")
    # straight to the driver: many statements in one text, and nothing in it is a parameter
    driver: Any = conn.connection.driver_connection
    driver.execute(procrastinate.schema.SchemaManager.get_schema())
    conn.execute(text("SELECT set_config('search_path', :before, true)"), {"before": before})


def _numbers(found: str) -> tuple[int, ...]:
    return tuple(int(part) for part in found.split(".") if part.isdecimal())


_DEFERRER = JobManager(procrastinate.SyncPsycopgConnector())
"""Never opened: it writes through the connection it is given."""


def wake(conn: Connection, works: Sequence[Work]) -> None:
    """Enqueue in the caller's write transaction whatever is not waiting already.

    Write transactions take turns, so nobody enqueues between the look and the insertion.
    """
    if not works:
        return
    conn.exec_driver_sql(_SEE.format(local="true"))
    wanted = {work.key: work for work in works}
    for key in conn.scalars(_WAITING, {"keys": list(wanted)}):
        del wanted[key]
    if wanted:
        jobs = [_job(work) for work in wanted.values()]
        _DEFERRER.batch_defer_jobs(jobs, connection=conn.connection.driver_connection)


def _job(work: Work) -> Job:
    return Job(
        queue=QUEUES[work.task],
        lock=work.alone or None,
        queueing_lock=work.key,
        task_name=work.task.value,
        task_kwargs={"subject": work.subject},
    )


class Queue:
    """The connections of one worker, and what it does when it is woken."""

    def __init__(
        self, engine: Engine, runners: Mapping[Task, Runner], *, fetch: float, beat: float
    ) -> None:
        """`fetch`: seconds after which it looks for itself; `beat`: between signs of life."""
        url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        connector = procrastinate.PsycopgConnector(
            conninfo=url,
            kwargs={"connect_timeout": CONNECT_SECONDS},
            min_size=1,
            max_size=CONNECTIONS,
            configure=_see,
        )
        self._app = procrastinate.App(connector=connector)
        self._fetch, self._beat = fetch, beat
        for task, runner in runners.items():
            self._app.task(name=task.value, queue=QUEUES[task])(_named(runner))

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        async with self._app.open_async():
            yield

    async def work(self, queue: str, concurrency: int, stall: float) -> None:
        """Do what is enqueued until cancelled; then finish what is under way.

        Returns or raises when the database was away: call it again.
        """
        await self._app.run_worker_async(
            queues=[queue],
            name=queue,
            concurrency=concurrency,
            delete_jobs="always",
            install_signal_handlers=False,
            fetch_job_polling_interval=self._fetch,
            abort_job_polling_interval=60.0,
            update_heartbeat_interval=self._beat,
            stalled_worker_timeout=stall,
            shutdown_graceful_timeout=DRAIN_SECONDS,
        )

    async def reap(self, stall: float) -> int:
        """Drop what workers had in hand that have been silent for so long; what is due comes again.

        Without it, a job of a worker that was killed would hold its lock for ever.
        """
        manager, dropped = self._app.job_manager, 0
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=stall):
            if job.id is not None:
                with contextlib.suppress(ConnectorException):  # another worker was faster
                    await manager.finish_job_by_id_async(job.id, Status.FAILED, delete_job=True)
                    dropped += 1
        await manager.prune_stalled_workers(stall)
        return dropped


async def _see(conn: AsyncConnection[Any]) -> None:
    await conn.execute(_SEE.format(local="false"))
    await conn.commit()


def _named(runner: Runner) -> Callable[..., Awaitable[None]]:
    async def run(subject: str = "") -> None:
        await runner(subject)

    return run
