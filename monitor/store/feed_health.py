"""What operators are told of feeds, and the gaps in what was read."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, case, func, insert, or_, select, update

from monitor.model.feed_health import FeedGap, FeedHealth, FeedNotice, FeedsUp, GapKind
from monitor.store import digests, rows
from monitor.store.schema import feed_gaps, feed_notices, feeds

_WATCHING = tuple(health for health in FeedHealth if health.watching)
_NONE = timedelta()
_UNSEEN = timedelta(days=1)


def add(
    conn: Connection, notices: Iterable[FeedNotice] = (), *, gaps: Iterable[FeedGap] = ()
) -> None:
    """Remember notices and gaps. A notice is dated after every digest that did not tell it."""
    written = [rows.values(notice) for notice in notices]
    if written:
        for row in written:
            row["at"] = digests.not_told_yet(conn, row["at"])
        conn.execute(insert(feed_notices), written)
    opened = [rows.values(gap) for gap in gaps]
    if opened:
        conn.execute(insert(feed_gaps), opened)


def close(conn: Connection, feed_id: str, *, at: datetime, made_good: bool = False) -> bool:
    """End the open gaps of a feed ("" for those of all feeds); False if there was none."""
    c = feed_gaps.c
    statement = update(feed_gaps).where(c.feed_id == feed_id, c.ended_at.is_(None))
    return bool(conn.execute(statement.values(ended_at=at, made_good=made_good)).rowcount)


def notices(
    conn: Connection, *, since: datetime | None = None, until: datetime | None = None
) -> tuple[FeedNotice, ...]:
    """What was to be told after `since`, up to `until`, in order; core.feeds.health sums it up."""
    c = feed_notices.c
    statement = select(*rows.columns(feed_notices, FeedNotice)).order_by(c.id)
    if since is not None:
        statement = statement.where(c.at > since)
    if until is not None:
        statement = statement.where(c.at <= until)
    return tuple(FeedNotice(**row) for row in conn.execute(statement).mappings())


def latest(conn: Connection, limit: int) -> tuple[FeedNotice, ...]:
    """The newest notices, newest first."""
    c = feed_notices.c
    statement = select(*rows.columns(feed_notices, FeedNotice)).order_by(c.id.desc()).limit(limit)
    return tuple(FeedNotice(**row) for row in conn.execute(statement).mappings())


def gaps(conn: Connection, since: datetime, until: datetime) -> tuple[FeedGap, ...]:
    """Gaps of configured feeds, and of all feeds, that reach into the time and were not made good.

    Nothing may be called quiet over one of them.
    """
    c = feed_gaps.c
    configured = select(feeds.c.id).where(feeds.c.configured)
    statement = select(*rows.columns(feed_gaps, FeedGap)).where(
        or_(c.ended_at.is_(None), c.ended_at > since),
        c.started_at < until,
        ~c.made_good,
        or_(c.feed_id == "", c.feed_id.in_(configured)),
    )
    found = conn.execute(statement.order_by(c.started_at, c.id)).mappings()
    return tuple(FeedGap(**row) for row in found)


def never_read(conn: Connection) -> tuple[str, ...]:
    """Ids of the configured feeds that were asked, and not read once, in order."""
    c = feeds.c
    asked = select(c.id).where(c.configured, c.polled_at.is_not(None), c.first_ok_at.is_(None))
    return tuple(conn.scalars(asked.order_by(c.id)))


def network_down(conn: Connection) -> datetime | None:
    """Since when no feed at all can be reached; None while some can."""
    c = feed_gaps.c
    found: datetime | None = conn.scalar(
        select(c.started_at).where(c.feed_id == "", c.kind == GapKind.NETWORK, c.ended_at.is_(None))
    )
    return found


def up(conn: Connection) -> FeedsUp:
    """How many configured feeds would bring news now; none while our own network is down."""
    c = feeds.c
    watching = c.health.in_(_WATCHING)
    statement = select(
        func.count(),
        func.count(case((watching, 1))),
        func.count(c.outlet.distinct()),
        func.count(case((watching, c.outlet)).distinct()),
    ).where(c.configured)
    feeds_, feeds_up, outlets, outlets_up = conn.execute(statement).one()
    if network_down(conn) is not None:
        feeds_up = outlets_up = 0
    return FeedsUp(feeds=feeds_, feeds_up=feeds_up, outlets=outlets, outlets_up=outlets_up)


def share_up(conn: Connection, since: datetime, until: datetime) -> float:
    """The part, 0 to 1, of `since` to `until` in which the configured feeds were watched.

    Each feed counts from its first success on, less its gaps; before the very first success of
    any feed nothing was watched, nor is it while the last one is over a day old: the program may
    have been off. Gaps that were made good do not count. 0 without feeds or time.
    """
    c = feeds.c
    read = select(c.id, c.first_ok_at, c.ok_at).where(c.configured, c.first_ok_at < until)
    rows_ = conn.execute(read).all()
    first: dict[str, datetime] = {row.id: row.first_ok_at for row in rows_}
    silent = [
        FeedGap(feed_id=row.id, kind=GapKind.DOWN, started_at=row.ok_at)
        for row in rows_
        if until - row.ok_at > _UNSEEN
    ]
    if not first or until <= since:
        return 0.0
    found = (*gaps(conn, since, until), *silent)
    of_all = [gap for gap in found if not gap.feed_id]
    own: dict[str, list[FeedGap]] = {}
    for gap in found:
        own.setdefault(gap.feed_id, []).append(gap)
    begun = max(since, min(first.values()))
    starts = {feed_id: max(since, at) for feed_id, at in first.items()}
    watched = sum(
        (
            until - start - _unwatched([*own.get(feed_id, ()), *of_all], start, until)
            for feed_id, start in starts.items()
        ),
        _NONE,
    )
    whole = sum((until - start for start in starts.values()), _NONE)
    return watched / (whole + (begun - since) * len(first))


def _unwatched(found: Sequence[FeedGap], start: datetime, end: datetime) -> timedelta:
    """How much of the time the gaps cover; where they overlap it counts once."""
    covered, reached = _NONE, start
    for gap in sorted(found, key=lambda gap: gap.started_at):
        begins = max(gap.started_at, reached)
        ends = min(gap.ended_at or end, end)
        if ends > begins:
            covered += ends - begins
            reached = ends
    return covered
