"""Turns an edited watchlist into what it would have caught in the store, beside the one in force.

Reads only, and takes nothing into force: files are edited in git. The same matcher as the daemon's.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import Connection

from monitor.config import watchlists as config_watchlists
from monitor.config.load import WATCHLISTS
from monitor.core.judging.rules import Rules
from monitor.core.language.match import matcher as match
from monitor.errors import ConfigError, Problem
from monitor.model.entries import Entry
from monitor.runtime import plan as runtime_plan
from monitor.runtime.plan import Plan
from monitor.store import entries as store_entries
from monitor.store import stories as store_stories
from monitor.triage.findings import Remark, collect

MOST_ENTRIES = 30_000
"""Entries read at most: some seconds of one core."""

MOST_DAYS = 365
SHOWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CatchChange:
    """A story that one watchlist catches and the other does not."""

    title: str
    link: str
    entry_id: str
    outlets: tuple[str, ...]
    first_at: datetime
    indicators: tuple[str, ...]  # "question/indicator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What an edit comes to. With `problems`, it would be refused and nothing else is known."""

    problems: tuple[Problem, ...] = ()
    remarks: tuple[Remark, ...] = ()
    diff: tuple[str, ...] = ()
    days: int = 0
    entries: int = 0
    cut: bool = False  # there were more entries than were read
    kept: int = 0  # stories that both catch
    gained: tuple[CatchChange, ...] = ()
    lost: tuple[CatchChange, ...] = ()


@dataclass(slots=True)
class _Story:
    entries: list[Entry] = field(default_factory=list)
    old: set[str] = field(default_factory=set)
    new: set[str] = field(default_factory=set)


def edited(plan: Plan, text: str) -> Plan:
    """The plan in force with other watchlists. Raises ConfigError with every mistake in them.

    May take seconds: call it off the event loop.
    """
    watchlists = config_watchlists.parse(text, WATCHLISTS)
    warnings = tuple(w for w in plan.configuration.warnings if w.file != WATCHLISTS)
    changed = replace(
        plan.configuration, watchlists=watchlists, warnings=(*watchlists.warnings, *warnings)
    )
    return runtime_plan.compile_plan(changed)


def diff(plan: Plan, text: str) -> tuple[str, ...]:
    """The edit as a unified diff against the file in force."""
    old, new = plan.configuration.watchlists.text, text
    names = f"a/{WATCHLISTS}", f"b/{WATCHLISTS}"
    return tuple(difflib.unified_diff(old.splitlines(), new.splitlines(), *names, lineterm=""))


def run(conn: Connection, plan: Plan, text: str, *, days: int, now: datetime) -> Trial:
    """Lint the edit and match what was seen in the last `days` days with both versions."""
    changes = diff(plan, text)
    try:
        other = edited(plan, text)
    except ConfigError as error:
        return Trial(problems=error.problems, diff=changes)
    since = now - timedelta(days=days)
    seen = list(islice(store_entries.stream(conn, since), MOST_ENTRIES + 1))
    cut, entries = len(seen) > MOST_ENTRIES, seen[:MOST_ENTRIES]
    stories = _stories(conn, entries, plan.rules, other.rules)
    return Trial(
        remarks=tuple(collect(other, None, now)),
        diff=changes,
        days=days,
        entries=len(entries),
        cut=cut,
        kept=sum(bool(story.old & story.new) for story in stories),
        gained=_changes(stories, gained=True),
        lost=_changes(stories, gained=False),
    )


def _stories(
    conn: Connection, entries: Iterable[Entry], old: Rules, new: Rules
) -> tuple[_Story, ...]:
    """The stories of all entries that one of the two counts; an entry without one is its own."""
    hits = {}
    for entry in entries:
        before, after = (match.match(entry, rules.watch).signature for rules in (old, new))
        if before or after:
            hits[entry.id] = entry, before, after
    told = {
        member.entry_id: story.id
        for story in store_stories.of_entries(conn, hits)
        for member in story.members
    }
    found: dict[str, _Story] = {}
    for entry_id, (entry, before, after) in hits.items():
        story = found.setdefault(told.get(entry_id, entry_id), _Story())
        story.entries.append(entry)
        story.old |= before
        story.new |= after
    return tuple(found.values())


def _changes(stories: Iterable[_Story], *, gained: bool) -> tuple[CatchChange, ...]:
    found = []
    for story in stories:
        indicators = story.new - story.old if gained else story.old - story.new
        if indicators:
            first = min(story.entries, key=lambda entry: (entry.published_at, entry.id))
            found.append(
                CatchChange(
                    title=first.title,
                    link=first.link,
                    entry_id=first.id,
                    outlets=tuple(dict.fromkeys(entry.outlet for entry in story.entries)),
                    first_at=first.published_at,
                    indicators=tuple(sorted(indicators)),
                )
            )
    return tuple(sorted(found, key=lambda change: change.first_at, reverse=True))
