"""Publishes a little news and shows what polls left in the database: for the tests of polling."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select

from monitor.daemon.app import App
from monitor.model.feeds import FeedState
from monitor.model.flags import Evidence
from monitor.store import entries as store_entries
from monitor.store import evidence as store_evidence
from monitor.store import feeds as store_feeds
from monitor.store import schema
from tests.support.scene import PARADE, SIGNED, SIGNED_TOO, START, Item, Publisher, at

OLD = Item(guid="c0", title=PARADE, at=at(-2))
NEWS = Item(guid="c1", title=SIGNED, at=at(1))
SAME_NEWS = Item(guid="h1", title=SIGNED_TOO, at=at(2), outlet="herald")


def everything(app: App) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables, in an order of their own: PostgreSQL moves rows that change."""

    def read(conn: Connection) -> dict[str, list[dict[str, Any]]]:
        return {
            table.name: sorted(map(dict, conn.execute(select(table)).mappings()), key=str)
            for table in schema.METADATA.sorted_tables
        }

    return app.database.read_now(read)


def state(app: App, feed: str = "courier") -> FeedState:
    found = app.database.read_now(lambda conn: store_feeds.state(conn, feed))
    assert found is not None
    return found


def titles(app: App) -> list[str]:
    return app.database.read_now(lambda conn: [entry.title for entry in store_entries.stream(conn)])


def evidence(app: App) -> tuple[Evidence, ...]:
    return app.database.read_now(
        lambda conn: store_evidence.current(conn, since=START - timedelta(days=60))
    )


async def begin(app: App, publisher: Publisher) -> None:
    """The first polls of both feeds: one old entry, nothing else."""
    publisher.publish("courier", OLD)
    publisher.publish("herald")
    for feed in ("courier", "herald"):
        assert (await app.poll_now(feed, START)).error is None
