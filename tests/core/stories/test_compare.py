"""Copies: what is one text, what only looks like it, and what is told all the same."""

from dataclasses import replace

import pytest

from monitor.core.stories.story import group
from monitor.model.stories import Relation, StoryLink
from tests.build import NOON
from tests.core.stories.story_arrivals import PAGE, TITLE, arrival, linked, pair

# --- roots and copies ---------------------------------------------------------------------------


def test_an_entry_alone_opens_a_story() -> None:
    grouping = group([arrival("a")], (), now=NOON)

    assert [story.id for story in grouping.stories] == ["a"]
    assert grouping.links == (
        StoryLink(
            entry_id="a",
            story_id="a",
            relation=Relation.ROOT,
            score=100.0,
            rule="root",
            reason="no open story tells this",
            linked_at=NOON,
        ),
    )


def test_one_title_at_two_outlets_is_one_story_with_one_copy() -> None:
    grouping = group([arrival("a"), arrival("b", hours=3, outlet="AP")], (), now=NOON)

    assert [[m.entry_id for m in story.members] for story in grouping.stories] == [["a", "b"]]
    copy = grouping.links[1]
    assert (copy.relation, copy.rule, copy.near) == (Relation.COPY, "same title", "a")
    assert copy.reason == f"same title as “{TITLE}” at Reuters 3 h earlier"


def test_a_title_that_its_feed_used_the_day_before_is_another_story() -> None:
    """Even where another outlet copied it in between."""
    links = linked(
        arrival("a"),
        arrival("b", hours=2, outlet="AP"),
        arrival("c", hours=24),
        arrival("d", hours=26, outlet="AP"),
    )

    assert [link.story_id for link in links.values()] == ["a", "a", "c", "c"]


def test_a_feed_that_repeats_a_title_within_half_a_day_repeats_one_entry() -> None:
    assert linked(arrival("a"), arrival("b", hours=2))["b"].relation is Relation.COPY


def test_what_a_later_title_leaves_out_is_no_news_and_what_it_adds_is() -> None:
    """A copy is a relation in time: the same two titles the other way round are siblings."""
    whole = "Surprise ceremony: Ruritania and Graustark sign treaty on border"
    part = "Ruritania signs border treaty in surprise ceremony"

    assert pair(whole, part).relation is Relation.COPY
    assert pair(part, whole).relation is Relation.SIBLING


def test_a_recurring_title_never_groups() -> None:
    link = pair("Morning news brief", "Morning news brief")

    assert link.relation is Relation.ROOT
    assert link.reason == "a title that recurs is not compared"


def test_two_words_are_too_few_to_be_equal_by_more_than_chance() -> None:
    assert pair("Market closes", "Market closes").relation is not Relation.COPY


def test_nearly_one_title_is_a_copy_with_its_score() -> None:
    link = pair(
        "Gunmen attack prison on the Mexican border, officials say",
        "Gunmen attack prison on Mexican border, official says",
    )

    assert (link.relation, link.rule) == (Relation.COPY, "copy")
    assert link.reason.endswith(f"at Reuters 60 min earlier (token_sort {link.score:.0f})")


def test_one_lead_under_two_titles_is_a_copy() -> None:
    lead = "Nine guards were hurt early on Sunday when gunmen attacked a prison near the border."
    links = linked(
        arrival("a", "Nine guards hurt as gunmen attack border prison", summary=lead),
        arrival("b", "Gunmen attack prison near border", 1, outlet="AP", summary=lead),
    )

    assert links["b"].relation is Relation.COPY
    assert links["b"].reason.startswith("same lead as “Nine guards hurt")


WIRE = "Nine guards were hurt early on Sunday when gunmen attacked a prison near the border."


