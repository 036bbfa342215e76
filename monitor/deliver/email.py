"""Turns an outgoing message into one e-mail to one recipient, over SMTP.

The same row gives the same bytes on every attempt, but for X-Monitor-Attempt where one before it
may have arrived, so a mail server or a reader can recognise a second copy. Must never try twice or
put the password into a message.
"""

import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from typing import Final

from monitor.deliver import discreet
from monitor.deliver.deadline import within
from monitor.deliver.inert import clean
from monitor.errors import DeliveryError, SettingsError
from monitor.model.deliveries import ChannelConfig, Outgoing

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

# RFC 5322 "atext" and dots; without SMTPUTF8 an address is ASCII.
_ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")


class EmailChannel:
    """A mail server.

    A call takes at most three times `timeout` seconds (connecting, logging in, talking), then
    `patience` seconds for the answer to the message and GOODBYE: less than a delivery's lease. The
    patience is long: giving up early means sending again what was taken (RFC 5321 section
    4.5.3.2.6 asks for ten minutes).
    """

    def __init__(
        self,
        config: ChannelConfig,
        *,
        password: str | None,
        timeout: float = 30,
        patience: float = 180,
    ) -> None:
        """Raises SettingsError if the sender is no address or `security` is unknown."""
        self.name = config.name
        self._config = config
        self._password = password
        self._timeout = timeout
        self._patience = patience
        self._from = clean(config.sender, 200)
        self._sender = parseaddr(self._from)[1]
        if not _ADDRESS.fullmatch(self._sender):
            raise SettingsError(
                f"channel “{config.name}”: the sender “{clean(config.sender, 80)}” is not an "
                "e-mail address; set sender: in delivery.yaml"
            )
        if config.security not in {"starttls", "tls", "none"}:
            raise SettingsError(
                f"channel “{config.name}”: security is “{clean(config.security, 40)}”; "
                "set security: to starttls, tls or none in delivery.yaml"
            )

    def send(self, outgoing: Outgoing) -> str:
        """Send it and return its Message-ID. Raises DeliveryError."""
        if not _ADDRESS.fullmatch(outgoing.recipient):
            raise DeliveryError(
                f"“{clean(outgoing.recipient, 80)}” is not an e-mail address", retryable=False
            )
        message = compose(outgoing, sender=self._from, unsubscribe=self._config.unsubscribe)
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
        host, port, timeout = self._config.host, self._config.port, self._timeout

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
                _expect(server.mail(self._sender), 250)
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
        short = clean(discreet.without(text, self._password or ""), 200)
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
        message = f"mail server {self._config.host}:{self._config.port} {what}"
        if self._password:
            message = message.replace(self._password, "[password]")
        return DeliveryError(
            message,
            retryable=retryable,
            unknown_outcome=unknown_outcome,
            channel_wide=channel_wide or pause,
            retry_after=OPERATOR_PAUSE if pause else None,
        )


def compose(outgoing: Outgoing, *, sender: str, unsubscribe: str = "") -> EmailMessage:
    """The mail, every header and boundary of it a function of the outbox row.

    `unsubscribe` is an https or mailto address; without it, a mail to the sender asks for it.
    """
    domain = parseaddr(sender)[1].rpartition("@")[2]
    message = EmailMessage()
    message["From"] = sender
    message["To"] = outgoing.recipient
    message["Subject"] = clean(outgoing.message.subject)
    message["Date"] = format_datetime(outgoing.queued_at)
    message["Message-ID"] = f"<{outgoing.key}@{domain}>"
    if outgoing.message.thread:
        # The same in every mail on this judgment, whatever the day: readers make one thread of it.
        judgment = outgoing.message.thread.partition(" ")[2]
        message["References"] = f"<{_token(judgment)}.thread@{domain}>"
    message["List-Id"] = f"Signpost digests <signpost.{domain}>"
    message["List-Unsubscribe"] = f"<{unsubscribe or _by_mail(sender)}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office replies to it
    if outgoing.in_doubt:
        message["X-Monitor-Attempt"] = str(outgoing.attempt)
    message.set_content(outgoing.message.text)
    message.add_alternative(outgoing.message.html, subtype="html")
    if outgoing.message.pictures:
        _add_pictures(message, outgoing)
    message.set_boundary(f"=_{_token(outgoing.key)}")  # the library's own would be random
    return message


def _add_pictures(message: EmailMessage, outgoing: Outgoing) -> None:
    html = message.get_body(("html",))
    if not isinstance(html, EmailMessage):
        return
    for picture in outgoing.message.pictures:
        html.add_related(
            picture.png,
            maintype="image",
            subtype="png",
            cid=f"<{picture.name}>",
            disposition="inline",
            filename="points.png",
        )
    html.set_boundary(f"=_r{_token(outgoing.key)}")


def _by_mail(sender: str) -> str:
    return f"mailto:{parseaddr(sender)[1]}?subject=unsubscribe"


def _token(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]


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
