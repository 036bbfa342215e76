"""A real HTTP server on 127.0.0.1 that answers with exactly the bytes a test wants, bad or good."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

# Writes an answer; returning closes the connection.
Step = Callable[[asyncio.StreamWriter], Awaitable[None]]


def answer(status: str = "200 OK", body: bytes = b"", **headers: str) -> bytes:
    """A complete, correct answer; header names take `_` for `-`."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape") + body


def redirect(location: str, status: str = "302 Found") -> bytes:
    return answer(status, Location=location)


class Loopback:
    """Gives each request the next of `script`, and the last one for ever after.

    A path in `routes` has a script of its own.
    """

    def __init__(self) -> None:
        self.script: list[bytes | Step] = [answer()]
        self.routes: dict[str, list[bytes | Step]] = {}
        self.requests: list[bytes] = []  # the head of every request, as received
        self.times: list[float] = []  # when each came, by the event loop's time
        self.idle = asyncio.Event()  # no connection is open
        self.base = ""
        self._serving: set[asyncio.Task[None]] = set()

    def url(self, path: str = "/feed.xml") -> str:
        return f"{self.base}{path}"

    def sent(self, name: str, request: int = -1) -> str | None:
        """The value of a header of a request, None where it was not sent."""
        for line in self.requests[request].decode("utf-8", "surrogateescape").split("\r\n")[1:]:
            header, _, value = line.partition(": ")
            if header.lower() == name.lower():
                return value
        return None

    def asked(self, path: str) -> int:
        """How many requests there were for a path."""
        return self.paths.count(path)

    @property
    def paths(self) -> list[str]:
        """The path of every request."""
        return [_path(request) for request in self.requests]

    async def hang_up(self) -> None:
        """Ends the connections that a step still holds."""
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.idle.clear()
        task = asyncio.create_task(self._serve(reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._left)

    def _left(self, task: asyncio.Task[None]) -> None:
        self._serving.discard(task)
        if not self._serving:
            self.idle.set()

    def _step(self, path: str) -> bytes | Step:
        """The answer to the newest request."""
        if path in self.routes:
            script, count = self.routes[path], self.asked(path)
        else:
            script = self.script
            count = sum(path not in self.routes for path in self.paths)
        return script[min(count, len(script)) - 1]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self.requests.append(await reader.readuntil(b"\r\n\r\n"))
            self.times.append(asyncio.get_running_loop().time())
            step = self._step(_path(self.requests[-1]))
            if isinstance(step, bytes):
                writer.write(step)
                await writer.drain()
            else:
                await step(writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client left: what these tests are about
        finally:
            writer.close()


def _path(request: bytes) -> str:
    return request.split(b" ", 2)[1].decode("utf-8", "surrogateescape")


@asynccontextmanager
async def serving(address: str = "127.0.0.1") -> AsyncIterator[Loopback]:
    """A Loopback that listens on a free port until the block ends.

    At the address 0.0.0.0 it is found under every name of this machine: 127.0.0.2, localhost, …
    """
    loopback = Loopback()
    server = await asyncio.start_server(loopback.accept, address, 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        loopback.base = f"http://127.0.0.1:{port}"
        yield loopback
        server.close()
        await loopback.hang_up()
