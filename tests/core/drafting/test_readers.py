"""The parts of a brief, each in the ways in which people write it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.drafting import clauses, dates, estimates, happenings
from monitor.core.drafting.citations import citations
from monitor.core.drafting.judgments import judgments
from monitor.core.drafting.passages import passages
from monitor.core.judging import likelihood

NEAR = date(2026, 11, 17)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31 December 2026", "2026-12-31"),
        ("December 31st, 2026", "2026-12-31"),
        ("6 Mar. 2019", "2019-03-06"),
        ("2027-01-31", "2027-01-31"),
        ("31/12/2026", "2026-12-31"),
        ("by March 2027", "2027-03-31"),
        ("before March 2027", "2027-02-28"),
        ("before the end of March 2027", "2027-03-31"),
        ("in 2027", "2027-12-31"),
        ("by mid-2027", "2027-06-30"),
        ("Q1 2027", "2027-03-31"),
        ("in the first half of 2027", "2027-06-30"),
        ("this year", "2026-12-31"),
        ("before the end of the year", "2026-12-31"),
        ("next year", "2027-12-31"),
        ("by the end of January", "2027-01-31"),
        ("before July", "2027-06-30"),
        ("within six months", "2027-05-17"),
        ("over the next 12 months", "2027-11-17"),
        ("before Christmas", "2026-12-25"),
        ("22 March", "2027-03-22"),
    ],
)
def test_a_time_in_words_is_its_last_day(text: str, day: str) -> None:
    assert [str(each.day) for each in dates.find(text, NEAR)] == [day]


@pytest.mark.parametrize("text", ["03/04/2026", "31 February 2026", "2026-13-01", "12 months"])
def test_what_can_be_read_two_ways_or_is_no_day_is_not_read(text: str) -> None:
    assert dates.find(text, NEAR) == ()


@given(st.text(max_size=60))
def test_any_text_has_days_or_none(text: str) -> None:
    for each in dates.find(text, NEAR):
        assert 0 <= each.start < each.end <= len(text)


@pytest.mark.parametrize(
    ("text", "words", "scale"),
    [
        ("It is very unlikely that the dam breaks.", "very unlikely", "icd203"),
        ("It is highly unlikely that the dam breaks.", "highly unlikely", "phia"),
        ("It is not likely that the dam breaks.", "unlikely", "icd203"),
        ("The dam will probably break.", "probable", "icd203"),
        ("There is a realistic possibility that the dam breaks.", "realistic possibility", "phia"),
        ("There is a remote chance that the dam breaks.", "remote chance", "phia"),
        ("There is little chance that the dam breaks.", "very unlikely", "icd203"),
        ("We are almost certain that the dam breaks.", "almost certain", "icd203"),
        ("It is likely (60 to 75 per cent) that the dam breaks.", "60-75%", "icd203"),
        ("We put the chance that the dam breaks at 20–30 %.", "20-30%", "icd203"),
        ("There is a 5% chance that the dam breaks.", "5%", "icd203"),
        ("It is very likely that the dam will not break.", "very unlikely", "icd203"),
        ("It is highly likely that the dam will not break.", "highly unlikely", "phia"),
        ("It is likely (60-75%) that the dam will not break.", "25-40%", "icd203"),
        ("We doubt that the dam will break.", "unlikely", "icd203"),
    ],
)
def test_the_likelihood_is_that_of_the_event(text: str, words: str, scale: str) -> None:
    ((judgment,), _) = judgments(passages(text).sentences, (), "")
    assert (judgment.likelihood, judgment.scale) == (words, scale)
    assert judgment.event == "the dam breaks"
    assert likelihood.parse(words, scale) is not None


@pytest.mark.parametrize("scale", ["icd203", "phia"])
@pytest.mark.parametrize("denied", [True, False])
@pytest.mark.parametrize("word", estimates.WORDS.replace("\\", "").split("|"))
def test_whatever_is_written_is_a_likelihood(word: str, scale: str, denied: bool) -> None:
    found = estimates.estimate(f"It is {word} that it rains.")
    assert found is not None
    words, own = estimates.written(found, scale, denied=denied)
    assert likelihood.parse(words, own) is not None


@pytest.mark.parametrize(
    "text",
    [
        "The minister said that a war is likely.",
        "A war would become likely if talks failed.",
        "Inflation was 4.1 % in October and is above 3 %.",
        "Will a war probably come?",
        "Markets price one cut by June.",
        "An attack would make a war more likely.",
    ],
)
def test_what_others_say_or_a_condition_is_no_judgment(text: str) -> None:
    assert judgments(passages(text).sentences, (), "")[0] == ()


@pytest.mark.parametrize(
    ("text", "level", "guess"),
    [
        ("We have high confidence in this.", "high", False),
        ("Confidence: MODERATE.", "moderate", False),
        ("Our confidence in this judgment is low.", "low", False),
        ("(analytical confidence: medium)", "moderate", False),
        ("though our evidence is thin", "low", True),
        ("We are highly confident that it rains.", "high", True),
    ],
)
def test_confidence_is_read_apart(text: str, level: str, guess: bool) -> None:
    read = estimates.confidence(text)
    assert read is not None
    assert (read.level.value, read.guess) == (level, guess)
    assert estimates.confidence("It is highly likely.") is None


@pytest.mark.parametrize(
    ("clause", "event", "denied"),
    [
        ("a deal will not be signed in 2019", "a deal is signed in 2019", True),
        ("No deal will be signed in 2019.", "a deal is signed in 2019", True),
        ("the talks will be resumed", "the talks are resumed", False),
        ("Graustark will carry out a test", "Graustark carries out a test", False),
        ("insurers withdraw cover, which hurts", "insurers withdraw cover", False),
        ("the army does not intervene", "the army intervenes", True),
        ("the bank won't cut rates", "the bank cuts rates", True),
        ("this could keep diplomacy alive", "diplomacy stays alive", False),
        ("Hamas will accept the offer", "Hamas accepts the offer", False),
    ],
)
def test_a_clause_gives_its_event(clause: str, event: str, denied: bool) -> None:
    found = clauses.event(clause)
    assert found is not None
    assert (found.text, found.denied) == (event, denied)


@pytest.mark.parametrize(
    ("clause", "contrary"),
    [
        ("the dyke fails", "the dyke does not fail"),
        ("the government passes its budget", "the government does not pass its budget"),
        ("talks are suspended", "talks are not suspended"),
        ("heavy rain", "it is not so that heavy rain"),
    ],
)
def test_a_denial_is_plain(clause: str, contrary: str) -> None:
    assert clauses.denial(clause) == contrary


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("talks were suspended", -1),
        ("talks resumed", 1),
        ("sanctions were lifted", 1),
        ("the ministry imposed sanctions", -1),
        ("withdrawal from the ceasefire talks", -1),
        ("the weather is fine", 0),
    ],
)
def test_fewer_talks_and_more_sanctions_press_alike(text: str, sign: int) -> None:
    assert happenings.sign(text) == sign


REFERENCES = """\
References

