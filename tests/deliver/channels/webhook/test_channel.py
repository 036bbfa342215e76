"""A signed post that any library for Standard Webhooks accepts, and every failure told apart."""

import base64
import hmac
import traceback
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor.deliver.channels.webhook.channel import WebhookChannel, payload, sign
from monitor.errors import DeliveryError, SettingsError
from tests.deliver.channels.email.mail_server import free_port
from tests.deliver.sample_digest import outgoing
from tests.deliver.slack_server import Answer, Slack, slack_server

KEY = "whsec_" + base64.b64encode(b"k" * 24).decode()


def hook(slack: Slack) -> WebhookChannel:
    return WebhookChannel("hook", url=slack.webhook, key=KEY)


def failure(slack: Slack) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        hook(slack).send(outgoing())
    told = "".join(traceback.format_exception(caught.value))
    assert slack.webhook not in told
    assert KEY not in told
    return caught.value


def test_a_post_is_signed_over_its_id_its_time_and_its_body() -> None:
    row = replace(outgoing(attempt=2, in_doubt=True), at=datetime(2019, 4, 15, 11, 7, tzinfo=UTC))
    with slack_server() as slack:
        assert hook(slack).send(row) == row.key

    [headers], [body] = slack.headers, slack.bodies
    assert headers["webhook-id"] == row.key
    assert headers["webhook-timestamp"] == "1555326420"
    signed = f"{row.key}.1555326420.".encode() + body
    own = base64.b64encode(hmac.digest(b"k" * 24, signed, "sha256")).decode()
    assert headers["webhook-signature"] == f"v1,{own}"
    assert slack.posts == [payload(row)]
    assert (slack.posts[0]["attempt"], slack.posts[0]["may_be_a_repeat"]) == (2, True)


def test_the_signature_is_that_of_the_published_example() -> None:
    """The test vector of the Standard Webhooks specification's reference libraries."""
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'

    assert sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body) == (
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


@pytest.mark.parametrize(
    ("answer", "retryable", "unknown", "pause"),
    [
        (Answer(lost=True), True, True, None),
        (Answer(500), True, True, None),
        (Answer(503, headers=(("Retry-After", "7"),)), True, False, 7.0),
        (Answer(429, headers=(("Retry-After", "7"),)), True, False, 7.0),
        (Answer(410), False, False, None),
        (Answer(302, headers=(("Location", "http://127.0.0.1/"),)), False, False, None),
    ],
)
def test_failures_are_told_apart(
    answer: Answer, retryable: bool, unknown: bool, pause: float | None
) -> None:
    with slack_server(answer) as slack:
        error = failure(slack)

    assert (error.retryable, error.unknown_outcome) == (retryable, unknown)
    assert error.retry_after == pause
    assert len(slack.posts) == 1


def test_a_receiver_that_is_not_there_is_a_known_outcome() -> None:
    error = failure(Slack(port=free_port()))

    assert (error.retryable, error.unknown_outcome, error.channel_wide) == (True, False, True)


@pytest.mark.parametrize("key", ["tiny", "whsec_dGlueQ==", "whsec_not base64 at all, not at all"])
def test_a_key_that_guards_nothing_is_refused_without_showing_it(key: str) -> None:
    with pytest.raises(SettingsError) as caught:
        WebhookChannel("hook", url="https://x.example", key=key)

    assert key not in "".join(traceback.format_exception(caught.value))


def test_a_key_may_be_any_long_text() -> None:
    WebhookChannel("hook", url="https://x.example", key="correct horse battery staple")
