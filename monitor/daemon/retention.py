"""Decides what is old enough to go, tells it, and drops it batch by batch, once a night.

What is dropped: entries that no question ever cared for, if the settings say so (a mark stays while
their feed may list them), and logs. Everything that was told or may be told stays: stories, hits,
evidence, flags, citations, digests, gaps, and every decision.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from monitor.runtime.database import Database
from monitor.store import meta as store_meta
from monitor.store import outbox as store_outbox
from monitor.store import upkeep
from monitor.store import upkeep as store_upkeep
from monitor.store.upkeep import MARKS, NOTICES, POLLS

POLL_DAYS = 90
NOTICE_DAYS = 365
MARK_DAYS = 730
"""Marks of dropped entries outlast them by this; what a feed lists for longer is new again, and
being old it flags nothing."""

UNTOLD = timedelta(days=31)
"""Notices of this long before the newest digest stay: one that comes rarely may still tell them."""

NIGHT = 3
"""The hour of the desk's day from which the night's work is due."""

_DONE = "pruned_on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One kind of thing that goes: how many there are, and how to drop a batch."""

    name: str
    before: datetime
    count: Callable[[Connection], int]
    drop: Callable[[Connection], int]


def steps(conn: Connection, now: datetime, keep_days: int | None) -> tuple[Step, ...]:
    """What goes by now. `keep_days`: how long entries nobody cared for are kept; None for ever."""
    polls, notices, marks = (
        now - timedelta(days=days) for days in (POLL_DAYS, NOTICE_DAYS, MARK_DAYS)
    )
    told = store_outbox.newest_window(conn)
    found = [_old("polls", POLLS, polls)]
    if told is not None:
        found.append(_old("notices", NOTICES, min(notices, told - UNTOLD)))
    if keep_days is not None:
        before = now - timedelta(days=keep_days)
        count = partial(store_upkeep.count_entries, before=before)
        drop = partial(store_upkeep.prune_entries, before=before, at=now)
        found.append(Step(name="entries", before=before, count=count, drop=drop))
    found.append(_old("marks", MARKS, marks))
    return tuple(found)


def _old(name: str, old: store_upkeep.Old, before: datetime) -> Step:
    return Step(
        name=name,
        before=before,
        count=partial(store_upkeep.count_rows, old=old, before=before),
        drop=partial(store_upkeep.prune_rows, old=old, before=before),
    )


def preview(conn: Connection, now: datetime, keep_days: int | None) -> dict[str, int]:
    """How many of each kind would go."""
    return {step.name: step.count(conn) for step in steps(conn, now, keep_days)}


async def prune(database: Database, now: datetime, keep_days: int | None) -> dict[str, int]:
    """Drop it all, each batch in a transaction of its own so that polls go on; how many went.

    `bytes` is by how much a SQLite file has shrunk.
    """
    gone: dict[str, int] = {}
    for step in await database.read(lambda conn: steps(conn, now, keep_days)):
        gone[step.name] = 0
        while batch := await database.write(step.drop):
            gone[step.name] += batch
    gone["bytes"] = 0
    if any(gone.values()):
        while freed := await database.apart(upkeep.give_back):
            gone["bytes"] += freed
    return gone


def take_night(conn: Connection, now: datetime, zone: str) -> bool:
    """Whether the work of this night is still to be done; whoever asks first does it."""
    local = now.astimezone(ZoneInfo(zone))
    night = (local if local.hour >= NIGHT else local - timedelta(days=1)).date().isoformat()
    if store_meta.get(conn, _DONE) == night:
        return False
    store_meta.put(conn, _DONE, night)
    return True