1. Brumm, G. (2019, March 6). Port seen rebuilding its cranes. NPR. https://www.example.org/x
2. Geoff Brumm, “Port Rebuilds Its Cranes,” NPR, March 7, 2019, https://www.example.org/y.
[3] Reuters, "Minister resigns over harbour deal", 2 Oct 2026
- [Harbour deal collapses](https://example.org/harbour), The Zenda Courier, 3 October 2026
- *Annual Report*, Ruritanian Port Authority, 2025.
- Reuters (2 October 2026): “Navy drills again”
- Zenda Post: Ferries held for hours (4 October 2026)
- Lee, Ann. “Crew ‘held’ in U.S.” Thomson Reuters, 25 Mar. 2019.
- Interview with a port official, 4 October 2026
"""


def test_references_of_many_styles_are_read_and_others_handed_back() -> None:
    found, unread = citations(passages(REFERENCES).lines, NEAR)
    assert [(each.outlet, each.title, str(each.published), each.link) for each in found] == [
        ("NPR", "Port seen rebuilding its cranes", "2019-03-06", "https://www.example.org/x"),
        ("NPR", "Port Rebuilds Its Cranes", "2019-03-07", "https://www.example.org/y"),
        ("Reuters", "Minister resigns over harbour deal", "2026-10-02", ""),
        (
            "The Zenda Courier",
            "Harbour deal collapses",
            "2026-10-03",
            "https://example.org/harbour",
        ),
        ("Ruritanian Port Authority", "Annual Report", "None", ""),
        ("Reuters", "Navy drills again", "2026-10-02", ""),
        ("Zenda Post", "Ferries held for hours", "2026-10-04", ""),
        ("Reuters", "Crew ‘held’ in U.S.", "2019-03-25", ""),
    ]
    assert [each.source.sentence for each in unread] == [
        "Interview with a port official, 4 October 2026"
    ]


def test_a_quotation_in_running_text_is_no_citation() -> None:
    text = 'He said "never again, not ever" (a phrase of 3 May). It ("closed for good") slept.'
    assert citations(passages(text).lines, NEAR) == ((), ())


def test_lines_that_were_wrapped_by_hand_are_one_sentence() -> None:
    wrapped = "We assess that the strait will stay open for\nall ships until June.\n"
    (sentence,) = passages(wrapped).sentences
    assert sentence.text == " ".join(wrapped.split())
