"""What people press in Slack is written down, shown to everybody, and refused with a sentence."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.models.views import View

from monitor.daemon.app import App
from monitor.deliver.channel import Around
from monitor.deliver.channels.slack.channel import SlackConfig
from monitor.deliver.channels.table import build
from monitor.errors import SettingsError
from monitor.model.flags import Flag, FlagState, Review
from monitor.store import access as store_access
from monitor.store import flags as store_flags
from monitor.web.extras.slack_buttons import GIVEN, answered, listen, make_bolt, modal
from tests.deliver.channels.slack.slack_api import ROOM, TOKEN, Workspace, slack_api
from tests.support.bulletins import flags, signing
from tests.support.scene import START, Scene, at

SLACK = f"""
channels:
  slack: {{type: slack, channel: {ROOM}, buttons: true}}
digests:
- {{name: desk, at: "08:00", days: daily, to: slack}}
"""


@dataclass
class Desk:
    """The program with one open flag, its message in Slack, and the listener for its buttons."""

    app: App
    bolt: AsyncApp
    workspace: Workspace

    @property
    def message(self) -> dict[str, Any]:
        return self.workspace.messages[0]

    def flag(self) -> Flag:
        found = self.app.database.read_now(lambda conn: store_flags.get(conn, 1))
        assert found is not None
        return found

    def reviews(self) -> tuple[Review, ...]:
        return self.app.database.read_now(store_flags.reviews)

    def pressed(self, answer: str) -> dict[str, Any]:
        return {
            "type": "block_actions",
            "team": {"id": "T1"},
            "user": {"id": "U7", "name": "kim", "team_id": "T1"},
            "channel": {"id": ROOM},
            "trigger_id": "t1",
            "response_url": f"{self.workspace.api}respond",
            "message": {key: self.message[key] for key in ("ts", "text", "blocks")},
            "actions": [
                {
                    "type": "button",
                    "action_id": answer,
                    "block_id": "answer-1",
                    "value": "1",
                    "action_ts": "1",
                }
            ],
        }

    async def send(self, body: dict[str, Any]) -> str:
        request = AsyncBoltRequest(body=json.dumps(body), mode="socket_mode")
        answer = await self.bolt.async_dispatch(request)
        assert answer.status == 200
        return answer.body or ""


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with opened(tmp_path) as found:
        yield found


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Desk]:
    scene = Scene(folder)
    scene.write(delivery=SLACK)
    with slack_api() as workspace:
        settings = scene.settings({"MONITOR_SLACK_TOKEN": TOKEN})
        async with scene.open(settings=settings) as app:
            config = SlackConfig(name="slack", channel=ROOM, buttons=True, api=workspace.api)
            around = Around(secret=lambda _: TOKEN, data_dir=folder, stream=StringIO())
            app.channels = {"slack": build(config, around)}
            signing(app, START)
            await app.compose_due(START)
            await app.deliver_due(START, "t")
            assert len(flags(app)) == 1
            bolt = make_bolt(app, config, token=TOKEN, now=lambda: at(1), done_first=True)
            yield Desk(app, bolt, workspace)


@pytest.mark.parametrize(
    ("button", "state"),
    [
        ("stands", FlagState.STANDS),
        ("acknowledged", FlagState.ACKNOWLEDGED),
        ("noise", FlagState.NOISE),
        ("snooze", FlagState.ACKNOWLEDGED),
    ],
)
async def test_a_button_decides_and_everybody_sees_who_pressed_it(
    desk: Desk, button: str, state: FlagState
) -> None:
    await desk.send(desk.pressed(button))

    assert desk.flag().state is state
    (deed,) = desk.app.database.read_now(store_access.deeds_page)
    assert (deed.action, deed.via.value) == (f"flag.{GIVEN[button]}", "slack")
    (review,) = desk.reviews()
    assert (review.by, review.at) == ("kim", at(1))
    assert (review.until is not None) == (button == "snooze")
    assert "actions" not in {block["type"] for block in desk.message["blocks"]}
    assert "– kim, 20 Mar 10:00 UTC" in json.dumps(desk.message["blocks"], ensure_ascii=False)


async def test_a_second_answer_is_refused_to_who_pressed_it_alone(desk: Desk) -> None:
    body = desk.pressed("stands")
    await desk.send(body)
    await desk.send({**body, "actions": [{**body["actions"][0], "action_id": "noise"}]})

    assert desk.flag().state is FlagState.STANDS
    method, said = desk.workspace.calls[-1]
    assert method == "respond"
    assert said["response_type"] == "ephemeral"
    assert "flag 1 was closed as “stands” by kim" in said["text"]


async def test_a_revision_asks_for_the_likelihood_and_keeps_it(desk: Desk) -> None:
    await desk.send(desk.pressed("revised"))
    [(_, opened)] = [call for call in desk.workspace.calls if call[0] == "views.open"]
    view = opened["view"] if isinstance(opened["view"], dict) else json.loads(opened["view"])
    View(**view).validate_json()

    def submitted(words: str) -> dict[str, Any]:
        values = {
            "likelihood": {"value": {"type": "plain_text_input", "value": words}},
            "note": {"value": {"type": "plain_text_input", "value": "after the ceremony"}},
        }
        return {
            "type": "view_submission",
            "team": {"id": "T1"},
            "user": {"id": "U7", "name": "kim", "team_id": "T1"},
            "view": {**view, "id": "V1", "state": {"values": values}},
        }

    refused = await desk.send(submitted("perhaps"))
    assert "“perhaps” is no likelihood" in json.loads(refused)["errors"]["likelihood"]
    assert desk.flag().state is FlagState.OPEN

    await desk.send(submitted("likely"))
    (review,) = desk.reviews()
    assert (desk.flag().state, review.likelihood, review.note) == (
        FlagState.REVISED,
        "likely",
        "after the ceremony",
    )
    assert desk.workspace.messages[-1]["thread_ts"] == desk.message["ts"]


def test_only_the_buttons_of_that_flag_are_replaced() -> None:
    blocks = [{"block_id": "answer-1"}, {"block_id": "answer-11"}, {"type": "divider"}]

    after = answered(blocks, 1, "Noise – kim")

    assert [block.get("block_id") for block in after] == ["answered-1", "answer-11", None]


def test_the_form_remembers_its_flag_and_message() -> None:
    body = {"actions": [{"value": "7"}], "channel": {"id": "C1"}, "message": {"ts": "1.2"}}

    assert modal(body)["private_metadata"] == "7 C1 1.2"


async def test_buttons_without_a_socket_token_cannot_start(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.write(delivery=SLACK)
    settings = scene.settings({"MONITOR_SLACK_TOKEN": TOKEN})
    async with scene.open(settings=settings) as app:
        with pytest.raises(SettingsError, match="set MONITOR_SLACK_SOCKET or"):
            async with listen(app, lambda: at(0)):
                pass


async def test_without_buttons_nothing_is_listened_for(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.write()
    async with scene.open() as app, listen(app, lambda: at(0)) as listeners:
        assert len(listeners) == 0


async def test_buttons_that_come_with_a_reload_are_listened_for_if_they_can_be(
    tmp_path: Path,
) -> None:
    """A token that is missing then stops no daemon."""
    scene = Scene(tmp_path)
    scene.write()
    settings = scene.settings({"MONITOR_SLACK_TOKEN": TOKEN})
    async with scene.open(settings=settings) as app, listen(app, lambda: at(0)) as listeners:
        scene.write(delivery=SLACK)
        assert await app.reload(at(1), force=True)
        with pytest.raises(SettingsError, match="set MONITOR_SLACK_SOCKET or"):
            await listeners.sync()
        await listeners.follow()
        assert len(listeners) == 0
