"""A bot posts once, finds what it posted when an answer was lost, and keeps a thread a day."""

# ruff: noqa: E501  # a table of answers reads best with one answer a line

import json
import logging
import traceback
from collections.abc import Iterator
from dataclasses import replace

import pytest
from slack_sdk.models.blocks import Block

from monitor.deliver.channels.slack.bot import ANSWERS, SlackBotChannel
from monitor.errors import DeliveryError
from monitor.model.deliveries import Outgoing
from tests.deliver.channels.slack.slack_api import ROOM, TOKEN, Workspace, slack_api
from tests.deliver.sample_digest import outgoing
from tests.deliver.slack_server import Answer

LOST = Answer(lost=True)
DOWN = Answer(500, '{"ok": false, "error": "internal_error"}')


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with slack_api() as found:
        yield found


def bot(
    workspace: Workspace, *, after_unknown: str = "resend", buttons: bool = False
) -> SlackBotChannel:
    return SlackBotChannel(
        "slack",
        room=ROOM,
        token=f"{TOKEN}\n",
        api=workspace.api,
        buttons=buttons,
        hold=after_unknown == "hold",
        timeout=5,
    )


def doubtful(**changed: str) -> Outgoing:
    return replace(outgoing(attempt=2, in_doubt=True), **changed)  # type: ignore[arg-type]


def failure(channel: SlackBotChannel, row: Outgoing | None = None) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        channel.send(row or outgoing())
    assert TOKEN not in "".join(traceback.format_exception(caught.value))
    return caught.value


def test_a_post_carries_its_delivery_as_metadata(workspace: Workspace) -> None:
    sent = bot(workspace).send(outgoing())

    [message] = workspace.messages
    assert sent == f"{ROOM}/{message['ts']}"
    assert message["blocks"] == list(outgoing().message.blocks)
    assert message["metadata"] == {
        "event_type": "signpost_delivery",
        "event_payload": {"delivery": outgoing().key},
    }
    assert "thread_ts" not in message
    assert workspace.tokens == {f"Bearer {TOKEN}"}
    assert workspace.methods() == ["chat.postMessage"]


def test_later_news_goes_into_the_thread_and_brings_its_head_up_to_date(
    workspace: Workspace,
) -> None:
    channel = bot(workspace)
    head = channel.send(outgoing())
    later = outgoing()
    later = replace(
        later, key="d13", parent=head, message=replace(later.message, summary="The news by noon")
    )
    channel.send(later)

    first, second = workspace.messages
    assert first["text"] == "The news by noon"
    assert second["thread_ts"] == first["ts"]
    assert workspace.methods() == ["chat.postMessage", "chat.update", "chat.postMessage"]


def test_a_head_that_was_deleted_does_not_swallow_the_news(workspace: Workspace) -> None:
    bot(workspace).send(replace(outgoing(), parent=f"{ROOM}/1.000001"))

    [message] = workspace.messages
    assert "thread_ts" not in message


def test_a_head_that_cannot_be_edited_still_holds_the_thread(workspace: Workspace) -> None:
    channel = bot(workspace)
    head = channel.send(outgoing())
    workspace.fails("chat.update", Answer(200, '{"ok": false, "error": "edit_window_closed"}'))
    channel.send(replace(outgoing(), key="d13", parent=head))

    assert workspace.messages[1]["thread_ts"] == workspace.messages[0]["ts"]


def test_a_head_that_cannot_be_edited_now_is_tried_again_before_anything_is_posted(
    workspace: Workspace,
) -> None:
    channel = bot(workspace)
    head = channel.send(outgoing())
    workspace.fails("chat.update", LOST)
    error = failure(channel, replace(outgoing(), key="d13", parent=head))

    assert (error.retryable, error.unknown_outcome) == (True, False)
    assert len(workspace.messages) == 1


def test_a_lost_answer_is_an_unknown_outcome_and_not_posted_twice(workspace: Workspace) -> None:
    workspace.fails("chat.postMessage", LOST)
    error = failure(bot(workspace))

    assert (error.retryable, error.unknown_outcome) == (True, True)
    assert "the message may have been posted" in str(error)
    assert len(workspace.messages) == 1