@pytest.mark.parametrize(
    "later",
    [
        "Prison near the border attacked, guards hurt",
        "Early Sunday attack on prison hurts its guards",
        "Border prison: guards hurt as gunmen storm gate",
    ],
)
def test_one_wire_under_another_title_is_a_copy(later: str) -> None:
    """However the editors put it, when the titles tell nothing that the text does not."""
    links = linked(
        arrival("a", "Nine guards hurt as gunmen attack border prison", summary=WIRE),
        arrival("b", later, 1, outlet="AP", summary=f"{WIRE} More follows."),
    )

    assert links["b"].relation is Relation.COPY
    assert links["b"].reason.startswith("same lead as “Nine guards hurt")


@pytest.mark.parametrize(
    "later",
    [
        "Guards at border prison: 3 have died after attack",
        "Gunmen who attacked border prison arrested",
        "Warden of border prison resigns",
        "Governor visits Juarez, promises better walls, new towers and higher pay for guards",
        "Opinion: Guards at the border prison were hurt for nothing",
    ],
)
def test_one_wire_whose_title_tells_something_new_is_told(later: str) -> None:
    links = linked(
        arrival("a", "Nine guards hurt as gunmen attack border prison", summary=WIRE),
        arrival("b", later, 1, outlet="AP", summary=WIRE),
    )

    assert links["b"].relation is not Relation.COPY


def test_two_feeds_of_one_outlet_may_share_a_sentence() -> None:
    """So their leads prove less than those of two outlets."""
    first = arrival("a", "Nine guards hurt as gunmen attack border prison", summary=WIRE)
    second = arrival("b", "Border prison: guards hurt as gunmen storm gate", 1, summary=WIRE)
    other_feed = replace(second, entry=replace(second.entry, feed_id="reuters-world"))

    assert group([first, other_feed], (), now=NOON).links[1].relation is Relation.SIBLING


def test_one_lead_does_not_cover_another_name() -> None:
    """Some feeds put the same sentence under every title."""
    lead = "The latest from our correspondents around the world, day and night."
    links = linked(
        arrival("a", "Army fires long range missile from desert in Iran", summary=lead),
        arrival("b", "Army fires long range missile from desert", 1, outlet="AP", summary=lead),
        arrival("c", "Army fires missile from desert in Iraq", 2, outlet="BBC", summary=lead),
    )

    assert links["b"].relation is Relation.COPY
    assert links["c"].relation is not Relation.COPY


def test_a_copy_must_be_from_another_feed_unless_the_titles_are_equal() -> None:
    one = "Gunmen attack prison on the Mexican border, officials say"
    other = "Gunmen attack prison on Mexican border, official says"

    assert linked(arrival("a", one), arrival("b", other, 1))["b"].relation is Relation.SIBLING


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Gunmen attack prison near border at dawn", "Gunmen attack school near border at dawn"),
        ("Seoul to impose new tariffs on steel", "Seoul to not impose new tariffs on steel"),
        ("Northern envoys leave the joint office", "Northern envoys return to the joint office"),
        ("Pyongyang may suspend talks with Seoul", "Pyongyang suspends talks with Seoul"),
        ("Pyongyang could launch satellite soon", "Pyongyang launches satellite soon"),
        ("Seoul withdraws sanctions on shippers", "Seoul imposes sanctions on shippers"),
        ("Navy reports 2 ships lost near strait", "Navy reports 12 ships lost near strait"),
        ("Russia expels British envoy over spying", "Britain expels Russian envoy over spying"),
        ("Iran tests ballistic missile in desert", "Iraq tests ballistic missile in desert"),
        (
            "Iran tests ballistic missile in desert",
            "Iran denies testing ballistic missile in desert",
        ),
        (
            "Leader to visit Seoul for winter games",
            "Leader's sister to visit Seoul for winter games",
        ),
    ],
)
def test_what_differs_in_one_word_that_matters_is_never_a_copy(one: str, other: str) -> None:
    assert pair(one, other).relation is not Relation.COPY
    assert pair(other, one).relation is not Relation.COPY


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (
            "Gunmen attack large prison near border",
            "Gunmen attack large Marlowe prison near border",
        ),
        ("Gunmen attack large prison, guards flee town", "Gunmen attack large prison"),
        ("Opinion: Gunmen attack large prison", "Gunmen attack large prison"),
    ],
)
def test_what_tells_more_or_much_less_is_no_copy(earlier: str, later: str) -> None:
    assert pair(earlier, later).relation is not Relation.COPY


