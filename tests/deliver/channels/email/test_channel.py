"""Mail arrives whole, is the same on every attempt, and every way to fail is told apart."""

import re
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.deliver.channels.email.channel import (
    OPERATOR_PAUSE,
    EmailChannel,
    EmailConfig,
)
from monitor.deliver.channels.email.compose import compose
from monitor.errors import DeliveryError
from monitor.model.deliveries import Outgoing
from tests.deliver.channels.email.mail_server import Inbox, ScriptedServer, free_port, mail_server
from tests.deliver.sample_digest import outgoing

PASSWORD = "correct horse battery"
SENDER = "signpost@desk.example.org"
HELLO = ("220 mail.test ESMTP", "250 mail.test", "250 sender ok", "250 recipient ok")


def channel(
    port: int,
    *,
    host: str = "127.0.0.1",
    security: str = "none",
    username: str = "",
    password: str | None = None,
    timeout: float = 5,
    patience: float = 5,
) -> EmailChannel:
    config = EmailConfig(
        name="mail",
        host=host,
        port=port,
        security=security,
        username=username,
        sender=SENDER,
    )
    return EmailChannel(config, password=password, timeout=timeout, patience=patience)


def failure(channel: EmailChannel, row: Outgoing | None = None) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        channel.send(row or outgoing())
    return caught.value


def test_a_mail_arrives_as_text_and_html() -> None:
    inbox = Inbox()
    with mail_server(inbox) as port:
        message_id = channel(port).send(outgoing())

    [mail] = inbox.mails
    message = outgoing().message
    assert message_id == mail["Message-ID"] == "<d12.9f3ac41e77b0c2d5@desk.example.org>"
    assert inbox.recipients == ["desk@example.org"]
    assert mail["From"] == SENDER
    assert mail["To"] == "desk@example.org"
    assert mail["Subject"] == message.subject
    assert mail["Date"] == "Mon, 15 Apr 2019 11:00:00 +0000"
    assert mail["List-Id"] == "Signpost digests <signpost.desk.example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Monitor-Attempt"] is None
    assert mail.get_content_type() == "multipart/alternative"
    text, related = mail.iter_parts()
    assert isinstance(related, EmailMessage)
    html, _picture = related.iter_parts()
    assert _content(text) == message.text
    assert _content(html).rstrip("\n") == message.html
    assert [text.get_content_type(), html.get_content_type()] == ["text/plain", "text/html"]


def test_an_attempt_in_doubt_is_the_same_mail_but_for_its_mark() -> None:
    inbox = Inbox()
    with mail_server(inbox) as port:
        mailer = channel(port)
        mailer.send(outgoing())
        mailer.send(outgoing(attempt=2))
        mailer.send(outgoing(attempt=2, in_doubt=True))

    first, again, second = inbox.raw
    assert first == again
    assert inbox.mails[2]["X-Monitor-Attempt"] == "2"
    assert second.replace(b"X-Monitor-Attempt: 2\r\n", b"") == first


def test_news_on_a_question_is_one_thread_whatever_the_day() -> None:
    row = outgoing()
    threaded = replace(row, message=replace(row.message, thread="2019-04-15 pact/b/j"))
    later = replace(threaded, message=replace(row.message, thread="morning.2019-06-01T08:00 pact"))
    other = replace(threaded, message=replace(row.message, thread="2019-04-15 other/b/j"))

    assert compose(row, sender=SENDER)["References"] is None
    first = compose(threaded, sender=SENDER)["References"]
    assert first == compose(later, sender=SENDER)["References"]
    assert re.fullmatch(r"<[0-9a-f]{32}\.thread@desk\.example\.org>", str(first))
    assert compose(other, sender=SENDER)["References"] != first


def test_a_reader_can_ask_to_be_told_no_more() -> None:
    by_mail = "<mailto:signpost@desk.example.org?subject=unsubscribe>"
    page = "https://desk.example.org/digests"

    assert compose(outgoing(), sender=SENDER)["List-Unsubscribe"] == by_mail
    assert compose(outgoing(), sender=SENDER, unsubscribe=page)["List-Unsubscribe"] == f"<{page}>"


