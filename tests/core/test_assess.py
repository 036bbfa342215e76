"""The heart as a whole: entries in; stories, evidence and flags out, whatever the order."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.assess import assess, latest, match_all
from monitor.core.judging.rules import Rules
from monitor.core.language.watch.compiler import compile_watch
from monitor.model.entries import Entry
from monitor.model.flags import Flag, FlagState, Raised
from monitor.model.matches import Known, Matched, Outcome
from monitor.model.questions import Direction, Phrase, Strength
from tests import build

INDICATORS = (
    build.indicator("sohae", "sohae", "rocket .. site"),
    build.indicator("talks-ended", "end* .. talks", strength=Strength.DECISIVE),
    build.indicator("relief", "eas* .. sanctions", direction=Direction.TOWARD),
)
ALIVE = build.judgment(
    ("sohae", Direction.AWAY),
    ("talks-ended", Direction.AWAY),
    ("relief", Direction.TOWARD),
    id_="talks-alive",
    likelihood=build.LIKELY,
)
QUESTION = replace(
    build.question(ALIVE, indicators=INDICATORS), about=(Phrase(text="North Korea*"),)
)
RULES = Rules(version="r1", questions=(QUESTION,), watch=compile_watch((QUESTION,)), outlets=3)

WIRE = "North Korea rebuilds rocket launch site at Sohae, satellite pictures show"
NEWS = (
    build.entry("a", WIRE, outlet="Reuters", seen=build.at(0)),
    build.entry("b", f"{WIRE} - BBC", outlet="BBC", seen=build.at(1)),
    build.entry("c", WIRE, outlet="NPR", seen=build.at(2)),
    build.entry("d", "North Korea ends nuclear talks with the United States", seen=build.at(5)),
    build.entry(
        "e",
        "North Korea ends talks on nuclear arms, blames US for end of diplomacy",
        outlet="BBC",
        seen=build.at(6),
    ),
    build.entry("f", "Cup final goes to extra time", outlet="BBC", seen=build.at(3)),
    build.entry(
        "g",
        "US may ease some sanctions on North Korea, envoy hints",
        outlet="NPR",
        seen=build.at(7),
    ),
)


def assessed(entries: list[Entry], known: Known | None = None) -> tuple[Outcome, Known]:
    matched = match_all(entries, RULES)
    before = known or Known()
    outcome = assess(matched, known=before, rules=RULES, now=build.at(8))
    stories = {story.id: story for story in (*before.stories, *outcome.stories)}
    stories = {name: story for name, story in stories.items() if name not in outcome.gone}
    after = Known(
        stories=tuple(stories.values()),
        evidence=latest(before.evidence, outcome.evidence),
        flags=(*before.flags, *(_opened(each) for each in outcome.raised)),
        matched=(*before.matched, *(item for item in matched if item.relevant)),
    )
    return outcome, after


def _opened(raised: Raised) -> Flag:
    return Flag(
        id=1,
        question=raised.question,
        brief=raised.brief,
        state=FlagState.OPEN,
        opened_at=raised.reason.raised_at,
        changed_at=raised.reason.raised_at,
        reasons=(raised.reason,),
    )


ENDED = "North Korea ends talks on missiles"
STORMED = "North Korea: envoys storm out of summit in Hanoi"


def test_when_two_stories_become_one_evidence_follows_and_nothing_is_told_again() -> None:
    quiet = build.entry("a", STORMED, outlet="BBC", seen=build.at(0))
    told = [
        build.entry("b", ENDED, outlet="Reuters", seen=build.at(1)),
        build.entry("c", f"{ENDED}, ministry confirms", outlet="NPR", seen=build.at(2)),
    ]
    both = build.entry("d", f"{ENDED}, envoys storm out of summit", outlet="AP", seen=build.at(3))

    _, known = assessed([quiet])
    first, known = assessed(told, known)
    assert len(known.stories) == 2
    assert [each.reason.kind.value for each in first.raised if each.reason.interrupts] == [
        "tripwire"
    ]
    outcome, known = assessed([both], known)

    (story,) = known.stories
    assert {member.entry_id for member in story.members} == {"a", "b", "c", "d"}
    assert story.id == "b", "the name of the one that was told"
    assert outcome.gone == ("a",)
    assert [row.entry_ids for row in known.evidence if row.weight] == [("b", "c", "d")]
    assert outcome.raised == ()


def test_a_row_that_only_moved_with_its_story_raises_nothing() -> None:
    """Both stories had spoken, each by an indicator of its own."""
    site = "North Korea: envoys rebuild rocket site near Hanoi"
    _, known = assessed([build.entry("a", site, outlet="BBC", seen=build.at(0))])
    told = [
        build.entry("b", ENDED, outlet="Reuters", seen=build.at(1)),
        build.entry("c", f"{ENDED}, ministry confirms", outlet="NPR", seen=build.at(2)),
    ]
    _, known = assessed(told, known)
    before = {row.key for row in known.evidence if row.weight}
    both = f"{ENDED}, envoys near Hanoi rebuild site"
    outcome, known = assessed([build.entry("d", both, outlet="AP", seen=build.at(3))], known)

    assert len(before) == 2
    (gone,) = outcome.gone
    assert [row.weight for row in known.evidence if row.story_id == gone] == [0]
    assert {row.indicator for row in known.evidence if row.weight} == {"sohae", "talks-ended"}
    assert "tripwire" not in {each.reason.kind.value for each in outcome.raised}


def test_one_story_at_three_outlets_counts_once_and_noise_not_at_all() -> None:
    outcome, _ = assessed(list(NEWS))
    rows = {row.indicator: row for row in outcome.evidence}

    assert rows["sohae"].outlets == ("Reuters", "BBC", "NPR")
    assert rows["sohae"].sources == 1, "one text"
    assert rows["talks-ended"].sources == 2
    assert len(outcome.stories) == 3
    assert "f" not in {link.entry_id for link in outcome.links}
    assert rows["relief"].hedged
    assert rows["relief"].points > 0 > rows["sohae"].points


def test_a_tripwire_names_its_evidence() -> None:
    outcome, _ = assessed(list(NEWS))
    trip = next(item for item in outcome.raised if item.reason.kind.value == "tripwire")

    assert trip.reason.evidence[0][2] == "talks-ended"
    assert trip.reason.direction is Direction.AWAY


@settings(max_examples=40, deadline=None)
@given(st.permutations(NEWS))
def test_the_order_of_entries_within_a_poll_changes_nothing(entries: list[Entry]) -> None:
    assert assessed(entries)[0] == assessed(list(NEWS))[0]


def test_assessing_the_same_entries_again_adds_nothing() -> None:
    _, known = assessed(list(NEWS))
    again, _ = assessed(list(NEWS), known)

    assert (again.links, again.evidence, again.raised) == ((), (), ())


def test_entries_found_on_a_first_poll_are_grouped_but_are_no_evidence() -> None:
    outcome, _ = assessed([replace(entry, alerts=False) for entry in NEWS])

    assert outcome.links
    assert outcome.evidence == ()
    assert outcome.raised == ()


def test_an_entry_out_of_scope_is_not_grouped() -> None:
    elsewhere = build.entry("x", "Workers rebuild rocket site in Florida")
    matched: tuple[Matched, ...] = match_all([elsewhere], RULES)

    assert not matched[0].relevant
