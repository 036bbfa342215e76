"""The guards: pairs that share nearly all words and must never pass for one text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.stories import conflict as guards
from monitor.core.stories.conflict import ONE_TEXT, SAME_LEAD, conflict
from monitor.core.stories.headline import read
from monitor.core.stories.wording import forms, words

PAIRS = [
    (guards.figures, "3 dead in factory fire", "30 dead in factory fire"),
    (guards.figures, "Navy finds two boats", "Navy finds three boats"),
    (guards.negation, "Seoul will attend the summit", "Seoul won't attend the summit"),
    (guards.negation, "Seoul to impose sanctions", "Seoul to not impose sanctions"),
    (guards.negation, "With a deal, envoys leave", "Without a deal, envoys leave"),
    (guards.negation, "Parties join cabinet", "Parties unlikely to join cabinet"),
    (guards.opposites, "Envoys leave the liaison office", "Envoys return to the liaison office"),
    (guards.opposites, "Pyongyang resumes tests", "Pyongyang suspends tests"),
    (guards.opposites, "Washington imposes new tariffs", "Washington lifts new tariffs"),
    (guards.opposites, "Tehran confirms secret talks", "Tehran denies secret talks"),
    (guards.opposites, "Truce holds", "Truce collapses"),
    (guards.opposites, "Bank raises rates", "Bank cuts rates"),
    (guards.milestone, "Police hunt escaped prisoner", "Escaped prisoner captured"),
    (guards.milestone, "Tehran tests missile", "Tehran denies testing missile"),
    (guards.milestone, "New sanctions hit shipping", "Seoul withdraws new sanctions on shipping"),
    (guards.milestone, "Seoul holds annual drill", "Seoul calls off annual drill"),
    (guards.qualifier, "Leader to visit Seoul", "Leader's sister to visit Seoul"),
    (guards.qualifier, "Army fires missile", "Army fires missile in drill"),
    (guards.modality, "Seoul may suspend talks", "Seoul suspends talks"),
    (guards.modality, "Pyongyang could launch rocket", "Pyongyang launches rocket"),
    (guards.modality, "Founder to plead guilty", "Founder pleads guilty"),
    (guards.modality, "Both sides close to truce", "Both sides agree truce"),
    (guards.dates, "Monday's talks postponed", "Thursday's talks postponed"),
    (guards.dates, "Launch on March 9", "Launch on May 4"),
    (guards.names, "Drone debris found in Romania", "Drone debris found in Moldova"),
    (guards.names, "Missile fired from Iran", "Missile fired from Iraq"),
    (guards.names, "Storm hits Austria", "Storm hits Australia"),
    (guards.names, "Missile falls into East Sea", "Missile falls into Yellow Sea"),
    (guards.subject, "Shell chief steps down", "BP chief steps down"),
    (guards.roles, "Russia expels British envoy", "Britain expels Russian envoy"),
    (guards.roles, "US blames China for clash", "China blames US for clash"),
    (guards.roles, "Hamas accuses Israel of raid", "Israel accuses Hamas of raid"),
    (guards.roles, "Google Sues Microsoft in Court", "Microsoft Sues Google in Court"),
    (guards.roles, "Strelsau recalls envoy from Zenda", "Zenda recalls envoy from Strelsau"),
    (guards.modality, "Envoys to hold talks on border", "Envoys hold talks on border"),
    (guards.milestone, "Vote goes on despite call to delay", "Vote postponed after call to delay"),
    (guards.milestone, "Talks on truce drag on", "Envoys sign truce"),
    (guards.milestone, "Court to rule on ban of party", "Court bans party"),
    (guards.kinds, "Minister resigns", "Will the minister resign?"),
    (guards.kinds, "Opinion: Minister resigns", "Minister resigns"),
]


@pytest.mark.parametrize(("guard", "one", "other"), PAIRS)
def test_the_guard_speaks_both_ways(guard: guards.Guard, one: str, other: str) -> None:
    a, b = read(one), read(other)
    assert guard(a, b)
    assert guard(b, a)
    assert conflict(a, b)


def test_a_correction_speaks_when_it_comes_later() -> None:
    plain, corrected = (
        read("Minister resigns over dam"),
        read("CORRECTED-Minister resigns over dam"),
    )
    assert conflict(plain, corrected) == "the later one is a correction"
    assert conflict(corrected, plain) == ""


LEAD = "Rescuers searched the valley below the dam at Derna on Sunday after water came through."


@pytest.mark.parametrize(
    ("guard", "earlier", "later"),
    [
        (guards.new_figure, "Dam at Derna breaks", "Dam at Derna breaks, 40 missing"),
        (guards.new_date, "Dam at Derna breaks", "Dam at Derna closed until Friday"),
        (guards.new_milestone, "Dam at Derna breaks", "Mayor of Derna resigns over dam"),
        (guards.new_milestone, "Talks on Derna dam go on", "Deal on Derna dam reached"),
        (guards.new_milestone, "Mayor of Derna faces call to resign", "Mayor of Derna resigns"),
        (guards.new_name, "Egypt sends help to dam", "Turkey sends help to dam"),
        (guards.untold_negation, "Dam at Derna will hold", "Dam at Derna will not hold"),
        (guards.untold_opposites, "Derna reopens dam", "Derna closes dam"),
        (guards.turned_round, "Libya blames Egypt for dam", "Egypt blames Libya for dam"),
    ],
)
def test_under_one_lead_a_new_fact_speaks(guard: guards.Guard, earlier: str, later: str) -> None:
    a, b = read(earlier, LEAD), read(later, LEAD)
    assert guard(a, b)
    assert conflict(a, b, ONE_TEXT) == guard(a, b)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("Dam breaks, 40 missing in Derna", "Dam at Derna breaks"),
        ("Dam breaks at Derna", "Derna valley searched after Sunday's dam break"),
        ("Rescuers search Derna valley", "Valley in Derna searched by rescuers"),
    ],
)
def test_under_one_lead_other_words_for_what_it_tells_are_no_news(earlier: str, later: str) -> None:
    assert conflict(read(earlier, LEAD), read(later, LEAD), ONE_TEXT) == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Envoys return to the liaison office", "UPDATE 1-Envoys return to liaison office"),
        ("Seoul imposes sanctions on shippers", "Seoul slaps sanctions on shippers"),
        ("Two dead in factory fire", "Factory fire: 2 dead"),
        ("Truce will not hold, Seoul says", "Seoul says truce won't hold"),
        ("Army will close test site in May", "Army will close main test site in May"),
        ("North Korea fires missile: KCNA", "North Korea fires missile - Yonhap"),
        ("WATCH: Envoys return", "Envoys return"),
        ("Iran and Iraq sign pact on border", "Iraq and Iran sign pact on border"),
        ("Talks war: Iran warns Iraq over border", "Iran warns Iraq over border talks war"),
        ("Envoys return, says Seoul", "Envoys return, according to Seoul"),
        ("Crowds protest tax", "Crowds protest against tax"),
        ("President's adviser resigns", "President's advisor resigns"),
    ],
)
def test_one_text_has_no_conflict(one: str, other: str) -> None:
    assert conflict(read(one), read(other)) == ""


def test_the_reason_names_the_words() -> None:
    a, b = read("Envoys leave the office"), read("Envoys return to the office")
    assert conflict(a, b) == "“leave” against “return”"
    assert conflict(read("Navy finds 2 boats"), read("Navy finds 3 boats")) == (
        "different figures: 2 and 3"
    )


def test_a_figure_told_in_the_lead_is_not_lacking() -> None:
    a = read("2 dead in harbour fire", "Officials said 2 people died and 14 were hurt.")
    b = read("14 hurt in harbour fire", "Officials said 2 people died and 14 were hurt.")
    assert guards.figures(a, b) == ""


def test_under_one_lead_the_mood_of_a_title_is_no_news() -> None:
    a, b = read("Seoul may suspend talks"), read("Seoul suspends talks")
    assert conflict(a, b)
    assert not conflict(a, b, SAME_LEAD)


def test_inflection_reaches_the_forms_that_headlines_use() -> None:
    found = forms("free deny ban impose cancel launch admit")
    assert found >= words(
        "frees freed freeing denies denied denying bans banned banning imposes imposed imposing "
        "cancelled canceled launches launched admitted"
    )


@given(st.text(max_size=80), st.text(max_size=80))
def test_conflict_is_symmetric_and_never_fails(one: str, other: str) -> None:
    a, b = read(one), read(other)
    assert bool(conflict(a, b)) == bool(conflict(b, a))


@given(st.text(max_size=120))
def test_nothing_conflicts_with_itself(title: str) -> None:
    assert conflict(read(title), read(title)) == ""