def test_one_click_is_offered_where_the_page_takes_it_by_https_alone() -> None:
    """RFC 8058: with https, and not for a page that we know nothing of."""

    def headers(address: str, unsubscribe: str = "") -> tuple[str | None, str | None]:
        row = replace(outgoing(), unsubscribe=address)
        mail = compose(row, sender=SENDER, unsubscribe=unsubscribe)
        return mail["List-Unsubscribe"], mail["List-Unsubscribe-Post"]

    ours = "https://signpost.example.org/unsubscribe/x"
    assert headers(ours) == (f"<{ours}>", "List-Unsubscribe=One-Click")
    assert headers("http://localhost/unsubscribe/x") == ("<http://localhost/unsubscribe/x>", None)
    own = "https://desk.example.org/digests"
    assert headers(ours, own) == (f"<{own}>", None)


def test_a_line_that_starts_with_a_dot_arrives() -> None:
    row = outgoing()
    text = "one\n.\n..two\n.three\n"
    inbox = Inbox()
    with mail_server(inbox) as port:
        channel(port).send(replace(row, message=replace(row.message, text=text)))

    assert _content(next(inbox.mails[0].iter_parts())) == text


@pytest.mark.slow
@settings(deadline=None)
@given(st.text(min_size=1))
def test_no_subject_can_add_a_header(subject: str) -> None:
    row = outgoing()
    mail = compose(replace(row, message=replace(row.message, subject=subject)), sender=SENDER)

    head = mail.as_bytes().partition(b"\n\n")[0]
    names = {line.partition(b":")[0] for line in re.split(rb"\n(?![ \t])", head)}
    assert names == {
        b"From",
        b"To",
        b"Subject",
        b"Date",
        b"Message-ID",
        b"List-Id",
        b"List-Unsubscribe",
        b"Auto-Submitted",
        b"MIME-Version",
        b"Content-Type",
    }


@pytest.mark.parametrize(
    "address",
    ["", "desk", "desk@example.org\r\nBcc: x@y.z", "a@b.c, d@e.f", "<desk@example.org>", "é@b.c"],
)
def test_what_is_no_address_is_never_sent(address: str) -> None:
    error = failure(channel(free_port()), replace(outgoing(), recipient=address))

    assert not error.retryable
    assert "is not an e-mail address" in str(error)


@pytest.mark.parametrize(
    ("answer", "retryable"),
    [("550 no such mailbox", False), ("450 greylisted, try later", True)],
)
def test_a_refused_recipient_is_told_with_the_servers_words(answer: str, retryable: bool) -> None:
    inbox = Inbox(refuse_recipient=answer)
    with mail_server(inbox) as port:
        error = failure(channel(port))

    assert (error.retryable, error.unknown_outcome, error.retry_after) == (retryable, False, None)
    assert str(error) == f"mail server 127.0.0.1:{port} refused desk@example.org: {answer}"
    assert inbox.mails == []


@pytest.mark.parametrize(
    ("answer", "retryable"),
    [("554 looks like spam", False), ("452 disk full", True), ("421 closing", True)],
)
def test_a_refusal_after_the_body_is_a_known_outcome(answer: str, retryable: bool) -> None:
    with mail_server(Inbox(refuse_data=answer)) as port:
        error = failure(channel(port))

    assert (error.retryable, error.unknown_outcome) == (retryable, False)
    assert answer in str(error)


def test_one_refused_recipient_does_not_touch_another() -> None:
    """One row, one recipient: a partial refusal cannot happen."""
    inbox = Inbox()
    with mail_server(inbox) as port:
        channel(port).send(outgoing(recipient="one@example.org"))
        inbox.refuse_recipient = "550 gone"
        failure(channel(port), outgoing(recipient="two@example.org"))

    assert inbox.recipients == ["one@example.org"]