def test_opposite_turns_of_one_event_may_share_a_story() -> None:
    link = pair(
        "Northern officials leave the joint liaison office in Kaesong",
        "Northern officials return to the joint liaison office in Kaesong",
    )

    assert link.relation is Relation.SIBLING


def test_one_sentence_about_another_place_is_another_story() -> None:
    link = pair(
        "Quake of magnitude 6.1 strikes eastern Taiwan",
        "Quake of magnitude 6.1 strikes eastern Turkey",
    )

    assert link.relation is Relation.ROOT


def test_plan_and_deed_under_one_lead_are_two_texts() -> None:
    """“According to” is no accord."""
    lead = "The two have negotiated about their border since Monday, according to officials there."
    links = linked(
        arrival("a", "Ruritania and Graustark talks on border enter third day", summary=lead),
        arrival("b", "Ruritania and Graustark reach border deal", 3, outlet="AP", summary=lead),
    )

    assert links["b"].relation is Relation.SIBLING


@pytest.mark.parametrize(
    "title", ["What happened today in the Graustark war", "Graustark shells three towns overnight"]
)
def test_today_is_another_day_tomorrow(title: str) -> None:
    near = linked(arrival("a", title), arrival("b", title, 6, outlet="AP"))["b"]
    far = linked(arrival("a", title), arrival("b", title, 24, outlet="AP"))["b"]

    assert near.relation is Relation.COPY
    assert far.relation is not Relation.COPY


def test_a_column_made_of_items_joins_nothing() -> None:
    links = linked(
        arrival("a", "Up First briefing: budget vote; floods; strike"),
        arrival("b", "Up First briefing: strike ends; floods", 24),
        arrival("c", "Graustark war: what we know on day 101 of the invasion", 25),
        arrival("d", "Graustark war: what we know on day 102 of the invasion", 49),
    )

    assert {link.relation for link in links.values()} == {Relation.ROOT}


def test_a_live_page_is_compared_by_its_headline_of_the_moment() -> None:
    """It can join and confirm, and is never taken for a copy: its text goes on otherwise."""
    live = "Strelsau politics live: minister quits over burst dam above Zenda"
    plain = "Minister quits over burst dam above Zenda"

    assert pair(plain, live).relation is Relation.SIBLING
    assert pair(live, plain).relation is Relation.SIBLING
    assert pair("Live updates: Strelsau politics", plain).relation is Relation.ROOT


def test_what_a_lead_tells_is_no_other_name() -> None:
    """One highway by two names; the compass names nothing."""
    one = "Deputy fatally shoots driver on Northern Ruritania highway"
    other = "Ruritania deputy fatally shoots driver on Strelsau motorway"

    assert pair(one, other).relation is Relation.SIBLING


# --- links --------------------------------------------------------------------------------------


def test_one_page_in_two_feeds_is_a_copy() -> None:
    links = linked(arrival("a", link=PAGE), arrival("b", hours=1, outlet="AP", link=PAGE))

    assert (links["b"].relation, links["b"].rule) == (Relation.COPY, "same link")


def test_a_page_rewritten_in_between_is_told_again() -> None:
    links = linked(
        arrival("a", "Two teams meet in cup final", link=PAGE),
        arrival("b", "Southern team wins cup final", 5, outlet="AP", link=PAGE),
    )

    assert links["b"].relation is Relation.SIBLING
    assert links["b"].story_id == "a"
    assert links["b"].reason.endswith("but it says something else: a win in one only")


