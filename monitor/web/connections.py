"""Keeps the page reachable whatever strangers do with connections: deadlines, and room for others.

A connection that sends no whole request in time is closed, and the oldest such one makes room when
too many are open, so a probe always finds its way in. Must never cut off what is being answered,
and must never let the sockets of the page use up what feeds and database need.
"""

import asyncio
import contextlib
import errno
import resource
import socket
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import h11
import structlog
import uvicorn
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from monitor.access.accounts import neighbourhood
from monitor.web.guard import HEADERS, PROBES

log = structlog.get_logger("monitor")

PATIENCE: Final[Mapping[str, float]] = {"head": 10, "body": 30, "taking": 30, "leaving": 5}
"""Seconds that a client may take to send a head, to send a body, to take an answer, to part."""

OPEN_AT_ONCE: Final = 200
FEWEST: Final = 8
PER_ADDRESS: Final = 50
"""Connections of one address, and requests of it that are answered at once; proxies have none."""

ANSWERED_AT_ONCE: Final = 100
RESERVE: Final = 8
"""Connections above the most for probes, when every other one is being answered."""

BACKLOG: Final = 1024
TOLD_EVERY: Final = 60.0  # seconds
BREATH: Final = 0.05
"""Seconds without accepting after the system had no more to give."""

EXHAUSTED: Final = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


class Connection(H11Protocol):
    """One client's connection, with a deadline for whatever it owes us."""

    def __init__(self, crowd: "Crowd", **given: Any) -> None:
        super().__init__(**given)
        self._crowd = crowd
        self._owed = ""  # a key of PATIENCE, or nothing while we owe an answer
        self._timer: asyncio.TimerHandle | None = None

    @property
    def owed(self) -> str:
        """What the client is to do next."""
        if self.transport.is_closing():
            return "leaving"
        if self.flow.write_paused:
            return "taking"
        return {h11.IDLE: "head", h11.SEND_BODY: "body"}.get(self.conn.their_state, "")

    @property
    def address(self) -> str:
        return self.client[0] if self.client else ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._crowd.joined(self)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._crowd.left(self)
        self._forget()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._watch()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._watch()

    def cut(self) -> None:
        """Close at once, without a word: the place is needed."""
        self._forget()
        self.transport.abort()

    def _watch(self) -> None:
        owed = self.owed
        if owed != self._owed:
            self._forget()
            self._owed = owed
            if owed:
                self._timer = self.loop.call_later(self._crowd.patience[owed], self._late)

    def _forget(self) -> None:
        self._owed = ""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _late(self) -> None:
        owed = self._owed
        self._forget()
        if owed == "body" and self.flow.read_paused:
            self._watch()  # it is we who do not read
        elif owed in {"head", "body"}:
            self._crowd.was_late()
            self._dismiss()
        else:
            self.transport.abort()

    def _dismiss(self) -> None:
        """Say why where nothing was answered yet, and close."""
        begun = self.cycle is not None and self.conn.our_state is h11.SEND_BODY
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if not begun and self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            said = b"the request took too long to come"
            length = [("content-length", str(len(said))), ("connection", "close")]
            for event in (
                h11.Response(status_code=408, headers=length, reason="Request Timeout"),
                h11.Data(data=said),
                h11.EndOfMessage(),
            ):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()
        self._watch()


