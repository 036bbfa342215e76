"""Turns store steps into awaitable transactions on one writer thread.

A step has a transaction of its own, or shares one with others of its kind that are ready: waiting
for the disk takes longer than all else that a poll stores. The event loop never touches the
database itself; a step takes a Connection and must not commit.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

import structlog
from sqlalchemy import Connection, Engine, StaticPool

from monitor.config.settings import Settings
from monitor.errors import SettingsError, StoreError
from monitor.runtime import private
from monitor.store import engine as store_engine
from monitor.store import migrate, transfer

log = structlog.get_logger("monitor")

T = TypeVar("T")

TRIAL_MS = 300
"""How long a writer of another process may hold the lock before it is worth telling."""

COMPANY_SECONDS = 0.05
"""How long a step waits for others to share its transaction, at most, and only if any are near."""

COMPANY = 16
"""Steps that share one transaction, at most: some 40 ms, for which readers of now may wait."""

LEAST_ROOM = 512 * 1024
"""Bytes on a disk below which the next poll will not be stored."""


@dataclass(slots=True)
class _Shared:
    """A step that shares a transaction, and who waits for it."""

    step: Callable[[Connection], Any]
    waiting: asyncio.Future[Any]
    found: Any = None
    error: BaseException | None = None


class Database:
    """The open database. Leave it with `close`, or use it as a context manager."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self.writing = False  # whether this process holds the writers' lock
        self.full: StoreError | None = None  # the disk had no room, and none has been found since
        self._near = 0  # steps that are yet to come
        self._ready: list[_Shared] = []
        self._timer: asyncio.TimerHandle | None = None

    async def write(self, step: Callable[[Connection], T]) -> T:
        """Run `step` in a write transaction of its own, after those that were asked for before."""
        self._go()
        return await asyncio.get_running_loop().run_in_executor(self._writer, self.write_now, step)

    @contextmanager
    def near(self) -> Iterator[None]:
        """Around work that ends in a step for `share`: others may wait a moment for it."""
        self._near += 1
        try:
            yield
        finally:
            self._near -= 1

    async def share(self, step: Callable[[Connection], T]) -> T:
        """Run `step` in a write transaction that steps asked for at about the same time share.

        Each is undone alone when it fails. One that nothing else is near waits for nothing.
        """
        loop = asyncio.get_running_loop()
        shared = _Shared(step, loop.create_future())
        self._ready.append(shared)
        if len(self._ready) >= min(self._near, COMPANY):
            self._go()
        elif self._timer is None:
            self._timer = loop.call_later(COMPANY_SECONDS, self._go)
        found: T = await shared.waiting
        return found

    def _go(self) -> None:
        """Write what is ready."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        ready, self._ready = self._ready, []
        if ready:
            loop = asyncio.get_running_loop()
            written = loop.run_in_executor(self._writer, self._write_shared, ready)
            written.add_done_callback(lambda _: _answer(ready))

    def _write_shared(self, ready: Sequence[_Shared]) -> None:
        try:
            self.write_now(lambda conn: _steps(conn, ready))
        except BaseException as exc:  # noqa: BLE001  # whatever it is, each of them is to know
            for one in ready:
                one.error = one.error or exc

    async def read(self, step: Callable[[Connection], T]) -> T:
        self._go()
        return await asyncio.get_running_loop().run_in_executor(self._writer, self.read_now, step)

    async def look(self, step: Callable[[Connection], T]) -> T:
        """Run `step` in a read transaction beside the writer, for who must not wait for it."""
        if isinstance(self.engine.pool, StaticPool):
            return await self.read(step)  # in memory there is one connection, for one thread
        return await asyncio.to_thread(self.read_now, step)

    async def apart(self, step: Callable[[Engine], T]) -> T:
        """Run what needs a connection without a transaction, in its turn among the writers."""
        self._go()
        return await asyncio.get_running_loop().run_in_executor(self._writer, step, self.engine)

    def write_now(self, step: Callable[[Connection], T]) -> T:
        """The same from a thread that may block: commands, replay, tests."""
        try:
            with store_engine.write(self.engine) as conn:
                self.writing = True
                before = store_engine.changes(conn)
                found = step(conn)
                wrote = before is None or store_engine.changes(conn) != before
        except StoreError as error:
            self.full = error if error.state == StoreError.FULL else self.full
            raise
        finally:
            self.writing = False
        self.full = None if wrote else self.full
        return found

    def trouble(self) -> StoreError | None:
        """Why nothing could be written at this moment; None if it could. Writes nothing itself."""
        left = store_engine.room(self.engine)
        if left is not None and left < LEAST_ROOM:
            where = store_engine.place(self.engine.url)
            said = f"the disk of {where} has {left:,} bytes left; make room"
            return StoreError(said, state=StoreError.FULL)
        if self.full is not None or self.writing:
            return self.full
        try:
            store_engine.try_writing(self.engine, TRIAL_MS)
        except StoreError as error:
            return None if self.writing and error.state == StoreError.LOCKED else error
        return None

    def read_now(self, step: Callable[[Connection], T]) -> T:
        with store_engine.read(self.engine) as conn:
            return step(conn)

    def close(self) -> None:
        self._writer.shutdown(wait=True)
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def _steps(conn: Connection, ready: Sequence[_Shared]) -> None:
    for one in ready:
        if one.waiting.cancelled():  # who asked has given it up
            continue
        try:
            with store_engine.step(conn):
                one.found = one.step(conn)
        except Exception as exc:
            one.error = exc
            if not store_engine.whole(conn):
                raise


def _answer(ready: Sequence[_Shared]) -> None:
    for one in ready:
        if one.waiting.done():  # who asked was cancelled; what it asked for is done all the same
            continue
        if one.error is not None:
            one.waiting.set_exception(one.error)
        else:
            one.waiting.set_result(one.found)


def open_database(settings: Settings) -> Database:
    """Open the database with this version's schema, migrating it if the settings allow.

    Raises StoreError when the schema is another and may not be changed.
    """
    database = connect(settings)
    try:
        migrated(database, settings)
    except BaseException:
        database.close()
        raise
    return database


def migrated(database: Database, settings: Settings) -> None:
    """Bring the schema to this version's, if the settings allow. Raises StoreError.

    Also where the database is a copy of another that is not finished: nobody may work with it.
    """
    engine = database.engine
    if settings.auto_migrate:
        if migrate.upgrade(engine):
            log.info("database.migrated", revision=migrate.head())
    elif (found := migrate.current(engine)) != (wanted := migrate.head()):
        raise StoreError(
            f"the database is at revision {found or 'none'}, this version needs {wanted}; "
            "MONITOR_AUTO_MIGRATE is false: run `monitor db upgrade`"
        )
    if database.read_now(transfer.unfinished):
        raise StoreError(
            f"the database {store_engine.place(engine.url)} is an unfinished copy: give the same "
            "`monitor db copy` or `restore` again, or drop it"
        )


def connect(settings: Settings) -> Database:
    """Open the database as it is, whatever its schema."""
    try:
        alone = private.make(settings.data_dir)
    except OSError as exc:
        raise SettingsError(
            f"the data folder {settings.data_dir} cannot be made ({exc.strerror}); "
            "set MONITOR_DATA_DIR to a folder that can be written"
        ) from exc
    if not alone:
        log.warning(
            "data.exposed",
            folder=str(settings.data_dir),
            next="it belongs to somebody else: take it away from other users (chmod o= …)",
        )
    return Database(store_engine.open_engine(settings.database_url))
