"""Turns matched entries and the stories they may belong to into links: where each goes, and why.

Must never put together what people split, keep back an entry that counts for more than the text it
repeats, or let the order in which entries arrive matter. Which stories an arrival is compared with
is the caller's business: those that an index finds under its keys, or simply all.
"""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from monitor.core.stories.compare import (
    COPY_WINDOW,
    Comparison,
    HeadlinedMember,
    another_event,
    order,
    same_event,
    same_link,
    same_text,
    same_title,
    telling,
)
from monitor.core.stories.keys import POSTINGS, STORY_WINDOW, Keys, keys, near, postings, whole
from monitor.core.stories.similarity import Rarity, count_words
from monitor.model.matches import Matched
from monitor.model.stories import (
    Decision,
    DecisionKind,
    Member,
    Posting,
    Relation,
    Story,
    StoryLink,
    WordCounts,
)

STORY_CAP = 40  # members; an equal title or link joins a full story all the same
MERGE_SCORE = 46.0  # likeness of an arrival to each of two stories that it makes one of
RECENT_MEMBERS = 12  # half of these must agree with a sibling


@dataclass(frozen=True, slots=True, kw_only=True)
class Merger:
    """Why a story became part of another: an arrival tells of both."""

    by: Member
    score: float
    entries: frozenset[str]  # that moved

    @property
    def reason(self) -> str:
        return f"“{self.by.title}” at {self.by.outlet} tells the same event as both stories"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """What grouping decided."""

    links: tuple[StoryLink, ...]  # one per arrival that was not yet in a story
    stories: tuple[Story, ...]  # opened or grown or changed, whole, members in order of time
    postings: tuple[Posting, ...]  # by which new and changed members are found from now on
    words: Mapping[str, int]  # in how many of the linked arrivals each word was found
    moved: tuple[StoryLink, ...] = ()  # one per entry of a story that became part of another
    gone: tuple[str, ...] = ()  # ids of stored stories that hold nothing any more


def group(
    arrivals: Sequence[Matched],
    stories: Sequence[Story],
    *,
    words: WordCounts | None = None,
    decisions: Sequence[Decision] = (),
    now: datetime,
) -> Grouping:
    """Link every arrival to the story it belongs to, or open one for it.

    An arrival that tells the same event as two stories makes one of them; `decisions` are what
    people decided, and what they split stays apart.

    An arrival that is a member already is a revision: its member is replaced and nothing is linked
    anew. `words` says how often words were seen before these arrivals; without it, in the stories.
    The result does not depend on the order of either sequence. A story's first member is its root
    and stays it; the others follow in order of (at, outlet, entry id).
    """
    newest = {
        matched.entry.id: matched
        for matched in sorted(arrivals, key=lambda m: (m.entry.revision, m.entry.content_hash))
    }
    members = sorted(map(_member, newest.values()), key=order)
    known = {member.entry_id for story in stories for member in story.members}
    fresh = [telling(member) for member in members if member.entry_id not in known]
    rare = Rarity(words or _counted(stories), (one.read for one in fresh))
    shelf = StoryShelf(stories, rare, decisions)
    for member in members:
        if member.entry_id in known:
            shelf.revise(member)
    own = _indexed(shelf, fresh)
    links = tuple(
        _place(shelf, one, mine, newest[one.member.entry_id].entry.supersedes, now)
        for one, mine in zip(fresh, own, strict=True)
    )
    stored = {story.id for story in stories}
    return Grouping(
        links=tuple(_settled(shelf, link) for link in links),
        stories=shelf.changed(),
        postings=tuple(shelf.postings),
        words=rare.arriving,
        moved=tuple(_moved(shelf, known, now)),
        gone=tuple(sorted(stored & shelf.gone.keys())),
    )


def copies(arrivals: Sequence[Matched], stories: Sequence[Story], rare: Rarity) -> frozenset[str]:
    """Ids of new arrivals that repeat a member of these stories in title, lead or link.

    `group` will put them there whatever else it knows, so that nothing more need be looked up for
    them. Left out is whatever an arrival beside it could change.
    """
    told = [telling(_member(item)) for item in arrivals]
    often = Counter(one.read.text for one in told)
    shelf = StoryShelf(stories, rare)
    keys_of = [whole(one.read, one.member.canonical_link) for one in told]
    shelf.index(chain.from_iterable(keys_of))
    found: set[str] = set()
    for item, one, own in zip(arrivals, told, keys_of, strict=True):
        if often[one.read.text] == 1 and not item.entry.supersedes:
            near = _Search(shelf, one, own, frozenset()).repeated()
            members = shelf.members(shelf.story_of(near.member.entry_id)) if near else ()
            if near and len(members) + len(arrivals) <= STORY_CAP:
                found.add(item.entry.id)
    return frozenset(found)


