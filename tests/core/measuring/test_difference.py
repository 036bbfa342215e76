"""What two watchlists made of one archive: matched reasons, stories gained and lost, and why."""

from dataclasses import replace

from monitor.core.measuring.difference import difference
from monitor.model.matches import Matched
from monitor.model.replays import Counted, Summary, ToldReason
from tests import build

NOTHING = Summary(rules="r1", told=(), counted=())


def told(
    hours: float = 0, *entries: str, kind: str = "breadth", direction: str = "away"
) -> ToldReason:
    return ToldReason(
        judgment="q/b/no-deal",
        kind=kind,
        direction=direction,
        text=f"{kind} at {hours}",
        interrupts=True,
        at=build.at(hours),
        entries=entries,
    )


def counted(*entries: str, indicator: str = "sohae") -> Counted:
    return Counted(
        judgment="q/b/no-deal",
        indicator=indicator,
        direction="away",
        title=f"Story of {entries[0]}",
        outlets=("Reuters",),
        at=build.at(),
        entries=entries,
    )


def test_the_same_result_differs_in_nothing() -> None:
    one = Summary(rules="r1", told=(told(0, "a"),), counted=(counted("a", "b"),))
    assert not difference(one, replace(one, rules="r2"), before={}, now={})


def test_reasons_are_one_when_they_are_near_or_share_an_entry() -> None:
    """Of one kind and direction; each is a partner only once."""
    old = replace(NOTHING, told=(told(0), told(100, "a"), told(200), told(300)))
    new = replace(
        NOTHING, told=(told(11), told(160, "a", "b"), told(200, kind="surge"), told(301), told(302))
    )
    found = difference(old, new, before={}, now={})
    assert [one.text for one in found.lost] == ["breadth at 200"]
    assert [one.text for one in found.gained] == ["surge at 200", "breadth at 302"]


def test_a_story_that_was_grouped_otherwise_is_not_new() -> None:
    old = replace(NOTHING, counted=(counted("a", "b"),))
    new = replace(NOTHING, counted=(counted("b", "c"), counted("d")))
    found = difference(old, new, before={}, now={})
    assert [change.story.entries for change in found.stories_gained] == [("d",)]
    assert found.stories_lost == ()


def test_every_change_says_why() -> None:
    """In scope or not, hit or not, vetoed or not: as it was before, as it is now."""
    hit = build.matched(build.entry("d"), build.match("sohae"))
    vetoed = build.matched(build.entry("d"), build.match("sohae", veto="negated by “won’t”"))
    bare = build.matched(build.entry("d"))
    other = build.matched(build.entry("d"), build.match("relief"))
    new = replace(NOTHING, counted=(counted("d"),))

    def gained(before: Matched | None) -> str:
        held = {"d": before} if before else {}
        (change,) = difference(NOTHING, new, before=held, now={"d": hit}).stories_gained
        return change.why

    by = "counts for sohae by “x”; before, "
    assert gained(None) == by + "it is out of scope"
    assert gained(bare) == by + "it hits nothing"
    assert gained(vetoed) == by + "it does not count: negated by “won’t”"
    assert gained(other) == by + "it counts for relief, which this judgment does not weigh"
    (kept,) = difference(NOTHING, new, before=None, now={"d": hit}).stories_gained
    assert kept.why == "counts for sohae by “x”"
    (lost,) = difference(new, NOTHING, before=None, now={"d": vetoed}).stories_lost
    assert lost.why == "it does not count: negated by “won’t”"