def test_a_login_is_made_when_there_is_a_user() -> None:
    inbox = Inbox()
    with mail_server(inbox, password=PASSWORD.encode()) as port:
        channel(port, username="desk", password=PASSWORD).send(outgoing())

    assert inbox.logins == [(b"desk", PASSWORD.encode())]
    assert len(inbox.mails) == 1


def test_a_refused_login_waits_for_the_operator() -> None:
    """Asking every minute would lock the account; giving up would lose the digest."""
    with mail_server(Inbox(), password=b"another") as port:
        error = failure(channel(port, username="desk", password=PASSWORD))

    assert (error.retryable, error.unknown_outcome) == (True, False)
    assert error.retry_after == OPERATOR_PAUSE
    assert "refused the login of “desk”: 535" in str(error)
    assert PASSWORD not in str(error)


def test_a_server_that_repeats_the_password_does_not_spread_it() -> None:
    answers = (*HELLO[:1], "250-mail.test\r\n250 AUTH PLAIN", f"535 not {PASSWORD}")
    with ScriptedServer(answers) as server:
        error = failure(channel(server.port, username="desk", password=PASSWORD))

    assert "535 not [secret]" in str(error)
    assert PASSWORD not in str(error)


def test_a_password_that_cannot_be_sent_is_not_shown() -> None:
    answers = (*HELLO[:1], "250-mail.test\r\n250 AUTH PLAIN")
    with ScriptedServer(answers) as server:
        error = failure(channel(server.port, username="desk", password="schlüssel"))

    assert "not ASCII" in str(error)
    assert "schl" not in str(error)
    assert error.__cause__ is None


def test_a_server_without_a_login_is_the_operators_business() -> None:
    with mail_server(Inbox()) as port:
        error = failure(channel(port, username="desk", password=PASSWORD))

    assert (error.retryable, error.retry_after) == (True, OPERATOR_PAUSE)
    assert "does not offer" in str(error)


def test_a_server_without_starttls_gets_no_mail() -> None:
    inbox = Inbox()
    with mail_server(inbox) as port:
        error = failure(channel(port, security="starttls"))

    assert "does not offer" in str(error)
    assert (error.retryable, error.retry_after) == (True, OPERATOR_PAUSE)
    assert inbox.mails == []


def test_an_unknown_host_is_named() -> None:
    error = failure(channel(25, host="mail.invalid"))

    assert str(error) == "mail server mail.invalid:25 is unknown: no such host name"
    assert (error.retryable, error.unknown_outcome) == (True, False)


def test_a_refused_connection_is_named() -> None:
    port = free_port()
    error = failure(channel(port))

    assert str(error) == f"mail server 127.0.0.1:{port} refused the connection"
    assert (error.retryable, error.unknown_outcome) == (True, False)


def test_a_silent_server_is_given_up() -> None:
    with ScriptedServer((), hold=True) as server:
        error = failure(channel(server.port, timeout=0.2))

    assert "timed out" in str(error)
    assert (error.retryable, error.unknown_outcome) == (True, False)


def test_a_server_that_never_stops_talking_is_given_up() -> None:
    """Each read succeeds in time, so only a deadline for all of them ends this."""
    with ScriptedServer((*HELLO[:1], "250-and another thing"), drip=True) as server:
        error = failure(channel(server.port, timeout=0.3))

    assert (error.retryable, error.unknown_outcome) == (True, False)


def test_a_server_that_turns_us_away_is_tried_again() -> None:
    for greeting in ("554 no service here", "421 too many connections"):
        with ScriptedServer((greeting,)) as server:
            error = failure(channel(server.port))

        assert f"turned the connection away: {greeting}" in str(error)
        assert error.retryable


@pytest.mark.parametrize(
    "answers",
    [
        (None,),
        (*HELLO[:1], None),
        (*HELLO[:2], None),
        (*HELLO[:3], None),
        (*HELLO, None),
    ],
)
def test_a_connection_lost_before_the_body_is_a_known_outcome(
    answers: tuple[str | None, ...],
) -> None:
    with ScriptedServer(answers) as server:
        error = failure(channel(server.port))

    assert (error.retryable, error.unknown_outcome) == (True, False)


