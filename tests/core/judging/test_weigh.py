"""Evidence and ledger: the arithmetic an analyst is asked to trust."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.judging import weigh
from monitor.model.flags import Evidence
from monitor.model.matches import Matched
from monitor.model.questions import Direction, Strength
from monitor.model.stories import StandingKind, Story
from tests import build


@pytest.mark.parametrize(("outlets", "worth"), [(0, 0.0), (1, 0.5), (3, 1.0), (7, 1.5), (15, 2.0)])
def test_credit_follows_independent_outlets(outlets: int, worth: float) -> None:
    assert weigh.credit(outlets, hedged=False) == pytest.approx(worth)
    assert weigh.credit(outlets, hedged=True) == pytest.approx(worth / 2)


def test_one_corroborated_story_is_worth_its_weight() -> None:
    assert weigh.points(10, prior_credit=0, own_credit=1) == pytest.approx(10)


@given(st.lists(st.floats(0.1, 2.0), max_size=30), st.sampled_from([2, 5, 10, 15]))
def test_no_run_of_follow_ups_exceeds_twice_the_weight(shares: list[float], weight: int) -> None:
    total = prior = 0.0
    for own in shares:
        worth = weigh.points(weight, prior_credit=prior, own_credit=own)
        assert worth >= 0
        total, prior = total + worth, prior + own

    assert total <= 2 * weight + 1e-9


def weighed(
    stories: list[Story],
    items: list[Matched],
    known: tuple[Evidence, ...] = (),
    revised: frozenset[str] = frozenset(),
) -> tuple[Evidence, ...]:
    return weigh.weigh(
        stories,
        matched={item.entry.id: item for item in items},
        questions=(build.question(),),
        known=known,
        rules="r1",
        now=build.at(1),
        revised=revised,
    )


def test_a_story_gives_one_row_per_judgment_and_indicator() -> None:
    """Three outlets, one story: counted once, with the credit of three."""
    items = [
        build.matched(build.entry(name, outlet=name, seen=build.at(n)), build.match())
        for n, name in enumerate(("Reuters", "NPR", "BBC"))
    ]

    (row,) = weighed([build.story(*items)], items)

    assert row.outlets == ("Reuters", "NPR", "BBC")
    assert row.points == pytest.approx(-10)
    assert row.entry_ids == ("Reuters", "NPR", "BBC")
    assert row.first_at == build.NOON


def test_weighing_again_adds_nothing_until_an_outlet_joins() -> None:
    first = build.matched(build.entry("a"), build.match())
    second = build.matched(build.entry("b", outlet="BBC", seen=build.at(2)), build.match())
    (row,) = weighed([build.story(first)], [first])

    assert weighed([build.story(first)], [first], known=(row,)) == ()

    (grown,) = weighed([build.story(first, second)], [first, second], known=(row,))

    assert (grown.number, grown.outlets) == (2, ("Reuters", "BBC"))
    assert grown.points < row.points < 0


def test_vetoed_history_and_undirected_matches_are_no_evidence() -> None:
    vetoed = build.matched(build.entry("a"), build.match(veto="negated by “won't”"))
    history = build.matched(build.entry("b", alerts=False), build.match())
    other = build.matched(build.entry("c"), build.match("not-of-this-judgment"))
    items = [vetoed, history, other]

    assert weighed([build.story(item) for item in items], items) == ()


def test_hedged_headlines_count_half_unless_one_is_plain() -> None:
    hedged = build.matched(build.entry("a"), build.match(hedge="may"))
    plain = build.matched(build.entry("b", outlet="BBC"), build.match())

    (alone,) = weighed([build.story(hedged)], [hedged])
    (both,) = weighed([build.story(hedged, plain)], [hedged, plain])

    assert alone.hedged
    assert alone.credit == pytest.approx(0.25)
    assert not both.hedged
    assert both.outlets == ("BBC",)


def test_follow_ups_within_two_weeks_are_discounted_and_later_ones_are_not() -> None:
    items = [
        build.matched(build.entry(name, seen=build.at(days=day)), build.match())
        for name, day in (("a", 0), ("b", 3), ("c", 40))
    ]
    rows = weighed([build.story(item) for item in items], items)

    assert [row.prior_credit for row in rows] == pytest.approx([0.0, 0.5, 0.0])
    assert rows[0].points == rows[2].points < rows[1].points < 0


def test_a_closed_question_gathers_no_evidence() -> None:
    item = build.matched(build.entry("a"), build.match())
    closed = replace(build.question(), closes=build.at(days=-1).date())
    rows = weigh.weigh(
        [build.story(item)],
        matched={"a": item},
        questions=(closed,),
        known=(),
        rules="r1",
        now=build.NOON,
    )

    assert rows == ()


@given(
    st.integers(1, 40),
    st.booleans(),
    st.floats(0, 10),
    st.sampled_from(list(Strength)),
    st.sampled_from([Direction.TOWARD, Direction.AWAY]),
)
def test_every_row_recomputes_from_its_stored_inputs(
    outlets: int, hedged: bool, prior: float, strength: Strength, direction: Direction
) -> None:
    own = weigh.credit(outlets, hedged=hedged)
    row = replace(
        build.evidence(outlets=tuple(f"o{n}" for n in range(outlets)), hedged=hedged),
        direction=direction,
        weight=strength.value,
        prior_credit=prior,
        credit=own,
        points=direction.sign * weigh.points(strength.value, prior_credit=prior, own_credit=own),
    )

    assert weigh.recompute(row) == row


def test_evidence_fades_by_half_in_three_weeks() -> None:
    row = build.evidence(points=-8.0)

    assert weigh.faded(row, row.first_at) == -8.0
    assert weigh.faded(row, row.first_at + timedelta(days=21)) == pytest.approx(-4.0)
    assert weigh.faded(row, row.first_at - timedelta(days=1)) == -8.0


def test_a_quoted_origin_and_copies_weigh_as_one_source() -> None:
    """Three outlets that quote one newspaper are believed as far as that newspaper."""
    titles = ("Envoy shot, KCNA says", "KCNA: envoy executed after summit", "Envoy dead: report")
    items = [
        build.matched(build.entry(f"e{n}", title, outlet=f"o{n}", seen=build.at(n)), build.match())
        for n, title in enumerate(titles)
    ]
    (row,) = weighed([build.story(*items)], items)

    assert (row.sources, row.origin, row.standing, row.digit) == (
        1,
        "KCNA",
        StandingKind.SINGLE,
        3,
    )
    assert row.credit == weigh.credit(1, hedged=False)
    assert weigh.recompute(row) == row


def test_a_row_is_written_when_only_the_standing_changed() -> None:
    """A second text of the same outlet names its origin: same outlets, another row."""
    first = build.matched(build.entry("a", "Envoy was shot at dawn in capital"), build.match())
    other = build.matched(
        build.entry("b", "Envoy shot, KCNA says", seen=build.at(1)), build.match()
    )
    (row,) = weighed([build.story(first)], [first])
    (later,) = weighed([build.story(first, other)], [first, other], known=(row,))

    assert (row.origin, later.origin, later.number) == ("", "KCNA", 2)


def test_what_only_a_new_title_says_is_dated_when_it_was_said() -> None:
    """And keeps that date when the story grows, however early the entry was published."""
    early = build.matched(build.entry("a", seen=build.at(-72)), build.match())
    later = build.matched(build.entry("b", outlet="BBC", seen=build.at(0)), build.match())

    (said,) = weighed([build.story(early)], [early], revised=frozenset({"a"}))
    (grown,) = weighed([build.story(early, later)], [early, later], known=(said,))
    again = weighed(
        [build.story(early, later)], [early, later], known=(grown,), revised=frozenset({"a"})
    )

    assert said.first_at == build.at(1)
    assert (grown.entry_ids, grown.first_at, grown.last_at) == (
        ("b", "a"),
        build.at(0),
        build.at(1),
    )
    assert again == ()


def test_what_is_told_before_the_question_opened_is_no_evidence() -> None:
    item = build.matched(build.entry("a"), build.match())
    today = build.at(1).date()
    days = (None, today, build.at(days=1).date())

    counted = [
        bool(
            weigh.weigh(
                [build.story(item)],
                matched={"a": item},
                questions=(replace(build.question(), opened=opened),),
                known=(),
                rules="r1",
                now=build.at(1),
            )
        )
        for opened in days
    ]

    assert counted == [True, True, False]
