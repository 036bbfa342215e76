"""Slack's two ways in: an incoming webhook, and the Web API for a bot."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.deliver.channels.slack.bot import SlackBotChannel
from monitor.deliver.channels.slack.webhook import SlackWebhookChannel
from tests.deliver.channels.slack.slack_api import ROOM, slack_api
from tests.deliver.receivers import HIDDEN, SHORT, Fault, Rig, nothing, trickling
from tests.deliver.slack_server import Answer, slack_server


@contextmanager
def webhook(_folder: Path, fault: Fault) -> Iterator[Rig]:
    if fault is Fault.STALLS:
        with trickling() as port:
            address = f"http://127.0.0.1:{port}/{HIDDEN}"
            channel = SlackWebhookChannel("slack", webhook=address, whole=SHORT)
            yield Rig(channel=channel, arrived=nothing, read=list)
        return
    refused = fault is Fault.REFUSES
    answer = Answer(403, "action_prohibited") if refused else Answer(lost=fault is Fault.LOSES)
    with slack_server(answer) as slack:
        yield Rig(
            channel=SlackWebhookChannel("slack", webhook=slack.webhook),
            arrived=lambda: 0 if refused else len(slack.posts),
            read=lambda: [("slack", json.dumps(slack.posts[0]))],
        )


@contextmanager
def bot(_folder: Path, fault: Fault) -> Iterator[Rig]:
    if fault is Fault.STALLS:
        with trickling() as port:
            yield Rig(channel=_bot(f"http://127.0.0.1:{port}/"), arrived=nothing, read=list)
        return
    with slack_api() as workspace:
        if fault is Fault.REFUSES:
            workspace.fails("chat.postMessage", Answer(200, '{"ok":false,"error":"is_archived"}'))
        elif fault is Fault.LOSES:
            workspace.fails("chat.postMessage", Answer(lost=True))
        yield Rig(
            channel=_bot(workspace.api, whole=60.0),
            arrived=lambda: len(workspace.messages),
            read=lambda: [("slack", json.dumps(workspace.messages[0]))],
        )


def _bot(api: str, *, whole: float = SHORT) -> SlackBotChannel:
    return SlackBotChannel("slack", room=ROOM, token=HIDDEN, api=api, buttons=True, whole=whole)


WAYS = {"webhook": webhook, "bot": bot}
