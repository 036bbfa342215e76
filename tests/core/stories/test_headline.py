"""Reading a headline: what is taken off, what is folded, what is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.stories.headline import read


@pytest.mark.parametrize(
    "title",
    [
        "UPDATE 2-Envoys return to the joint office",
        "WRAPUP 1-Envoys return to the joint office",
        "CORRECTED-Envoys return to the joint office",
        "BREAKING: Envoys return to the joint office",
        "Exclusive: Envoys return to the joint office",
        "(LEAD) Envoys return to the joint office",
        "(2nd LD) Envoys return to the joint office",
        "Envoys Return to the Joint Office | Reuters",
        "Envoys return to the joint office - The Washington Post",
        "Envoys return to the joint office : NPR",
        "Envoys return to the joint office | World news",
        "Envoys return to the joint office | World news | The Guardian",
        "  Envoys\u00a0return to the\u200b joint office  ",
        "Envoys return to the &quot;joint office&quot;",
        "Envoys return to the ‘joint office’",
        "Envoys return to the joint office [Video]",
    ],
)
def test_wrapping_does_not_change_a_title(title: str) -> None:
    assert read(title).text == "envoys return to the joint office"


def test_an_outlets_own_name_is_taken_off_the_end() -> None:
    assert read("Envoys return - Kaesong Weekly", "", "Kaesong Weekly").text == "envoys return"
    assert read("Envoys return - Kaesong Weekly", "", "Other").text == (
        "envoys return kaesong weekly"
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Toll passes 5,100", "Toll passes 5100"),
        ("Rate rises to 4 percent", "Rate rises to 4%"),
        ("Rate rises to 4 per cent", "Rate rises to 4 %"),
        ("Jackpot of $754.6 million", "Jackpot of $754.6m"),
        ("Two dead", "2 dead"),
        ("Third launch", "3rd launch"),
        ("It won't return", "It will not return"),
        ("It can't return", "It cannot return"),
        ("It isn't over", "It is not over"),
        ("U.S. envoy visits", "US envoy visits"),
        ("N. Korea fires", "North Korea fires"),
        ("Kiev hit", "Kyiv hit"),
        ("Cease-fire talks", "Ceasefire talks"),
        ("Ministry’s plan", "Ministry's plan"),
        ("Seoul calls off the drill", "Seoul cancels the drill"),
    ],
)
def test_two_spellings_are_one_text(one: str, other: str) -> None:
    assert read(one).text == read(other).text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Without a deal, envoys leave", "With a deal, envoys leave"),
        ("Protest against the law", "Protest before the law"),
        ("It may return", "It returns"),
        ("3 dead", "30 dead"),
        ("2.3% levy", "23% levy"),
        ("One of the ships sinks", "1 ship sinks"),
    ],
)
def test_words_that_change_the_meaning_stay(one: str, other: str) -> None:
    assert read(one).text != read(other).text


@pytest.mark.parametrize(
    "title",
    [
        "Morning news brief",
        "Monday briefing: What the collapse means",
        "Live updates",
        "Storm hits the coast – live updates",
        "Photos of the week: Asia",
        "Quiz of the week: Who won?",
        "More »",
        "5 things to know this Thursday",
        "The Papers: 'Spy arrest'",
        "Storm as it happened",
        "Border war: List of key events, day 460",
        "",
        "…",
    ],
)
def test_a_recurring_title_is_serial(title: str) -> None:
    assert read(title).serial


@pytest.mark.parametrize(
    "title",
    [
        "Live-fire drills begin off the coast",
        "Live fire drills begin off the coast",
        "Where the last whales live",
        "Briefing papers show minister knew of the leak",
        "More than 40 ships join the search",
        "Deadliest storm of the year hits the coast",
        "Report says daily rations were cut",
    ],
)
def test_an_ordinary_title_is_not_serial(title: str) -> None:
    assert not read(title).serial


def test_names_fold_peoples_to_countries_and_keep_their_order() -> None:
    assert read("Russia expels British diplomat").names == ("russia", "uk")
    assert read("Britain expels Russian diplomat").names == ("uk", "russia")
    assert read("North Koreans meet South Korean envoy").names == ("northkorea", "southkorea")


def test_capitals_name_somebody_only_where_they_say_something() -> None:
    """In title case every word has a capital, so only the lead can tell which are names."""
    assert read("Police find Marlowe near the harbour").names == ("marlowe",)
    assert read("Police Find Marlowe Near the Harbour").names == ()
    lead = "Officers said that Marlowe was found on Monday."
    assert read("Police Find Marlowe Near the Harbour", lead).names == ("marlowe",)


def test_who_said_it_is_not_what_it_is_about() -> None:
    assert read("North Korea fires missile: KCNA").names == ("northkorea",)
    assert read("North Korea fires missile - state media").names == ("northkorea",)
    assert read("Talks on the border: Iran walks out").names == ("iran",)


@pytest.mark.parametrize(
    ("title", "dates"),
    [
        ("Launch on March 9", {"march 9"}),
        ("Launch on 9 March", {"march 9"}),
        ("Prices rise in July", {"july"}),
        ("Seoul may act in May", {"may"}),
        ("Thursday's talks postponed", {"thursday"}),
        ("Truce holds for second day", {"day 2"}),
        ("Truce holds on day 2", {"day 2"}),
        ("Output falls in third quarter", {"quarter 3"}),
        ("Seoul may act", set()),
    ],
)
def test_dates_are_read(title: str, dates: set[str]) -> None:
    assert read(title).dates == dates


def test_figures_of_a_date_are_no_figures() -> None:
    assert read("3 ships leave on March 9").numbers == {"3"}


@pytest.mark.parametrize(
    ("title", "kinds"),
    [
        ("Will they return?", {"question"}),
        ("Why they returned", {"question"}),
        ("Opinion: They must return", {"opinion"}),
        ("They must return | Anna Smith", {"opinion"}),
        ("Explainer: The joint office", {"explainer"}),
        ("WATCH: Envoys return", {"video"}),
        ("Envoys return", set()),
    ],
)
def test_the_kind_of_text_is_kept(title: str, kinds: set[str]) -> None:
    assert read(title).kinds == kinds


def test_the_lead_loses_dateline_and_invitations() -> None:
    lead = "SEOUL, March 22 (Reuters) - Envoys left. Sign up for our daily newsletter now."
    assert read("Envoys leave", lead).lead == ("envoys", "left")


def test_only_english_is_guarded() -> None:
    assert read("Envoys leave the joint office").guarded
    assert not read("Le ministre et les soldats de la ville").guarded
    assert not read("Посол покинул город").guarded
    assert not read("北朝鮮がミサイル発射").guarded


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=20))
def test_any_text_can_be_read(title: str, summary: str, outlet: str) -> None:
    headline = read(title, summary, outlet)
    assert headline.text == " ".join(headline.words)
    assert headline.serial or headline.words


MARKS = (
    "UPDATE 1-|U.S.|3|million|one|of|-|:|live|(LEAD)|$5|4%|May|9|second|day|n't|'s|Kiev|2nd|...|?"
)


@given(st.lists(st.sampled_from([*MARKS.split("|"), "|", "[Video]"]), max_size=12))
def test_any_mix_of_marks_can_be_read(parts: list[str]) -> None:
    for title in (" ".join(parts), "".join(parts)):
        assert read(title).text == " ".join(read(title).words)


def test_a_hostile_title_is_cut() -> None:
    """What is read is bounded, whatever the feed sends."""
    assert len(read("a | " * 100_000, "( " * 100_000).words) <= 1_000
