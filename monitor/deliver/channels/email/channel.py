"""Turns an outgoing message into one e-mail to one recipient, over SMTP.

Must never try twice, put the password into a message, or accept an address that could break a
header.
"""

import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email import policy
from typing import ClassVar, Final

from monitor.deliver import exchange
from monitor.deliver.channel import Around, Channel, ChannelType, require_secret
from monitor.deliver.channels.email.compose import compose
from monitor.deliver.exchange import within
from monitor.deliver.inert import clean
from monitor.deliver.keys import link_key
from monitor.errors import DeliveryError
from monitor.model.deliveries import (
    AddressForm,
    ChannelConfig,
    ChannelKey,
    Complaint,
    Outgoing,
    SecretWord,
    after_unknown_key,
)

# Only the operator can mend a refused login or a missing STARTTLS. The row waits, and the server
# is not asked often enough to lock the account.
OPERATOR_PAUSE: Final = 900.0  # seconds

CLOSING: Final = 421  # RFC 5321 section 3.8: the server ends the session, whoever it is for

GOODBYE: Final = 5.0  # seconds; the message is taken, and a lost goodbye changes nothing

# What each error means before the message is sent, and whether only the operator can mend it. The
# first class that fits counts.
_BEFORE: Final[tuple[tuple[type[Exception], str, bool], ...]] = (
    (smtplib.SMTPConnectError, "turned the connection away: {told}", False),
    (smtplib.SMTPAuthenticationError, "refused the login of “{user}”: {told}", True),
    (
        smtplib.SMTPNotSupportedError,
        "does not offer what delivery.yaml asks for (STARTTLS or a login); "
        "check security: and username:",
        True,
    ),
    (smtplib.SMTPResponseException, "refused to start: {told}", False),
    (ssl.SSLError, "cannot be trusted: {told}; check host: and security: in delivery.yaml", True),
    (socket.gaierror, "is unknown: no such host name", False),
    (ConnectionRefusedError, "refused the connection", False),
    (Exception, "broke off before the message ({told})", False),
)

_PORTS: Final = {"starttls": 587, "tls": 465, "none": 25}
_ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]+")
"""The addresses that HTML's e-mail field takes, with at least one dot after the @."""
_HOST: Final = re.compile(r"[A-Za-z0-9._-]+|\[?[0-9A-Fa-f:]+\]?")


def is_address(text: str) -> bool:
    """Whether a text is one plain e-mail address."""
    return _ADDRESS.fullmatch(text) is not None and ".." not in text


def _no_host(text: str) -> Complaint | None:
    if _HOST.fullmatch(text):
        return None
    return Complaint(
        found=f"“{text}”",
        expected="the name of a mail server, like smtp.example.org",
        advice="the port has a key of its own: “port”" if ":" in text else "",
    )


def _no_sender(text: str) -> Complaint | None:
    if is_address(text):
        return None
    expected = "one e-mail address, without a name, like signpost@example.org"
    return Complaint(found=f"“{text}”", expected=expected)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailConfig(ChannelConfig):
    """A channel of the type email."""

    type: ClassVar[str] = "email"
    keys: ClassVar[tuple[ChannelKey, ...]] = (
        ChannelKey(name="host", what="the name of a mail server", required=True, check=_no_host),
        ChannelKey(name="port", between=(1, 65_535)),
        ChannelKey(name="security", words=tuple(_PORTS)),
        ChannelKey(name="username", what="a user name"),
        ChannelKey(name="sender", what="an e-mail address", required=True, check=_no_sender),
        link_key("unsubscribe", "https://", "mailto:"),
        after_unknown_key(),
    )
    secrets: ClassVar[tuple[SecretWord, ...]] = ("PASSWORD",)
    addresses: ClassVar[AddressForm | None] = AddressForm(
        what="one e-mail address", example="desk@example.org", fits=is_address
    )

    host: str = ""
    port: int = 0  # 0: the usual one for its security
    security: str = "starttls"  # or "tls", "none"
    username: str = ""
    sender: str = ""
    unsubscribe: str = ""  # where people ask to be told no more; "" for a mail to the sender

    @property
    def on_port(self) -> int:
        """The port that is asked."""
        return self.port or _PORTS[self.security]

    @property
    def older_secret(self) -> str:
        """The channel “email” is known by an older name, too."""
        return "MONITOR_SMTP_PASSWORD" if self.name == "email" else ""

    def complaints(self, given: Collection[str]) -> Iterable[tuple[str, Complaint]]:
        """A password in the clear, and a port that is not for the security that is asked for."""
        if "security" in given and self.security == "none" and self.username:
            yield (
                "security",
                Complaint(
                    found="“none”",
                    expected="“starttls” or “tls” where there is a user name",
                    advice="the password would travel in the clear",
                    warning=True,
                ),
            )
        other = {587: "starttls", 465: "tls"}.get(self.port, self.security)
        if "port" in given and self.security not in {"none", other}:
            found = f"port {self.port} with “security: {self.security}”"
            expected = f"“security: {other}” for this port"
            yield "port", Complaint(found=found, expected=expected, warning=True)


