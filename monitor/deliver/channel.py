"""What every channel promises, what it is made from, and how the variable of its secret is called.

Secrets come in by a function of the variable's name, so that this room never sees the environment.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TextIO, TypeVar

from monitor.errors import SettingsError
from monitor.model.deliveries import ChannelConfig, Outgoing, SecretWord

C = TypeVar("C", bound=ChannelConfig)

Secret = Callable[[str], str | None]
"""The value of a variable by its name; None if it is not set."""


class Channel(Protocol):
    """A way to reach a person."""

    @property
    def name(self) -> str:
        """The channel's name in delivery.yaml."""

    def send(self, outgoing: Outgoing) -> str:
        """Hand the message over and return the provider's id of it.

        Tries once: whether and when to try again is decided by the caller, from what the
        DeliveryError says. `retryable`: the same call can succeed later; `unknown_outcome`: the
        message may have been taken although no answer came.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a channel may use beside its keys."""

    secret: Secret
    data_dir: Path
    stream: TextIO


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelType(Generic[C]):
    """A row of the table of channels: what its keys become, and how it is made ready to send.

    `make` raises SettingsError naming what to set: a host, a sender, or the secret's variable.
    """

    config: type[C]
    make: Callable[[C, Around], Channel]


AnyChannelType = ChannelType[Any]


def secret_name(config: ChannelConfig, word: SecretWord | None = None) -> str:
    """The variable that holds the channel's secret, and no other channel's.

    “MONITOR_SLACK_WEBHOOK” for a channel “slack” (“MONITOR_SLACK_TOKEN” for a bot),
    “MONITOR_MAIL_PASSWORD” for an e-mail channel “mail”, "" for channels without a secret. `word`
    names another secret of the same channel: “SOCKET” for the buttons of a bot.
    """
    ending = config.secret if word is None else word
    stem = re.sub(r"[^A-Z0-9]+", "_", config.name.upper()).strip("_")
    return f"MONITOR_{stem}_{ending}" if ending else ""


def secret_of(config: ChannelConfig, secret: Secret, word: SecretWord | None = None) -> str | None:
    """The channel's secret, None if its variable is not set. Whatever else is set is not its own.

    A channel that is known by an older name may have its secret there.
    """
    own = secret(secret_name(config, word))
    return secret(config.older_secret) if config.older_secret and not own else own


def require_secret(
    config: ChannelConfig, secret: Secret, what: str, word: SecretWord | None = None
) -> str:
    """The channel's secret. Raises SettingsError that names the variable where it is not set."""
    found = secret_of(config, secret, word)
    if not found:
        name = secret_name(config, word)
        raise SettingsError(
            f"channel “{config.name}” lacks {what}; set {name}, "
            f"or {name}_FILE to a file that holds it"
        )
    return found
