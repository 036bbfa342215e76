"""Faults 42 to 45 of delivery to Slack, and its threads: from the outbox to a server like Slack."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from monitor.daemon.app import App
from monitor.deliver.channels.slack.bot import SlackBotChannel
from monitor.model.deliveries import Delivery, DeliveryState
from monitor.model.flags import Raised
from monitor.store import flags as store_flags
from monitor.store import outbox as store_outbox
from tests.deliver.channels.slack.slack_api import ROOM, TOKEN, Workspace, slack_api
from tests.deliver.slack_server import Answer
from tests.support.bulletins import flags, signing
from tests.support.scene import START, Scene, at

SLACK = f"""
channels:
  slack: {{type: slack, channel: {ROOM}, after_unknown: %s}}
  files: {{type: files, folder: digests}}
digests:
- {{name: desk, at: "08:00", days: daily, to: slack}}
operators: files
"""
DOWN = Answer(500, '{"ok": false, "error": "internal_error"}')
SLOW = Answer(429, '{"ok": false, "error": "ratelimited"}', (("Retry-After", "180"),))


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with slack_api() as found:
        yield found


@asynccontextmanager
async def opened(scene: Scene, workspace: Workspace, policy: str = "resend") -> AsyncIterator[App]:
    scene.write(delivery=SLACK % policy)
    settings = scene.settings({"MONITOR_SLACK_TOKEN": TOKEN})
    async with scene.open(settings=settings) as app:
        hold = policy == "hold"
        api = workspace.api
        bot = SlackBotChannel("slack", room=ROOM, token=TOKEN, api=api, hold=hold, timeout=5)
        app.channels = {**app.channels, "slack": bot}
        signing(app, START)
        (told,) = await app.compose_due(START)
        assert told.sent
        yield app


def row(app: App, channel: str = "slack") -> Delivery:
    found = app.database.read_now(store_outbox.listing)
    return [each for each in found if each.channel == channel][-1]


async def test_fault_42_slow_down_is_obeyed_with_one_post(
    scene: Scene, workspace: Workspace
) -> None:
    workspace.fails("chat.postMessage", SLOW)
    async with opened(scene, workspace) as app:
        await app.deliver_due(START, "t")
        for seconds in (60, 120, 179):
            assert await app.deliver_due(START + timedelta(seconds=seconds), "t") == ()
        await app.deliver_due(START + timedelta(seconds=180), "t2")
        assert row(app).state is DeliveryState.SENT
    assert len(workspace.messages) == 1


async def test_fault_43_a_lost_answer_is_looked_up_and_adopted(
    scene: Scene, workspace: Workspace
) -> None:
    workspace.fails("chat.postMessage", Answer(lost=True))
    async with opened(scene, workspace) as app:
        await app.deliver_due(START, "t")
        assert row(app).state is DeliveryState.UNKNOWN
        await app.deliver_due(at(1), "t2")
        assert row(app).state is DeliveryState.SENT
        assert row(app).provider_id == f"{ROOM}/{workspace.messages[0]['ts']}"
    assert workspace.methods() == ["chat.postMessage", "conversations.history"]


async def test_fault_44_a_channel_that_is_gone_is_told_by_another(
    scene: Scene, workspace: Workspace
) -> None:
    workspace.fails("chat.postMessage", Answer(200, '{"ok": false, "error": "channel_not_found"}'))
    async with opened(scene, workspace) as app:
        await app.deliver_due(START, "t")
        await app.deliver_due(START, "t2")
        assert row(app).state is DeliveryState.DEAD
        assert row(app, "files").state is DeliveryState.SENT
        told = scene.told(row(app, "files").key)
    assert "channel_not_found" in told
    assert "Ruritania signs border treaty" in told


@pytest.mark.parametrize(("policy", "posts"), [("resend", 1), ("hold", 0)])
async def test_fault_45_with_history_down_too_the_policy_decides(
    scene: Scene, workspace: Workspace, policy: str, posts: int
) -> None:
    workspace.fails("chat.postMessage", DOWN)
    workspace.fails("conversations.history", DOWN)
    async with opened(scene, workspace, policy) as app:
        await app.deliver_due(START, "t")
        assert row(app).state is DeliveryState.UNKNOWN
        await app.deliver_due(at(1), "t2")
        assert len(workspace.messages) == posts
        if policy == "hold":
            assert row(app).state is DeliveryState.UNKNOWN, "it goes on asking"
            await app.deliver_due(at(3), "t3")
        assert row(app).state is DeliveryState.SENT
    (message,) = workspace.messages
    assert "Attempt" in json.dumps(message["blocks"][-1])


async def test_fault_45_what_cannot_be_looked_up_for_two_days_is_left_to_a_person(
    scene: Scene, workspace: Workspace
) -> None:
    workspace.fails("chat.postMessage", DOWN)
    workspace.fails("conversations.history", *[DOWN] * 99)
    async with opened(scene, workspace, "hold") as app:
        now = START
        while row(app).state is not DeliveryState.HELD:
            await app.deliver_due(now, f"t{now}")
            now = max(now, row(app).next_at)
        assert timedelta(hours=48) <= now - START < timedelta(hours=50)
    assert workspace.messages == []


async def test_later_news_of_the_day_is_told_in_the_thread_and_tomorrows_is_not(
    scene: Scene, workspace: Workspace
) -> None:
    async with opened(scene, workspace) as app:
        await app.deliver_due(START, "t")
        (flag,) = flags(app)
        for hours in (4, 8, 30):
            loud = replace(flag.reasons[0], text=f"Hour {hours}", raised_at=at(hours))
            raised = [Raised(question=flag.question, brief=flag.brief, reason=loud)]
            app.database.write_now(partial(store_flags.raise_all, raised=raised))
            await app.compose_due(at(hours))
            await app.deliver_due(at(hours), f"t{hours}")

    head, second, third, *_ = workspace.messages
    next_day = workspace.messages[-1]
    assert [second["thread_ts"], third["thread_ts"]] == [head["ts"], head["ts"]]
    assert "Hour 8" in json.dumps(head["blocks"]), "the head is as new as the newest"
    assert "thread_ts" not in next_day
    assert "Hour 30" in json.dumps(next_day["blocks"])
