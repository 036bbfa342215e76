"""Turns a channel of delivery.yaml into the channel that sends: the only place that knows them all.

Secrets come in by a function of the variable's name, so that this room never sees the environment.
"""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, NamedTuple, TextIO

from monitor.deliver.apprise_ import AppriseChannel
from monitor.deliver.atom import AtomChannel
from monitor.deliver.channel import Channel
from monitor.deliver.console import TerminalChannel
from monitor.deliver.email import EmailChannel
from monitor.deliver.files import FilesChannel
from monitor.deliver.slack import SlackWebhookChannel
from monitor.deliver.slack_bot import API, SlackBotChannel
from monitor.deliver.webhook import WebhookChannel
from monitor.deliver.whole_file import PRIVATE, PUBLIC
from monitor.errors import SettingsError
from monitor.model.deliveries import ChannelConfig, ChannelType

Secret = Callable[[str], str | None]


class _Around(NamedTuple):
    secret: Secret
    data_dir: Path
    stream: TextIO


def build(config: ChannelConfig, *, secret: Secret, data_dir: Path, stream: TextIO) -> Channel:
    """The channel, ready to send. `secret` is asked as `secret_of` does, None if it is unset.

    Raises SettingsError naming what to set: a host, a sender, or the secret's variable.
    """
    return _CONSTRUCTORS[config.type](config, _Around(secret, data_dir, stream))


def secret_name(config: ChannelConfig, kind: str | None = None) -> str:
    """The variable that holds the channel's secret, and no other channel's.

    “MONITOR_SLACK_WEBHOOK” for a channel “slack” (“MONITOR_SLACK_TOKEN” for a bot),
    “MONITOR_MAIL_PASSWORD” for an e-mail channel “mail”, "" for channels without a secret. `kind`
    names another secret of the same channel: “SOCKET” for the buttons of a bot.
    """
    if kind is None:
        bot = config.type is ChannelType.SLACK and config.room
        kind = "TOKEN" if bot else _SECRETS.get(config.type)
    stem = re.sub(r"[^A-Z0-9]+", "_", config.name.upper()).strip("_")
    return f"MONITOR_{stem}_{kind}" if kind else ""


def secret_of(config: ChannelConfig, secret: Secret, kind: str | None = None) -> str | None:
    """The channel's secret, None if its variable is not set. Whatever else is set is not its own.

    The channel “email” of the type email is known by an older name too: MONITOR_SMTP_PASSWORD.
    """
    own = secret(secret_name(config, kind))
    older = _OLDER.get((config.name, config.type))
    return own if own or older is None else secret(older)


def _terminal(config: ChannelConfig, around: _Around) -> Channel:
    return TerminalChannel(config.name, around.stream)


def _files(config: ChannelConfig, around: _Around) -> Channel:
    return FilesChannel(config.name, around.data_dir / (config.folder or "digests"))


def _email(config: ChannelConfig, around: _Around) -> Channel:
    if not config.host:
        raise SettingsError(
            f"channel “{config.name}” has no mail server; set host: in delivery.yaml"
        )
    password = secret_of(config, around.secret) if config.username else None
    if config.username and not password:
        raise missing(config, f"the password of “{config.username}”")
    return EmailChannel(config, password=password)


def _slack(config: ChannelConfig, around: _Around) -> Channel:
    secret = secret_of(config, around.secret)
    if not secret:
        raise missing(config, "its bot's token" if config.room else "its webhook")
    if config.room:
        return SlackBotChannel(config, token=secret, api=config.api or API)
    return SlackWebhookChannel(config.name, webhook=secret)


def _webhook(config: ChannelConfig, around: _Around) -> Channel:
    key = secret_of(config, around.secret)
    if not key:
        raise missing(config, "the key that signs its messages")
    return WebhookChannel(config.name, url=config.url, key=key)


def _atom(config: ChannelConfig, around: _Around) -> Channel:
    folder = around.data_dir / (config.folder or "feed")
    # a place of the operator's own is where a web server finds it
    outside = not folder.resolve().is_relative_to(around.data_dir.resolve())
    return AtomChannel(config.name, folder, mode=PUBLIC if outside else PRIVATE)


def _apprise(config: ChannelConfig, around: _Around) -> Channel:
    target = secret_of(config, around.secret)
    if not target:
        raise missing(config, "its target")
    return AppriseChannel(config.name, target=target)


def require_apart(configs: Iterable[ChannelConfig], secret: Secret) -> None:
    """Two channels never share a secret. Raises SettingsError where an older name made them."""
    known = {config.name: config for config in configs}
    for (name, kind), older in _OLDER.items():
        heir = known.get(name)
        if heir is None or heir.type is not kind or secret(secret_name(heir)):
            continue
        if other := next((each for each in known.values() if secret_name(each) == older), None):
            raise SettingsError(
                f"{older} is the secret of the channel “{other.name}”; set {secret_name(heir)} "
                f"for the channel “{name}”"
            )


def missing(config: ChannelConfig, what: str, kind: str | None = None) -> SettingsError:
    """The error for a channel whose secret is not set: it names the variable."""
    name = secret_name(config, kind)
    return SettingsError(
        f"channel “{config.name}” lacks {what}; set {name}, or {name}_FILE to a file that holds it"
    )


_SECRETS: Final = {
    ChannelType.SLACK: "WEBHOOK",
    ChannelType.EMAIL: "PASSWORD",
    ChannelType.WEBHOOK: "KEY",
    ChannelType.APPRISE: "TARGET",
}

_OLDER: Final = {("email", ChannelType.EMAIL): "MONITOR_SMTP_PASSWORD"}
"""Names from before secrets belonged to one channel, by the name and type of that channel."""

_CONSTRUCTORS: Final[dict[ChannelType, Callable[[ChannelConfig, _Around], Channel]]] = {
    ChannelType.TERMINAL: _terminal,
    ChannelType.FILES: _files,
    ChannelType.EMAIL: _email,
    ChannelType.SLACK: _slack,
    ChannelType.WEBHOOK: _webhook,
    ChannelType.ATOM: _atom,
    ChannelType.APPRISE: _apprise,
}
