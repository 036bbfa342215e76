"""Takes what people press below a flag in Slack, over Socket Mode: no port is opened for it.

Everybody who can see the message can answer; who did is kept with the decision and shown below the
message. Needs the extra `slack`. Must never decide anything itself: service.answers does.
"""

import contextlib
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

import structlog
from slack_sdk.models.blocks import ContextBlock, PlainTextObject
from sqlalchemy import Connection

from monitor.access.accounts import Actor
from monitor.config.load import Configuration
from monitor.config.settings import Settings
from monitor.core.telling import routing
from monitor.daemon.app import App
from monitor.deliver.channel import secret_name, secret_of
from monitor.deliver.channels.slack.bot import API
from monitor.deliver.channels.slack.channel import SlackConfig
from monitor.deliver.channels.slack.webhook import escape
from monitor.deliver.inert import clean
from monitor.errors import AnswerError, NotFoundError, SettingsError, get_extra
from monitor.model.access import Via
from monitor.model.clock import LocalClock, retold
from monitor.model.deliveries import SecretWord
from monitor.model.flags import Flag
from monitor.triage import answers
from monitor.triage.answers import Given

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp

log = structlog.get_logger("monitor")

DAYS: Final = 7
MODAL: Final = "revise"
ABSENT: Final = f"needs slack_bolt, which is not installed; {get_extra('slack')}"

GIVEN: Final = {
    "stands": answers.STANDS,
    "revised": answers.REVISE,
    "acknowledged": answers.ACKNOWLEDGE,
    "noise": answers.NOISE,
    "snooze": answers.SNOOZE,
}
"""What a button's name in messages means; messages that were posted long ago keep theirs."""

SAID: Final = {
    "stands": "The judgment stands",
    "revised": "The judgment was revised",
    "acknowledged": "Acknowledged",
    "noise": "Noise",
    "snooze": "Snoozed for 7 days",
}


@contextlib.asynccontextmanager
async def listen(app: App, now: Callable[[], datetime]) -> AsyncIterator["Listeners"]:
    """Take answers while the block runs, on every channel that has buttons.

    Raises SettingsError when a channel has buttons and slack_bolt or a token is missing.
    """
    listeners = Listeners(app, now)
    try:
        await listeners.sync()
        yield listeners
    finally:
        await listeners.close()


class Listeners:
    """The connections of the channels that have buttons."""

    def __init__(self, app: App, now: Callable[[], datetime]) -> None:
        self._app = app
        self._now = now
        self._open: dict[SlackConfig, contextlib.AsyncExitStack] = {}

    def __len__(self) -> int:
        return len(self._open)

    async def sync(self) -> None:
        """Connect channels that have buttons now, and let go of those that have none any more.

        Raises SettingsError as `listen` does; channels that are connected stay so.
        """
        wanted = _with_buttons(self._app.plan.configuration)
        for config in [config for config in self._open if config not in wanted]:
            await self._open.pop(config).aclose()
            log.info("slack.left", channel=config.name)
        for config in wanted:
            if config not in self._open:
                stack = contextlib.AsyncExitStack()
                await stack.enter_async_context(_connected(self._app, config, self._now))
                self._open[config] = stack
                log.info("slack.listening", channel=config.name)

    async def follow(self) -> None:
        """The same after a reload, when the daemon runs on whatever is missing."""
        try:
            await self.sync()
        except SettingsError as error:
            said = str(error)  # which says all: no traceback
            log.error("slack.not_listening", error=said, next="tried at the next change")  # noqa: TRY400

    async def close(self) -> None:
        while self._open:
            _, stack = self._open.popitem()
            await stack.aclose()


@contextlib.asynccontextmanager
async def _connected(
    app: App, config: SlackConfig, now: Callable[[], datetime]
) -> AsyncIterator[None]:
    bolt = make_bolt(app, config, token=_secret(app.settings, config, "TOKEN"), now=now)
    from slack_bolt.adapter.socket_mode.aiohttp import (  # noqa: PLC0415  # an extra
        AsyncSocketModeHandler,
    )

    handler = AsyncSocketModeHandler(bolt, _secret(app.settings, config, "SOCKET"))
    await handler.connect_async()  # type: ignore[no-untyped-call]  # the library has no types here
    try:
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # the library has no types here


def require(settings: Settings, configuration: Configuration) -> None:
    """Refuse a start that would fail at the buttons. Raises SettingsError as `listen` does."""
    for config in _with_buttons(configuration):
        _secret(settings, config, "TOKEN")
        _secret(settings, config, "SOCKET")
        if find_spec("slack_bolt") is None:
            raise SettingsError(f"channel “{config.name}” {ABSENT}")


def _with_buttons(configuration: Configuration) -> list[SlackConfig]:
    channels = configuration.delivery.channels
    return [each for each in channels if isinstance(each, SlackConfig) and each.buttons]


def _secret(settings: Settings, config: SlackConfig, word: SecretWord) -> str:
    found = secret_of(config, settings.secret, word)
    if not found:
        name = secret_name(config, word)
        raise SettingsError(f"channel “{config.name}” has buttons; set {name} or {name}_FILE")
    return found.strip()


