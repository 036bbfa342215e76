"""`monitor deliver`: try a channel, and decide what becomes of messages that did not arrive."""

import asyncio
import sys
from collections.abc import Callable
from datetime import datetime
from typing import TextIO

import click
from sqlalchemy import Connection

from monitor.access.subscriptions import Subscription, change, left
from monitor.cli.output import FOUND_WRONG, as_json, complain, say
from monitor.cli.prepare import commanded_by, prepare
from monitor.config.settings import Settings
from monitor.daemon import jobs
from monitor.daemon.opening import open_app
from monitor.errors import DeliveryError, NotFoundError
from monitor.outbox import test_message
from monitor.runtime.database import open_database
from monitor.store import outbox as store_outbox


@click.group()
def deliver() -> None:
    """Try a channel; send again or drop what did not arrive; undo an unsubscription."""


_JSON = click.option("--json", "json_", is_flag=True, help="Print what was done as JSON.")


@deliver.command()
@click.argument("channel")
@click.option("--to", "address", default="", help="The address, for a channel that has addresses.")
@_JSON
def test(channel: str, address: str, json_: bool) -> None:
    """Send a short message by CHANNEL, past the outbox. Exit code 1 if the channel refuses it.

    By e-mail it goes to the address of --to, else to the operators of delivery.yaml, never to those
    whom digests tell. Whom it goes to is said first.
    """
    settings = prepare(quiet=True)
    now = jobs.SystemClock().now()
    # a console channel's message must not stand within the JSON
    stream = sys.stderr if json_ else sys.stdout
    try:
        taken = asyncio.run(_test(settings, channel, address, now, stream))
    except DeliveryError as error:
        complain(str(error))
        sys.exit(FOUND_WRONG)
    if json_:
        as_json({"channel": channel, "sent": taken})


async def _test(
    settings: Settings, channel: str, address: str, now: datetime, stream: TextIO
) -> list[dict[str, str]]:
    """Send to each, saying so on the stream; who took what under which id."""
    taken = []
    async with open_app(settings, now=now, jitter=jobs.system_jitter, stream=stream) as app:
        told = test_message.recipients(app.plan.configuration.delivery, channel, address)
        listed = ", ".join(each.address for each in told if each.address)
        say(f"sending by {channel}" + (f" to {listed}" if listed else ""), to=stream)
        for recipient in told:
            provider_id = await test_message.send(app.channels[channel], recipient, now)
            to = f" to {recipient.address}" if recipient.address else ""
            say(f"{channel} took the message{to} ({provider_id})", to=stream)
            taken.append({"recipient": recipient.address, "provider_id": provider_id})
    return taken


@deliver.command()
@click.argument("delivery", type=int)
@_JSON
def again(delivery: int, json_: bool) -> None:
    """Send DELIVERY once more; `monitor status` shows its number. The daemon sends it."""
    now = jobs.SystemClock().now()
    _decide(delivery, lambda conn: store_outbox.again(conn, delivery, now))
    if json_:
        as_json({"delivery": delivery, "due_at": now.isoformat()})
    else:
        say(f"delivery {delivery} is due now")


@deliver.command()
@click.argument("delivery", type=int)
@_JSON
def drop(delivery: int, json_: bool) -> None:
    """Let DELIVERY rest: it is not sent, and `monitor status` names it no more."""
    _decide(delivery, lambda conn: store_outbox.drop(conn, delivery))
    if json_:
        as_json({"delivery": delivery, "dropped": True})
    else:
        say(f"delivery {delivery} is dropped")


@deliver.command()
@click.argument("digest")
@click.argument("address")
@_JSON
def subscribe(digest: str, address: str, json_: bool) -> None:
    """Send DIGEST to ADDRESS again, which had unsubscribed by a link in a mail."""
    now, own = jobs.SystemClock().now(), Subscription(digest=digest, recipient=address)
    with open_database(prepare(quiet=True)) as database:
        if address.lower() not in database.read_now(lambda conn: left(conn, digest)):
            raise NotFoundError(f"{address} has not unsubscribed from the digest “{digest}”")
        database.write_now(
            lambda conn: change(conn, own, wanted=True, actor=commanded_by(), now=now)
        )
    if json_:
        as_json({"digest": digest, "address": address, "subscribed": True})
    else:
        say(f"{address} gets the digest “{digest}” again")


def _decide(delivery: int, step: Callable[[Connection], bool]) -> None:
    with open_database(prepare(quiet=True)) as database:
        if not database.write_now(step):
            raise NotFoundError(
                f"delivery {delivery} was not given up and is not held; `monitor status` shows "
                "those that are"
            )
