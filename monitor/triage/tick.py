"""Does what is due by the clock alone, and writes it; citations are watched at the same time.

Level-triggered, like everything here: what was told stands in the tables, so that a tick may come
as often as it likes and a restart neither repeats nor drops a notice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from monitor.core.judging.rules import Rules
from monitor.model.flags import Evidence, Flag, Reason, Review
from monitor.model.questions import Resolution
from monitor.polling import citations, due
from monitor.store import evidence as store_evidence
from monitor.store import feeds as store_feeds
from monitor.store import flags as store_flags
from monitor.store import outbox as store_outbox
from monitor.store import watchlists as store_watchlists
from monitor.triage import decisions


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked:
    """What one tick did, dated `at`."""

    at: datetime
    flags: tuple[Flag, ...] = ()  # opened or grown
    expired: tuple[Flag, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredTimes:
    """What the tables know of times."""

    conn: Connection

    def answered(self) -> Mapping[str, Resolution]:
        return store_watchlists.resolved(self.conn)

    def live(self) -> Iterable[Flag]:
        return store_flags.live(self.conn)

    def calendar(self) -> Mapping[str, tuple[Reason, ...]]:
        return store_flags.calendar(self.conn)

    def resets(self) -> Sequence[Review]:
        return store_flags.last_resets(self.conn)

    def loaded(self) -> Mapping[str, Mapping[str, datetime]]:
        found: dict[str, dict[str, datetime]] = {}
        for state in store_watchlists.indicators(self.conn):
            found.setdefault(state.question, {})[state.name] = state.first_at
        return found

    def of_indicator(self, judgment: str, indicator: str) -> Sequence[Evidence]:
        return store_evidence.of_indicator(self.conn, judgment, indicator)

    def share_up(self, since: datetime, until: datetime) -> float:
        return store_feeds.share_up(self.conn, since, until)


def tick(conn: Connection, rules: Rules, now: datetime) -> Ticked:
    """Raise and expire what is due at `now`."""
    now = store_outbox.not_told_yet(conn, now)
    times = StoredTimes(conn)
    found = due.due(times, rules, now)
    changed = citations.watch(citations.StoredCitations(conn), rules, now)
    expired = tuple(decisions.expire(conn, flag, at=now, note=note) for flag, note in found.expired)
    store_evidence.append(conn, found.evidence)
    answered = times.answered()
    cited = (item for item in changed if item.question not in answered)
    flags = store_flags.raise_all(conn, (*found.raised, *cited))
    return Ticked(at=now, flags=flags, expired=expired, evidence=found.evidence)
