"""Sends a short message by one channel, past the outbox, so that a person sees whether it works."""

import asyncio
from datetime import datetime

from monitor.deliver.channel import Channel
from monitor.deliver.render import render_notice
from monitor.errors import NotFoundError
from monitor.model.deliveries import DeliveryConfig, Outgoing, Recipient


def recipients(config: DeliveryConfig, channel: str, address: str = "") -> tuple[Recipient, ...]:
    """Whom a trial of the channel reaches: the address, else the operators who are told by it.

    Never those whom digests tell: they did not ask for it. A channel without addresses is a place
    of its own, and named by its name. Raises NotFoundError for a channel that delivery.yaml does
    not name, for what is no address, and where nobody is left to write to.
    """
    known = config.channel(channel)
    if known is None:
        there = ", ".join(each.name for each in config.channels)
        raise NotFoundError(
            f"no channel is called “{channel}” in delivery.yaml; there are: {there}"
        )
    if known.addresses is None:
        if address:
            raise NotFoundError(f"“{channel}” has no addresses; try it without --to")
        return (Recipient(channel=channel),)
    if address and not known.addresses.fits(address):
        expected = f"{known.addresses.what}, like {known.addresses.example}"
        raise NotFoundError(f"“{address}” is not {expected}; nothing was sent")
    if address:
        return (Recipient(channel=channel, address=address),)
    found = dict.fromkeys(each for each in config.operators if each.channel == channel)
    if not found:
        raise NotFoundError(
            f"no operator is told by “{channel}”, and nobody else is written to; name an address: "
            "--to ADDRESS, or list “operators” in delivery.yaml"
        )
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
