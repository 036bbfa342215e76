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
    """Gives each request the next of `script`, and the last one for ever after."""

    def __init__(self) -> None:
        self.script: list[bytes | Step] = [answer()]
        self.requests: list[bytes] = []  # the head of every request, as received
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

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self.requests.append(await reader.readuntil(b"\r\n\r\n"))
            step = self.script[min(len(self.requests), len(self.script)) - 1]
            if isinstance(step, bytes):
                writer.write(step)
                await writer.drain()
            else:
                await step(writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client left: what these tests are about
        finally:
            writer.close()


@asynccontextmanager
async def serving() -> AsyncIterator[Loopback]:
    """A Loopback that listens on a free port until the block ends."""
    loopback = Loopback()
    server = await asyncio.start_server(loopback.accept, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()
        loopback.base = f"http://{host}:{port}"
        yield loopback
        server.close()
        await loopback.hang_up()
