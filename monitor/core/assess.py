"""Turns a batch of entries and what is known into everything one poll decides.

This is the heart: live polling, replay and back-tests all call `assess`, so that what an analyst
tries on the archive is what the daemon will do. Must never do I/O or read a clock.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from monitor.core.judging import trigger, weigh
from monitor.core.judging.rules import Rules
from monitor.core.language.match.matcher import match
from monitor.core.stories import story
from monitor.model.entries import Entry
from monitor.model.flags import Evidence
from monitor.model.matches import Known, Matched, Outcome
from monitor.model.stories import Story


def match_all(entries: Iterable[Entry], rules: Rules) -> tuple[Matched, ...]:
    """What each entry hits, in order of time. Every entry is matched before any copy is sought."""
    ordered = sorted(entries, key=lambda entry: (entry.published_at, entry.outlet, entry.id))
    return tuple(match(entry, rules.watch) for entry in ordered)


def assess(
    matched: Sequence[Matched], *, known: Known, rules: Rules, now: datetime, again: bool = False
) -> Outcome:
    """Group, weigh and trigger for entries that are new or revised.

    The result does not depend on the order of `matched`, and assessing the same entries twice
    against what the first time left adds nothing. `again`: the entries are old, and it is the
    watchlist that is new; then their stories are weighed whether or not a member changed.
    """
    relevant = tuple(item for item in matched if item.relevant)
    grouping = story.group(
        relevant, known.stories, words=known.words, decisions=known.decisions, now=now
    )
    taken_back = _taken_back(grouping.gone, known, rules, now)
    placed = {member.entry_id for each in known.stories for member in each.members}
    revised = placed.intersection(item.entry.id for item in matched if item.entry.revision > 1)
    hits = {item.entry.id: item for item in (*known.matched, *matched)}
    fresh = weigh.weigh(
        _with_own(grouping.stories, matched, known) if again else grouping.stories,
        matched=hits,
        questions=rules.questions,
        known=latest(known.evidence, taken_back) if taken_back else known.evidence,
        rules=rules.version,
        now=now,
        demoted=known.demoted,
        exclusions=known.exclusions,
        revised=frozenset() if again else frozenset(revised),
    )
    # what only moved with its story is no news
    news = tuple(row for row in fresh if not any(_carries(row, one) for one in taken_back))
    fresh = (*taken_back, *fresh)
    held = latest(known.evidence, fresh) if fresh else known.evidence
    raised = trigger.trigger(held, fresh=news, known=known, rules=rules, now=now)
    return Outcome(
        decided_at=now,
        matched=tuple(item for item in matched if item.relevant or item.matches),
        links=grouping.links,
        moved=grouping.moved,
        gone=grouping.gone,
        stories=grouping.stories,
        postings=grouping.postings,
        words=grouping.words,
        evidence=fresh,
        raised=raised,
    )


def reassess(
    stories: Sequence[Story], gone: Iterable[str], *, known: Known, rules: Rules, now: datetime
) -> Outcome:
    """Weigh and trigger anew for `stories` that people regrouped; `gone` are ids that hold nothing.

    What those said is withdrawn by new rows first, so that it weighs on nothing that follows.
    """
    taken_back = _taken_back(gone, known, rules, now)
    weighed = weigh.weigh(
        stories,
        matched={item.entry.id: item for item in known.matched},
        questions=rules.questions,
        known=latest(known.evidence, taken_back),
        rules=rules.version,
        now=now,
        demoted=known.demoted,
        exclusions=known.exclusions,
    )
    fresh = (*taken_back, *weighed)
    raised = trigger.trigger(
        latest(known.evidence, fresh), fresh=fresh, known=known, rules=rules, now=now
    )
    return Outcome(
        decided_at=now,
        matched=(),
        links=(),
        stories=tuple(stories),
        postings=(),
        words={},
        evidence=fresh,
        raised=raised,
    )


def _taken_back(
    gone: Iterable[str], known: Known, rules: Rules, now: datetime
) -> tuple[Evidence, ...]:
    """Rows without weight in place of those of stories that hold nothing any more."""
    emptied = frozenset(gone)
    return tuple(
        weigh.withdrawn(row, rules=rules.version, now=now)
        for row in (known.evidence if emptied else ())
        if row.story_id in emptied and row.weight
    )


def _carries(row: Evidence, gone: Evidence) -> bool:
    """Whether a new row says no more than one whose story became part of its own."""
    same = (row.judgment, row.indicator, row.direction) == (
        gone.judgment, gone.indicator, gone.direction,
    )  # fmt: skip
    return same and row.number == 1 and {*row.entry_ids} <= {*gone.entry_ids}


def _with_own(
    changed: Sequence[Story], matched: Iterable[Matched], known: Known
) -> tuple[Story, ...]:
    """The stories that changed, and those that hold one of the entries."""
    ids = {item.entry.id for item in matched}
    own = (story for story in known.stories if any(m.entry_id in ids for m in story.members))
    return tuple({story.id: story for story in (*own, *changed)}.values())


def latest(known: Iterable[Evidence], fresh: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """The row that counts per (judgment, story, indicator): the one with the highest number."""
    rows: dict[tuple[str, str, str], Evidence] = {}
    for row in (*known, *fresh):
        held = rows.get(row.key)
        if held is None or row.number > held.number:
            rows[row.key] = row
    return tuple(rows.values())