class StoryShelf:
    """Stories with their members, by the keys they are found by."""

    def __init__(
        self, stories: Iterable[Story], rare: Rarity, decisions: Iterable[Decision] = ()
    ) -> None:
        self.rare = rare
        self.postings: list[Posting] = []
        self.gone: dict[str, Merger] = {}  # by the id of the story that was taken in
        self._splits = [
            (frozenset(decision.entries), frozenset(decision.others))
            for decision in decisions
            if decision.kind is DecisionKind.SPLIT
        ]
        self._members: dict[str, list[HeadlinedMember]] = {}
        self._story_of: dict[str, str] = {}
        self._by_id: dict[str, HeadlinedMember] = {}
        self._by_key: dict[str, list[str]] = {}
        self._changed: set[str] = set()
        for story in sorted(stories, key=lambda story: story.id):
            self._members[story.id] = [telling(member) for member in story.members]
            for one in self._members[story.id]:
                self._by_id[one.member.entry_id] = one
                self._story_of[one.member.entry_id] = story.id

    def story_of(self, entry_id: str) -> str:
        """The id of the story that an entry is in."""
        return self._story_of[entry_id]

    def holds(self, entry_id: str) -> bool:
        """Whether an entry is in one of these stories."""
        return entry_id in self._story_of

    def relation_of(self, entry_id: str) -> Relation:
        """How an entry belongs to its story."""
        return self._by_id[entry_id].member.relation

    def members(self, story: str) -> list[HeadlinedMember]:
        """The members of a story, its root first, the others in order of time."""
        return self._members[story]

    def changed(self) -> tuple[Story, ...]:
        """Stories that were opened, grew or changed, whole."""
        return tuple(
            Story(id=story, members=tuple(one.member for one in self._members[story]))
            for story in sorted(self._changed)
        )

    # --- changes --------------------------------------------------------------------------------

    def revise(self, revised: Member) -> None:
        """Replace the member of this entry.

        A copy that now counts for what no other member does is a copy no longer.
        """
        story = self._story_of[revised.entry_id]
        members = self._members[story]
        place = next(i for i, one in enumerate(members) if one.member.entry_id == revised.entry_id)
        old = members[place].member
        rest = (one.member.signature for one in members if one.member is not old)
        more = old.relation is Relation.COPY and not revised.signature <= frozenset().union(*rest)
        relation = Relation.SIBLING if more else old.relation
        new = telling(replace(revised, at=old.at, relation=relation))
        if new.member != old:
            members[place] = self._by_id[old.entry_id] = new
            self._changed.add(story)
            self.postings.extend(postings(new.member, self.keys(new)))

    def add(self, one: HeadlinedMember, own: Keys, story: str, like: Member | None = None) -> None:
        """Put a new member into a story, or open the story with it.

        `like` is the member it is nearest to: a copy's story is found by the words of that one.
        """
        if story in self._members:
            root, *rest = self._members[story]
            rest = sorted((*rest, one), key=lambda other: order(other.member))
            self._members[story] = [root, *rest]
        else:
            self._members[story] = [one]
        self._story_of[one.member.entry_id] = story
        self._by_id[one.member.entry_id] = one
        self._changed.add(story)
        self._index(one, own)
        if like and one.member.relation is Relation.COPY:
            known = self.keys(self._by_id[like.entry_id]).words
            own = replace(own, words=tuple(word for word in own.words if word not in known))
        self.postings.extend(postings(one.member, own))

    def merge(self, one: Comparison, other: Comparison, by: Member) -> None:
        """Make one story of those that hold these two, if an arrival that agrees with both may.

        The story that counts for more keeps its name, so that what it told is not told again.
        """
        names = [self._story_of[near.member.entry_id] for near in (one, other)]
        likely = min(one.score, other.score) >= MERGE_SCORE
        if names[0] == names[1] or not likely or not self._may_merge(*names):
            return
        kept, gone = sorted(names, key=self._weight)
        root, *rest = self._members[kept]
        moved = self._members.pop(gone)
        for each in moved:
            self._story_of[each.member.entry_id] = kept
        first = moved[0].member
        moved[0] = telling(replace(first, relation=Relation.SIBLING))
        self._by_id[first.entry_id] = moved[0]
        self._members[kept] = [root, *sorted((*rest, *moved), key=lambda each: order(each.member))]
        self._changed.discard(gone)
        self._changed.add(kept)
        ids = frozenset(each.member.entry_id for each in moved)
        self.gone[gone] = Merger(by=by, score=other.score, entries=ids)

    def _may_merge(self, *names: str) -> bool:
        one, other = (self._members[name] for name in names)
        if len(one) + len(other) >= STORY_CAP:
            return False
        ids = [frozenset(each.member.entry_id for each in each_of) for each_of in (one, other)]
        for left, right in self._splits:
            if (left & ids[0] and right & ids[1]) or (left & ids[1] and right & ids[0]):
                return False
        times = [each.member.at for each in (*one, *other)]
        roots = [one[0].member.at, other[0].member.at]
        if max(times) - min(roots) >= STORY_WINDOW or max(roots) - min(times) >= STORY_WINDOW:
            return False
        return not any(
            another_event(a, b) for a in one[-RECENT_MEMBERS:] for b in other[-RECENT_MEMBERS:]
        )

    def _weight(self, name: str) -> tuple[int, tuple[datetime, str, str]]:
        members = self._members[name]
        counted = frozenset[str]().union(*(each.member.signature for each in members))
        return (-len(counted), order(members[0].member))

    # --- index ----------------------------------------------------------------------------------

    def index(self, wanted: Iterable[str]) -> None:
        """Make the members findable under these keys, the earliest first."""
        self._by_key = {key: [] for key in wanted}
        for one in sorted(self._by_id.values(), key=lambda one: order(one.member)):
            link, keys_of = one.member.canonical_link, self._by_key.keys()
            self._index(one, keys(one.read, link, self.rare, keys_of))

    def _index(self, one: HeadlinedMember, own: Keys) -> None:
        for key in own:
            if key in self._by_key:
                self._by_key[key].append(one.member.entry_id)

    def keys(self, one: HeadlinedMember) -> Keys:
        """What a member is found by."""
        return keys(one.read, one.member.canonical_link, self.rare)

    def having(self, key: str) -> Iterator[HeadlinedMember]:
        """Members with this key, which may be "", in the order they were indexed."""
        return map(self._by_id.__getitem__, self._by_key.get(key, ()))

    def near(self, one: HeadlinedMember, own: Keys) -> list[HeadlinedMember]:
        """Members of about its time that share its lead or rare words, most shared first."""
        since, until = one.member.at - STORY_WINDOW, one.member.at + STORY_WINDOW

        def having(key: str) -> list[str]:
            return [
                entry_id
                for entry_id in self._by_key.get(key, ())[-POSTINGS:]
                if since <= self._by_id[entry_id].member.at <= until
            ]

        return [self._by_id[entry_id] for entry_id in near(own, having, self.rare)]


