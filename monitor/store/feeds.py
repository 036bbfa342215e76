"""What is remembered of each feed between polls, and the log of its polls."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select, update

from monitor.errors import NotFoundError
from monitor.model.feeds import Feed, FeedState, PollRecord
from monitor.store import engine, rows
from monitor.store.schema import feeds, poll_log


def sync(
    conn: Connection, configured: Sequence[Feed], *, now: datetime, delays: Sequence[timedelta]
) -> None:
    """Bring the table in line with the configuration. `delays` holds one delay per feed.

    A new feed, one with a new address and one that is overdue are due at `now` plus their delay;
    others keep their time. A feed that is not configured any more keeps its history, never due.
    """
    held = {state.feed_id: state for state in _states(conn, _select())}
    conn.execute(update(feeds).where(feeds.c.configured).values(configured=False))
    pairs = zip(configured, delays, strict=True)
    _write(
        conn,
        [_known_as(feed, held.get(feed.id), now, delay) for feed, delay in pairs if feed.enabled],
    )


def add(conn: Connection, feed: Feed, *, now: datetime) -> None:
    """Bring one feed in line, due at once if it is new, and leave the others alone."""
    _write(conn, [_known_as(feed, state(conn, feed.id), now, timedelta())])


def due(conn: Connection, now: datetime, limit: int) -> tuple[FeedState, ...]:
    """Configured feeds whose time has come, the longest overdue first."""
    c = feeds.c
    statement = _select().where(c.configured, c.next_poll_at <= now)
    return _states(conn, statement.order_by(c.next_poll_at, c.id).limit(limit))


def states(conn: Connection) -> tuple[FeedState, ...]:
    """All configured feeds, by id."""
    return _states(conn, _select().where(feeds.c.configured).order_by(feeds.c.id))


def outlets_up(conn: Connection) -> int:
    """How many outlets have a configured feed that is not failing: as many can corroborate."""
    return len({state.outlet for state in states(conn) if not state.fail_count and not state.gone})


def share_up(conn: Connection, since: datetime, until: datetime) -> float:
    """The part of the polls between two times that succeeded; 0 without any."""
    c = poll_log.c
    found = conn.scalars(select(c.ok).where(c.polled_at >= since, c.polled_at < until)).all()
    return sum(found) / len(found) if found else 0.0


def state(conn: Connection, feed_id: str) -> FeedState | None:
    """What is remembered of a feed, configured or not; None if it never was."""
    found = _states(conn, _select().where(feeds.c.id == feed_id))
    return found[0] if found else None


def save_poll(conn: Connection, feed_id: str, record: PollRecord) -> None:
    """Write what a poll means for the feed's state, and log it. Raises NotFoundError."""
    changed: dict[str, Any] = {
        "next_poll_at": record.next_poll_at,
        "polled_at": record.polled_at,
        "fail_count": record.fail_count,
        "error_code": record.error_code,
        "error_text": record.error_text,
        "gone": record.gone,
        "entry_count": feeds.c.entry_count + record.new,
    }
    validators = {
        "etag": record.etag,
        "last_modified": record.last_modified,
        "body_hash": record.body_hash,
    }
    changed |= {name: value for name, value in validators.items() if value is not None}
    if record.ok:
        changed["ok_at"] = record.polled_at
    if not conn.execute(update(feeds).where(feeds.c.id == feed_id).values(**changed)).rowcount:
        raise NotFoundError(f"no feed is called “{feed_id}”")
    logged = {name: value for name, value in rows.values(record).items() if name not in validators}
    conn.execute(insert(poll_log).values(feed_id=feed_id, **logged))


def last_polls(conn: Connection, feed_id: str, limit: int) -> tuple[PollRecord, ...]:
    """The newest polls of a feed, newest first. Validators are not in the log: they are None."""
    c = poll_log.c
    logged = [c[name] for name in rows.names(PollRecord) if name in c]
    statement = select(*logged).where(c.feed_id == feed_id).order_by(c.id.desc()).limit(limit)
    return tuple(PollRecord(**row) for row in conn.execute(statement).mappings())


def prune_poll_log(conn: Connection, before: datetime) -> int:
    """Drop the log of polls earlier than `before`; returns how many."""
    return conn.execute(delete(poll_log).where(poll_log.c.polled_at < before)).rowcount


def _known_as(feed: Feed, known: FeedState | None, now: datetime, delay: timedelta) -> FeedState:
    """The state of a configured feed. What a server said is worth nothing at a new address."""
    if known is None:
        return FeedState(
            feed_id=feed.id, url=feed.url, outlet=feed.outlet, next_poll_at=now + delay
        )
    if known.url != feed.url:
        return replace(
            known,
            url=feed.url,
            outlet=feed.outlet,
            next_poll_at=now + delay,
            etag="",
            last_modified="",
            body_hash="",
            fail_count=0,
            error_code="",
            error_text="",
            gone=False,
        )
    overdue = known.next_poll_at <= now
    return replace(
        known, outlet=feed.outlet, next_poll_at=now + delay if overdue else known.next_poll_at
    )


def _write(conn: Connection, states: Sequence[FeedState]) -> None:
    if not states:
        return
    statement = engine.insert(conn, feeds)
    changed = {column.name: statement.excluded[column.name] for column in feeds.c}
    del changed["id"]
    written = [rows.values(state) | {"configured": True} for state in states]
    for row in written:
        row["id"] = row.pop("feed_id")
    conn.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changed), written)


def _select() -> Select[Any]:
    others = [feeds.c[name] for name in rows.names(FeedState) if name != "feed_id"]
    return select(feeds.c.id.label("feed_id"), *others)


def _states(conn: Connection, statement: Select[Any]) -> tuple[FeedState, ...]:
    return tuple(FeedState(**row) for row in conn.execute(statement).mappings())
