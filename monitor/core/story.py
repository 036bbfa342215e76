"""Turns matched entries and the open stories into links: which story each belongs to, and why.

Must never merge two stories, keep back an entry that counts for more than the text it repeats, or
let the order in which entries arrive matter.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.core.compare import (
    COPY_WINDOW,
    Near,
    headline,
    order,
    same_event,
    same_link,
    same_text,
    same_title,
)
from monitor.core.headline import Headline
from monitor.core.similarity import rarity
from monitor.model.matches import Matched
from monitor.model.stories import Link, Member, Relation, Story

STORY_WINDOW = timedelta(hours=72)  # from the root, so that a story cannot drift for ever
STORY_CAP = 40  # members; an equal title or link joins a full story all the same
RECENT_MEMBERS = 12  # half of these must agree with a sibling
# An entry is found by its eight rarest words, among the newest 400 with each word; the fifty that
# share most are compared. On ten days of real feeds that finds 99 % of what comparing all finds.
INDEX_WORDS, POSTINGS, CANDIDATES = 8, 400, 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """What grouping decided."""

    links: tuple[Link, ...]  # one per arrival that was not yet in a story
    stories: tuple[Story, ...]  # opened or grown or changed, whole, members in order of time


def group(arrivals: Sequence[Matched], stories: Sequence[Story], *, now: datetime) -> Grouping:
    """Link every arrival to the story it belongs to, or open one for it.

    An arrival that is a member already is a revision: its member is replaced and nothing is linked
    anew. The result does not depend on the order of either sequence. A story's first member is its
    root and stays it; the others follow in order of (at, outlet, entry id).
    """
    newest = {
        matched.entry.id: matched
        for matched in sorted(arrivals, key=lambda m: (m.entry.revision, m.entry.content_hash))
    }
    shelf = _Shelf(stories)
    members = map(_member, newest.values())
    fresh = sorted((member for member in members if not shelf.revise(member)), key=order)
    shelf.learn(fresh)
    links = tuple(shelf.place(member, now) for member in fresh)
    return Grouping(links=links, stories=shelf.changed())


def _member(matched: Matched) -> Member:
    entry = matched.entry
    return Member(
        entry_id=entry.id,
        feed_id=entry.feed_id,
        outlet=entry.outlet,
        title=entry.title,
        summary=entry.summary,
        link=entry.link,
        canonical_link=entry.canonical_link,
        at=entry.published_at,
        relation=Relation.ROOT,
        signature=matched.signature,
    )


class _Shelf:
    """The open stories, with an index of their members by rare words, title and link."""

    def __init__(self, stories: Iterable[Story]) -> None:
        self._members = {s.id: list(s.members) for s in sorted(stories, key=lambda s: s.id)}
        self._story_of = {m.entry_id: s for s, members in self._members.items() for m in members}
        self._changed: set[str] = set()
        self._rare = rarity(())
        self._by_word: dict[str, list[Member]] = defaultdict(list)
        self._by_title: dict[str, list[Member]] = defaultdict(list)
        self._by_link: dict[str, list[Member]] = defaultdict(list)

    def revise(self, revised: Member) -> bool:
        """Replace the member of this entry; False when there is none.

        A copy that now counts for what no other member does is a copy no longer.
        """
        story = self._story_of.get(revised.entry_id)
        if story is None:
            return False
        members = self._members[story]
        place = next(i for i, m in enumerate(members) if m.entry_id == revised.entry_id)
        old = members[place]
        told = frozenset[str]().union(*(m.signature for m in members if m is not old))
        more = old.relation is Relation.COPY and not revised.signature <= told
        relation = Relation.SIBLING if more else old.relation
        members[place] = replace(revised, at=old.at, relation=relation)
        if members[place] != old:
            self._changed.add(story)
        return True

    def learn(self, fresh: Sequence[Member]) -> None:
        """Weigh words and index the members; left out when there is nothing to place."""
        if not fresh:
            return
        members = sorted((m for members in self._members.values() for m in members), key=order)
        self._rare = rarity(headline(member) for member in (*members, *fresh))
        for member in members:
            self._index(member)

    def place(self, member: Member, now: datetime) -> Link:
        """Put a new member where it belongs and say why."""
        near = self._copied(member) or self._sibling(member)
        if near is None:
            link = _opens(member, now)
            self._members[link.story_id] = [member]
        else:
            link = _joins(member, near, self._story_of[near.member.entry_id], now)
            root, *rest = self._members[link.story_id]
            rest = sorted((*rest, replace(member, relation=near.relation)), key=order)
            self._members[link.story_id] = [root, *rest]
        self._story_of[member.entry_id] = link.story_id
        self._changed.add(link.story_id)
        self._index(member)
        return link

    def changed(self) -> tuple[Story, ...]:
        return tuple(
            Story(id=story, members=tuple(self._members[story])) for story in sorted(self._changed)
        )

    # --- index ----------------------------------------------------------------------------------

    def _index(self, member: Member) -> None:
        read = headline(member)
        self._by_title[read.text].append(member)
        if _names_a_page(member.canonical_link):
            self._by_link[member.canonical_link].append(member)
        for word in self._rarest(read):
            self._by_word[word].append(member)

    def _rarest(self, read: Headline) -> list[str]:
        return sorted(read.content, key=lambda word: (-self._rare(word), word))[:INDEX_WORDS]

    def _candidates(self, member: Member) -> list[Member]:
        """Members that share rare words, those that share most first."""
        shared: dict[str, float] = defaultdict(float)
        found: dict[str, Member] = {}
        for word in self._rarest(headline(member)):
            for other in self._by_word[word][-POSTINGS:]:
                if abs(member.at - other.at) <= STORY_WINDOW:
                    shared[other.entry_id] += self._rare(word)
                    found[other.entry_id] = other
        best = sorted(found.values(), key=lambda m: (-shared[m.entry_id], order(m)))
        return best[:CANDIDATES]

    # --- decisions ------------------------------------------------------------------------------

    def _copied(self, member: Member) -> Near | None:
        """The member it is a copy of, or would be if it did not say or count for more."""
        closed = self._told_before(member)
        nears = [*self._same_link(member), *self._same_title(member, closed)]
        if not nears:
            nears.extend(self._same_text(member, closed))
        return min(nears, key=lambda near: near.rank, default=None)

    def _same_link(self, member: Member) -> Iterator[Near]:
        for other in self._by_link.get(member.canonical_link, ()):
            if self._in_window(self._story_of[other.entry_id], member):
                near = same_link(member, other, self._rare)
                if near:
                    yield near

    def _same_title(self, member: Member, closed: set[str]) -> Iterator[Near]:
        for other in self._by_title.get(headline(member).text, ()):
            story = self._story_of[other.entry_id]
            if story not in closed and self._in_window(story, member):
                near = same_title(member, other)
                if near:
                    yield near

    def _same_text(self, member: Member, closed: set[str]) -> Iterator[Near]:
        for other in self._candidates(member):
            story = self._story_of[other.entry_id]
            if story not in closed and self._is_open(story, member):
                near = same_text(member, other, self._rare)
                if near:
                    yield near

    def _sibling(self, member: Member) -> Near | None:
        """The story of which at least half of the newest members tell the same event."""
        if headline(member).serial:
            return None
        closed = self._told_before(member)
        nears: list[Near] = []
        for story in {self._story_of[other.entry_id] for other in self._candidates(member)}:
            if story in closed or not self._is_open(story, member):
                continue
            recent = self._members[story][-RECENT_MEMBERS:]
            agreeing = [near for m in recent if (near := same_event(member, m, self._rare))]
            if 2 * len(agreeing) >= len(recent):
                nears.append(min(agreeing, key=lambda near: near.rank))
        return min(nears, key=lambda near: near.rank, default=None)

    def _told_before(self, member: Member) -> set[str]:
        """Stories in which this feed used this title half a day away: this is another event."""
        return {
            self._story_of[other.entry_id]
            for other in self._by_title.get(headline(member).text, ())
            if other.feed_id == member.feed_id and abs(member.at - other.at) > COPY_WINDOW
        }

    def _in_window(self, story: str, member: Member) -> bool:
        return abs(member.at - self._members[story][0].at) < STORY_WINDOW

    def _is_open(self, story: str, member: Member) -> bool:
        return len(self._members[story]) < STORY_CAP and self._in_window(story, member)


def _names_a_page(link: str) -> bool:
    """A link to a site's front page is shared by entries that have nothing else in common."""
    return link.rstrip("/").count("/") > 2


def _opens(member: Member, now: datetime) -> Link:
    recurs = headline(member).serial
    return Link(
        entry_id=member.entry_id,
        story_id=member.entry_id,
        relation=Relation.ROOT,
        score=100.0,
        rule="root",
        reason="a title that recurs is not compared" if recurs else "no open story tells this",
        linked_at=now,
    )


def _joins(member: Member, near: Near, story: str, now: datetime) -> Link:
    return Link(
        entry_id=member.entry_id,
        story_id=story,
        relation=near.relation,
        score=round(near.score, 1),
        rule=near.rule,
        reason=near.reason,
        near=near.member.entry_id,
        linked_at=now,
    )
