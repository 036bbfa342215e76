"""Turns new and revised entries into what is stored of them: stories, evidence and flags.

The one way into the archive: polling and replay both come through here, each in a transaction of
its own.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from monitor.core import indicators, weigh
from monitor.core.assess import assess, match_all
from monitor.core.rules import Rules
from monitor.model.entries import Entry
from monitor.model.flags import Review
from monitor.model.matches import Matched
from monitor.model.outcome import Known, Outcome
from monitor.model.questions import IndicatorState
from monitor.store import entries as store_entries
from monitor.store import evidence as store_evidence
from monitor.store import flags as store_flags
from monitor.store import indicators as store_indicators
from monitor.store import matches as store_matches
from monitor.store import resolutions as store_resolutions
from monitor.store import stories as store_stories

GROUPING_WINDOW = timedelta(days=4)
"""How far back stories are read: a root may be 72 hours old, and dates a day off."""

MEMORY = timedelta(days=60)
"""How far back triggers look at least: 58 days tell what is usual, and no pause is longer."""

GROUPING_LIMIT = timedelta(days=14)
"""Entries dated earlier than this are grouped with this stretch of the archive only."""


def take_in(
    conn: Connection,
    new: Sequence[Entry],
    revised: Sequence[Entry],
    *,
    rules: Rules,
    now: datetime,
) -> Outcome:
    """Assess new and revised entries against the store and write everything decided."""
    matched = match_all((*new, *revised), rules)
    relevant = [item for item in matched if item.relevant]
    known = read_known(conn, relevant, rules=rules, now=now) if relevant else Known()
    outcome = assess(matched, known=known, rules=rules, now=now)
    store_entries.insert(conn, new)
    store_entries.revise(conn, revised, at=now)
    store_matches.add(conn, outcome.matched, rules=rules.version, at=now)
    store_stories.save(conn, outcome.stories, outcome.links)
    store_evidence.append(conn, outcome.evidence)
    store_flags.raise_all(conn, outcome.raised)
    return outcome


def read_known(
    conn: Connection, arriving: Sequence[Matched], *, rules: Rules, now: datetime
) -> Known:
    """What the store knows that deciding on these entries may depend on."""
    earliest = min(item.entry.published_at for item in arriving)
    window = max(earliest, now - GROUPING_LIMIT) - GROUPING_WINDOW
    stories = {story.id: story for story in store_stories.window(conn, window)}
    own = store_stories.of_entries(conn, [item.entry.id for item in arriving])
    stories |= {story.id: story for story in own}
    members = [member.entry_id for story in stories.values() for member in story.members]
    reviews = store_flags.last_resets(conn)
    start = memory_from(rules, reviews, earliest, now)
    states = store_indicators.read(conn)
    hit = sorted({match.indicator for item in arriving for match in item.matches})
    return Known(
        stories=tuple(stories.values()),
        evidence=store_evidence.current(conn, since=start),
        older=store_evidence.older(conn, before=start, indicators=hit),
        flags=store_flags.recent(conn, start),
        reviews=reviews,
        matched=store_matches.matched(conn, members),
        indicators=states,
        demoted=read_demoted(conn, rules, states),
        resolved=frozenset(store_resolutions.current(conn)),
    )


def read_demoted(
    conn: Connection, rules: Rules, states: Sequence[IndicatorState]
) -> frozenset[tuple[str, str]]:
    """(question, indicator) pairs that count one level weaker, because they misfired twice."""
    questions = {brief.key: question.id for question, brief, _ in rules.pairs()}
    return indicators.demoted(store_flags.blamed(conn), states, questions)


def memory_from(
    rules: Rules, reviews: Sequence[Review], earliest: datetime, now: datetime
) -> datetime:
    """From when on evidence and flags must be known to decide on entries dated `earliest` or later.

    The ledger's start, or the stretch that triggers look back; before either, what a story's points
    depend on.
    """
    start = min(ledger_start(rules, reviews), now - MEMORY, earliest)
    return start - weigh.SATURATION


def ledger_start(rules: Rules, reviews: Sequence[Review]) -> datetime:
    """The earliest moment from which any brief's ledger counts."""
    resets = {review.brief: review for review in reviews}
    starts = [weigh.counted_from(brief, resets) for _, brief, _ in rules.pairs()]
    known = [start for start in starts if start is not None]
    if len(known) < len(starts) or not known:
        return BEGINNING
    return min(known)


BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""Before everything: a brief without a publication date counts all there is."""
