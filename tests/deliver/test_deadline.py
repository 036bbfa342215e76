"""A receiver that answers a byte at a time: each channel has one deadline for it all."""

import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from monitor.deliver.channel import Channel
from monitor.deliver.email import GOODBYE, EmailChannel
from monitor.deliver.slack import SlackWebhookChannel
from monitor.deliver.slack_bot import SlackBotChannel
from monitor.deliver.webhook import WebhookChannel
from monitor.errors import DeliveryError
from monitor.model.deliveries import ChannelConfig, ChannelType
from monitor.outbox.send import LEASE
from tests.deliver.sample_digest import outgoing

SHORT = 0.5


@pytest.fixture
def trickling() -> Iterator[int]:
    """The port of a server that begins an answer of any protocol and never ends it."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer(line: socket.socket) -> None:
            with line:
                while not over.wait(0.1):  # each byte well within any time-out of a read
                    try:
                        line.sendall(b"2")
                    except OSError:
                        return

        def accept() -> None:
            while True:
                try:
                    line, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=answer, args=(line,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1]
        over.set()
        server.shutdown(socket.SHUT_RDWR)


def webhook(port: int) -> Channel:
    return WebhookChannel("w", url=f"http://127.0.0.1:{port}/", key="k" * 32, whole=SHORT)


def slack(port: int) -> Channel:
    return SlackWebhookChannel("s", webhook=f"http://127.0.0.1:{port}/x", whole=SHORT)


def bot(port: int) -> Channel:
    config = ChannelConfig(name="b", type=ChannelType.SLACK, room="C1")
    return SlackBotChannel(config, token="t", api=f"http://127.0.0.1:{port}/", whole=SHORT)


def mail(port: int) -> Channel:
    config = ChannelConfig(
        name="m", type=ChannelType.EMAIL, host="127.0.0.1", port=port,
        security="none", sender="s@example.org",
    )  # fmt: skip
    return EmailChannel(config, password=None, timeout=SHORT)


@pytest.mark.parametrize(
    ("channel", "doubt"), [(webhook, True), (slack, True), (bot, True), (mail, False)]
)
def test_a_receiver_that_trickles_is_left(
    trickling: int, channel: Callable[[int], Channel], doubt: bool
) -> None:
    """In doubt where the message was out; a mail server that has not greeted has none of it."""
    with pytest.raises(DeliveryError, match=r"not over after 0\.5 s") as raised:
        channel(trickling).send(outgoing(recipient="one@example.org"))
    assert raised.value.retryable
    assert raised.value.unknown_outcome is doubt


def test_every_exchange_ends_before_its_lease() -> None:
    mail = EmailChannel(
        ChannelConfig(name="m", type=ChannelType.EMAIL, security="none", sender="s@example.org"),
        password=None,
    )
    bot_ = SlackBotChannel(ChannelConfig(name="b", type=ChannelType.SLACK, room="C"), token="t")
    longest = max(3 * mail._timeout + mail._patience + GOODBYE, bot_._whole)
    assert longest < LEASE.total_seconds()