def _indexed(shelf: StoryShelf, fresh: Iterable[HeadlinedMember]) -> list[Keys]:
    """The keys of new members, under which the others can be found from now on."""
    own = [shelf.keys(one) for one in fresh]
    if own:
        shelf.index(chain.from_iterable(own))
    return own


def _counted(stories: Iterable[Story]) -> WordCounts:
    told = [telling(member).read for story in stories for member in story.members]
    found = {word: (count, count) for word, count in count_words(told).items()}
    return WordCounts(entries=len(told), recent=len(told), found=found)


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


def _place(
    shelf: StoryShelf, one: HeadlinedMember, own: Keys, superseded: str, now: datetime
) -> StoryLink:
    """Put a new member where it belongs and say why.

    What `superseded`, an entry's id, told is another development: its story is not sought.
    """
    parted = frozenset({shelf.story_of(superseded)} if shelf.holds(superseded) else ())
    nears = _Search(shelf, one, own, parted).nearest()
    if not nears:
        shelf.add(one, own, one.member.entry_id)
        return _opens(one, now)
    near, *also = nears
    for other in also:
        shelf.merge(near, other, one.member)
    link = _joins(one, near, shelf.story_of(near.member.entry_id), now)
    one = replace(one, member=replace(one.member, relation=near.relation))
    shelf.add(one, own, link.story_id, like=near.member)
    return link


