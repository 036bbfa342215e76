"""Turns an entry's or a story's id into its page: revisions, hits, evidence, who else told it.

Reads only.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.core.judging.rules import Rules
from monitor.core.stories import independence
from monitor.core.stories.similarity import alike
from monitor.errors import NotFoundError
from monitor.model.access import Deed
from monitor.model.entries import Entry
from monitor.model.flags import Evidence
from monitor.model.matches import Match
from monitor.model.stories import Story, StoryLink, StoryStanding
from monitor.store import access as store_access
from monitor.store import entries as store_entries
from monitor.store import evidence as store_evidence
from monitor.store import matches as store_matches
from monitor.store import stories as store_stories
from monitor.triage import explain
from monitor.triage.explain import Trace

MEMBERS_SHOWN = 200
NEAR = timedelta(days=3)
"""How far apart two stories begin that are offered to be put together."""

COMPARED = 2_000
OFFERED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class NearStory:
    """Another story that may tell the same."""

    id: str
    title: str
    started_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPage:
    story: Story
    links: dict[str, StoryLink]  # why each entry is in it, by entry id
    matches: dict[str, tuple[Match, ...]]
    evidence: tuple[Evidence, ...]  # the newest row of each judgment and indicator
    standing: StoryStanding
    near: tuple[NearStory, ...]  # the most alike first
    deeds: tuple[Deed, ...]  # what people decided about it, the newest first


def entry(conn: Connection, entry_id: str, rules: Rules, now: datetime) -> Trace:
    """Raises NotFoundError; also for an entry that was pruned."""
    if store_entries.get(conn, entry_id) is None:
        raise NotFoundError(f"there is no entry {entry_id}, or it was pruned")
    return explain.explain(conn, entry_id, rules, now)[0]


def story(conn: Connection, story_id: str) -> StoryPage:
    """Raises NotFoundError."""
    found = store_stories.get(conn, story_id)
    if found is None:
        raise NotFoundError(f"there is no story {story_id}")
    ids = [member.entry_id for member in found.members[:MEMBERS_SHOWN]]
    links = {number: store_stories.link_of(conn, number) for number in ids}
    rows = {row.key: row for row in store_evidence.of_story(conn, story_id)}
    return StoryPage(
        story=found,
        links={number: link for number, link in links.items() if link},
        matches=store_matches.of_entries(conn, ids),
        evidence=tuple(row for row in rows.values() if row.weight),
        standing=independence.standing(found.members),
        near=_near(conn, found),
        deeds=store_access.deeds_page(conn, subject=f"story {story_id}", limit=50),
    )


def _near(conn: Connection, story: Story) -> tuple[NearStory, ...]:
    """Stories of the same days, by the words that their titles share."""
    since, until = story.started_at - NEAR, story.started_at + NEAR
    others = store_stories.begun(conn, since, until, limit=COMPARED)
    titles = {number: title for number, title, _ in others if number != story.id}
    began = {number: at for number, _, at in others}
    ranked = alike(story.title, titles, limit=OFFERED)
    return tuple(NearStory(id=n, title=titles[n], started_at=began[n]) for n in ranked)


def hits(found: tuple[Match, ...]) -> tuple[Match, ...]:
    """The matches that count, those that do not behind them."""
    return tuple(sorted(found, key=lambda match: (bool(match.veto), match.question)))


def headline(found: Entry) -> str:
    """What to call an entry: its title, or its link where it has none."""
    return found.title or found.link or found.id
