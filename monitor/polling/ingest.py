"""Turns new and revised entries into what is stored of them: stories, evidence and flags.

The one way into the archive: polling and replay both come through here, each in a transaction of
its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection

from monitor.core.assess import assess, match_all
from monitor.core.judging.rules import Rules
from monitor.model.entries import Entry
from monitor.model.matches import Known, Outcome
from monitor.polling.known import read_known
from monitor.store import entries as store_entries
from monitor.store import evidence as store_evidence
from monitor.store import flags as store_flags
from monitor.store import matches as store_matches
from monitor.store import outbox as store_outbox
from monitor.store import stories as store_stories
from monitor.store import story_index as store_story_index


def take_in(
    conn: Connection,
    new: Sequence[Entry],
    revised: Sequence[Entry],
    *,
    rules: Rules,
    now: datetime,
    speaking: Callable[[Connection], int] | None = None,
) -> Outcome:
    """Assess new and revised entries against the store and write everything decided.

    `speaking` tells how many outlets can corroborate anything now; None: all of the rules'. It is
    asked only when something matched, since it reads every feed. Decisions are dated `now`, or
    later if a digest was composed meanwhile.
    """
    matched = match_all((*new, *revised), rules)
    relevant = [item for item in matched if item.relevant]
    if relevant:
        now = store_outbox.not_told_yet(conn, now)
    if relevant and speaking:
        rules = replace(rules, outlets=speaking(conn))
    known = read_known(conn, relevant, rules=rules, now=now) if relevant else Known()
    outcome = assess(matched, known=known, rules=rules, now=now)
    store_entries.insert(conn, new)
    store_entries.revise(conn, revised, at=now)
    keep(conn, outcome, known=known, rules=rules, now=now)
    return outcome


def keep(
    conn: Connection,
    outcome: Outcome,
    *,
    known: Known,
    rules: Rules,
    now: datetime,
    flag: bool = True,
) -> None:
    """Write what was decided on entries that are stored, by what is `known` in this transaction.

    `flag`: raise what it raises.
    """
    store_matches.add(conn, outcome.matched, rules=rules.version, at=now)
    links = (*outcome.links, *outcome.moved)
    store_stories.save(conn, outcome.stories, links, held=known.stories)
    store_story_index.add(conn, outcome.postings)
    today = now.astimezone(UTC).date()
    store_story_index.learn_words(conn, outcome.words, entries=len(outcome.links), today=today)
    store_evidence.append(conn, outcome.evidence)
    if flag:
        store_flags.raise_all(conn, outcome.raised)
