"""Turns store steps into awaitable transactions: one writer thread, one transaction per step.

The event loop never touches the database itself; a step takes a Connection and must not commit.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self, TypeVar

import structlog
from sqlalchemy import Connection, Engine, StaticPool

from monitor.config.settings import Settings
from monitor.errors import SettingsError, StoreError
from monitor.runtime import private
from monitor.store import engine as store_engine
from monitor.store import migrate

log = structlog.get_logger("monitor")

T = TypeVar("T")

TRIAL_MS = 300
"""How long a writer of another process may hold the lock before it is worth telling."""

LEAST_ROOM = 512 * 1024
"""Bytes on a disk below which the next poll will not be stored."""


class Database:
    """The open database. Leave it with `close`, or use it as a context manager."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self.writing = False  # whether this process holds the writers' lock
        self.full: StoreError | None = None  # the disk had no room, and none has been found since

    async def write(self, step: Callable[[Connection], T]) -> T:
        """Run `step` in a write transaction of its own, after those that were asked for before."""
        return await asyncio.get_running_loop().run_in_executor(self._writer, self.write_now, step)

    async def read(self, step: Callable[[Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._writer, self.read_now, step)

    async def look(self, step: Callable[[Connection], T]) -> T:
        """Run `step` in a read transaction beside the writer, for who must not wait for it."""
        if isinstance(self.engine.pool, StaticPool):
            return await self.read(step)  # in memory there is one connection, for one thread
        return await asyncio.to_thread(self.read_now, step)

    async def apart(self, step: Callable[[Engine], T]) -> T:
        """Run what needs a connection without a transaction, in its turn among the writers."""
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
    """Bring the schema to this version's, if the settings allow. Raises StoreError."""
    engine = database.engine
    if settings.auto_migrate:
        if migrate.upgrade(engine):
            log.info("database.migrated", revision=migrate.head())
        return
    found, wanted = migrate.current(engine), migrate.head()
    if found != wanted:
        raise StoreError(
            f"the database is at revision {found or 'none'}, this version needs {wanted}; "
            "MONITOR_AUTO_MIGRATE is false: run `monitor db upgrade`"
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
