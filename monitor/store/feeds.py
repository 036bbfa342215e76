"""What is remembered of each feed between polls, and what operators are told of feeds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, case, func, insert, or_, select, update

from monitor.errors import NotFoundError
from monitor.model.feeds import (
    Feed,
    FeedGap,
    FeedHealth,
    FeedNotice,
    FeedState,
    FeedsUp,
    GapKind,
    PollRecord,
)
from monitor.store import outbox, rows, statements
from monitor.store.schema import feed_gaps, feed_moves, feed_notices, feeds, poll_log, robots
from monitor.store.statements import Statement

_KEPT = frozenset({"feed_id", "url", "outlet", "lease"})
"""Fields that no poll changes: they are the configuration's, or the lease's."""

AHEAD = timedelta(hours=1)
"""A poll that was made so long after now was made by a clock that has been set back since."""

_UNKNOWN = object()

_ARRIVALS = 60
"""Polls that brought something new, as many as say how long a feed is usually silent."""

# every poll runs these: built once, since building a statement takes longer than running it
_STATE = select(
    feeds.c.id.label("feed_id"),
    *(feeds.c[name] for name in rows.names(FeedState) if name != "feed_id"),
)
_ITS = feeds.c.id == bindparam("its")
_ADDRESS = Statement(lambda _: select(feeds.c.url, feeds.c.location).where(_ITS))
_LEASE = Statement(lambda _: select(feeds.c.lease).where(_ITS))
_LOG = Statement(lambda _: insert(poll_log), ["feed_id", *rows.names(PollRecord)])
_FIELDS = tuple(name for name in rows.names(FeedState) if name not in _KEPT | {"entry_count"})


_BROUGHT = Statement(
    lambda _: (
        select(poll_log.c.polled_at)
        .where(poll_log.c.feed_id == bindparam("its"), poll_log.c.new > 0)
        .order_by(poll_log.c.id.desc())
        .limit(_ARRIVALS)
    )
)


@cache
def _saving(changed: tuple[str, ...]) -> Statement:
    """Write these columns; a poll changes few, and mostly the same."""
    ours = (_ITS, feeds.c.url == bindparam("asked"))
    count = {"entry_count": feeds.c.entry_count + bindparam("brought")}
    return Statement(
        lambda _: update(feeds).where(*ours).values(count),
        [*changed, "lease", "leased_until"],
    )


_WATCHING = tuple(health for health in FeedHealth if health.watching)
_NONE = timedelta()
_UNSEEN = timedelta(days=1)


def sync(
    conn: Connection, configured: Sequence[Feed], *, now: datetime, delays: Sequence[timedelta]
) -> None:
    """Bring the table in line with the configuration. `delays` holds one delay per feed.

    A new feed, one with a new address and one that is overdue are due at `now` plus their delay;
    others keep their time. A feed that is not configured any more keeps its history, never due.
    """
    held = {state.feed_id: state for state in _states(conn, _STATE)}
    conn.execute(update(feeds).where(feeds.c.configured).values(configured=False))
    pairs = zip(configured, delays, strict=True)
    _write(
        conn,
        [_known_as(feed, held.get(feed.id), now, delay) for feed, delay in pairs if feed.enabled],
    )


def add(conn: Connection, feed: Feed, *, now: datetime) -> None:
    """Bring one feed in line, due at once if it is new, and leave the others alone."""
    _write(conn, [_known_as(feed, state(conn, feed.id), now, timedelta())])


def claim(
    conn: Connection,
    now: datetime,
    *,
    lease: timedelta,
    token: str,
    limit: int = 1,
    feed_id: str | None = None,
) -> tuple[FeedState, ...]:
    """Feeds that are due, the longest overdue first, for `token` alone until its lease is over.

    Due is also what was polled an hour or more from now: its time to come is not to be believed.

    Feeds that are gone, or leased to another, are left out. A token that no other claim has used
    keeps late pollers apart.
    """
    statement = _due(now)
    if feed_id is not None:
        statement = statement.where(feeds.c.id == feed_id)
    return _lease(conn, _states(conn, statement.limit(limit)), now + lease, token)


def due(conn: Connection, now: datetime, limit: int) -> tuple[FeedState, ...]:
    """Feeds that `claim` would find, the longest overdue first; nothing is claimed."""
    return _states(conn, _due(now).limit(limit))


def claim_one(
    conn: Connection, feed_id: str, now: datetime, *, lease: timedelta, token: str
) -> FeedState | None:
    """A feed whether due or not, for `token` alone; None while another polls it."""
    found = _states(conn, _STATE.where(feeds.c.id == feed_id, _free(now)))
    leased = _lease(conn, found, now + lease, token)
    return leased[0] if leased else None


def holds(conn: Connection, feed_id: str, lease: str) -> bool:
    """Whether a feed is still leased by that claim. False: another has taken it over meanwhile."""
    return _LEASE.first(conn, its=feed_id) == [lease]


def release(conn: Connection, holder: str) -> int:
    """Give up what is leased by tokens that begin with `holder`: it is due again at once."""
    theirs = feeds.c.lease.startswith(holder, autoescape=True)
    return conn.execute(update(feeds).where(theirs).values(lease="", leased_until=None)).rowcount


def release_one(conn: Connection, feed_id: str, lease: str) -> None:
    """End the lease of a feed that was not polled after all; not one that came after it."""
    ours = (feeds.c.id == feed_id) & (feeds.c.lease == lease)
    conn.execute(update(feeds).where(ours).values(lease="", leased_until=None))


def move(conn: Connection, by: timedelta) -> int:
    """The clock was set by so much: leases go along, and what is to come with one set back.

    Returns how many feeds were moved.
    """
    c = feeds.c
    along = ("next_poll_at", "retry_at", "leased_until") if by < timedelta() else ("leased_until",)
    waiting = select(c.id, *(c[name] for name in along)).where(c.configured, or_(*(
        c[name].is_not(None) for name in along)))  # fmt: skip
    moved = [
        {"its": row["id"], **{f"to_{name}": row[name] and row[name] + by for name in along}}
        for row in conn.execute(waiting).mappings()
    ]
    if moved:
        to: dict[str, Any] = {name: bindparam(f"to_{name}") for name in along}
        conn.execute(update(feeds).where(c.id == bindparam("its")).values(to), moved)
    return len(moved)


def states(conn: Connection) -> tuple[FeedState, ...]:
    """All configured feeds, by id."""
    return _states(conn, _STATE.where(feeds.c.configured).order_by(feeds.c.id))


def troubled(conn: Connection) -> tuple[tuple[str, ...], int]:
    """The ids of the configured feeds that would not show news, and how many there are in all."""
    c = feeds.c
    poor = [health for health in FeedHealth if health.trouble]
    failing = select(c.id).where(c.configured, c.health.in_(poor)).order_by(c.id)
    count = select(func.count()).select_from(feeds).where(c.configured)
    return tuple(conn.scalars(failing)), conn.scalar(count) or 0


def state(conn: Connection, feed_id: str) -> FeedState | None:
    """What is remembered of a feed, configured or not; None if it never was."""
    found = _states(conn, _STATE.where(feeds.c.id == feed_id))
    return found[0] if found else None


def at_address(conn: Connection, address: str, *, but: str) -> str:
    """The id of another configured feed that is asked at this address, "" if there is none."""
    c = feeds.c
    asked = or_(c.location == address, (c.location == "") & (c.url == address))
    found = conn.scalar(select(c.id).where(c.configured, asked, c.id != but).limit(1))
    return found or ""


def save_poll(
    conn: Connection, after: FeedState, record: PollRecord, before: FeedState | None = None
) -> None:
    """Write what a poll means for its feed, log it, and end its lease. Raises NotFoundError.

    `before` is what the feed was stored as when it was leased: only what is another now is written.
    What it brought is added to the count of entries that the table holds. A feed that was given
    another address meanwhile is only logged: it was not this one's poll.
    """
    held = _ADDRESS.first(conn, its=after.feed_id)
    if held is None:
        raise NotFoundError(f"no feed is called “{after.feed_id}”")
    url, location = held
    changed = {
        name: value
        for name in _FIELDS
        if (value := getattr(after, name)) != getattr(before, name, _UNKNOWN)
    }
    ours = {"its": after.feed_id, "asked": after.url, "brought": record.new}
    _saving(tuple(changed)).run(conn, **changed, **ours, lease="", leased_until=None)
    _LOG.run(conn, feed_id=after.feed_id, **rows.values(record))
    if url != after.url:
        release_one(conn, after.feed_id, after.lease)
    elif location != after.location:
        moved = {"before": location or url, "after": after.address}
        conn.execute(
            insert(feed_moves), {"feed_id": after.feed_id, "at": record.polled_at, **moved}
        )


def pause(conn: Connection, feed_ids: Sequence[str], until: datetime) -> None:
    """Leave feeds alone until then, on their server's word: nobody asks earlier, unless forced."""
    for run in rows.chunks(feed_ids):
        conn.execute(update(feeds).where(feeds.c.id.in_(run)).values(retry_at=until))
        early = feeds.c.id.in_(run) & (feeds.c.next_poll_at < until)
        conn.execute(update(feeds).where(early).values(next_poll_at=until))


