"""Lists of deliveries with the digests they carry, page by page."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select

from monitor.model.deliveries import Delivery, DeliveryState
from monitor.store import rows
from monitor.store.schema import deliveries, digests

_DELIVERY = rows.columns(deliveries, Delivery)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A delivery and the subject of what it carries."""

    delivery: Delivery
    subject: str
    digest: str  # its name


def page(
    conn: Connection,
    *,
    states: Collection[DeliveryState],
    before: int | None = None,
    limit: int,
) -> tuple[Carried, ...]:
    """Deliveries in these states, the newest first; older than number `before` if it is given."""
    c = deliveries.c
    statement = (
        select(*_DELIVERY, digests.c.subject.label("digest_subject"), digests.c.name)
        .join(digests, digests.c.id == c.digest_id)
        .order_by(c.id.desc())
        .limit(limit)
    )
    if len(states) < len(DeliveryState):
        statement = statement.where(c.state.in_(states))
    if before is not None:
        statement = statement.where(c.id < before)
    return tuple(
        Carried(
            delivery=Delivery(**{name: row[name] for name in rows.names(Delivery)}),
            subject=row["digest_subject"],
            digest=row["name"],
        )
        for row in conn.execute(statement).mappings()
    )
