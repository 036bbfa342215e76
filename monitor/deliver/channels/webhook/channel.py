"""Turns an outgoing message into one signed JSON post, for programs of your own.

Signed as standardwebhooks.com describes, so that a receiver can use any library made for it: the
headers webhook-id, webhook-timestamp and webhook-signature, the last “v1,” and the base64 of
HMAC-SHA256 over “id.timestamp.body”. Must never put the key or the address into a message.
"""

import base64
import binascii
import hmac
import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, ClassVar, Final

from monitor.deliver.channel import Around, Channel, ChannelType, require_secret
from monitor.deliver.exchange import WHOLE, post
from monitor.deliver.keys import link_key
from monitor.errors import SettingsError
from monitor.model.deliveries import (
    ChannelConfig,
    ChannelKey,
    Outgoing,
    SecretWord,
    after_unknown_key,
)

PREFIX: Final = "whsec_"
LEAST: Final = 24  # bytes of a key
VERSION: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookConfig(ChannelConfig):
    """A channel of the type webhook."""

    type: ClassVar[str] = "webhook"
    keys: ClassVar[tuple[ChannelKey, ...]] = (
        link_key("url", "https://", "http://", required=True),
        after_unknown_key(),
    )
    secrets: ClassVar[tuple[SecretWord, ...]] = ("KEY",)

    url: str = ""


class WebhookChannel:
    """One address. The same delivery has the same id on every attempt."""

    def __init__(self, name: str, *, url: str, key: str, whole: float = WHOLE) -> None:
        """`key` is “whsec_” and base64, or any text of 24 characters or more.

        Raises SettingsError, without the key, for one that is too short or no base64.
        """
        self.name = name
        self._url = url
        self._whole = whole
        self._key = _bytes(name, key.strip())

    def send(self, outgoing: Outgoing) -> str:
        """Post it and return its id. Raises DeliveryError."""
        body = json.dumps(payload(outgoing), ensure_ascii=False).encode()
        moment = str(int((outgoing.at or outgoing.queued_at).timestamp()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "signpost",
            "webhook-id": outgoing.key,
            "webhook-timestamp": moment,
            "webhook-signature": sign(self._key, outgoing.key, moment, body),
        }
        post(f"webhook “{self.name}”", self._url, body, headers, whole=self._whole)
        return outgoing.key


def payload(outgoing: Outgoing) -> dict[str, Any]:
    """What is posted, as docs/digests.md describes it."""
    message = outgoing.message
    return {
        "type": "signpost.digest",
        "version": VERSION,
        "id": outgoing.key,
        "attempt": outgoing.attempt,
        "may_be_a_repeat": outgoing.in_doubt,
        "composed_at": outgoing.queued_at.isoformat(),
        "thread": message.thread,
        "subject": message.subject,
        "summary": message.summary,
        "text": message.text,
        "html": message.html,
    }


def sign(key: bytes, id_: str, moment: str, body: bytes) -> str:
    """The signature header of one attempt."""
    signed = b".".join((id_.encode(), moment.encode(), body))
    return f"v1,{base64.b64encode(hmac.digest(key, signed, sha256)).decode('ascii')}"


def _bytes(name: str, key: str) -> bytes:
    if not key.startswith(PREFIX):
        found = key.encode()
    else:
        try:
            found = base64.b64decode(key.removeprefix(PREFIX), validate=True)
        except (binascii.Error, ValueError):
            raise SettingsError(f"channel “{name}”: its key is no base64 after whsec_") from None
    if len(found) < LEAST:
        raise SettingsError(f"channel “{name}”: its key is shorter than {LEAST} bytes")
    return found


def _make(config: WebhookConfig, around: Around) -> Channel:
    key = require_secret(config, around.secret, "the key that signs its messages")
    return WebhookChannel(config.name, url=config.url, key=key)


WEBHOOK: Final = ChannelType(config=WebhookConfig, make=_make)
