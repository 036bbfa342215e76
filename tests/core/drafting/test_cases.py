"""What a draft of each of the four shared briefs must hold, as a table; skipped without them.

Each row was right when it was written; the last test names what is known to be wrong or left out.
"""

from pathlib import Path
from typing import Final

import pytest

from monitor.config import watchlists
from monitor.core.drafting.draft import draft
from monitor.core.drafting.writing import as_yaml
from monitor.feeds import brief_file
from monitor.model.drafts import Draft
from monitor.model.questions import Direction
from tests.commands import ROOT

ENTITIES: Final = watchlists.load(ROOT / "config" / "watchlists.yaml").entities

DPRK, STRAIT = "brief-dprk-2019.txt", "brief-strait-2026.txt"
RATES, CHOLERA = "brief-rates-2026.md", "brief-cholera-2026.txt"

HORIZONS: Final = [
    (DPRK, "nuclear treaty", "2019-12-31"),
    (STRAIT, "commercial traffic", "2026-12-31"),
    (RATES, "policy rate", "2027-03-31"),
    (CHOLERA, "national emergency", "2027-01-31"),
]

JUDGMENTS: Final = [
    (DPRK, ["deal is signed", "in 2019"], "very unlikely", "high", True),
    (DPRK, ["nuclear diplomacy", "stays alive"], "roughly even chance", None, True),
    (STRAIT, ["closes the Strait", "31 December 2026"], "25-35%", "moderate", False),
    (STRAIT, ["harassment", "continues"], "highly likely", "high", False),
    (STRAIT, ["insurers withdraw", "cover"], "realistic possibility", None, False),
    (RATES, ["a cut", "March 2027"], "very unlikely", "moderate", False),
    (CHOLERA, ["declared a national emergency", "end of January"], "60-75%", "low", True),
    (CHOLERA, ["schools", "stay closed"], "almost certain", None, False),
]
"""The brief, words of the event, likelihood, confidence, and whether a guess is marked."""

ASSUMPTIONS: Final = [
    (STRAIT, ["does not extend its blockade", "food"], ["extend-blockade"]),
    (STRAIT, ["ceasefire talks", "go on"], ["withdrawal-strelsau-talks"]),
    (RATES, ["does not pass its energy subsidy", "Christmas"], ["pass-energy-subsidy"]),
    (CHOLERA, ["Zenda dyke does not fail"], ["fail-zenda-dyke"]),
]

CITATIONS: Final = [
    (DPRK, "NPR", "Rocket Test Site", "2019-03-06"),
    (DPRK, "Reuters", "Return to Liaison Office", "2019-03-25"),
    (DPRK, "Reuters", "May Suspend Talks with ‘Gangster-like’ U.S.", "2019-03-15"),
    (DPRK, "Reuters", "Decides against More", "2019-03-23"),
    (DPRK, "BBC", "Trump-Kim Summit Breaks down", "2019-02-28"),
    (STRAIT, "Reuters", "drills mine-laying", "2026-10-02"),
    (STRAIT, "BBC News", "'not a weapon'", "2026-09-28"),
    (STRAIT, "Financial Times", "War-risk premiums", "2026-10-05"),
    (RATES, "RNB", "Monetary Policy Report", "None"),
    (RATES, "Bloomberg", "wages rise at fastest pace", "2026-10-17"),
    (CHOLERA, "AP", "First cholera vaccines", "2026-11-16"),
]

SCOPE: Final = [
    (DPRK, ["North Korea", "DPRK", "Kim Jong Un", "US", "Trump"]),
    (STRAIT, ["Strait of Zenda", "Graustark", "Ruritania"]),
    (RATES, ["Ruritanian National Bank", "RNB", "Tarlenheim", "Ruritania"]),
    (CHOLERA, ["cholera", "Northern Graustark", "Strelsau"]),
]

