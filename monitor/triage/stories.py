"""Takes what people decide about stories, and shows them: one function each, for every surface.

The command line, the page and the API call these, so that who, when and why are kept alike. The
deciding ones take a Connection in a write transaction and leave a line in the audit log. Nothing is
deleted: entries move, every move and decision is a row, and evidence and flags follow by rows.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from monitor.access.accounts import Actor
from monitor.core.assess import reassess
from monitor.core.judging.rules import Rules
from monitor.core.stories import independence
from monitor.core.stories.settle import settle
from monitor.errors import AnswerError, NotFoundError
from monitor.model.access import Deed
from monitor.model.flags import Evidence
from monitor.model.matches import Known, Outcome
from monitor.model.stories import Decision, DecisionKind, Story, StoryLink, StoryStanding
from monitor.polling.indexing import postings_of
from monitor.polling.known import StoredIndex, read_known
from monitor.store import access as store_access
from monitor.store import evidence as store_evidence
from monitor.store import flags as store_flags
from monitor.store import matches as store_matches
from monitor.store import outbox as store_outbox
from monitor.store import stories as store_stories
from monitor.store import story_index as store_story_index
from monitor.triage.answers import LONGEST_NOTE

MERGED, SPLIT = "story.merged", "story.split"
CERTAIN = 100.0  # a person's score


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryView:
    """A story with what it rests on, why each entry is in it, and what people said of it."""

    story: Story
    standing: StoryStanding
    links: tuple[StoryLink, ...]  # the newest of each member, in order of members
    decisions: tuple[Decision, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryDecision:
    """What a decision led to: the stories as they are now, and the new rows."""

    stories: tuple[Story, ...]
    evidence: tuple[Evidence, ...]
    deed: int  # the number by which it can be undone


def listing(conn: Connection, since: datetime) -> tuple[tuple[Story, StoryStanding], ...]:
    """Stories with an entry at `since` or later, newest first."""
    found = store_stories.window(conn, since)
    newest = sorted(found, key=lambda story: (story.members[-1].at, story.id), reverse=True)
    return tuple((story, independence.standing(story.members)) for story in newest)


def show(conn: Connection, story_id: str) -> StoryView:
    story = _story(conn, story_id)
    ids = [member.entry_id for member in story.members]
    links = (store_stories.link_of(conn, entry_id) for entry_id in ids)
    return StoryView(
        story=story,
        standing=independence.standing(story.members),
        links=tuple(link for link in links if link is not None),
        decisions=store_stories.decisions_on(conn, ids),
        evidence=store_evidence.of_story(conn, story.id),
    )


def merge(
    conn: Connection,
    story_ids: Sequence[str],
    *,
    rules: Rules,
    actor: Actor,
    at: datetime,
    note: str = "",
) -> StoryDecision:
    """Make one story of several; the grouping never takes it apart."""
    found = (_story(conn, story_id) for story_id in story_ids)
    whole = list({story.id: story for story in found}.values())
    if len(whole) < 2:
        raise AnswerError("a merge takes two stories or more")
    first, *others = (tuple(member.entry_id for member in story.members) for story in whole)
    joined = tuple(entry_id for ids in others for entry_id in ids)
    decision = _decision(DecisionKind.MERGE, first, joined, actor, at, note)
    after, outcome = _settle(conn, whole, decision, rules)
    root = after[0].members[0].entry_id
    others = [ids for ids in (first, *others) if root not in ids]
    told = {"stayed": root, "apart": others, "note": note}
    apart = json.dumps(told, ensure_ascii=False)
    deed = actor.deed(MERGED, f"story {after[0].id}", at=at, detail=apart)
    return StoryDecision(
        stories=after, evidence=outcome.evidence, deed=store_access.add_deed(conn, deed)
    )


def split(
    conn: Connection,
    story_id: str,
    entry_ids: Sequence[str],
    *,
    rules: Rules,
    actor: Actor,
    at: datetime,
    note: str = "",
) -> StoryDecision:
    """Take entries out of a story; they are never put together with the rest again."""
    story = _story(conn, story_id)
    inside = [member.entry_id for member in story.members]
    for entry_id in entry_ids:
        if entry_id not in inside:
            raise NotFoundError(f"story {story_id} has no entry {entry_id}")
    rest = tuple(entry_id for entry_id in inside if entry_id not in entry_ids)
    if not entry_ids or not rest:
        raise AnswerError("a split takes some entries of the story, and leaves some")
    leaving = tuple(dict.fromkeys(entry_ids))
    decision = _decision(DecisionKind.SPLIT, leaving, rest, actor, at, note)
    after, outcome = _settle(conn, [story], decision, rules)
    together = json.dumps({"together": [leaving[0], rest[0]], "note": note}, ensure_ascii=False)
    deed = actor.deed(SPLIT, f"story {story_id}", at=at, detail=together)
    return StoryDecision(
        stories=after, evidence=outcome.evidence, deed=store_access.add_deed(conn, deed)
    )


def take_back(
    conn: Connection, deed: Deed, *, rules: Rules, actor: Actor, now: datetime
) -> StoryDecision:
    """Put apart what was merged, or together what was split, as far as it is still otherwise."""
    detail = json.loads(deed.detail)
    note = f"takes back {deed.id}"
    after: dict[str, Story] = {}
    evidence: list[Evidence] = []
    for decision in _opposite(deed, detail, actor, now, note):
        named = store_stories.of_entries(conn, (*decision.entries, *decision.others))
        if not named:
            raise NotFoundError(f"{deed.subject} is not stored any more; nothing was taken back")
        settled, outcome = _settle(conn, named, decision, rules)
        after |= {story.id: story for story in settled}
        evidence += outcome.evidence
    written = actor.deed("story.undone", deed.subject, at=now, detail=json.dumps({"of": deed.id}))
    number = store_access.add_deed(conn, written)
    return StoryDecision(stories=tuple(after.values()), evidence=tuple(evidence), deed=number)


def _opposite(deed: Deed, detail: Any, actor: Actor, at: datetime, note: str) -> Iterator[Decision]:
    if deed.action == SPLIT:
        one, other = ((entry_id,) for entry_id in detail["together"])
        yield _decision(DecisionKind.MERGE, one, other, actor, at, note)
        return
    for group in detail["apart"]:
        stayed = (detail["stayed"],)
        yield _decision(DecisionKind.SPLIT, tuple(group), stayed, actor, at, note)


def _story(conn: Connection, story_id: str) -> Story:
    # the first entry of a story names it, also where the story became part of another
    story = store_stories.get(conn, story_id) or next(
        iter(store_stories.of_entries(conn, [story_id])), None
    )
    if story is None:
        raise NotFoundError(f"no story is called {story_id}; `monitor stories` lists them")
    return story


def _decision(
    kind: DecisionKind,
    entries: tuple[str, ...],
    others: tuple[str, ...],
    actor: Actor,
    at: datetime,
    note: str,
) -> Decision:
    if len(note) > LONGEST_NOTE:
        raise AnswerError(f"a note has at most {LONGEST_NOTE:,} characters")
    return Decision(kind=kind, entries=entries, others=others, by=actor.name, at=at, note=note)


def _settle(
    conn: Connection, before: Sequence[Story], decision: Decision, rules: Rules
) -> tuple[tuple[Story, ...], Outcome]:
    after = settle(before, (decision,))
    members = [member.entry_id for story in after for member in story.members]
    matched = store_matches.matched(conn, members)
    store_stories.add_decision(conn, decision)
    store_stories.save(conn, after, tuple(_links(before, after, decision)), held=before)
    # a copy was found by the words of its original
    store_story_index.add(conn, postings_of(after, StoredIndex(conn), now=decision.at))
    now = store_outbox.not_told_yet(conn, decision.at)
    known = read_known(conn, matched, rules=rules, now=now) if matched else Known()
    known = replace(known, matched=(*known.matched, *matched))
    gone = {story.id for story in before} - {story.id for story in after}
    outcome = reassess(after, gone, known=known, rules=rules, now=now)
    store_evidence.append(conn, outcome.evidence)
    store_flags.raise_all(conn, outcome.raised)
    return after, outcome


def _links(
    before: Iterable[Story], after: Iterable[Story], decision: Decision
) -> Iterable[StoryLink]:
    """A row for each entry that changed its story."""
    held = {member.entry_id: story.id for story in before for member in story.members}
    why = f"{decision.by}: {decision.note}" if decision.note else f"decided by {decision.by}"
    for story in after:
        for member in story.members:
            if held.get(member.entry_id) != story.id:
                yield StoryLink(
                    entry_id=member.entry_id,
                    story_id=story.id,
                    relation=member.relation,
                    score=CERTAIN,
                    rule=f"{decision.kind} by a person",
                    reason=why,
                    linked_at=decision.at,
                )