class Crowd:
    """The connections that are open, by age, and how many requests are answered now."""

    def __init__(
        self, most: int, *, proxy: Callable[[str], bool], patience: Mapping[str, float] = PATIENCE
    ) -> None:
        """`most` sockets; `proxy` tells an address that many people come from."""
        self.most = most
        self.patience = patience
        self._proxy = proxy
        self._open: dict[Connection, str] = {}
        self._answering: Counter[str] = Counter()
        self._cut = self._refused = self._late = 0
        self._telling: asyncio.TimerHandle | None = None

    def joined(self, connection: Connection) -> None:
        self._open[connection] = self._place(connection.address)

    def left(self, connection: Connection) -> None:
        self._open.pop(connection, None)

    def was_late(self) -> None:
        self._late += 1
        self._tell()

    def admits(self, address: str) -> bool:
        """Whether there is room for one more, after the oldest that waits was cut off for it."""
        place, places = self._place(address), Counter(self._open.values())
        if place and places[place] >= PER_ADDRESS:
            self._make_room([place])
        if len(self._open) >= self.most:
            self._make_room([each for each, _ in places.most_common()])
        if len(self._open) < self.most + RESERVE:
            return True
        self._refused += 1
        self._tell()
        return False

    def shed(self) -> None:
        """The system has no more sockets to give: let one go, of whoever has most."""
        self._make_room([each for each, _ in Counter(self._open.values()).most_common()])
        self._tell()

    def _make_room(self, places: Sequence[str]) -> None:
        """Cut the oldest connection that owes us something, at the first place that has one."""
        for place in places:
            for connection, its in self._open.items():
                if its == place and connection.owed:
                    self.left(connection)
                    connection.cut()
                    self._cut += 1
                    self._tell()
                    return

    def _place(self, address: str) -> str:
        """Nothing for a proxy: it is not one visitor."""
        return "" if self._proxy(address) else neighbourhood(address)

    @contextlib.contextmanager
    def _one_more(self, place: str) -> Iterator[None]:
        self._answering[place] += 1
        try:
            yield
        finally:
            self._answering[place] -= 1
            if not self._answering[place]:
                del self._answering[place]

    def admitting(self, inner: ASGIApp) -> ASGIApp:
        """The application, answering so many requests at once; probes are never turned away."""

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            place = self._place(scope["client"][0] if scope.get("client") else "")
            own = self._answering[place] if place else 0
            full = own >= PER_ADDRESS or self._answering.total() >= ANSWERED_AT_ONCE
            if full and scope.get("path") not in PROBES:
                self._refused += 1
                self._tell()
                headers = {**HEADERS, "Retry-After": "2", "Connection": "close"}
                said = PlainTextResponse("too much at once", status_code=503, headers=headers)
                await said(scope, receive, send)
                return
            with self._one_more(place):
                await inner(scope, receive, send)

        return answer

    def _tell(self) -> None:
        """Once a minute at most: whoever makes noise must not fill the log too."""
        if self._telling is None:
            self._say()

    def _say(self) -> None:
        self._telling = None
        if not (self._cut or self._refused or self._late):
            return
        log.warning(
            "connections.crowded",
            cut=self._cut,
            late=self._late,
            refused=self._refused,
            open=len(self._open),
            most=self.most,
            next="said again in a minute if it goes on; probes and whole requests are answered",
        )
        self._cut = self._refused = self._late = 0
        self._telling = asyncio.get_running_loop().call_later(TOLD_EVERY, self._say)

    def close(self) -> None:
        """Cut off whatever is left."""
        if self._telling is not None:
            self._telling.cancel()
        for connection in tuple(self._open):
            connection.cut()


class Server(uvicorn.Server):
    """A server that accepts for itself, and leaves signals to the daemon, which ends it.

    The event loop's own way to accept writes a traceback for each connection that the system has no
    file for, a hundred at a time.
    """

    def __init__(self, config: uvicorn.Config, crowd: Crowd) -> None:
        super().__init__(config)
        self._crowd = crowd
        self._accepting: list[asyncio.Task[None]] = []

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await self.lifespan.startup()
        self.servers = []
        for listening in sockets or ():
            listening.setblocking(False)
            self._accepting.append(asyncio.create_task(self._accept(listening), name="accept"))
        self.started = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for task in self._accepting:
            task.cancel()
        await asyncio.gather(*self._accepting, return_exceptions=True)
        await super().shutdown(sockets)
        self._crowd.close()

    async def _accept(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                taken, peer = await loop.sock_accept(listening)
            except OSError as error:
                if error.errno in EXHAUSTED:
                    self._crowd.shed()
                # else it left before it was taken; either way there will be others
                await asyncio.sleep(BREATH)
                continue
            if not self._crowd.admits(str(peer[0])):
                taken.close()
                continue
            try:
                await loop.connect_accepted_socket(self._connection, taken)
            except OSError:
                taken.close()

    def _connection(self) -> Connection:
        return Connection(
            self._crowd,
            config=self.config,
            server_state=self.server_state,
            app_state=self.lifespan.state,
        )


def most_open() -> int:
    """How many sockets the page may have: half of the files that this process may still open."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return OPEN_AT_ONCE
    left = soft - sum(1 for _ in Path("/dev/fd").iterdir())
    return max(FEWEST, min(OPEN_AT_ONCE, left // 2 - RESERVE))
