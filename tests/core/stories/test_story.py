"""Grouping: which story an entry joins, when a story is closed, and that order does not matter."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.stories.story import Grouping, group
from monitor.core.stories.wording import words
from monitor.model.matches import Matched
from monitor.model.stories import Decision, DecisionKind, Relation, Story
from tests import build
from tests.build import NOON, at
from tests.core.stories.story_arrivals import PAGE, TITLE, arrival, linked, pair

NOTHING = Grouping(links=(), stories=(), postings=(), words={})

# --- siblings -----------------------------------------------------------------------------------


def test_other_words_for_one_event_are_siblings_with_a_reason() -> None:
    link = pair(
        "Dam bursts above Derna and floods half the city",
        "Half of Derna under water after dam bursts",
    )

    assert (link.relation, link.rule, link.near) == (Relation.SIBLING, "sibling", "a")
    assert link.reason.startswith("same event as “Dam bursts above Derna")


def test_half_of_the_story_must_agree() -> None:
    """One member that resembles the arrival does not carry a story about something else."""
    rest = [
        "Harvest fails in the southern provinces",
        "Southern provinces: harvest failure spreads",
        "Harvest failure in southern provinces spreads",
    ]
    items = [arrival(f"a{i}", title, i / 10) for i, title in enumerate(rest)]
    odd = arrival("odd", "Dam bursts above Derna", 0.5)
    arriving = arrival("z", "Derna dam bursts, city floods", 1, outlet="AP")
    mixed = build.story(*items, odd)

    assert group([arriving], [mixed], now=NOON).links[0].relation is Relation.ROOT
    assert group([arriving], [build.story(odd)], now=NOON).links[0].story_id == "odd"


DAM, FLOOD, BOTH = (
    "Dam bursts above Derna in Libya",
    "Half of Derna under water",
    "Half of Derna under water after dam bursts above it",
)


def test_an_arrival_that_tells_of_two_stories_makes_one_of_them() -> None:
    """The one that counts for more keeps its name; what moved has a link that says why."""
    a, b = arrival("a", DAM), arrival("b", FLOOD, 1, outlet="BBC", hits=("flood",))
    c = arrival("c", BOTH, 2, outlet="AP")
    grouping = group([c], [build.story(a), build.story(b)], now=NOON)

    (story,) = grouping.stories
    assert (story.id, grouping.gone) == ("b", ("a",))
    assert [(m.entry_id, m.relation) for m in story.members] == [
        ("b", Relation.ROOT),
        ("a", Relation.SIBLING),
        ("c", Relation.SIBLING),
    ]
    (moved,) = grouping.moved
    assert (moved.entry_id, moved.story_id, moved.rule, moved.near) == ("a", "b", "merged", "c")
    assert moved.reason == f"“{BOTH}” at AP tells the same event as both stories"
    assert [link.story_id for link in grouping.links] == ["b"]


def test_what_people_split_stays_apart() -> None:
    a, b = arrival("a", DAM), arrival("b", FLOOD, 1, outlet="BBC")
    split = Decision(kind=DecisionKind.SPLIT, entries=("a",), others=("b",), by="kim", at=NOON)
    arriving = [arrival("c", BOTH, 2, outlet="AP")]
    known = [build.story(a), build.story(b)]
    grouping = group(arriving, known, decisions=[split], now=NOON)

    assert (grouping.gone, grouping.moved) == ((), ())
    assert len(grouping.stories) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # one feed tells another development, or the same title of another day, under one address
        (arrival("a", DAM, link=PAGE), arrival("b", FLOOD, 1, link=PAGE)),
        (arrival("a", "Quake kills 9 in Derna"), arrival("b", "Quake kills 3 in Derna", 20)),
    ],
)
def test_what_is_apart_for_a_reason_is_not_put_together(one: Matched, other: Matched) -> None:
    known = [build.story(one), build.story(other)]
    arriving = [arrival("c", f"{one.entry.title}, {other.entry.title}", 21, outlet="AP")]

    assert group(arriving, known, now=NOON).gone == ()


def test_a_story_is_closed_three_days_after_its_root() -> None:
    known = build.story(arrival("a", "Dam bursts above Derna, floods city"))
    late = arrival("b", "Derna city floods as dam bursts", 72, outlet="AP")

    assert group([late], [known], now=NOON).links[0].relation is Relation.ROOT


DRIFT = [f"{c}{v}{d}{w}nor" for c in "bdfgklmprt" for v in "aeiou" for d in "lnrst" for w in "aiu"]


@pytest.mark.slow
def test_a_chain_that_drifts_word_by_word_stays_short() -> None:
    """500 entries, each with one word of its predecessor replaced."""
    arrivals = [
        arrival(f"e{i:03}", " ".join(DRIFT[i : i + 12]), i / 4, outlet=f"Outlet {i % 7}")
        for i in range(500)
    ]
    grouping = group(arrivals, (), now=NOON)

    assert len(grouping.links) == 500
    assert max(len(story.members) for story in grouping.stories) > 1
    for story in grouping.stories:
        assert len(story.members) <= 40
        assert all(abs(m.at - story.started_at) < timedelta(hours=72) for m in story.members)


def test_a_full_story_still_takes_equal_titles() -> None:
    """A wire story counts once, however many outlets print it."""
    count = 60
    arrivals = [arrival(f"e{i:02}", hours=i / 10, outlet=f"Outlet {i}") for i in range(count)]

    assert len(group(arrivals, (), now=NOON).stories[0].members) == count


# --- revisions and order ------------------------------------------------------------------------


def revised(item: Matched, title: str, *hits: str) -> Matched:
    entry = replace(item.entry, title=title, revision=2, content_hash=title)
    return build.matched(entry, *(build.match(hit) for hit in hits))


def test_a_revision_replaces_its_member_and_links_nothing() -> None:
    first, second = arrival("a"), arrival("b", hours=1, outlet="AP")
    known = build.story(first, second)
    grouping = group([revised(first, "Envoys leave again", "leave")], [known], now=NOON)

    assert grouping.links == ()
    root, other = grouping.stories[0].members
    assert (root.title, list(root.signature)) == ("Envoys leave again", ["q/leave"])
    assert (root.relation, root.at) == (Relation.ROOT, at(0))
    assert other == known.members[1]


def test_a_revision_with_another_date_keeps_its_place() -> None:
    first, second = arrival("a"), arrival("b", hours=1, outlet="AP")
    known = build.story(first, second)
    moved = build.matched(replace(second.entry, title="Envoys leave", published_at=at(-9)))

    assert group([moved], [known], now=NOON).stories[0].members[1].at == at(1)


def test_a_copy_whose_revision_counts_for_more_is_a_copy_no_longer() -> None:
    first, second = arrival("a", hits=("office",)), arrival("b", hours=1, outlet="AP")
    root, sibling = build.story(first, second).members
    known = Story(id=root.entry_id, members=(root, replace(sibling, relation=Relation.COPY)))
    same = group([revised(second, TITLE, "office")], [known], now=NOON)
    more = group([revised(second, TITLE, "office", "leave")], [known], now=NOON)

    assert same.stories[0].members[1].relation is Relation.COPY
    assert more.stories[0].members[1].relation is Relation.SIBLING


def test_an_older_entry_that_comes_late_leaves_the_root_in_place() -> None:
    known = build.story(arrival("a"), arrival("b", hours=2, outlet="AP"))
    late = arrival("c", hours=-3, outlet="BBC")
    story = group([late], [known], now=NOON).stories[0]

    assert story.id == "a"
    assert [member.entry_id for member in story.members] == ["a", "c", "b"]


def test_of_two_revisions_in_one_batch_the_newer_counts() -> None:
    first = arrival("a")
    grouping = group([revised(first, "Envoys leave again"), first], (), now=NOON)

    assert [link.entry_id for link in grouping.links] == ["a"]
    assert grouping.stories[0].title == "Envoys leave again"


def test_nothing_arriving_changes_nothing() -> None:
    known = build.story(arrival("a"))

    assert group([], [known], now=NOON) == NOTHING
    assert group([arrival("a")], [known], now=NOON) == NOTHING


WORDS = st.sampled_from(
    sorted(words("envoys leave return office seoul sanctions lifted imposed not may 2 12 monday"))
)
ARRIVALS = st.lists(
    st.tuples(
        st.lists(WORDS, min_size=1, max_size=6).map(" ".join),
        st.integers(0, 100),
        st.sampled_from(["Reuters", "AP", "BBC"]),
        st.sampled_from(["", PAGE, f"{PAGE}2"]),
        st.sampled_from([(), ("office",), ("office", "relief")]),
    ),
    max_size=12,
).map(
    lambda rows: [
        arrival(f"e{number:02}", title, hours, outlet=outlet, link=link, hits=hits)
        for number, (title, hours, outlet, link, hits) in enumerate(rows)
    ]
)


@pytest.mark.slow
@given(ARRIVALS, st.randoms())
@settings(deadline=None)
def test_the_order_of_arrival_does_not_matter(arrivals: list[Matched], chance: object) -> None:
    shuffled = list(arrivals)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    assert group(shuffled, (), now=NOON) == group(arrivals, (), now=NOON)


@pytest.mark.slow
@given(ARRIVALS, st.integers(0, 12))
@settings(deadline=None)
def test_grouping_twice_changes_nothing_and_loses_nobody(arrivals: list[Matched], cut: int) -> None:
    """Every arrival is in exactly one story, once, whatever came before it."""
    first = group(arrivals[:cut], (), now=NOON)
    second = group(arrivals, first.stories, now=NOON)
    stories = {story.id: story for story in (*first.stories, *second.stories)}
    stories = {name: story for name, story in stories.items() if name not in second.gone}

    assert group(arrivals, tuple(stories.values()), now=NOON) == NOTHING
    placed = sorted(m.entry_id for story in stories.values() for m in story.members)
    assert placed == sorted(item.entry.id for item in arrivals)
    assert len(first.links) + len(second.links) == len(arrivals)
    for story in stories.values():
        assert story.id == story.members[0].entry_id
        assert story.members[0].relation is Relation.ROOT
        rest = [(m.at, m.outlet, m.entry_id) for m in story.members[1:]]
        assert rest == sorted(rest)


@pytest.mark.slow
@given(ARRIVALS)
@settings(deadline=None)
def test_no_copy_counts_for_what_its_original_does_not(arrivals: list[Matched]) -> None:
    signatures = {item.entry.id: item.signature for item in arrivals}
    for link in group(arrivals, (), now=NOON).links:
        if link.relation is Relation.COPY:
            assert signatures[link.entry_id] <= signatures[link.near]


@given(st.text(max_size=120), st.text(max_size=120))
@settings(deadline=None)
def test_any_title_can_be_grouped(title: str, summary: str) -> None:
    links = linked(
        arrival("a", title, summary=summary), arrival("b", title, 1, outlet="AP", summary=summary)
    )

    assert set(links) == {"a", "b"}


@given(st.lists(WORDS, min_size=3, max_size=8, unique=True))
@settings(deadline=None)
def test_a_text_is_a_copy_of_itself(title: list[str]) -> None:
    text = f"Kaesong harbour pilots {' '.join(title)}"

    assert pair(text, text).relation is Relation.COPY


def test_far_members_do_not_crowd_out_near_ones() -> None:
    """Thousands of members that share the subject's words: the copy is found all the same."""
    crowd = [
        build.story(arrival(f"k{i:04}", f"Envoys debate clause {i} of the Kaesong treaty", i / 100))
        for i in range(1500)
    ]
    link = group(
        [arrival("z", "Envoys debate clause 1490 of Kaesong treaty", 15, outlet="AP")],
        crowd,
        now=NOON + timedelta(hours=15),
    ).links[0]

    assert (link.relation, link.near) == (Relation.COPY, "k1490")


# --- index --------------------------------------------------------------------------------------


def test_a_copy_is_found_by_the_words_of_what_it_copies() -> None:
    """Of its own words only those are indexed that the other is not found by."""
    lead = "A dam above Derna burst on Monday and flooded half of the city, officials said"
    root = arrival("a", "Dam bursts above Derna and floods city", summary=lead)
    copies = [
        arrival("b", "Dam bursts above Derna and floods city", 1, outlet="AP", summary=lead),
        arrival("c", "Dam above Derna bursts and city drowns", 2, outlet="BBC", summary=lead),
    ]
    grouping = group([root, *copies], (), now=NOON)

    assert [link.relation for link in grouping.links[1:]] == [Relation.COPY] * 2
    keys = {
        entry_id: {row.key for row in grouping.postings if row.entry_id == entry_id}
        for entry_id in "abc"
    }
    assert {key for key in keys["a"] if key.isalpha()} == set(
        words("dam bursts above derna floods city")
    )
    assert keys["b"] == {key for key in keys["a"] if not key.isalpha()}
    assert {key for key in keys["c"] if key.isalpha()} == {"drowns"}
