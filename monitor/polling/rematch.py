"""Matches stored entries with the watchlist in force, after an edit: their evidence follows it.

What an entry hits now is stored under the present version; rows that the watchlist no longer gives
are withdrawn, others are weighed anew. Nothing is flagged unless that is asked for, and then only
once for all that was found: an edit must never cause a storm.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection

from monitor.core.assess import assess, latest, match_all
from monitor.core.judging import trigger
from monitor.core.judging.rules import Rules
from monitor.model.entries import Entry
from monitor.model.flags import Evidence, Flag
from monitor.polling import ingest
from monitor.polling.known import read_known, read_ledgers
from monitor.store import entries as store_entries
from monitor.store import flags as store_flags
from monitor.store import matches as store_matches
from monitor.store import outbox as store_outbox
from monitor.store import watchlists as store_watchlists

AT_ONCE = 500
"""Entries of one batch; stories that reach over two batches are weighed in both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rematched:
    """What a watchlist made of old entries."""

    entries: int
    matched: int  # in scope of a question
    rows: int  # evidence rows written
    withdrawn: int  # of them, those that take one back
    flags: tuple[Flag, ...] = ()


def rematch(
    conn: Connection,
    rules: Rules,
    *,
    since: datetime,
    now: datetime,
    alert: bool = False,
    progress: Callable[[int], None] = lambda _count: None,
) -> Rematched:
    """Match and weigh entries first seen from `since` on; `alert`: flags may follow from them."""
    now = store_outbox.not_told_yet(conn, now)
    if alert:
        store_watchlists.alert_from(conn, [question.id for question in rules.questions], since)
    count = matched = 0
    fresh: list[Evidence] = []
    for batch in _batches(store_entries.stream(conn, since, None)):
        hit, rows = _again(conn, batch, rules, now)
        count, matched = count + len(batch), matched + hit
        fresh += rows
        progress(count)
    return Rematched(
        entries=count,
        matched=matched,
        rows=len(fresh),
        withdrawn=sum(not row.weight for row in fresh),
        flags=_flag(conn, rules, fresh, now) if alert and fresh else (),
    )


def _batches(entries: Iterator[Entry]) -> Iterator[Sequence[Entry]]:
    # read whole first: a cursor must not be open while the same rows are written
    held = iter(list(entries))
    while batch := list(islice(held, AT_ONCE)):
        yield batch


def _again(
    conn: Connection, batch: Sequence[Entry], rules: Rules, now: datetime
) -> tuple[int, tuple[Evidence, ...]]:
    """How many are in a scope, and the rows that follow."""
    matched = match_all(batch, rules)
    # an entry that is in no scope any more is looked at too: what it said is withdrawn
    known = read_known(conn, matched, rules=rules, now=now)
    outcome = assess(matched, known=known, rules=rules, now=now, again=True)
    ingest.keep(conn, outcome, known=known, rules=rules, now=now, flag=False)
    placed = {member.entry_id for story in known.stories for member in story.members}
    left = [item for item in matched if not item.relevant and item.entry.id in placed]
    store_matches.add(conn, left, rules=rules.version, at=now)
    return sum(item.relevant for item in matched), outcome.evidence


def _flag(
    conn: Connection, rules: Rules, fresh: Sequence[Evidence], now: datetime
) -> tuple[Flag, ...]:
    known = read_ledgers(
        conn,
        rules,
        earliest=min(row.first_at for row in fresh),
        hit={row.indicator for row in fresh},
        now=now,
    )
    newest = latest((), fresh)
    return store_flags.raise_all(
        conn,
        trigger.trigger(known.evidence, fresh=newest, known=known, rules=rules, now=now),
    )