def test_a_front_page_is_no_page() -> None:
    links = linked(
        arrival("a", "Envoys return", link="https://news.example/"),
        arrival("b", "Harvest fails", 1, outlet="AP", link="https://news.example/"),
    )

    assert links["b"].relation is Relation.ROOT


# --- the signature guard ------------------------------------------------------------------------


def test_a_copy_that_counts_for_more_is_told() -> None:
    links = linked(
        arrival("a", hits=("office",)),
        arrival("b", hours=1, outlet="AP", hits=("office", "return")),
    )

    assert links["b"].relation is Relation.SIBLING
    assert links["b"].story_id == "a"
    assert links["b"].reason.endswith("but it also counts for q/return")


def test_a_copy_that_counts_for_less_is_a_copy() -> None:
    links = linked(arrival("a", hits=("office",)), arrival("b", hours=1, outlet="AP"))

    assert links["b"].relation is Relation.COPY


def test_a_member_that_counts_for_as_much_makes_a_copy_of_the_next() -> None:
    links = linked(
        arrival("a"),
        arrival("b", hours=1, outlet="AP", hits=("return",)),
        arrival("c", hours=2, outlet="BBC", hits=("return",)),
    )

    assert (links["c"].relation, links["c"].near) == (Relation.COPY, "b")


# --- the same thing again -------------------------------------------------------------------------

REPORTS = (
    "Graustark fires {0} drones at Ruritania, air force says",
    "Ruritania says it shot down most of {0} Graustark drones",
    "Graustark attacks Ruritania with {0} drones in night raid",
)


@pytest.mark.parametrize("nights", [(58, 12), (31, 58, 12, 97, 40, 77, 23)])
def test_each_night_of_attacks_is_an_event(nights: tuple[int, ...]) -> None:
    one = "Graustark launches {0} drones at Ruritania overnight"
    alone = [arrival(f"e{n}", one.format(d), 24 * n) for n, d in enumerate(nights)]
    told = [
        arrival(f"e{n}{k}", text.format(d), 24 * n + k, outlet=outlet)
        for n, d in enumerate(nights)
        for k, (text, outlet) in enumerate(zip(REPORTS, ("Reuters", "AP", "BBC"), strict=True))
    ]

    assert len(group(alone, (), now=NOON).stories) == len(nights)
    assert len(group(told, (), now=NOON).stories) == len(nights)


@pytest.mark.parametrize(
    ("earlier", "later", "hours"),
    [
        ("Quake in Strelsau kills 31 people", "Quake in Strelsau kills 12 people", 26),
        ("Court jails activist for 8 years", "Court jails journalist for 9 years", 2),
        (
            "Court in Strelsau jails journalist Hentzau for 8 years",
            "Court in Strelsau jails activist Sapt for 9 years",
            3,
        ),
        ("Ruritania strikes port of Zenda overnight", "Ruritania hits port of Zenda overnight", 24),
    ],
)
def test_another_figure_or_night_is_another_event(earlier: str, later: str, hours: float) -> None:
    links = linked(arrival("a", earlier), arrival("b", later, hours, outlet="AP"))

    assert links["b"].relation is Relation.ROOT


@pytest.mark.parametrize(
    ("earlier", "later", "hours"),
    [
        ("31 dead in Strelsau quake", "Strelsau quake: 45 dead", 3),
        ("31 dead in Strelsau quake", "45 dead in Strelsau quake", 20),
        ("Graustark launches 58 drones at Ruritania", "Graustark fires 60 drones at Ruritania", 3),
        ("Girl, 8 years old, found in rubble", "Girl of 8 found in rubble after 9 hours", 3),
    ],
)
def test_a_rising_toll_is_one_event(earlier: str, later: str, hours: float) -> None:
    links = linked(arrival("a", earlier), arrival("b", later, hours, outlet="AP"))

    assert links["b"].relation is Relation.SIBLING