def polled_in_vain(conn: Connection, *, since: datetime, now: datetime) -> tuple[FeedState, ...]:
    """Feeds that were asked since then and not read, and wait, though no server said so."""
    c = feeds.c
    unread = or_(c.ok_at.is_(None), c.ok_at < since)
    return _states(conn, _STATE.where(_waiting(now), c.polled_at >= since, unread).order_by(c.id))


def failing_since(
    conn: Connection, start: datetime, end: datetime, *, now: datetime
) -> tuple[FeedState, ...]:
    """Feeds that fail, were last read between the two times, and wait, though no server said so."""
    c = feeds.c
    read = c.ok_at.between(start, end)
    return _states(conn, _STATE.where(_waiting(now), c.fail_count > 0, read).order_by(c.id))


def hasten(conn: Connection, times: Mapping[str, datetime]) -> None:
    """Ask feeds by these times, if they would be asked later."""
    earlier = (feeds.c.id == bindparam("its")) & (feeds.c.next_poll_at > bindparam("by"))
    if times:
        conn.execute(
            update(feeds).where(earlier).values(next_poll_at=bindparam("by")),
            [{"its": feed_id, "by": at} for feed_id, at in times.items()],
        )


def last_polls(conn: Connection, feed_id: str, limit: int) -> tuple[PollRecord, ...]:
    """The newest polls of a feed, newest first."""
    logged = rows.columns(poll_log, PollRecord)
    c = poll_log.c
    statement = select(*logged).where(c.feed_id == feed_id).order_by(c.id.desc()).limit(limit)
    return tuple(PollRecord(**row) for row in conn.execute(statement).mappings())