class EmailChannel:
    """A mail server.

    A call takes at most three times `timeout` seconds (connecting, logging in, talking), then
    `patience` seconds for the answer to the message and GOODBYE: less than a delivery's lease. The
    patience is long: giving up early means sending again what was taken (RFC 5321 section
    4.5.3.2.6 asks for ten minutes).
    """

    def __init__(
        self,
        config: EmailConfig,
        *,
        password: str | None,
        timeout: float = 30,
        patience: float = 180,
    ) -> None:
        """`password`: None where no login is asked for."""
        self.name = config.name
        self._config = config
        self._password = password
        self._timeout = timeout
        self._patience = patience

    def send(self, outgoing: Outgoing) -> str:
        """Send it and return its Message-ID. Raises DeliveryError."""
        if not is_address(outgoing.recipient):
            raise DeliveryError(
                f"“{clean(outgoing.recipient, 80)}” is not an e-mail address", retryable=False
            )
        message = compose(
            outgoing, sender=self._config.sender, unsubscribe=self._config.unsubscribe
        )
        with self._connected() as server:
            with _deadline(server, self._timeout):
                self._log_in(server)
            self._transfer(server, outgoing.recipient, message.as_bytes(policy=policy.SMTP))
            with _deadline(server, GOODBYE), suppress(smtplib.SMTPException, OSError):
                server.quit()
        return str(message["Message-ID"])

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        server = self._connect()
        try:
            yield server
        finally:
            server.close()

    def _connect(self) -> smtplib.SMTP:
        host, port, timeout = self._config.host, self._config.on_port, self._timeout

        def connect() -> smtplib.SMTP:
            if self._config.security == "tls":
                context = ssl.create_default_context()
                return smtplib.SMTP_SSL(host, port, timeout=timeout, context=context)
            return smtplib.SMTP(host, port, timeout=timeout)

        try:
            return within(timeout, connect)  # its greeting may come byte by byte
        except (smtplib.SMTPException, OSError) as exc:
            raise self._before(exc) from exc

    def _log_in(self, server: smtplib.SMTP) -> None:
        try:
            if self._config.security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if self._config.username:
                server.login(self._config.username, self._password or "")
        except UnicodeEncodeError:
            # The cause would carry the password along.
            raise self._failed(
                "cannot be logged in to: the user name or password is not ASCII", pause=True
            ) from None
        except (smtplib.SMTPException, OSError) as exc:
            raise self._before(exc) from exc

    def _transfer(self, server: smtplib.SMTP, recipient: str, body: bytes) -> None:
        in_doubt = False
        try:
            with _deadline(server, self._timeout):
                server.ehlo_or_helo_if_needed()
                _expect(server.mail(self._config.sender), 250)
                _expect(server.rcpt(recipient), 250, 251)
                _expect(server.docmd("DATA"), 354)
                server.send(re.sub(rb"(?m)^\.", b"..", body))
            # Until the final dot the server must not deliver; from here on it may have (RFC 5321
            # section 4.2.5, RFC 1047), whatever happens to its answer.
            in_doubt = True
            with _deadline(server, self._patience):
                server.send(b".\r\n")
                _expect(server.getreply(), 250)
        except smtplib.SMTPResponseException as exc:
            permanent = 500 <= exc.smtp_code < 600
            raise self._failed(
                f"refused {recipient}: {self._told(exc)}",
                retryable=not permanent,
                channel_wide=exc.smtp_code == CLOSING,
            ) from exc
        except (smtplib.SMTPException, OSError) as exc:
            if not in_doubt:
                raise self._before(exc) from exc
            raise self._failed(
                f"did not confirm the message to {recipient} ({self._told(exc)}); "
                "it may have been delivered",
                unknown_outcome=True,
            ) from exc

    def _told(self, exc: Exception) -> str:
        """The server's words, or the library's, as one short line; it may repeat the password."""
        said = exc.smtp_error if isinstance(exc, smtplib.SMTPResponseException) else str(exc)
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        short = clean(exchange.without(text, self._password or ""), 200)
        if isinstance(exc, smtplib.SMTPResponseException):
            return f"{exc.smtp_code} {short}".strip()
        return short or type(exc).__name__

    def _before(self, exc: Exception) -> DeliveryError:
        """What went wrong before the message was on its way: all of it can be tried again."""
        what, pause = next((what, pause) for kind, what, pause in _BEFORE if isinstance(exc, kind))
        said = what.format(told=self._told(exc), user=self._config.username)
        return self._failed(said, pause=pause, channel_wide=True)

    def _failed(
        self,
        what: str,
        *,
        retryable: bool = True,
        unknown_outcome: bool = False,
        channel_wide: bool = False,
        pause: bool = False,
    ) -> DeliveryError:
        message = f"mail server {self._config.host}:{self._config.on_port} {what}"
        if self._password:
            message = message.replace(self._password, "[password]")
        return DeliveryError(
            message,
            retryable=retryable,
            unknown_outcome=unknown_outcome,
            channel_wide=channel_wide or pause,
            retry_after=OPERATOR_PAUSE if pause else None,
        )


def _expect(reply: tuple[int, bytes], *codes: int) -> None:
    if reply[0] not in codes:
        raise smtplib.SMTPResponseException(*reply)


@contextmanager
def _deadline(server: smtplib.SMTP, seconds: float) -> Iterator[None]:
    """Hang up if the block takes longer than this.

    A socket's time-out bounds each read; a server that drips bytes would outlast any lease.
    """
    if server.sock is not None:
        server.sock.settimeout(seconds)
    timer = threading.Timer(seconds, _hang_up, (server,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _hang_up(server: smtplib.SMTP) -> None:
    with suppress(OSError, AttributeError):  # closed already: nothing to cut short
        server.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]  # None once closed


def _make(config: EmailConfig, around: Around) -> Channel:
    password = None
    if config.username:
        password = require_secret(config, around.secret, f"the password of “{config.username}”")
    return EmailChannel(config, password=password)


EMAIL: Final = ChannelType(config=EmailConfig, make=_make)