TOWARD, AWAY = Direction.TOWARD, Direction.AWAY
INDICATORS: Final = [
    (DPRK, ["implement", "sanctions"], AWAY),
    (DPRK, ["hold off", "sanctions"], TOWARD),
    (DPRK, ["rebuild", "Sohae"], AWAY),
    (DPRK, ["suspend", "nuclear talks"], AWAY),
    (DPRK, ["resume", "nuclear testing"], AWAY),
    (DPRK, ["pull out", "liaison office"], AWAY),
    (DPRK, ["rejoin", "liaison office"], TOWARD),
    (DPRK, ["continue", "talks"], TOWARD),
    (STRAIT, ["mines", "found|lay"], TOWARD),
    (STRAIT, ["order", "permission"], TOWARD),
    (STRAIT, ["recall", "tankers"], TOWARD),
    (STRAIT, ["withdrawal", "Strelsau talks"], TOWARD),
    (STRAIT, ["escorts", "navies"], AWAY),
    (STRAIT, ["maritime hotline"], AWAY),
    (RATES, ["unemployment"], TOWARD),
    (RATES, ["fall", "orders"], TOWARD),
    (RATES, ["stress", "lenders"], TOWARD),
    (RATES, ["core inflation"], AWAY),
    (CHOLERA, ["rise", "cases"], TOWARD),
    (CHOLERA, ["fail", "Zenda dyke"], TOWARD),
    (CHOLERA, ["floods"], TOWARD),
    (CHOLERA, ["cases", "fall"], AWAY),
    (CHOLERA, ["vaccination campaign"], AWAY),
]


def read(shared_data: Path, name: str) -> Draft:
    path = shared_data.parent / "cases" / name
    if not path.exists():
        pytest.skip(f"the brief is not here: {path}")
    found = draft(brief_file.text_of(path.read_bytes()), ENTITIES)
    assert found is not None
    return found


def row(*parts: object) -> str:
    return "-".join(str(part) for part in parts)[:70]


@pytest.mark.parametrize(("name", "words", "day"), HORIZONS, ids=row)
def test_the_question_and_its_horizon(shared_data: Path, name: str, words: str, day: str) -> None:
    found = read(shared_data, name)
    assert words in found.question.text
    assert str(found.closes and found.closes.day) == day


@pytest.mark.parametrize(("name", "words", "likelihood", "confidence", "guess"), JUDGMENTS, ids=row)
def test_a_judgment(
    shared_data: Path,
    name: str,
    words: list[str],
    likelihood: str,
    confidence: str | None,
    guess: bool,
) -> None:
    found = read(shared_data, name)
    (judgment,) = [one for one in found.judgments if all(word in one.event for word in words)]
    assert judgment.likelihood == likelihood
    assert (judgment.confidence and judgment.confidence.value) == confidence
    assert bool(judgment.guesses) is guess


@pytest.mark.parametrize("name", [DPRK, STRAIT, RATES, CHOLERA])
def test_no_other_judgment_is_made_of_it(shared_data: Path, name: str) -> None:
    expected = sum(brief == name for brief, *_ in JUDGMENTS)
    assert len(read(shared_data, name).judgments) == expected


@pytest.mark.parametrize(("name", "words", "broken_by"), ASSUMPTIONS, ids=row)
def test_an_assumption_and_what_breaks_it(
    shared_data: Path, name: str, words: list[str], broken_by: list[str]
) -> None:
    found = read(shared_data, name)
    (one,) = [one for one in found.assumptions if all(word in one.says for word in words)]
    assert list(one.broken_by) == broken_by


@pytest.mark.parametrize(("name", "outlet", "words", "day"), CITATIONS, ids=row)
def test_a_citation(shared_data: Path, name: str, outlet: str, words: str, day: str) -> None:
    found = read(shared_data, name)
    (one,) = [one for one in found.citations if words in one.title]
    assert (one.outlet, str(one.published)) == (outlet, day)
    assert len(found.citations) == sum(brief == name for brief, *_ in CITATIONS)


@pytest.mark.parametrize(("name", "names"), SCOPE, ids=row)
def test_the_scope(shared_data: Path, name: str, names: list[str]) -> None:
    seen = {form for one in read(shared_data, name).scope for form in one.seen}
    assert [one for one in names if one not in seen] == []


@pytest.mark.parametrize(("name", "words", "way"), INDICATORS, ids=row)
def test_an_indicator_and_its_direction(
    shared_data: Path, name: str, words: list[str], way: Direction
) -> None:
    found = read(shared_data, name)
    phrases = [
        one for one in found.indicators if all(word in " ".join(one.phrases) for word in words)
    ]
    assert phrases
    assert {one.direction for one in phrases} == {way}


@pytest.mark.parametrize("name", [DPRK, STRAIT, RATES, CHOLERA])
def test_the_file_has_no_mistake(shared_data: Path, name: str) -> None:
    written = as_yaml(read(shared_data, name), ENTITIES)
    assert watchlists.check(written, "draft.yaml").problems == ()


def test_what_is_known_to_be_missed(shared_data: Path) -> None:
    """“Given …” is left as a comment: its brief states a fact. So is the author of a memo."""
    found = read(shared_data, DPRK)
    assert found.assumptions == ()
    assert [one.part for one in found.unread].count("assumption") == 1
    assert found.published is None
