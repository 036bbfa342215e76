"""A receiver that answers a byte at a time: each channel has one deadline for it all."""

import base64
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.deliver.channel import Channel
from monitor.deliver.channels.email.channel import GOODBYE, EmailChannel
from monitor.deliver.channels.slack.bot import SlackBotChannel
from monitor.deliver.channels.slack.webhook import SlackWebhookChannel
from monitor.deliver.channels.webhook.channel import WebhookChannel
from monitor.deliver.exchange import HIDDEN, without
from monitor.errors import DeliveryError
from monitor.outbox.send import LEASE
from tests.deliver.channels.email.double import config
from tests.deliver.receivers import SHORT, trickling
from tests.deliver.sample_digest import outgoing


@pytest.fixture
def port() -> Iterator[int]:
    with trickling() as found:
        yield found


def webhook(port: int) -> Channel:
    return WebhookChannel("w", url=f"http://127.0.0.1:{port}/", key="k" * 32, whole=SHORT)


def slack(port: int) -> Channel:
    return SlackWebhookChannel("s", webhook=f"http://127.0.0.1:{port}/x", whole=SHORT)


def bot(port: int) -> Channel:
    return SlackBotChannel("b", room="C1", token="t", api=f"http://127.0.0.1:{port}/", whole=SHORT)


def mail(port: int) -> Channel:
    return EmailChannel(config(port), password=None, timeout=SHORT)


@pytest.mark.parametrize(
    ("channel", "doubt"), [(webhook, True), (slack, True), (bot, True), (mail, False)]
)
def test_a_receiver_that_trickles_is_left(
    port: int, channel: Callable[[int], Channel], doubt: bool
) -> None:
    """In doubt where the message was out; a mail server that has not greeted has none of it."""
    with pytest.raises(DeliveryError, match=r"not over after 0\.5 s") as raised:
        channel(port).send(outgoing(recipient="one@example.org"))
    assert raised.value.retryable
    assert raised.value.unknown_outcome is doubt


def test_every_exchange_ends_before_its_lease() -> None:
    mail = EmailChannel(config(0), password=None)
    bot_ = SlackBotChannel("b", room="C", token="t")
    longest = max(3 * mail._timeout + mail._patience + GOODBYE, bot_._whole)
    assert longest < LEASE.total_seconds()


SECRET = "hunter2 and/more"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (f"no such login: {SECRET}!", f"no such login: {HIDDEN}!"),
        (f"POST /x?key={quote(SECRET, safe='')} refused", f"POST {HIDDEN} refused"),
        ("535 5.7.8 Username and Password not accepted", None),
        ("", None),
    ],
)
def test_only_words_with_the_secret_go(said: str, told: str | None) -> None:
    assert without(said, SECRET) == (said if told is None else told)


@given(
    st.text(min_size=6, max_size=30).filter(lambda text: len(text.strip()) >= 6),
    st.binary(max_size=9),
    st.binary(max_size=9),
)
def test_no_neighbour_hides_it_in_base64(secret: str, before: bytes, after: bytes) -> None:
    said = base64.b64encode(before + secret.encode("utf-8", "replace") + after).decode()
    assert without(f"no: {said} .", secret) == f"no: {HIDDEN} ."


def test_a_short_secret_would_hide_ordinary_words() -> None:
    assert without("the mail was refused", "mail", "") == "the mail was refused"