@pytest.mark.parametrize("parent", ["", f"{ROOM}/1553072400.000100"])
def test_a_doubtful_post_that_arrived_is_adopted(workspace: Workspace, parent: str) -> None:
    channel = bot(workspace)
    channel.send(replace(outgoing(), key="other"))
    workspace.fails("chat.postMessage", LOST)
    failure(channel, replace(outgoing(), parent=parent))
    for number in range(3):
        channel.send(replace(outgoing(), key=f"later {number}", parent=parent))
    # Slack's clock is not ours: these messages are of 20 March.
    row = doubtful(parent=parent)
    row = replace(row, queued_at=row.queued_at.replace(month=3, day=20, hour=9))

    assert channel.send(row) == f"{ROOM}/{workspace.messages[1]['ts']}"
    assert len(workspace.messages) == 5


def test_a_doubtful_post_that_did_not_arrive_is_posted_with_a_mark(workspace: Workspace) -> None:
    bot(workspace).send(doubtful())

    [message] = workspace.messages
    assert "Attempt 2" in json.dumps(message["blocks"][-1])
    assert workspace.methods() == ["conversations.history", "chat.postMessage"]


def test_with_history_down_a_channel_that_holds_does_not_post(workspace: Workspace) -> None:
    workspace.fails(
        "conversations.history", DOWN, Answer(200, '{"ok": false, "error": "missing_scope"}')
    )
    channel = bot(workspace, after_unknown="hold")
    for _ in range(2):
        error = failure(channel, doubtful())
        assert (error.retryable, error.unknown_outcome) == (True, True)
        assert "the channel cannot be read to see" in str(error)

    assert workspace.messages == []


def test_with_history_down_a_channel_that_resends_posts_with_a_mark(workspace: Workspace) -> None:
    workspace.fails("conversations.history", DOWN)
    bot(workspace).send(doubtful())

    assert "Attempt 2" in json.dumps(workspace.messages[0]["blocks"][-1])


def test_slow_down_says_for_how_long(workspace: Workspace) -> None:
    body = '{"ok": false, "error": "ratelimited"}'
    workspace.fails("chat.postMessage", Answer(429, body, (("Retry-After", "3"),)))
    error = failure(bot(workspace))

    assert (error.retryable, error.unknown_outcome, error.channel_wide) == (True, False, True)
    assert error.retry_after == 3.0


@pytest.mark.parametrize(
    ("answer", "retryable", "unknown", "told"),
    [
        (DOWN, True, True, "Slack failed with 500 internal_error"),
        (Answer(503, "{}"), True, False, "Slack failed with 503"),
        (Answer(200, '{"ok": false, "error": "fatal_error"}'), True, True, "Slack failed with 200 fatal_error"),
        (Answer(200, '{"ok": false, "error": "channel_not_found"}'), False, False, "Slack refused the message (channel_not_found): check channel: in delivery.yaml, and invite the app to a private channel"),
        (Answer(200, '{"ok": false, "error": "invalid_auth"}'), False, False, "Slack refused the message (invalid_auth): the token is wrong; copy it again"),
        (Answer(200, '{"ok": false, "error": "invalid_blocks"}'), False, False, "Slack refused the message (invalid_blocks)"),
        (Answer(200, "<html>Log in</html>"), True, True, "Slack failed with 200 Received a response in a non-JSON format: <html>Log in</html>"),
    ],
)  # fmt: skip
def test_every_refusal_is_told_apart(
    workspace: Workspace, answer: Answer, retryable: bool, unknown: bool, told: str
) -> None:
    workspace.fails("chat.postMessage", answer)
    error = failure(bot(workspace))

    assert (error.retryable, error.unknown_outcome) == (retryable, unknown)
    assert str(error) == told


def test_slack_out_of_reach_is_a_known_outcome() -> None:
    error = failure(bot(Workspace(port=1)))

    assert (error.retryable, error.unknown_outcome, error.channel_wide) == (True, False, True)


def test_buttons_stand_below_their_flag_and_nowhere_else(workspace: Workspace) -> None:
    bot(workspace, buttons=True).send(outgoing())

    blocks = workspace.messages[0]["blocks"]
    [place] = [index for index, block in enumerate(blocks) if block["type"] == "actions"]
    assert blocks[place - 1]["block_id"] == "flag-41"
    assert [each["action_id"] for each in blocks[place]["elements"]] == [
        each[0] for each in ANSWERS
    ]
    assert {each["value"] for each in blocks[place]["elements"]} == {"41"}
    for block in Block.parse_all(blocks):
        block.validate_json()


def test_nothing_is_logged(workspace: Workspace, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    workspace.fails("chat.postMessage", LOST)
    failure(bot(workspace))

    assert TOKEN not in caplog.text
