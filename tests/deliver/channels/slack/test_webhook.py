"""One post per call, every failure told apart, and the webhook's address never shown."""

import logging
import traceback
from dataclasses import replace

import pytest

from monitor.deliver.channels.slack.webhook import SlackWebhookChannel, escape
from monitor.errors import DeliveryError, SettingsError
from tests.deliver.channels.email.mail_server import free_port
from tests.deliver.sample_digest import outgoing
from tests.deliver.slack_server import PATH, Answer, Slack, slack_server


def failure(slack: Slack, *, timeout: float = 5) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        SlackWebhookChannel("slack", webhook=slack.webhook, timeout=timeout).send(outgoing())
    error = caught.value
    assert PATH not in "".join(traceback.format_exception(error))
    return error


def test_a_digest_is_posted_once() -> None:
    with slack_server() as slack:
        sent = SlackWebhookChannel("slack", webhook=slack.webhook).send(outgoing())

    message = outgoing().message
    assert sent == outgoing().key
    assert slack.paths == [PATH]
    assert slack.posts == [
        {
            "text": escape(message.summary),
            "mrkdwn": False,
            "blocks": list(message.blocks),
            "unfurl_links": False,
            "unfurl_media": False,
        }
    ]


def test_slacks_own_id_is_returned_when_there_is_one() -> None:
    with slack_server(Answer(headers=(("x-slack-unique-id", "Zx9"),))) as slack:
        assert SlackWebhookChannel("slack", webhook=slack.webhook).send(outgoing()) == "Zx9"


def test_a_webhook_from_a_file_may_end_with_a_line_feed() -> None:
    with slack_server() as slack:
        SlackWebhookChannel("slack", webhook=f"{slack.webhook}\n").send(outgoing())

    assert slack.paths == [PATH]


def test_an_attempt_in_doubt_is_marked() -> None:
    with slack_server() as slack:
        channel = SlackWebhookChannel("slack", webhook=slack.webhook)
        channel.send(outgoing(attempt=2, in_doubt=True))
        channel.send(outgoing(attempt=2))

    [post, plain] = slack.posts
    assert plain["blocks"] == list(outgoing().message.blocks)
    *before, mark = post["blocks"]
    assert before == list(outgoing().message.blocks)
    assert mark["elements"][0]["text"] == (
        "Attempt 2: if you see this digest twice, it is the same one."
    )


def test_the_notification_text_cannot_call_anyone() -> None:
    row = outgoing()
    row = replace(row, message=replace(row.message, summary="<!channel> <@U1> a & b"))
    with slack_server() as slack:
        SlackWebhookChannel("slack", webhook=slack.webhook).send(row)

    assert slack.posts[0]["text"] == "&lt;!channel&gt; &lt;@U1&gt; a &amp; b"


def test_a_lost_answer_is_an_unknown_outcome_and_not_posted_twice() -> None:
    with slack_server(Answer(lost=True)) as slack:
        error = failure(slack)

    assert (error.retryable, error.unknown_outcome) == (True, True)
    assert "the message may have been posted" in str(error)
    assert len(slack.posts) == 1


def test_silence_is_an_unknown_outcome() -> None:
    with slack_server(Answer(held=True)) as slack:
        error = failure(slack, timeout=1)

    assert (error.retryable, error.unknown_outcome) == (True, True)
    assert len(slack.posts) == 1


def test_an_answer_cut_short_is_an_unknown_outcome() -> None:
    with slack_server(Answer(short_by=10)) as slack:
        error = failure(slack)

    assert (error.retryable, error.unknown_outcome) == (True, True)


@pytest.mark.parametrize("charset", ["no-such-charset", "ascii"])
def test_an_answer_in_a_strange_charset_is_an_unknown_outcome(charset: str) -> None:
    header = ("Content-Type", f"text/html; charset={charset}")
    with slack_server(Answer(body="ök", headers=(header,))) as slack:
        error = failure(slack)

    assert (error.retryable, error.unknown_outcome) == (True, True)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("3", 3.0), ("86400", 3600.0), ("soon", None), ("-5", None), (None, None)],
)
def test_slow_down_says_for_how_long(header: str | None, seconds: float | None) -> None:
    headers = () if header is None else (("Retry-After", header),)
    with slack_server(Answer(429, "rate_limited", headers)) as slack:
        error = failure(slack)

    assert (error.retryable, error.unknown_outcome) == (True, False)
    assert error.retry_after == seconds
    assert len(slack.posts) == 1


@pytest.mark.parametrize(("status", "unknown"), [(500, True), (503, False), (502, True)])
def test_a_failing_slack_is_tried_again(status: int, unknown: bool) -> None:
    with slack_server(Answer(status, "rollup_error")) as slack:
        error = failure(slack)

    assert (error.retryable, error.unknown_outcome) == (True, unknown)
    assert str(error) == f"Slack failed with {status} rollup_error"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (
            Answer(404, "no_service"),
            "Slack refused the message (404 no_service): the webhook was removed; make a new one",
        ),
        (
            Answer(404, "channel_not_found"),
            "Slack refused the message (404 channel_not_found): "
            "the webhook's channel is gone; make a new one",
        ),
        (
            Answer(200, '{"ok": false, "error": "channel_not_found"}'),
            "Slack refused the message (200 channel_not_found): "
            "the webhook's channel is gone; make a new one",
        ),
        (Answer(400, "invalid_blocks"), "Slack refused the message (400 invalid_blocks)"),
        (Answer(200, "<html>Log in</html>"), "Slack refused the message (200 <html>Log in</html>)"),
    ],
)
def test_a_refusal_is_final_and_says_what_to_do(answer: Answer, told: str) -> None:
    with slack_server(answer) as slack:
        error = failure(slack)

    assert (error.retryable, error.unknown_outcome) == (False, False)
    assert str(error) == told
    assert len(slack.posts) == 1


def test_an_answer_in_json_can_be_yes() -> None:
    with slack_server(Answer(200, '{"ok": true}')) as slack:
        SlackWebhookChannel("slack", webhook=slack.webhook).send(outgoing())

    assert len(slack.posts) == 1


def test_an_answer_that_repeats_the_address_does_not_spread_it() -> None:
    with slack_server() as slack:
        slack.answers.append(Answer(404, f"no page at {slack.webhook}"))
        error = failure(slack)

    assert "no page at [webhook]" in str(error)


def test_slack_out_of_reach_is_a_known_outcome() -> None:
    error = failure(Slack(port=free_port()))

    assert (error.retryable, error.unknown_outcome) == (True, False)
    assert "Slack cannot be reached" in str(error)


def test_the_address_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    """slack_sdk logs it at DEBUG, which an operator may switch on for everything."""
    caplog.set_level(logging.DEBUG)
    with slack_server(Answer(lost=True)) as slack:
        failure(slack)

    assert PATH not in caplog.text


@pytest.mark.parametrize(
    "webhook",
    [
        "",
        "hooks.slack.com/services/secret-token",
        "ftp://hooks.slack.com/secret-token",
        "https:///secret-token",
        "https://hooks.slack.com/secret token",
        "https://hooks.slack.com:99999/secret-token",
        "https://hooks.slack.com/secret-token\nx",
    ],
)
def test_what_is_no_address_is_refused_without_showing_it(webhook: str) -> None:
    with pytest.raises(SettingsError) as caught:
        SlackWebhookChannel("slack", webhook=webhook)

    assert str(caught.value) == "channel “slack”: the Slack webhook is not an https address"
    assert "secret-token" not in "".join(traceback.format_exception(caught.value))
