"""What stands in the tables at this moment, counted: for metrics. Never reads an entry."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, text

from monitor.model.deliveries import WAITING, DeliveryState
from monitor.model.feeds import FeedHealth
from monitor.model.flags import FlagState
from monitor.model.workers import Cluster
from monitor.store import workers
from monitor.store.schema import LIVE, deliveries, digests, feeds, flag_reasons, flags


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauges:
    """Counts, and the moments that ages are counted from; None where nothing waits."""

    feeds: dict[FeedHealth, int]
    flags: dict[FlagState, int]  # live ones
    oldest_flag: datetime | None  # that nobody has acknowledged
    deliveries: dict[DeliveryState, int]  # all that were not sent
    oldest_delivery: datetime | None  # that waits to be sent
    due_since: datetime | None  # when the feed that waits for longest should have been asked
    cluster: Cluster | None  # None where a daemon does everything


def read(conn: Connection) -> Gauges:
    """All of it; cheap enough to be asked every few seconds."""
    f, d, g = feeds.c, deliveries.c, flags.c
    health = select(f.health, func.count()).where(f.configured).group_by(f.health)
    live = select(g.state, func.count()).where(text(LIVE)).group_by(g.state)
    unsent = [state for state in DeliveryState if state is not DeliveryState.SENT]
    queue = select(d.state, func.count()).where(d.state.in_(unsent)).group_by(d.state)
    return Gauges(
        feeds={row[0]: row[1] for row in conn.execute(health)},
        flags={row[0]: row[1] for row in conn.execute(live)},
        oldest_flag=conn.scalar(
            select(func.min(g.opened_at)).where(text(LIVE), g.state == FlagState.OPEN)
        ),
        deliveries={row[0]: row[1] for row in conn.execute(queue)},
        oldest_delivery=conn.scalar(select(func.min(d.queued_at)).where(d.state.in_(WAITING))),
        due_since=conn.scalar(select(func.min(f.next_poll_at)).where(f.configured, ~f.gone)),
        cluster=workers.cluster(conn),
    )


def flagged_at(conn: Connection, digest_id: int) -> datetime | None:
    """When the reason was raised that an urgent message told; None for any other message."""
    c = digests.c
    told = select(c.slot, c.composed_at).where(c.id == digest_id, c.urgent)
    row = conn.execute(told).one_or_none()
    kind, _, rest = row.slot.partition("-") if row else ("", "", "")
    number = rest.partition("-")[0]
    if row is None or kind != "flag" or not number.isdecimal():
        return None
    r = flag_reasons.c
    newest = select(func.max(r.raised_at)).where(
        r.flag_id == int(number), r.interrupts, r.raised_at <= row.composed_at
    )
    found: datetime | None = conn.scalar(newest)
    return found
