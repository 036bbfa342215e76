"""Stories: whole, in their own order, and with the decision behind every member."""

from dataclasses import replace

from sqlalchemy import Connection

from monitor.model.stories import Member, Relation, Story, StoryLink
from monitor.store import entries, stories
from tests import build


def story(conn: Connection, *hours: float, name: str = "s") -> Story:
    """A story, not saved, whose entries are; the first one is its root."""
    items = [build.entry(f"{name}{place}", seen=build.at(hour)) for place, hour in enumerate(hours)]
    entries.insert(conn, items)
    return build.story(*(build.matched(item, build.match("x")) for item in items))


def link(
    entry_id: str, story_id: str, hours: float = 0, reason: str = "the same text"
) -> StoryLink:
    return StoryLink(
        entry_id=entry_id,
        story_id=story_id,
        relation=Relation.COPY,
        score=97.5,
        rule="copy",
        reason=reason,
        near="s0",
        linked_at=build.at(hours),
    )


def test_a_story_comes_back_as_it_went_in(conn: Connection) -> None:
    entries.insert(conn, [build.entry("s0"), build.entry("s1")])
    root = Member(
        entry_id="s0",
        feed_id="f",
        outlet="Outlet",
        title="Title",
        summary="Summary",
        link="https://example.org/a?x=1",
        canonical_link="https://example.org/a",
        at=build.at(1),
        relation=Relation.ROOT,
        signature=frozenset({"q/x", "q/a"}),
    )
    sibling = replace(root, entry_id="s1", relation=Relation.SIBLING, signature=frozenset())
    whole = Story(id="s0", members=(root, sibling))

    stories.save(conn, [whole], [])

    assert stories.get(conn, "s0") == whole
    assert stories.get(conn, "s1") is None


def test_members_keep_their_order_whatever_their_times(conn: Connection) -> None:
    whole = story(conn, 5, 1, 3)

    stories.save(conn, [whole], [])

    assert stories.get(conn, "s0") == whole


def test_a_story_grows(conn: Connection) -> None:
    whole = story(conn, 0, 1, 2)
    stories.save(conn, [Story(id="s0", members=whole.members[:2])], [])

    stories.save(conn, [whole], [])

    assert stories.get(conn, "s0") == whole
    assert stories.sizes(conn, ["s0"]) == {"s0": 3}


def test_a_member_comes_between_two_others(conn: Connection) -> None:
    root, last, middle = story(conn, 0, 2, 1).members
    stories.save(conn, [Story(id="s0", members=(root, last))], [])
    whole = Story(id="s0", members=(root, middle, last))

    stories.save(conn, [whole], [])

    assert stories.get(conn, "s0") == whole
    assert stories.window(conn, build.at(2)) == (whole,)


def test_what_is_saved_is_the_story_as_it_is_now(conn: Connection) -> None:
    """A changed member is rewritten, one that left is gone, and the rest move up."""
    whole = story(conn, 0, 1, 2)
    stories.save(conn, [whole], [])
    revised = replace(whole.members[2], title="Another headline")
    after = Story(id="s0", members=(whole.members[0], revised))

    stories.save(conn, [after], [])

    assert stories.get(conn, "s0") == after


def test_an_entry_moves_from_one_story_to_another(conn: Connection) -> None:
    left, right = story(conn, 0, 1, name="l"), story(conn, 2, name="r")
    stories.save(conn, [left, right], [])
    moved = left.members[1]

    left = Story(id="l0", members=left.members[:1])
    right = Story(id="r0", members=(*right.members, moved))
    stories.save(conn, [left, right], [])

    assert stories.get(conn, "l0") == left
    assert stories.get(conn, "r0") == right
    assert stories.of_entries(conn, ["l1"]) == (right,)


def test_the_window_holds_whole_stories_with_a_member_in_it(conn: Connection) -> None:
    old, long, fresh = (
        story(conn, 0, 1, name="o"),
        story(conn, 0, 9, name="l"),
        story(conn, 8, name="f"),
    )
    stories.save(conn, [fresh, old, long], [])

    assert stories.window(conn, build.at(8)) == (long, fresh)
    assert stories.window(conn, build.at(9)) == (long,)
    assert stories.window(conn, build.at(1)) == (long, old, fresh)


def test_stories_are_found_by_any_of_their_entries(conn: Connection) -> None:
    one, two = story(conn, 0, 1, name="a"), story(conn, 2, name="b")
    stories.save(conn, [one, two], [])

    assert stories.of_entries(conn, ["a1", "a0", "nothing"]) == (one,)
    assert set(stories.of_entries(conn, ["b0", "a1"])) == {one, two}
    assert stories.of_entries(conn, []) == ()


def test_the_newest_decision_on_an_entry_is_the_one_in_force(conn: Connection) -> None:
    whole = story(conn, 0, 1)
    first, second = link("s1", "s0"), link("s1", "s0", reason="undone by hand")

    stories.save(conn, [whole], [first, link("s0", "s0")])
    stories.save(conn, [], [second])

    assert stories.link_of(conn, "s1") == second
    assert stories.link_of(conn, "s9") is None


def test_stories_are_counted_by_when_they_were_opened_or_joined(conn: Connection) -> None:
    one, two = story(conn, 0, 1, name="a"), story(conn, 2, name="b")
    stories.save(conn, [one, two], [link("a0", "a0", 1), link("a1", "a0", 5), link("b0", "b0", 2)])

    assert stories.count(conn) == 2
    assert stories.count(conn, build.at(2)) == 2
    assert stories.count(conn, build.at(3)) == 1
    assert stories.count(conn, build.at(6)) == 0


def test_saving_nothing_is_no_error(conn: Connection) -> None:
    stories.save(conn, [], [])

    assert stories.count(conn) == 0
    assert stories.sizes(conn, ["a"]) == {}
