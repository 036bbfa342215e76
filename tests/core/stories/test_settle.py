"""People decide last: what they merge is together, what they split is apart, whatever comes."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.stories import story
from monitor.core.stories.settle import settle
from monitor.model.matches import Matched
from monitor.model.stories import Decision, DecisionKind, Relation, Story
from tests import build

TITLES = (
    "North Korea ends nuclear talks with the United States",
    "North Korea ends talks on nuclear arms, blames US for end of diplomacy",
    "Cup final in Oslo goes to extra time after late goal",
    "Late goal sends cup final in Oslo to extra time",
    "Ferry runs aground near harbour of Bergen at dawn",
)


def arrivals(*numbers: int) -> list[Matched]:
    return [
        build.matched(
            build.entry(
                f"e{number}",
                TITLES[number % len(TITLES)],
                outlet=f"o{number}",
                seen=build.at(number / 4),
                link=f"http://o{number}.example/{number}",
            )
        )
        for number in numbers
    ]


def grouped(items: list[Matched], stories: tuple[Story, ...] = ()) -> tuple[Story, ...]:
    held = {each.id: each for each in stories}
    held |= {each.id: each for each in story.group(items, stories, now=build.at(9)).stories}
    return tuple(held.values())


def decision(kind: DecisionKind, entries: tuple[str, ...], others: tuple[str, ...]) -> Decision:
    return Decision(kind=kind, entries=entries, others=others, by="kim", at=build.at(9))


def merge(*entries: str) -> Decision:
    return decision(DecisionKind.MERGE, entries[:1], entries[1:])


def split(entries: tuple[str, ...], others: tuple[str, ...]) -> Decision:
    return decision(DecisionKind.SPLIT, entries, others)


def sets(stories: tuple[Story, ...]) -> set[frozenset[str]]:
    return {frozenset(member.entry_id for member in each.members) for each in stories}


def test_a_merge_makes_one_story_under_the_id_of_the_older() -> None:
    before = grouped(arrivals(0, 1, 2))
    (after,) = settle(before, (merge("e2", "e0"),))

    assert sets(before) == {frozenset({"e0", "e1"}), frozenset({"e2"})}
    assert (after.id, [member.entry_id for member in after.members]) == ("e0", ["e0", "e1", "e2"])
    assert [member.relation for member in after.members].count(Relation.ROOT) == 1


def test_a_split_leaves_the_id_with_the_first_entry() -> None:
    (before,) = grouped(arrivals(0, 1))

    for sides in ((("e1",), ("e0",)), (("e0",), ("e1",))):
        stays, left = settle((before,), (split(*sides),))
        assert (stays.id, left.id) == ("e0", "e1")
        assert left.members[0].relation is Relation.ROOT


def test_the_newest_decision_wins() -> None:
    before = grouped(arrivals(0, 1))
    apart, together = split(("e1",), ("e0",)), merge("e0", "e1")

    assert sets(settle(before, (apart, together))) == {frozenset({"e0", "e1"})}
    assert sets(settle(before, (together, apart))) == {frozenset({"e0"}), frozenset({"e1"})}


def test_grouping_again_changes_nothing_that_was_decided() -> None:
    """The same entries, and later ones that resemble both sides, move nobody."""
    settled = settle(grouped(arrivals(0, 1, 2)), (split(("e1",), ("e0",)), merge("e2", "e1")))

    assert sets(grouped(arrivals(0, 1, 2), settled)) == sets(settled)
    later = grouped(arrivals(5, 6, 7), settled)
    assert {frozenset({"e0"}), frozenset({"e1", "e2"})} <= {
        ids - {"e5", "e6", "e7"} for ids in sets(later)
    }


IDS = st.integers(0, 9)
WISHES = st.lists(
    st.tuples(st.sampled_from(DecisionKind), st.sets(IDS, min_size=1, max_size=3)), max_size=4
)


def decided(
    stories: tuple[Story, ...], wishes: list[tuple[DecisionKind, set[int]]]
) -> list[Decision]:
    """What people would decide one after the other: each decision names all of both sides."""
    found: list[Decision] = []
    for kind, numbers in wishes:
        named = {f"e{number}" for number in numbers}
        now = settle(stories, found)
        touched = [each for each in now if named & {m.entry_id for m in each.members}]
        inside = [m.entry_id for each in touched for m in each.members]
        if kind is DecisionKind.SPLIT:
            inside = [m.entry_id for m in touched[0].members] if touched else []
            sides = [i for i in inside if i in named], [i for i in inside if i not in named]
        else:
            first = [m.entry_id for m in touched[0].members] if touched else []
            sides = first, [i for i in inside if i not in first]
        if all(sides):
            found.append(decision(kind, tuple(sides[0]), tuple(sides[1])))
    return found


@settings(max_examples=40, deadline=None)
@given(st.sets(IDS, min_size=1), WISHES, st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(
    numbers: set[int], wishes: list[tuple[DecisionKind, set[int]]], random: Random
) -> None:
    shuffled = list(numbers)
    random.shuffle(shuffled)
    stories = grouped(arrivals(*sorted(numbers)))
    decisions = decided(stories, wishes)
    once = settle(stories, decisions)
    mixed = list(stories)
    random.shuffle(mixed)

    assert settle(grouped(arrivals(*shuffled)), decisions) == once
    assert settle(mixed, decisions) == once
    assert settle(once, decisions[-1:]) == once
    assert sets(grouped(arrivals(*shuffled), once)) == sets(once)
    assert {member.entry_id for each in once for member in each.members} == {
        f"e{number}" for number in numbers
    }
    assert all(each.members[0].relation is Relation.ROOT for each in once)