class _Search:
    """The search for the member that one arrival is nearest to."""

    def __init__(
        self, shelf: StoryShelf, one: HeadlinedMember, own: Keys, parted: frozenset[str]
    ) -> None:
        self._shelf = shelf
        self._one = one
        self._own = own
        self._parted = parted
        self._closed = parted | self._told_before()

    def nearest(self) -> list[Comparison]:
        """What it is a copy of, else what it is a sibling of, the likest of each story first.

        The surest relation is sought first, and a copy of one is not compared with other stories.
        """
        near = self.repeated()
        if near:
            return [near]
        candidates = self._shelf.near(self._one, self._own)
        near = _first(self._same_text(candidates))
        return [near] if near else self._siblings(candidates)

    def repeated(self) -> Comparison | None:
        """The member that it shares link or title with, or whose lead it copies."""
        near = _first([*self._same_link(), *self._same_title()])
        if near:
            return near
        near = _first(self._same_text(self._shelf.having(self._own.lead)))
        return near if near and near.relation is Relation.COPY else None

    def _told_before(self) -> set[str]:
        """Stories in which this feed used this title half a day away: this is another event."""
        member = self._one.member
        return {
            self._shelf.story_of(other.member.entry_id)
            for other in self._shelf.having(self._own.title)
            if other.member.feed_id == member.feed_id
            and abs(member.at - other.member.at) > COPY_WINDOW
        }

    def _same_link(self) -> Iterator[Comparison]:
        link = self._one.member.canonical_link
        for other in self._shelf.having(self._own.link):
            story = self._shelf.story_of(other.member.entry_id)
            same = other.member.canonical_link == link and story not in self._parted
            if same and self._in_window(story):
                near = same_link(self._one, other, self._shelf.rare)
                if near:
                    yield near

    def _same_title(self) -> Iterator[Comparison]:
        for other in self._shelf.having(self._own.title):
            story = self._shelf.story_of(other.member.entry_id)
            if story not in self._closed and self._in_window(story):
                near = same_title(self._one, other)
                if near:
                    yield near

    def _same_text(self, candidates: Iterable[HeadlinedMember]) -> Iterator[Comparison]:
        for other in candidates:
            near = same_text(self._one, other, self._shelf.rare)
            if near and self._is_open(self._shelf.story_of(other.member.entry_id)):
                yield near

    def _siblings(self, candidates: Iterable[HeadlinedMember]) -> list[Comparison]:
        """The nearest of each story of whose newest members at least half tell the same event."""
        if self._one.read.serial:
            return []
        stories = {self._shelf.story_of(other.member.entry_id) for other in candidates}
        found = (
            self._agreed(self._shelf.members(story)[-RECENT_MEMBERS:])
            for story in stories
            if self._is_open(story)
        )
        return sorted(filter(None, found), key=lambda near: near.rank)

    def _agreed(self, recent: Sequence[HeadlinedMember]) -> Comparison | None:
        """The nearest of these, when at least half of them tell the same event."""
        agreeing: list[Comparison] = []
        for seen, other in enumerate(recent):
            if 2 * (len(agreeing) + len(recent) - seen) < len(recent):
                return None
            near = same_event(self._one, other, self._shelf.rare)
            if near:
                agreeing.append(near)
        return _first(agreeing) if 2 * len(agreeing) >= len(recent) else None

    def _in_window(self, story: str) -> bool:
        root = self._shelf.members(story)[0].member
        return abs(self._one.member.at - root.at) < STORY_WINDOW

    def _is_open(self, story: str) -> bool:
        full = len(self._shelf.members(story)) >= STORY_CAP
        return not full and story not in self._closed and self._in_window(story)


def _settled(shelf: StoryShelf, link: StoryLink) -> StoryLink:
    """The link of an arrival as it is once all arrivals are placed."""
    story = shelf.story_of(link.entry_id)
    if story == link.story_id:
        return link
    if link.relation is not Relation.ROOT:
        return replace(link, story_id=story)
    return _by_merger(shelf, shelf.gone[link.entry_id], link.entry_id, link.linked_at)


def _moved(shelf: StoryShelf, known: Container[str], now: datetime) -> Iterator[StoryLink]:
    """A link for each entry that was stored and is in another story now."""
    last = {entry_id: merger for merger in shelf.gone.values() for entry_id in merger.entries}
    for entry_id in sorted(last):
        if entry_id in known:
            yield _by_merger(shelf, last[entry_id], entry_id, now)


def _by_merger(shelf: StoryShelf, merger: Merger, entry_id: str, now: datetime) -> StoryLink:
    return StoryLink(
        entry_id=entry_id,
        story_id=shelf.story_of(entry_id),
        relation=shelf.relation_of(entry_id),
        score=round(merger.score, 1),
        rule="merged",
        reason=merger.reason,
        near=merger.by.entry_id,
        linked_at=now,
    )


def _first(nears: Iterable[Comparison]) -> Comparison | None:
    return min(nears, key=lambda near: near.rank, default=None)


def _opens(one: HeadlinedMember, now: datetime) -> StoryLink:
    return StoryLink(
        entry_id=one.member.entry_id,
        story_id=one.member.entry_id,
        relation=Relation.ROOT,
        score=100.0,
        rule="root",
        reason="a title that recurs is not compared"
        if one.read.serial
        else "no open story tells this",
        linked_at=now,
    )


def _joins(one: HeadlinedMember, near: Comparison, story: str, now: datetime) -> StoryLink:
    return StoryLink(
        entry_id=one.member.entry_id,
        story_id=story,
        relation=near.relation,
        score=round(near.score, 1),
        rule=near.rule,
        reason=near.reason,
        near=near.member.entry_id,
        linked_at=now,
    )
