"""Connections that promise a request and do not send it, here and against a real process."""

import asyncio
import contextlib
import os
import re
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from monitor.daemon.opening import open_app
from monitor.web.app import serve
from monitor.web.connections import PATIENCE, PER_ADDRESS
from tests.support.scene import Scene
from tests.web.stage import NOW, Stage, staged

HASTE = dict.fromkeys(PATIENCE, 0.2)
"""Deadlines that a test can wait for."""

ASK = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
HALF = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "


@contextlib.asynccontextmanager
async def hasty(scene: Scene) -> AsyncIterator[Stage]:
    """The page, with little patience."""
    async with (
        open_app(scene.settings(), now=NOW, jitter=float, stream=scene.stream) as app,
        serve(app, host="127.0.0.1", port=0, now=lambda: NOW, patience=HASTE) as port,
        aiohttp.ClientSession() as client,
    ):
        yield Stage(app, f"http://127.0.0.1:{port}", client)


async def flood(taken: socket.socket) -> None:
    """Ask for pages without end, and read none of them."""
    while True:
        await asyncio.get_running_loop().sock_sendall(taken, ASK * 100)


@contextlib.asynccontextmanager
async def open_to(
    stage: Stage,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    parts = urlsplit(stage.base)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        yield reader, writer
    finally:
        writer.close()


@pytest.mark.parametrize("sent", [b"", b"G", HALF, HALF + b"a\r\n"])
async def test_a_head_that_does_not_come_is_not_waited_for(scene: Scene, sent: bytes) -> None:
    async with hasty(scene) as stage, open_to(stage) as (reader, writer):
        writer.write(sent)
        assert (await reader.read()).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("path", ["/login", "/flags/1", "/watchlist/trial", "/nowhere", "/health"])
async def test_a_body_that_does_not_come_is_not_waited_for(scene: Scene, path: str) -> None:
    async with hasty(scene) as stage, open_to(stage) as (reader, writer):
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n"
        writer.write(f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\nmark=".encode())
        answer = await reader.read()
        assert re.match(rb"HTTP/1.1 4\d\d ", answer)
        assert (await stage.get("/"))[0] == 200
        assert "Traceback" not in scene.stream.getvalue()


async def test_who_is_served_and_then_says_nothing_is_let_go(scene: Scene) -> None:
    async with hasty(scene) as stage, open_to(stage) as (reader, writer):
        writer.write(ASK)
        assert (await reader.readuntil(b"\r\n")).startswith(b"HTTP/1.1 200 ")
        await reader.read()  # to its end: the server closed it


async def test_who_does_not_take_the_answer_is_let_go(scene: Scene) -> None:
    """Many answers on one connection, none of them read: the server's memory must not hold them."""
    async with hasty(scene) as stage:
        parts = urlsplit(stage.base)
        with socket.socket() as taken:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            taken.setblocking(False)
            loop = asyncio.get_running_loop()
            await loop.sock_connect(taken, (parts.hostname, parts.port))
            with pytest.raises(ConnectionError):
                await flood(taken)
        assert (await stage.get("/"))[0] == 200


async def test_the_oldest_that_waits_makes_room(scene: Scene) -> None:
    async with staged(scene) as stage, contextlib.AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(open_to(stage)) for _ in range(PER_ADDRESS)]
        for _, writer in opened:
            writer.write(HALF)
        assert (await stage.get("/health"))[0] == 200
        with contextlib.suppress(ConnectionError):
            assert await opened[0][0].read() == b""
        _, last = opened[-1]
        last.write(b"a\r\n\r\n")
        answer = await opened[-1][0].readuntil(b"\r\n")
        assert answer == b"HTTP/1.1 200 OK\r\n", "whoever goes on is served"


async def test_a_proxys_connections_are_many_peoples(scene: Scene) -> None:
    async with (
        staged(scene, MONITOR_WEB_PROXY_FROM="127.0.0.1") as stage,
        contextlib.AsyncExitStack() as stack,
    ):
        opened = [await stack.enter_async_context(open_to(stage)) for _ in range(PER_ADDRESS + 9)]
        for _, writer in opened:
            writer.write(HALF)
        assert (await stage.get("/health"))[0] == 200
        opened[0][1].write(b"a\r\n\r\n")
        assert (await opened[0][0].readuntil(b"\r\n")) == b"HTTP/1.1 200 OK\r\n"


# the real process


@contextlib.contextmanager
def running(scene: Scene, files: int) -> Iterator[tuple[int, Path]]:
    """`monitor run` with so many files to open; its port and its log."""
    log = scene.folder / "log"
    environ = scene.environ() | {
        "MONITOR_HEALTH_PORT": "0",
        "MONITOR_LOG_FORMAT": "json",
        "PATH": os.environ["PATH"],
        "PYTHONUNBUFFERED": "1",
    }
    limited = (
        "import resource, runpy, sys; "
        f"resource.setrlimit(resource.RLIMIT_NOFILE, ({files}, {files})); "
        "sys.argv = ['monitor', 'run']; runpy.run_module('monitor', run_name='__main__')"
    )
    with (
        log.open("wb") as out,
        subprocess.Popen(  # noqa: S603  # our own command
            [sys.executable, "-c", limited], env=environ, stdout=out, stderr=out
        ) as process,
    ):
        try:
            yield _port(process, log), log
        finally:
            process.terminate()
            code = process.wait(60)
    assert code == 0, log.read_text()


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    while process.poll() is None:
        if found := re.search(rb"127\.0\.0\.1:(\d+)/health", log.read_bytes()):
            return int(found[1])
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.1)
    raise AssertionError(log.read_text())


def asked(port: int, path: str) -> bytes:
    """The first line of the answer; TimeoutError if it takes longer than a second."""
    with socket.create_connection(("127.0.0.1", port), timeout=1) as taken:
        taken.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        return taken.recv(15)


def settled(port: int) -> None:
    """Until the first answers came: starting up is not what is tried here."""
    for path in ("/health", "/"):
        with socket.create_connection(("127.0.0.1", port), timeout=60) as taken:
            taken.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            assert taken.recv(9) == b"HTTP/1.1 "


@pytest.mark.parametrize(("files", "slow"), [(1024, 500), (64, 120)])
async def test_health_answers_within_a_second_beside_slow_connections(
    scene: Scene, files: int, slow: int
) -> None:
    with running(scene, files) as (port, log):
        await asyncio.to_thread(settled, port)
        with contextlib.ExitStack() as stack:
            for number in range(slow):
                taken = socket.create_connection(("127.0.0.1", port), timeout=60)
                stack.enter_context(taken)
                with contextlib.suppress(ConnectionError):
                    taken.sendall(HALF if number % 2 else HALF.replace(b"GET /", b"POST /login"))
            for _ in range(5):
                for path in ("/health", "/ready"):
                    assert (await asyncio.to_thread(asked, port, path)).startswith(b"HTTP/1.1 ")
            assert (await asyncio.to_thread(asked, port, "/flags")) == b"HTTP/1.1 200 OK"
        written = log.read_text()
        assert "Traceback" not in written
        assert len(written) < 50_000
        assert written.count("connections.crowded") == 1, "said once a minute"
