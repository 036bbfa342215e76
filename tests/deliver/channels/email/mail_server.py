"""Mail servers for tests: a whole one that can refuse, and one that plays a script and hangs up."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session


@dataclass
class Inbox:
    """A handler that keeps what it takes. `refuse_*` answer instead of taking.

    `refusals` are answers to one address, in turn; `hang_ups` name the commands (RCPT or DATA) at
    which the line is cut, once each; `gate`, if given, is waited for before a message is confirmed.
    """

    refuse_recipient: str = ""
    refuse_data: str = ""
    refusals: dict[str, list[str]] = field(default_factory=dict)
    hang_ups: list[str] = field(default_factory=list)
    gate: threading.Event | None = None
    taken: threading.Event = field(default_factory=threading.Event)
    mails: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, _server: Any, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self._cut("RCPT", _server)
        if self.refusals.get(address):
            return self.refusals[address].pop(0)
        if self.refuse_recipient:
            return self.refuse_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  # aiosmtpd's name
        self, _server: Any, _session: Session, envelope: Envelope
    ) -> str:
        if self.refuse_data:
            return self.refuse_data
        content = envelope.content
        assert isinstance(content, bytes)
        self.raw.append(content)
        mail = message_from_bytes(content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.recipients.extend(envelope.rcpt_tos)
        self.taken.set()
        self._cut("DATA", _server)
        if self.gate is not None:
            await asyncio.to_thread(self.gate.wait)
        return "250 queued as 1"

    def _cut(self, command: str, server: Any) -> None:
        if command in self.hang_ups:
            self.hang_ups.remove(command)
            server.transport.abort()


@contextmanager
def mail_server(
    inbox: Inbox, *, password: bytes = b"", tls: ssl.SSLContext | None = None, port: int = 0
) -> Iterator[int]:
    """A real SMTP server on the loopback; yields its port. With `password`, it asks for a login."""

    def check(
        _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: LoginPassword
    ) -> AuthResult:
        inbox.logins.append((data.login, data.password))
        return AuthResult(success=data.password == password, handled=False)

    login: dict[str, Any] = {}
    if password:
        login = {"authenticator": check, "auth_require_tls": tls is not None}
    controller = Controller(
        inbox,
        hostname="127.0.0.1",
        port=port or free_port(),
        tls_context=tls,
        **login,
    )
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


class ScriptedServer:
    """Answers each line it reads with the next answer of a script, then hangs up.

    The first answer is the greeting. While a body is read, lines are only kept. The answer None
    hangs up at once; `hold` keeps the connection open and silent instead, and `drip` repeats the
    last answer for ever.
    """

    def __init__(
        self, answers: Sequence[str | None], *, hold: bool = False, drip: bool = False
    ) -> None:
        self.lines: list[str] = []
        self._answers = list(answers)
        self._hold = hold
        self._drip = drip
        self._done = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)

    @property
    def port(self) -> int:
        port = self._socket.getsockname()[1]
        assert isinstance(port, int)
        return port

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        connection, _ = self._socket.accept()
        with connection, connection.makefile("rb") as lines:
            for index, answer in enumerate(self._answers):
                if index and not self._read(lines, after=self._answers[index - 1] or ""):
                    return
                if answer is None:
                    return
                connection.sendall(f"{answer}\r\n".encode())
            if self._hold:
                self._done.wait()
            with suppress(OSError):
                while self._drip and not self._done.wait(0.01):
                    connection.sendall(f"{self._answers[-1]}\r\n".encode())

    def _read(self, lines: Any, *, after: str) -> bool:
        """One command, or after a 354 the body up to its final dot."""
        while line := lines.readline():
            self.lines.append(line.decode("utf-8", "replace").rstrip("\r\n"))
            if not after.startswith("354") or line == b".\r\n":
                return True
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        assert isinstance(port, int)
        return port
