"""Keeps the stories at hand while arrivals are placed: who is in which, and who shares which key.

Must never decide where an entry belongs.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from monitor.core.stories.compare import HeadlinedMember, order, telling
from monitor.core.stories.keys import POSTINGS, STORY_WINDOW, Keys, keys, near, postings
from monitor.core.stories.rarity import Rarity
from monitor.model.stories import Member, Posting, Relation, Story


class Shelf:
    """Stories with their members, by the keys they are found by."""

    def __init__(self, stories: Iterable[Story], rare: Rarity) -> None:
        self.rare = rare
        self.postings: list[Posting] = []
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

    def __contains__(self, entry_id: str) -> bool:
        return entry_id in self._story_of

    def story_of(self, entry_id: str) -> str:
        """The id of the story that an entry is in."""
        return self._story_of[entry_id]

    def holds(self, entry_id: str) -> bool:
        """Whether an entry is in one of these stories."""
        return entry_id in self._story_of

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
