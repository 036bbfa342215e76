"""Planted secrets: every channel fails at a server that repeats whatever it is sent.

None may turn up in the log, in the whole database file, or in what `monitor status` prints.
"""

import base64
import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import StringIO
from pathlib import Path

import pytest

from monitor.daemon.app import App
from monitor.deliver.channels.slack.bot import SlackBotChannel
from monitor.model.deliveries import DeliveryState
from monitor.runtime import logs
from monitor.triage import status as triage_status
from tests.support.bulletins import outbox, signing
from tests.support.scene import START, Scene

PASSWORD = "planted-password-9f2c"
TOKEN = "xoxb-planted-token-77aa"
HOOK = "planted-hook-5d1e"
KEY = "planted-signing-key-of-the-webhook-31b8"
TARGET = "planted-target-c4a0"
SECRETS = (PASSWORD, TOKEN, HOOK, KEY, TARGET)

SMTP = """
  mail: {{type: email, host: 127.0.0.1, port: {port}, security: none, sender: s@example.org,
         username: desk}}
"""
CHANNELS = {
    "mail": (SMTP, {"MONITOR_MAIL_PASSWORD": PASSWORD}),
    "bot": (
        "  bot: {{type: slack, channel: C0123ABCD}}\n",
        {"MONITOR_BOT_TOKEN": TOKEN},
    ),
    "hook": (
        "  hook: {{type: slack}}\n",
        {"MONITOR_HOOK_WEBHOOK": f"http://127.0.0.1:{{port}}/services/{HOOK}"},
    ),
    "web": (
        '  web: {{type: webhook, url: "http://127.0.0.1:{port}/in"}}\n',
        {"MONITOR_WEB_KEY": KEY},
    ),
    "many": (
        "  many: {{type: apprise}}\n",
        {"MONITOR_MANY_TARGET": f"json://user:{TARGET}@127.0.0.1:{{port}}/"},
    ),
}


class Parrot(socketserver.StreamRequestHandler):
    """Speaks as much SMTP and HTTP as it takes to be sent secrets, and repeats them in errors."""

    timeout = 5
    SMTP = False
    heard: list[bytes]

    def handle(self) -> None:
        with suppress(OSError):
            (self._smtp if self.SMTP else self._http)()

    def _smtp(self) -> None:
        self.wfile.write(b"220 parrot\r\n")
        while line := self.rfile.readline().strip():
            self.heard.append(line)
            if line.upper().startswith((b"EHLO", b"HELO")):
                self.wfile.write(b"250-parrot\r\n250 AUTH PLAIN LOGIN\r\n")
            else:
                self.wfile.write(b"535 5.7.8 no: " + line + b" " + b" ".join(self.heard) + b"\r\n")

    def _http(self) -> None:
        head = []
        while line := self.rfile.readline().strip():
            head.append(line)
        self.heard += head
        told = json.dumps({"ok": False, "error": b" ".join(head).decode("latin-1")}).encode()
        reason = b" ".join(head)[:900]
        self.wfile.write(b"HTTP/1.1 400 " + reason + b"\r\nContent-Type: application/json\r\n")
        self.wfile.write(b"Location: /" + reason.replace(b" ", b"+") + b"\r\n")
        self.wfile.write(b"Content-Length: %d\r\n\r\n" % len(told) + told)


@contextmanager
def parrot(*, smtp: bool) -> Iterator[tuple[int, list[bytes]]]:
    heard: list[bytes] = []
    speaks = type("Speaks", (Parrot,), {"SMTP": smtp, "heard": heard})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), speaks) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], heard
        server.shutdown()


def forms(secret: str) -> tuple[bytes, ...]:
    """As it is, and as it travels: alone or after names, in base64 at each of three offsets."""
    plain = secret.encode()
    shifted = (base64.b64encode(b"\0" * shift + plain)[4:-4] for shift in range(3))
    return (plain, *shifted)


def searched(app: App, folder: Path, log: StringIO) -> bytes:
    """Everything that a person or a thief could read."""
    found = app.database.read_now(triage_status.read)
    said = json.dumps(triage_status.as_json(found), default=str)
    stored = b"".join(path.read_bytes() for path in (folder / "data").glob("monitor.db*"))
    return stored + said.encode() + log.getvalue().encode()


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("name", CHANNELS)
async def test_no_failure_of_a_channel_tells_its_secret(scene: Scene, name: str) -> None:
    channel, environ = CHANNELS[name]
    to = "mail:one@example.org" if name == "mail" else name
    digest = f'- {{name: desk, at: "08:00", days: daily, urgent: true, to: ["{to}"]}}\n'
    log = StringIO()
    with parrot(smtp=name == "mail") as (port, heard):
        scene.write(delivery=f"channels:\n{channel.format(port=port)}digests:\n{digest}")
        secrets = {key: value.format(port=port) for key, value in environ.items()}
        settings = scene.settings(secrets)
        logs.configure(style="json", level="debug", stream=log, secrets=settings.secrets())
        async with scene.open(settings=settings) as app:
            if name == "bot":  # the configuration takes https alone
                api = f"http://127.0.0.1:{port}/api/"
                app.channels = {name: SlackBotChannel(name, room="C0123ABCD", token=TOKEN, api=api)}
            signing(app, START)
            await app.compose_due(START)
            await app.deliver_due(START, "t")
            (row,) = outbox(app).values()
            everything = searched(app, scene.folder, log)
    assert heard, "the channel spoke to the server"
    assert row.state is not DeliveryState.SENT
    assert row.error
    for secret in SECRETS:
        for form in forms(secret):
            assert form not in everything, row.error


def test_a_secret_is_not_in_what_settings_show(scene: Scene) -> None:
    environ = {key: value for _, more in CHANNELS.values() for key, value in more.items()}
    settings = scene.settings(
        environ | {"MONITOR_DATABASE_URL": f"postgresql://u:{PASSWORD}@db/name"}
    )
    for secret in SECRETS:
        assert secret not in repr(settings)
        assert any(secret in each for each in settings.secrets())
