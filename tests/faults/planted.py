"""Bugs that a durable program must not have, to show that the fault suite would see them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine

from monitor.errors import DeliveryError
from monitor.model.deliveries import Delivery
from monitor.outbox import send
from monitor.outbox.send import Route
from monitor.runtime.database import Database
from monitor.store import engine as store_engine
from monitor.store import outbox as store_outbox


def mark_sent_before_it_is() -> None:
    """A crash between the mark and the message loses the message."""

    async def deliver_next(
        database: Database, route: Route, *, now: datetime, token: str
    ) -> Delivery | None:
        row = await database.write(lambda conn: send._claim(conn, route, now, token))
        if row is None:
            return None
        await database.write(
            lambda conn: store_outbox.mark_sent(
                conn, row.id, row.token, provider_id=row.key, at=now
            )
        )
        try:
            await send._send(database, route, row, now)
        except DeliveryError:
            return row
        return row

    send.deliver_next = deliver_next


def no_transaction() -> None:
    """Each statement is committed by itself, so a crash leaves half a poll or half a digest."""

    @contextmanager
    def write(engine: Engine) -> Iterator[Connection]:
        with store_engine.blaming(engine), engine.connect() as plain:
            conn = plain.execution_options(sqlite_begin="SELECT 1")
            with conn.begin():
                yield conn

    store_engine.write = write


BUGS: dict[str, Callable[[], None]] = {
    "": lambda: None,
    "mark sent before it is": mark_sent_before_it_is,
    "no transaction": no_transaction,
}
