"""Turns the stored entries of the last days into what each line of a watchlist caught in them.

Reads only, with the watchlist as it is now, whatever was in force when an entry came.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from monitor.core.judging.rules import Rules
from monitor.core.language.match import matcher as match
from monitor.core.language.match.matcher import Explanation
from monitor.core.language.text.tokens import keys
from monitor.core.language.watch.compiler import Rule, RuleRole
from monitor.core.linting.lint import Finding
from monitor.core.linting.lint_corpus import Caught, lint_corpus
from monitor.model.entries import Entry
from monitor.model.questions import Direction, Question
from monitor.store import entries as store_entries
from monitor.store import stories as store_stories

EXAMPLES: Final = 3
"""Headlines shown of each line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """What the archive held and what was caught. `days`: those with at least one entry."""

    since: datetime
    until: datetime
    days: int
    entries: int
    outlets: int
    caught: tuple[Caught, ...]  # one for each phrase, in the order of the watchlist
    frequencies: Mapping[str, int]  # in how many entries each folded word stands

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What to change."""
        return lint_corpus(self.caught, days=self.days)


@dataclass(frozen=True, slots=True)
class _Hit:
    """What is remembered of an entry that a phrase hit."""

    entry_id: str
    outlet: str
    title: str
    day: date
    counts: bool
    small: bool  # all of it in small letters


@dataclass(slots=True)
class _Net:
    """What one phrase has caught so far."""

    inside: list[_Hit] = field(default_factory=list)
    outside: list[_Hit] = field(default_factory=list)

    def add(self, hit: _Hit, *, in_scope: bool) -> None:
        (self.inside if in_scope else self.outside).append(hit)


_Key = tuple[str, RuleRole, str, str]
"""Question, role, indicator, text."""


def read(conn: Connection, rules: Rules, *, days: int, now: datetime) -> Corpus:
    """What every line of the watchlist catches in the entries published in the last `days` days."""
    since = now - timedelta(days=days)
    nets: dict[_Key, _Net] = {}
    seen: set[date] = set()
    outlets: set[str] = set()
    frequencies: Counter[str] = Counter()
    count = 0
    for entry in store_entries.stream(conn, since=since):
        if not since <= entry.published_at < now:
            continue
        count += 1
        seen.add(entry.published_at.date())
        outlets.add(entry.outlet)
        frequencies.update(keys(f"{entry.title}\n{entry.summary}"))
        for found in match.explain(entry, rules.watch):
            net = nets.setdefault(_key(found), _Net())
            net.add(_hit(entry, found), in_scope=found.in_scope)
    story_of = _stories(conn, nets.values())
    return Corpus(
        since=since,
        until=now,
        days=len(seen),
        entries=count,
        outlets=len(outlets),
        frequencies=frequencies,
        caught=tuple(
            _caught(rules.watch.questions[rule.question], rule, nets, story_of)
            for rule in rules.watch.rules
        ),
    )


def _key(found: Explanation) -> _Key:
    return found.question, found.role, found.indicator, found.phrase


def _hit(entry: Entry, found: Explanation) -> _Hit:
    return _Hit(
        entry_id=entry.id,
        outlet=entry.outlet,
        title=entry.title,
        day=entry.published_at.date(),
        counts=not found.veto,
        small=_small(entry, found),
    )


def _small(entry: Entry, found: Explanation) -> bool:
    texts = {"title": entry.title, "summary": entry.summary}
    hit = [texts[span.field][span.start : span.end] for span in found.spans]
    return bool(hit) and all(map(str.islower, hit))


def _stories(conn: Connection, nets: Iterable[_Net]) -> dict[str, str]:
    """The story of each entry that was hit in scope. Entries of no question are in none."""
    ids = {hit.entry_id for net in nets for hit in net.inside}
    return {
        member.entry_id: story.id
        for story in store_stories.of_entries(conn, sorted(ids))
        for member in story.members
    }


def _caught(
    question: Question, rule: Rule, nets: Mapping[_Key, _Net], story_of: Mapping[str, str]
) -> Caught:
    indicator = question.indicators[rule.indicator] if rule.role is RuleRole.INDICATOR else None
    name = indicator.name if indicator else ""
    net = nets.get((question.id, rule.role, name, rule.phrase.text), _Net())
    by_story = {story_of.get(hit.entry_id, hit.entry_id): hit.title for hit in net.inside}
    counting = [hit for hit in net.inside if hit.counts]
    small = [hit for hit in (*net.inside, *net.outside) if hit.small]
    return Caught(
        question=question.id,
        role=rule.role,
        indicator=name,
        direction=indicator.direction if indicator else Direction.NONE,
        phrase=rule.phrase,
        entries=len(net.inside),
        counted=len(counting),
        outside=len(net.outside),
        stories=len(by_story),
        outlets=len({hit.outlet for hit in net.inside}),
        days=frozenset(hit.day for hit in counting),
        examples=_newest(by_story.values()),
        small=len(small),
        example_small=small[-1].title if small else "",
        examples_outside=_newest(hit.title for hit in net.outside),
    )


def _newest(titles: Iterable[str]) -> tuple[str, ...]:
    """The last different ones, the newest first."""
    return tuple(dict.fromkeys(reversed(list(titles))))[:EXAMPLES]
