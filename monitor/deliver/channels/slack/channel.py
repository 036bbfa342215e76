"""Slack's keys in delivery.yaml, and which of its two ways a channel goes."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import ClassVar, Final

from monitor.deliver.channel import Around, Channel, ChannelType, require_secret
from monitor.deliver.channels.slack.bot import API, SlackBotChannel
from monitor.deliver.channels.slack.webhook import SlackWebhookChannel
from monitor.deliver.keys import link_key
from monitor.model.deliveries import (
    ChannelConfig,
    ChannelKey,
    Complaint,
    SecretWord,
    after_unknown_key,
)

_ROOM: Final = re.compile(r"[CGD][A-Z0-9]{5,20}")


def _no_room(text: str) -> Complaint | None:
    if _ROOM.fullmatch(text):
        return None
    return Complaint(
        found=f"“{text}”",
        expected="the id of a Slack channel, like C0123ABCD",
        advice="Slack shows it at the end of “View channel details”",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackConfig(ChannelConfig):
    """A channel of the type slack: by a bot where `channel` is given, else by a webhook."""

    type: ClassVar[str] = "slack"
    keys: ClassVar[tuple[ChannelKey, ...]] = (
        ChannelKey(name="channel", what="the id of a Slack channel", check=_no_room),
        ChannelKey(name="buttons", truth=True),
        link_key("api", "https://"),
        after_unknown_key(),
    )
    secrets: ClassVar[tuple[SecretWord, ...]] = ("WEBHOOK", "TOKEN", "SOCKET")

    channel: str = ""  # the id of a Slack channel, for a bot
    buttons: bool = False  # answers to flags, by Socket Mode; needs a bot
    api: str = ""  # the Web API's address, where it is not Slack's own

    @property
    def secret(self) -> SecretWord:
        """A bot has a token, a webhook is a secret itself."""
        return "TOKEN" if self.channel else "WEBHOOK"

    @property
    def looks_up(self) -> bool:
        """A bot can read what was posted."""
        return bool(self.channel)

    def complaints(self, given: Collection[str]) -> Iterable[tuple[str, Complaint]]:
        """A webhook has neither buttons nor another address of the Web API."""
        for key in ("buttons", "api"):
            if key in given and "channel" not in given:
                found = f"“{key}” for an incoming webhook"
                yield key, Complaint(found=found, expected="“channel: …” beside it")


def _make(config: SlackConfig, around: Around) -> Channel:
    if config.channel:
        token = require_secret(config, around.secret, "its bot's token")
        return SlackBotChannel(
            config.name,
            room=config.channel,
            token=token,
            api=config.api or API,
            buttons=config.buttons,
            hold=config.after_unknown == "hold",
        )
    webhook = require_secret(config, around.secret, "its webhook")
    return SlackWebhookChannel(config.name, webhook=webhook)


SLACK: Final = ChannelType(config=SlackConfig, make=_make)
