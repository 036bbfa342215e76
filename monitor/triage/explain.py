"""Turns an entry, or a text somebody wonders about, into the whole why: from fetch to delivery.

Reads only. For a text, what it would match; for a stored entry also its revisions, the story it
was put into and by which rule, the evidence it became, and the flags that evidence is behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from monitor.core.feeds.normalise import unstored
from monitor.core.judging.rules import Rules
from monitor.core.language import clause
from monitor.core.language.clause import Clause, NearMiss
from monitor.core.language.match import matcher as match
from monitor.core.language.match.matcher import Explanation
from monitor.core.stories import independence
from monitor.model.entries import Entry
from monitor.model.feeds import FeedState
from monitor.model.flags import Evidence, Flag
from monitor.model.stories import Story, StoryLink, StoryStanding
from monitor.store import entries as store_entries
from monitor.store import evidence as store_evidence
from monitor.store import feeds as store_feeds
from monitor.store import flags as store_flags
from monitor.store import stories as store_stories


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What became of one entry. From `stored` on everything is empty for a mere text.

    `clauses` are those of each hit, in the same order; so are `deeds`, the readings of its `>`.
    """

    entry: Entry
    hits: tuple[Explanation, ...]
    clauses: tuple[tuple[Clause, ...], ...]
    near_misses: tuple[NearMiss, ...]
    deeds: tuple[tuple[str, ...], ...] = ()
    stored: bool = False
    feed: FeedState | None = None
    revisions: tuple[tuple[int, str, str, datetime], ...] = ()
    link: StoryLink | None = None
    story: Story | None = None
    standing: StoryStanding | None = None
    evidence: tuple[Evidence, ...] = ()
    flags: tuple[Flag, ...] = ()


def explain(conn: Connection, asked: str, rules: Rules, now: datetime) -> tuple[Trace, ...]:
    """Traces of the stored entries that `asked` names by id or link; else of `asked` as a text."""
    found = store_entries.find(conn, asked)
    if found:
        return tuple(_trace(conn, entry, rules) for entry in found)
    entry = unstored(" ".join(asked.split()), at=now)
    return (_reading(entry, rules),)


def _reading(entry: Entry, rules: Rules) -> Trace:
    hits = match.explain(entry, rules.watch)
    return Trace(
        entry=entry,
        hits=hits,
        clauses=tuple(clause.clauses(hit.phrase, entry, rules.watch) for hit in hits),
        deeds=tuple(clause.deeds(hit.phrase, entry, rules.watch) for hit in hits),
        near_misses=clause.near_misses(entry, rules.watch),
    )


def _trace(conn: Connection, entry: Entry, rules: Rules) -> Trace:
    stories = store_stories.of_entries(conn, [entry.id])
    story = stories[0] if stories else None
    rows = store_evidence.of_story(conn, story.id) if story else ()
    return replace(
        _reading(entry, rules),
        stored=True,
        feed=store_feeds.state(conn, entry.feed_id),
        revisions=store_entries.revisions(conn, entry.id),
        link=store_stories.link_of(conn, entry.id),
        story=story,
        standing=independence.standing(story.members) if story else None,
        evidence=rows,
        flags=_resting_on(conn, rows),
    )


def _resting_on(conn: Connection, rows: Sequence[Evidence]) -> tuple[Flag, ...]:
    """Flags with a reason that rests on this evidence, in order of their numbers."""
    keys = {row.key for row in rows}
    briefs = {row.judgment.rpartition("/")[0] for row in rows}
    return tuple(
        flag
        for flag in reversed(store_flags.of_briefs(conn, briefs))
        if any(ref[:3] in keys for reason in flag.reasons for ref in reason.evidence)
    )