def test_an_answer_lost_after_the_body_is_an_unknown_outcome() -> None:
    with ScriptedServer((*HELLO, "354 go on", None)) as server:
        error = failure(channel(server.port))

    assert server.lines[-1] == "."
    assert (error.retryable, error.unknown_outcome) == (True, True)
    assert "did not confirm the message to desk@example.org" in str(error)
    assert "it may have been delivered" in str(error)


def test_silence_after_the_body_is_an_unknown_outcome() -> None:
    with ScriptedServer((*HELLO, "354 go on"), hold=True) as server:
        error = failure(channel(server.port, patience=0.3))

    assert (error.retryable, error.unknown_outcome) == (True, True)


def test_the_answer_to_a_message_is_waited_for_longer_than_one_to_a_command() -> None:
    """Giving up on it early would mean sending again what was taken."""
    inbox = Inbox(gate=threading.Event())
    assert inbox.gate is not None
    with mail_server(inbox) as port:
        slow = threading.Timer(0.6, inbox.gate.set)
        slow.start()
        channel(port, timeout=0.3, patience=20).send(outgoing())

    assert len(inbox.mails) == 1


def test_a_goodbye_that_fails_changes_nothing() -> None:
    with ScriptedServer((*HELLO, "354 go on", "250 taken", None)) as server:
        message_id = channel(server.port).send(outgoing())

    assert message_id == "<d12.9f3ac41e77b0c2d5@desk.example.org>"


def test_a_refused_data_command_is_told() -> None:
    with ScriptedServer((*HELLO, "503 not now")) as server:
        error = failure(channel(server.port))

    assert "503 not now" in str(error)
    assert not error.retryable


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not here to make a certificate")
    folder = tmp_path_factory.mktemp("certificate")
    subprocess.run(  # noqa: S603  # a fixed command
        [
            *(openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
            *("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")),
        ],
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture
def starttls(certificate: Path) -> Iterator[tuple[int, Inbox]]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    inbox = Inbox()
    with mail_server(inbox, password=PASSWORD.encode(), tls=context) as port:
        yield port, inbox


def test_a_mail_goes_over_starttls(
    starttls: tuple[int, Inbox], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    port, inbox = starttls

    channel(port, security="starttls", username="desk", password=PASSWORD).send(outgoing())

    assert len(inbox.mails) == 1


def test_a_server_with_an_unknown_certificate_gets_neither_password_nor_mail(
    starttls: tuple[int, Inbox],
) -> None:
    port, inbox = starttls

    error = failure(channel(port, security="starttls", username="desk", password=PASSWORD))

    assert "cannot be trusted" in str(error)
    assert (error.retryable, error.retry_after) == (True, OPERATOR_PAUSE)
    assert inbox.logins == []
    assert inbox.mails == []


@pytest.mark.parametrize("silent", [True, False])
@pytest.mark.parametrize(
    ("security", "answers"),
    [("tls", ()), ("starttls", (HELLO[0], "250-mail.test\r\n250 STARTTLS", "220 go ahead"))],
)
def test_a_handshake_that_breaks_off_or_hangs_is_tried_again(
    security: str, answers: tuple[str, ...], silent: bool
) -> None:
    with ScriptedServer(answers, hold=silent) as server:
        error = failure(
            channel(server.port, security=security, username="desk", password=PASSWORD, timeout=0.3)
        )

    assert (error.retryable, error.unknown_outcome) == (True, False)
    assert PASSWORD not in str(error)
    assert [line for line in server.lines if line.startswith(("AUTH", "MAIL"))] == []


def test_tls_to_a_plain_server_fails_plainly() -> None:
    with mail_server(Inbox()) as port:
        error = failure(channel(port, security="tls"))

    assert "cannot be trusted" in str(error)


def _content(part: object) -> str:
    content = part.get_content()  # type: ignore[attr-defined]
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")