def make_bolt(
    app: App,
    config: SlackConfig,
    *,
    token: str,
    now: Callable[[], datetime],
    done_first: bool = False,
) -> "AsyncApp":
    """The listener of one channel, not connected yet. Raises SettingsError without slack_bolt.

    Slack wants an answer within three seconds, so the work goes on after it, unless `done_first`.
    """
    try:
        from slack_bolt.async_app import AsyncApp  # noqa: PLC0415  # an extra
        from slack_sdk.web.async_client import AsyncWebClient  # noqa: PLC0415  # with the extra
    except ImportError:
        raise SettingsError(f"channel “{config.name}” {ABSENT}") from None
    client = AsyncWebClient(token, base_url=config.api or API, retry_handlers=[])
    bolt = AsyncApp(client=client, name=config.name, process_before_response=done_first)
    plain = "|".join(answer for answer in SAID if answer != "revised")

    @bolt.action(re.compile(f"^({plain})$"))
    async def press(ack: Any, body: dict[str, Any], client: Any, respond: Any) -> None:
        await ack()
        action = body["actions"][0]
        answer = ButtonPress(action["action_id"], int(action["value"]), _who(body))
        told = await answer.take(app, now())
        await _tell(told, answer, body, client, respond)

    @bolt.action("revised")
    async def ask(ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(body))

    @bolt.view(MODAL)
    async def revise(ack: Any, body: dict[str, Any], view: dict[str, Any], client: Any) -> None:
        values = view["state"]["values"]
        words = values["likelihood"]["value"]["value"] or ""
        note = values["note"]["value"]["value"] or ""
        flag_id, room, ts = view["private_metadata"].split(" ")
        answer = ButtonPress("revised", int(flag_id), _who(body), note=note, words=words)
        told = await answer.take(app, now())
        if told.refused:
            await ack(response_action="errors", errors={"likelihood": told.sentence})
            return
        await ack()
        await client.chat_postMessage(channel=room, thread_ts=ts, text=escape(told.sentence))

    return bolt


@dataclass(frozen=True, slots=True)
class ButtonReply:
    """What to say of an answer, and whether it was refused."""

    sentence: str
    refused: bool = False


@dataclass(frozen=True, slots=True)
class ButtonPress:
    """What somebody pressed."""

    kind: str
    flag_id: int
    by: str
    note: str = ""
    words: str = ""  # the new likelihood of a revised judgment

    async def take(self, app: App, at: datetime) -> ButtonReply:
        """Write the decision down; the sentence to show, also when it was refused."""
        try:
            await app.database.write(lambda conn: self._decide(conn, at))
        except (AnswerError, NotFoundError) as error:
            return ButtonReply(retold(str(error), at, _clock(app, at)), refused=True)
        log.info("flag.answered", flag=self.flag_id, answer=self.kind, by=self.by)
        clock = _clock(app, at)
        when = f"{clock.moment(at)} {clock.timezone}"
        return ButtonReply(f"{SAID[self.kind]} – {self.by}, {when}")

    def _decide(self, conn: Connection, at: datetime) -> Flag:
        given = Given(answer=GIVEN[self.kind], note=self.note, likelihood=self.words, days=DAYS)
        actor = Actor(name=self.by, via=Via.SLACK)
        return answers.decide(conn, self.flag_id, given, actor=actor, now=at).flag


def _clock(app: App, now: datetime) -> LocalClock:
    """The desk's, as on the page: everybody in the room reads the same line."""
    return LocalClock(routing.desk_zone(app.plan.configuration.delivery), now)


async def _tell(
    told: ButtonReply, answer: ButtonPress, body: Mapping[str, Any], client: Any, respond: Any
) -> None:
    """Show everybody who answered, in place of the buttons; to who pressed, why it was refused."""
    if told.refused:
        await respond(text=escape(told.sentence), response_type="ephemeral", replace_original=False)
        return
    message = body["message"]
    blocks = answered(message["blocks"], answer.flag_id, told.sentence)
    room = body["channel"]["id"]
    await client.chat_update(channel=room, ts=message["ts"], text=message["text"], blocks=blocks)


def answered(blocks: Sequence[dict[str, Any]], flag_id: int, said: str) -> list[dict[str, Any]]:
    """The blocks of a message with what was said in place of a flag's buttons."""
    text = PlainTextObject(text=clean(said, 300), emoji=False)
    line = ContextBlock(block_id=f"answered-{flag_id}", elements=[text]).to_dict()
    return [line if block.get("block_id") == f"answer-{flag_id}" else block for block in blocks]


def modal(body: Mapping[str, Any]) -> dict[str, Any]:
    """The form that asks for the new likelihood. It remembers the flag and the message."""
    flag_id = body["actions"][0]["value"]
    place = f"{flag_id} {body['channel']['id']} {body['message']['ts']}"

    def field(name: str, label: str, hint: str, *, lines: bool = False) -> dict[str, Any]:
        return {
            "type": "input",
            "block_id": name,
            "optional": True,
            "label": {"type": "plain_text", "text": label},
            "hint": {"type": "plain_text", "text": hint},
            "element": {"type": "plain_text_input", "action_id": "value", "multiline": lines},
        }

    return {
        "type": "modal",
        "callback_id": MODAL,
        "private_metadata": place,
        "title": {"type": "plain_text", "text": "Revise the judgment"},
        "submit": {"type": "plain_text", "text": "Revise"},
        "blocks": [
            field("likelihood", "New likelihood", "A word such as “likely”, “10%” or “5-15%”"),
            field("note", "Why", "Kept with the decision", lines=True),
        ],
    }


def _who(body: Mapping[str, Any]) -> str:
    user = body.get("user") or {}
    return clean(str(user.get("name") or user.get("username") or user.get("id") or "Slack"), 80)