def arrivals(conn: Connection, feed_id: str) -> tuple[datetime, ...]:
    """When the last polls that brought something new were, in order."""
    return tuple(at for (at,) in reversed(_BROUGHT.all(conn, its=feed_id)))


def moves(conn: Connection, feed_id: str) -> tuple[tuple[datetime, str, str], ...]:
    """Where a feed was asked before: when it changed, the old address, the new one; in order."""
    c = feed_moves.c
    statement = select(c.at, c.before, c.after).where(c.feed_id == feed_id).order_by(c.id)
    return tuple((at, before, after) for at, before, after in conn.execute(statement))


def _waiting(now: datetime) -> Any:
    """Whether a feed would be asked later, and nobody asked us to wait."""
    c = feeds.c
    free = or_(c.retry_at.is_(None), c.retry_at <= now)
    return c.configured & ~c.gone & (c.next_poll_at > now) & free


def _free(now: datetime) -> Any:
    until = feeds.c.leased_until
    return func.coalesce(or_(until <= now, until > now + AHEAD), True)


def _due(now: datetime) -> Select[Any]:
    c = feeds.c
    come = or_(c.next_poll_at <= now, c.polled_at > now + AHEAD)
    statement = _STATE.where(c.configured, ~c.gone, come, _free(now))
    return statement.order_by(c.next_poll_at, c.id)


