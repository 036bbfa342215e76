"""Turns stories and what people decided about them into the stories they are to be.

People decide last: what they split is apart, what they merged is together, whatever the grouping
made of it. Must never drop an entry, and must give the same stories when it is done again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from monitor.core.stories.compare import order
from monitor.model.stories import Decision, DecisionKind, Member, Relation, Story


def settle(stories: Iterable[Story], decisions: Sequence[Decision]) -> tuple[Story, ...]:
    """The same entries in the stories that people want, in order of id.

    Decisions are taken in the order given, the newest last: it wins where two speak of the same
    entries. A story keeps its id as long as its first entry stays; entries that leave form a story
    with the id of their own first one.
    """
    held = {story.id: story.members for story in stories if story.members}
    for decision in decisions:
        step = _merge if decision.kind is DecisionKind.MERGE else _split
        held = step(held, frozenset(decision.entries), frozenset(decision.others))
    return tuple(Story(id=story, members=held[story]) for story in sorted(held))


_Held = dict[str, tuple[Member, ...]]


def _merge(held: _Held, entries: frozenset[str], others: frozenset[str]) -> _Held:
    """One story of all that hold any of these entries; the one that began first takes them in."""
    named = entries | others
    touched = [story for story, members in held.items() if named & _ids(members)]
    if len(touched) < 2:
        return held
    first = min(touched, key=lambda story: order(held[story][0]))
    root, *rest = held[first]
    rest += [
        replace(member, relation=Relation.SIBLING) if member.relation is Relation.ROOT else member
        for story in touched
        if story != first
        for member in held[story]
    ]
    kept = {story: members for story, members in held.items() if story not in touched}
    return {**kept, first: (root, *sorted(rest, key=order))}


def _split(held: _Held, entries: frozenset[str], others: frozenset[str]) -> _Held:
    """Where both sides are in one story, the side without its first entry leaves."""
    found: _Held = {}
    for story, members in held.items():
        if not (entries & _ids(members) and others & _ids(members)):
            found[story] = members
            continue
        leaving = others if members[0].entry_id in entries else entries
        found[story] = tuple(each for each in members if each.entry_id not in leaving)
        root, *rest = sorted((each for each in members if each.entry_id in leaving), key=order)
        found[root.entry_id] = (replace(root, relation=Relation.ROOT), *rest)
    return found


def _ids(members: Iterable[Member]) -> frozenset[str]:
    return frozenset(member.entry_id for member in members)
