"""Hands an outgoing message to Apprise, for the many services that it knows.

Apprise says yes or no and nothing else, so every no is in doubt. Must never try twice, and must
not let Apprise's address, which holds secrets, into a message.
"""

import logging
from dataclasses import dataclass
from typing import ClassVar, Final

from monitor.deliver.channel import Around, Channel, ChannelType, require_secret
from monitor.deliver.exchange import WHOLE, OverdueError, within
from monitor.errors import DeliveryError, SettingsError, get_extra
from monitor.model.deliveries import (
    ChannelConfig,
    ChannelKey,
    Outgoing,
    SecretWord,
    after_unknown_key,
)

ABSENT: Final = f"needs Apprise, which is not installed; {get_extra('apprise')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppriseConfig(ChannelConfig):
    """A channel of the type apprise."""

    type: ClassVar[str] = "apprise"
    keys: ClassVar[tuple[ChannelKey, ...]] = (after_unknown_key(),)
    secrets: ClassVar[tuple[SecretWord, ...]] = ("TARGET",)


class AppriseChannel:
    """One address as Apprise writes it, such as “discord://…” or “tgram://…”."""

    def __init__(self, name: str, *, target: str, whole: float = WHOLE) -> None:
        """Raises SettingsError, without the address, if Apprise is absent or does not know it."""
        try:
            import apprise  # noqa: PLC0415  # an extra
        except ImportError:
            raise SettingsError(f"channel “{name}” {ABSENT}") from None
        logging.getLogger("apprise").disabled = True  # it logs addresses, secrets and all
        self.name = name
        self._whole = whole
        service = apprise.Apprise.instantiate(target.strip(), suppress_exceptions=True)
        if service is None:
            raise SettingsError(f"channel “{name}”: Apprise does not know such a target")
        # What is too long for one message becomes several, rather than none.
        service.overflow_mode = apprise.OverflowMode.SPLIT
        self._service = service

    def send(self, outgoing: Outgoing) -> str:
        """Send it and return the row's key. Raises DeliveryError."""
        message = outgoing.message
        body = message.text
        if outgoing.in_doubt:
            body = f"Attempt {outgoing.attempt}: you may have this already.\n\n{body}"
        title = message.subject
        try:
            taken = within(
                self._whole,
                lambda: self._service.notify(title=title, body=body, body_format="text"),
            )
        except OverdueError:
            taken = False
        if not taken:
            raise DeliveryError(
                f"Apprise could not send it by “{self.name}”; it may have been taken",
                retryable=True,
                unknown_outcome=True,
            )
        return outgoing.key


def _make(config: AppriseConfig, around: Around) -> Channel:
    return AppriseChannel(config.name, target=require_secret(config, around.secret, "its target"))


APPRISE: Final = ChannelType(config=AppriseConfig, make=_make)
