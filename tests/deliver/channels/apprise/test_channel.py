"""Apprise takes the message where it can, and its address is never shown."""

import traceback

import pytest

from monitor.deliver.channels.apprise.channel import AppriseChannel
from monitor.errors import DeliveryError, SettingsError
from tests.deliver.sample_digest import outgoing
from tests.deliver.slack_server import Answer, slack_server


def test_a_service_gets_subject_and_text() -> None:
    with slack_server() as slack:
        sent = AppriseChannel("chat", target=f"json://127.0.0.1:{slack.port}/secret").send(
            outgoing(attempt=2, in_doubt=True)
        )

    [post] = slack.posts
    assert sent == outgoing().key
    assert post["title"] == outgoing().message.subject
    assert post["message"].startswith("Attempt 2: you may have this already.")
    assert "WHICH WAY" in post["message"]


def test_a_no_is_in_doubt_and_told_without_the_address() -> None:
    hidden = "sec" + "ret"
    with slack_server(Answer(500)) as slack, pytest.raises(DeliveryError) as caught:
        AppriseChannel("chat", target=f"json://127.0.0.1:{slack.port}/{hidden}").send(outgoing())

    assert (caught.value.retryable, caught.value.unknown_outcome) == (True, True)
    assert "secret" not in "".join(traceback.format_exception(caught.value))
    assert len(slack.posts) == 1


def test_an_address_that_apprise_does_not_know_is_refused_without_showing_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    target = "nothing-of-that-kind://" + "sec" + "ret"
    with pytest.raises(SettingsError) as caught:
        AppriseChannel("chat", target=target)

    assert "secret" not in "".join(traceback.format_exception(caught.value)) + caplog.text