def _lease(
    conn: Connection, found: Sequence[FeedState], until: datetime, token: str
) -> tuple[FeedState, ...]:
    for run in rows.chunks([item.feed_id for item in found]):
        conn.execute(
            update(feeds).where(feeds.c.id.in_(run)).values(lease=token, leased_until=until)
        )
    return tuple(replace(item, lease=token) for item in found)


def _known_as(feed: Feed, known: FeedState | None, now: datetime, delay: timedelta) -> FeedState:
    """The state of a configured feed. What a server said is worth nothing at a new address."""
    fresh = FeedState(feed_id=feed.id, url=feed.url, outlet=feed.outlet, next_poll_at=now + delay)
    if known is None:
        return fresh
    if known.url != feed.url:
        return replace(
            fresh,
            polled_at=known.polled_at,
            ok_at=known.ok_at,
            first_ok_at=known.first_ok_at,
            health=known.health,
            health_at=known.health_at,
            told=known.told,
            told_at=known.told_at,
            entry_count=known.entry_count,
            new_at=known.new_at,
        )
    ahead = known.polled_at is not None and known.polled_at > now + AHEAD
    overdue = known.next_poll_at <= now or ahead
    return replace(
        known, outlet=feed.outlet, next_poll_at=now + delay if overdue else known.next_poll_at
    )


def _write(conn: Connection, states: Sequence[FeedState]) -> None:
    if not states:
        return
    statement = statements.insert(conn, feeds)
    kept = {"id", "lease", "leased_until"}
    changed = {column.name: statement.excluded[column.name] for column in feeds.c}
    changed = {name: column for name, column in changed.items() if name not in kept}
    written = [rows.values(state) | {"configured": True, "lease": ""} for state in states]
    for row in written:
        row["id"] = row.pop("feed_id")
    conn.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changed), written)


def _states(conn: Connection, statement: Select[Any]) -> tuple[FeedState, ...]:
    return tuple(FeedState(**row) for row in conn.execute(statement).mappings())


def add_notices(
    conn: Connection, notices: Iterable[FeedNotice] = (), *, gaps: Iterable[FeedGap] = ()
) -> None:
    """Remember notices and gaps. A notice is dated after every digest that did not tell it."""
    written = [rows.values(notice) for notice in notices]
    if written:
        for row in written:
            row["at"] = outbox.not_told_yet(conn, row["at"])
        conn.execute(insert(feed_notices), written)
    opened = [rows.values(gap) for gap in gaps]
    if opened:
        conn.execute(insert(feed_gaps), opened)


def close_gaps(conn: Connection, feed_id: str, *, at: datetime, made_good: bool = False) -> bool:
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


def latest_notices(conn: Connection, limit: int) -> tuple[FeedNotice, ...]:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """What a host said. `text` is empty when it has no rules (`status` 404 and the like)."""

    origin: str
    fetched_at: datetime
    status: int
    text: str


def get_robots(conn: Connection, origin: str) -> Robots | None:
    """What is known of a host; None if it was never asked."""
    c = robots.c
    statement = select(c.origin, c.fetched_at, c.status, c.text).where(c.origin == origin)
    found = conn.execute(statement).mappings().first()
    return Robots(**found) if found else None


def put_robots(conn: Connection, found: Robots) -> None:
    """Remember it in the place of what was known."""
    said = {"fetched_at": found.fetched_at, "status": found.status, "text": found.text}
    statement = statements.insert(conn, robots).values(origin=found.origin, **said)
    conn.execute(statement.on_conflict_do_update(index_elements=["origin"], set_=said))
