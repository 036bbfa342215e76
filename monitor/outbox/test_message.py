"""Sends a short message by one channel, past the outbox, so that a person sees whether it works."""

import asyncio
from datetime import datetime

from monitor.deliver.channel import Channel
from monitor.deliver.notice import render_notice
from monitor.errors import NotFoundError
from monitor.model.deliveries import Outgoing
from monitor.model.delivery_config import DeliveryConfig, Recipient


def recipients(config: DeliveryConfig, channel: str, address: str = "") -> tuple[Recipient, ...]:
    """Whom a trial of the channel reaches: the address, or everyone whom a digest tells by it.

    Raises NotFoundError for a channel that delivery.yaml does not name or that nobody is told by.
    """
    known = [each.name for each in config.channels]
    if channel not in known:
        raise NotFoundError(
            f"no channel is called “{channel}” in delivery.yaml; there are: {', '.join(known)}"
        )
    if address:
        return (Recipient(channel=channel, address=address),)
    told = [each for digest in config.digests for each in digest.recipients]
    found = dict.fromkeys(each for each in (*told, *config.operators) if each.channel == channel)
    if not found:
        raise NotFoundError(f"nobody is told by “{channel}”; name an address: --to ADDRESS")
    return tuple(found)


async def send(channel: Channel, recipient: Recipient, now: datetime) -> str:
    """The provider's id of the message. Raises DeliveryError."""
    message = render_notice(
        "[Test] Signpost reaches you",
        (
            "Somebody asked Signpost to try this channel. If you can read this, digests arrive.",
            "“Quotes”, dashes – and 한글 should look right; <b>this</b> should not be bold.",
        ),
    )
    outgoing = Outgoing(
        key=f"test.{now:%Y%m%dT%H%M%S%f}",
        recipient=recipient.address,
        attempt=1,
        queued_at=now,
        message=message,
        at=now,
    )
    return await asyncio.to_thread(channel.send, outgoing)
