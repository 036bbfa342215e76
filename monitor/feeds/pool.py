"""Turns documents into rows in child processes that can be killed: parse() at arm's length.

A thread would not do: a regular expression holds the interpreter lock, and one hostile feed of
49 KB froze the event loop for 12 s. Must never leave a process behind, nor give a worker that
was interrupted a second document.
"""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from types import TracebackType
from typing import Self

from monitor.errors import ParseError
from monitor.feeds import worker
from monitor.model.feeds import FeedFormat, ParsedFeed

_END_SECONDS = 10.0
_START_SECONDS = 60.0  # importing feedparser takes 0.1 s; a machine may be very busy


class ParserPool:
    """A few parser processes, started when first needed and ended on leaving the context.

    `cpu_seconds` bounds the work on one document and `wall_seconds` the waiting for it, which may
    be long on a busy machine; `memory_bytes` bounds the address space of one worker.
    """

    def __init__(
        self,
        workers: int = 2,
        cpu_seconds: float = 5.0,
        wall_seconds: float = 60.0,
        memory_bytes: int = 768 * 2**20,
    ) -> None:
        self._cpu_seconds = cpu_seconds
        self._wall_seconds = wall_seconds
        self._memory_bytes = memory_bytes
        # One place per worker; None is a place whose process has yet to be started.
        self._idle: asyncio.LifoQueue[Process | None] = asyncio.LifoQueue()
        for _ in range(workers):
            self._idle.put_nowait(None)
        self._workers = workers

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Waits for documents in work, at most `wall_seconds` each, and ends every process."""
        for _ in range(self._workers):
            process = await self._idle.get()
            if process:
                await process.communicate(b"")  # its input ends, and so does it

    async def parse(
        self,
        body: bytes,
        *,
        url: str,
        content_type: str = "",
        format: FeedFormat = FeedFormat.AUTO,  # noqa: A002 as in feeds.parse
        items: bytes = b"",
        salt: str = "",
    ) -> ParsedFeed:
        """What feeds.parse.parse gives, computed in a worker.

        Raises its ParseErrors, and those with the codes "parse-timeout" (the worker was killed)
        and "parse-crash" (it died, mostly for want of memory). The next document is unaffected.
        """
        process = await self._idle.get()
        done = False
        try:
            if process is None or process.returncode is not None:
                process = await self._started(process)
            data = await self._exchange(
                process,
                worker.request(url, content_type, format, items, salt) + worker.frame(body),
            )
            done = True
        finally:
            if process and not done:
                await _kill(process)
            self._idle.put_nowait(process if done else None)
        return worker.read_answer(data)

    async def _exchange(self, process: Process, message: bytes) -> bytes:
        try:
            async with asyncio.timeout(self._wall_seconds):
                return await _ask(process, message)
        except TimeoutError as exc:
            raise _too_slow(f"{self._wall_seconds:g} s") from exc
        except (EOFError, OSError) as exc:
            if await _ended(process) == -signal.SIGPROF:
                raise _too_slow(f"{self._cpu_seconds:g} s of CPU") from exc
            limit = f"{self._memory_bytes // 2**20} MB"
            raise ParseError(
                "parse-crash", f"the parser died on the document; it may need more than {limit}"
            ) from exc

    async def _started(self, dead: Process | None) -> Process:
        if dead:
            await _kill(dead)
        # The child finds modules where this process does, wherever that was set up, and sees
        # nothing else of the environment: it reads hostile documents and needs no secrets.
        path = os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", worker.__name__, str(self._memory_bytes),
            str(self._cpu_seconds),
            stdin=PIPE, stdout=PIPE, env={"PYTHONPATH": path},
        )  # fmt: skip
        ready = False
        try:
            async with asyncio.timeout(_START_SECONDS):
                await _answer(process)
            ready = True
        except (TimeoutError, EOFError) as exc:
            raise ParseError("parse-crash", "the parser process could not be started") from exc
        finally:
            if not ready:
                await _kill(process)
        return process


def _too_slow(limit: str) -> ParseError:
    return ParseError("parse-timeout", f"the document took more than {limit} to parse")


async def _ask(process: Process, message: bytes) -> bytes:
    assert process.stdin is not None  # noqa: S101 it was opened as a pipe
    process.stdin.write(message)
    await process.stdin.drain()
    return await _answer(process)


async def _answer(process: Process) -> bytes:
    assert process.stdout is not None  # noqa: S101 it was opened as a pipe
    length = await process.stdout.readexactly(worker.LENGTH_BYTES)
    return await process.stdout.readexactly(int.from_bytes(length))


async def _ended(process: Process) -> int | None:
    """How a process ended that has closed its pipes.

    It is not killed while it ends: that would reap it behind the event loop's back, which then
    knows no signal.
    """
    try:
        async with asyncio.timeout(_END_SECONDS):
            return await process.wait()
    except TimeoutError:
        await _kill(process)
        return process.returncode


async def _kill(process: Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.communicate(b"")  # reaps it and closes its pipes
