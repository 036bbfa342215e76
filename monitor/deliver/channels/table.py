"""The channels there are. Nothing else in the program names them all.

In: a channel as delivery.yaml describes it, and where secrets are. Out: one that is ready to send.
"""

from collections.abc import Iterable
from typing import Final

from monitor.deliver.channel import AnyChannelType, Around, Channel, Secret, secret_name
from monitor.deliver.channels.apprise.channel import APPRISE
from monitor.deliver.channels.atom.channel import ATOM_FEED
from monitor.deliver.channels.email.channel import EMAIL
from monitor.deliver.channels.files.channel import FILES
from monitor.deliver.channels.slack.channel import SLACK
from monitor.deliver.channels.terminal.channel import TERMINAL
from monitor.deliver.channels.webhook.channel import WEBHOOK
from monitor.errors import SettingsError
from monitor.model.deliveries import ChannelConfig

CHANNELS: Final[tuple[AnyChannelType, ...]] = (
    TERMINAL,
    FILES,
    EMAIL,
    SLACK,
    WEBHOOK,
    ATOM_FEED,
    APPRISE,
)
"""In the order in which they are offered to who mistypes one."""

TYPES: Final[dict[str, type[ChannelConfig]]] = {row.config.type: row.config for row in CHANNELS}
"""What `config.load` is given: the keys of each type in delivery.yaml, by the type's name."""

_ROWS: Final = {row.config.type: row for row in CHANNELS}


def build(config: ChannelConfig, around: Around) -> Channel:
    """The channel, ready to send. Raises SettingsError naming what to set."""
    return _ROWS[config.type].make(config, around)


def require_apart(configs: Iterable[ChannelConfig], secret: Secret) -> None:
    """Two channels never share a secret. Raises SettingsError where an older name made them."""
    known = tuple(configs)
    for heir in known:
        older = heir.older_secret
        if not older or secret(secret_name(heir)):
            continue
        if other := next((each for each in known if secret_name(each) == older), None):
            raise SettingsError(
                f"{older} is the secret of the channel “{other.name}”; set {secret_name(heir)} "
                f"for the channel “{heir.name}”"
            )
