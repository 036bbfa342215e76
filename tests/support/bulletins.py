"""Turns news into flags and shows what was composed and queued: for the tests of digests."""

from datetime import datetime

from sqlalchemy import Connection, select

from monitor.daemon.app import App
from monitor.model.deliveries import Delivery
from monitor.model.entries import Entry
from monitor.model.flags import Flag
from monitor.outbox.compose import Composed
from monitor.polling import ingest
from monitor.store import flags as store_flags
from monitor.store import outbox as store_outbox
from monitor.store import schema
from tests import build
from tests.support.scene import SIGNED, SIGNED_TOO

SLOTS = """
channels:
  good: {type: files, folder: good}
  bad: {type: files, folder: bad}
digests:
- {name: desk, at: "08:00", days: daily, timezone: UTC, urgent: true, to: [good, bad]}
"""

CALM = SLOTS.replace("urgent: true", "urgent: false")


def entry(outlet: str, title: str, seen: datetime) -> Entry:
    return build.entry(f"{outlet}-{title}", title, outlet=outlet, seen=seen)


def arrive(app: App, now: datetime, *entries: Entry) -> None:
    app.database.write_now(
        lambda conn: ingest.take_in(conn, entries, (), rules=app.plan.rules, now=now)
    )


def signing(app: App, now: datetime) -> None:
    """News at two outlets: trips the wire."""
    arrive(app, now, entry("Courier", SIGNED, now), entry("Herald", SIGNED_TOO, now))


def flags(app: App) -> tuple[Flag, ...]:
    return app.database.read_now(store_flags.live)


def digests(app: App) -> list[tuple[str, bool]]:
    """Slot and urgency of every digest there is."""
    c = schema.digests.c

    def read(conn: Connection) -> list[tuple[str, bool]]:
        return [(row.slot, row.urgent) for row in conn.execute(select(c.slot, c.urgent))]

    return app.database.read_now(read)


def outbox(app: App) -> dict[str, Delivery]:
    found = app.database.read_now(store_outbox.listing)
    return {row.channel: row for row in found}


def slots(composed: tuple[Composed, ...]) -> list[str]:
    return [item.digest.slot for item in composed]
