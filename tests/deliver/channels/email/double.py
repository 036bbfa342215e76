"""A mail server, and the mail as its reader sees it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.deliver.channels.email.channel import EmailChannel, EmailConfig
from tests.deliver.channels.email.mail_server import Inbox, mail_server
from tests.deliver.receivers import HIDDEN, SHORT, Fault, Form, Rig, nothing, trickling

SENDER = "s@example.org"


def config(port: int, *, name: str = "mail", username: str = "") -> EmailConfig:
    return EmailConfig(
        name=name,
        host="127.0.0.1",
        port=port,
        security="none",
        sender=SENDER,
        username=username,
    )


@contextmanager
def server(_folder: Path, fault: Fault) -> Iterator[Rig]:
    if fault is Fault.STALLS:
        with trickling() as port:
            channel = EmailChannel(config(port), password=None, timeout=SHORT)
            yield Rig(channel=channel, arrived=nothing, read=list)
        return
    inbox = Inbox(
        refuse_data="554 not here" if fault is Fault.REFUSES else "",
        hang_ups=["DATA"] if fault is Fault.LOSES else [],
    )

    def read() -> list[Form]:
        [mail] = inbox.mails
        assert mail["Bcc"] is None
        assert len(inbox.recipients) == 1
        text, html = mail.get_body(("plain",)), mail.get_body(("html",))
        assert text is not None
        assert html is not None
        return [
            ("line", mail["Subject"]),
            ("text", text.get_content()),
            ("html", html.get_content()),
        ]

    with mail_server(inbox, password=HIDDEN.encode()) as port:
        yield Rig(
            channel=EmailChannel(config(port, username="desk"), password=HIDDEN),
            arrived=lambda: len(inbox.mails),
            read=read,
        )


WAYS = {"server": server}
