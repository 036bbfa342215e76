"""People decide last: what they merge is together, what they split is apart, whatever comes."""

from datetime import timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core import story
from monitor.core.settle import settle
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
DECISIONS = st.lists(
    st.tuples(
        st.sampled_from(DecisionKind),
        st.sets(IDS, min_size=1, max_size=3),
        st.sets(IDS, min_size=1, max_size=3),
    ).map(
        lambda told: decision(
            told[0],
            tuple(f"e{number}" for number in sorted(told[1])),
            tuple(f"e{number}" for number in sorted(told[2] - told[1])),
        )
    ),
    max_size=5,
)


@settings(max_examples=60, deadline=timedelta(seconds=5))
@given(st.sets(IDS, min_size=1), DECISIONS, st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(
    numbers: set[int], decisions: list[Decision], random: Random
) -> None:
    shuffled = list(numbers)
    random.shuffle(shuffled)
    stories = list(grouped(arrivals(*sorted(numbers))))
    once = settle(stories, decisions)
    random.shuffle(stories)

    assert settle(grouped(arrivals(*shuffled)), decisions) == once
    assert settle(stories, decisions) == once
    assert sets(settle(once, decisions)) == sets(once)
    assert sets(grouped(arrivals(*shuffled), once)) == sets(once)
    assert {member.entry_id for each in once for member in each.members} == {
        f"e{number}" for number in numbers
    }
    assert all(each.members[0].relation is Relation.ROOT for each in once)
