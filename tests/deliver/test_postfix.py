"""Mail through Debian's Postfix: what it takes, refuses and delays is understood.

Needs root and `apt install postfix`, and skips, saying so, without them. Postfix runs from a folder
of the test, on the loopback, and delivers into it.
"""

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from monitor.deliver.channels.email.channel import EmailChannel, EmailConfig
from monitor.errors import DeliveryError
from tests.deliver.channels.email.mail_server import free_port
from tests.deliver.sample_digest import outgoing

DAEMONS = Path("/usr/lib/postfix/sbin")

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = {daemons}
mail_owner = postfix
myhostname = mail.example.org
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = example.org
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = inline:{{desk@example.org=desk/}}
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
smtpd_recipient_restrictions = check_recipient_access inline:{{later@example.org=DEFER}}, permit
message_size_limit = 100000
"""
MASTER = """
{port}    inet  n       -       n       -       -       smtpd
cleanup   unix  n       -       n       -       0       cleanup
qmgr      unix  n       -       n       300     1       qmgr
rewrite   unix  -       -       n       -       -       trivial-rewrite
bounce    unix  -       -       n       -       0       bounce
defer     unix  -       -       n       -       0       bounce
trace     unix  -       -       n       -       0       bounce
flush     unix  n       -       n       1000?   0       flush
proxymap  unix  -       -       n       -       -       proxymap
error     unix  -       -       n       -       -       error
retry     unix  -       -       n       -       -       error
virtual   unix  -       n       n       -       -       virtual
anvil     unix  -       -       n       -       1       anvil
"""


@dataclass(frozen=True)
class Postfix:
    port: int
    folder: Path

    def channel(self) -> EmailChannel:
        config = EmailConfig(
            name="mail",
            host="127.0.0.1",
            port=self.port,
            security="none",
            sender="signpost@example.org",
        )
        return EmailChannel(config, password=None)

    def delivered(self) -> bytes:
        """The first mail in the mailbox, once it is there."""
        for _ in range(600):
            found = list((self.folder / "mail/desk/new").glob("*"))
            if found:
                return found[0].read_bytes()
            threading.Event().wait(0.05)
        pytest.fail("Postfix took the mail and did not deliver it")


@pytest.fixture(scope="module")
def postfix(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postfix]:
    if shutil.which("postfix") is None or not (DAEMONS / "master").exists():
        pytest.skip("Postfix is not here: apt install postfix")
    if os.geteuid() != 0:
        pytest.skip("Postfix starts as root only")
    folder, port = tmp_path_factory.mktemp("postfix"), free_port()
    for parent in (folder, *folder.parents[:-2]):
        parent.chmod(0o755)  # its daemons give up their rights and must still get here
    for name in ("conf", "spool", "data", "mail"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    shutil.chown(folder / "mail", "nobody")
    (folder / "conf/main.cf").write_text(MAIN.format(folder=folder, daemons=DAEMONS))
    (folder / "conf/master.cf").write_text(MASTER.format(port=port))
    command = ("postfix", "-c", str(folder / "conf"))
    with subprocess.Popen((*command, "start-fg"), stderr=subprocess.DEVNULL) as running:  # noqa: S603  # a fixed command
        try:
            _wait_for(port)
            yield Postfix(port, folder)
        finally:
            subprocess.run((*command, "stop"), check=False, capture_output=True)  # noqa: S603  # a fixed command
            running.wait(timeout=60)


def _wait_for(port: int) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            threading.Event().wait(0.05)
        else:
            return
    pytest.skip("Postfix does not start here")


def failure(postfix: Postfix, recipient: str) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        postfix.channel().send(outgoing(recipient=recipient))
    return caught.value


def test_a_digest_is_delivered_as_it_was_sent(postfix: Postfix) -> None:
    message_id = postfix.channel().send(outgoing(recipient="desk@example.org"))

    mail = message_from_bytes(postfix.delivered(), policy=policy.default)
    message = outgoing().message
    text = mail.get_body(("plain",))
    assert text is not None
    assert (mail["Message-ID"], mail["Subject"]) == (message_id, message.subject)
    assert text.get_content().replace("\r\n", "\n") == message.text
    pictures = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert [part.get_content() for part in pictures] == [message.pictures[0].png]


def test_a_mailbox_that_is_not_there_is_refused_for_good(postfix: Postfix) -> None:
    error = failure(postfix, "nobody@example.org")

    assert (error.retryable, error.unknown_outcome) == (False, False)
    assert "550 5.1.1" in str(error)


def test_a_delay_is_a_delay(postfix: Postfix) -> None:
    error = failure(postfix, "later@example.org")

    assert (error.retryable, error.unknown_outcome, error.channel_wide) == (True, False, False)
    assert "450 4.7.1" in str(error)


def test_a_mail_that_is_too_large_is_refused_for_good(postfix: Postfix) -> None:
    row = outgoing(recipient="desk@example.org")
    large = replace(row, message=replace(row.message, text="x\n" * 60_000))
    with pytest.raises(DeliveryError) as caught:
        postfix.channel().send(large)

    assert (caught.value.retryable, caught.value.unknown_outcome) == (False, False)
