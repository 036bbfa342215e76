"""Turns store steps into awaitable transactions: one writer thread, one transaction per step.

The event loop never touches the database itself; a step takes a Connection and must not commit.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self, TypeVar

from sqlalchemy import Connection, Engine

from monitor.store import engine as store_engine

T = TypeVar("T")


class Database:
    """The open database. Leave it with `close`, or use it as a context manager."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")

    async def write(self, step: Callable[[Connection], T]) -> T:
        """Run `step` in a write transaction of its own, after those that were asked for before."""
        return await asyncio.get_running_loop().run_in_executor(self._writer, self.write_now, step)

    async def read(self, step: Callable[[Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._writer, self.read_now, step)

    def write_now(self, step: Callable[[Connection], T]) -> T:
        """The same from a thread that may block: commands, replay, tests."""
        with store_engine.write(self.engine) as conn:
            return step(conn)

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
