"""Labels that govern all of a headline, and marks that only look like them."""

import pytest

from monitor.core.language.match.matcher import match
from monitor.core.language.watch.compiler import compile_watch
from monitor.model.matches import Match
from monitor.model.questions import Direction
from tests import build

SIGNED = "treaty .. sign"


def hit(title: str, phrase: str = SIGNED, summary: str = "") -> Match:
    indicator = build.indicator("i", phrase, direction=Direction.TOWARD)
    watch = compile_watch([build.question(indicators=(indicator,))])
    (found,) = match(build.entry(title=title, summary=summary), watch).matches
    return found


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        ("Hoax:", "negated by “Hoax”"),
        ("Fake news:", "negated by “Fake news”"),
        ("Viral hoax |", "negated by “Viral hoax”"),
        ("False:", "negated by “False”"),
        ("False claim —", "negated by “False claim”"),
        ("Not true:", "negated by “Not true”"),
        ("No,", "negated by “No”"),
        ("Fact check:", "background under “Fact check”"),
        ("AP Fact Check -", "background under “AP Fact Check”"),
        ("Fact-checking claims that", "background under “Fact-checking”"),
        ("On this day in 1999:", "background under “On this day in 1999”"),
        ("On this day:", "background under “On this day”"),
        ("This day in 1999,", "background under “This day in 1999”"),
        ("Today in history:", "background under “Today in history”"),
        ("Twenty years ago today:", "background under “Twenty years ago today”"),
        ("1999:", "background under “1999”"),
        ("Flashback:", "background under “Flashback”"),
        ("From the archive:", "background under “From the archive”"),
        ("Opinion:", "background under “Opinion”"),
        ("OPINION |", "background under “OPINION”"),
        ("Guest column:", "background under “Guest column”"),
        ("Letters to the editor:", "background under “Letters to the editor”"),
        ("Editorial –", "background under “Editorial”"),
        ("Satire:", "background under “Satire”"),
        ("[Satire]", "background under “Satire”"),
        ("(Opinion)", "background under “Opinion”"),
        ("Explainer: what if", "background under “Explainer”"),
        ("EXPLAINER-What if", "background under “EXPLAINER”"),
        ("Op-Ed |", "background under “Op-Ed”"),
        ("On This Day, 1999:", "background under “On This Day, 1999”"),
        ("FAKE NEWS!", "negated by “FAKE NEWS”"),
        ("PolitiFact:", "background under “PolitiFact”"),
        ("The Onion:", "background under “The Onion”"),
        ("Simulation:", "background under “Simulation”"),
    ],
)
def test_a_label_governs_all_that_follows(label: str, reason: str) -> None:
    assert hit(f"{label} Ruritania has signed treaty, and ministers cheer").veto == reason


@pytest.mark.parametrize(
    "label", ["| Opinion", "- satire", "(satire)", "| Fact check", "[Opinion]"]
)
def test_a_label_may_stand_at_the_end(label: str) -> None:
    assert hit(f"Ruritania has signed treaty {label}").veto.startswith("background under")


@pytest.mark.parametrize("label", ["Rumour:", "Unconfirmed reports:", "Preview:", "Claim:"])
def test_some_labels_only_weaken(label: str) -> None:
    found = hit(f"{label} Ruritania signs treaty")

    assert (found.veto, found.hedge) == ("", label.rstrip(":"))


@pytest.mark.parametrize(
    "title",
    [
        "Not only did Ruritania sign the treaty, it paid for dinner",
        "No surprise as Ruritania signs treaty",
        "No. 10: Ruritania signs treaty",
        "No doubt, Ruritania signs treaty",
        "Ruritania signs treaty despite protests",
        "Ruritania: parliament signs treaty",
        "Exclusive: Ruritania signs treaty",
        "UPDATE 2-Ruritania signs treaty",
        "Live: Ruritania signs treaty",
        "Watch: Ruritania signs treaty",
        "History made: Ruritania signs treaty",
        "Court opinion: Ruritania signs treaty",
        "False start over: Ruritania signs treaty",
        "Ruritania signs treaty: analysis of the text",
        "Ruritania signs treaty to curb fake medicines",
        "Ruritania signs treaty after bomb hoax",
        "Ruritania signs treaty - Reuters",
        "2019: Ruritania signs treaty",
        "This week: Ruritania signs treaty",
        "Report: Ruritania signs treaty",
        "Ruritania beats deadline to sign treaty",
    ],
)
def test_what_only_looks_like_a_label_governs_nothing(title: str) -> None:
    found = hit(title)

    assert (found.veto, found.hedge) == ("", "")


def test_the_label_of_the_title_governs_the_summary() -> None:
    found = hit("Satire: A pen is bought", summary="Ruritania signs treaty with itself.")

    assert found.veto == "background under “Satire”"


def test_the_label_of_the_summary_leaves_the_title_alone() -> None:
    found = hit("Ruritania signs treaty", summary="Opinion: a treaty signed is a treaty kept.")

    assert found.veto == ""
    assert {span.field for span in found.spans} == {"title"}


def test_a_label_is_none_against_a_phrase_that_asks_for_it() -> None:
    assert hit("Opinion: a treaty", phrase="opinion .. treaty").veto == ""
    assert hit("Hoax: a treaty", phrase="hoax .. treaty").veto == ""
