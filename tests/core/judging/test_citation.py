"""Cited articles: found by what stays the same, and what counts as a change of one."""

from dataclasses import replace

import pytest

from monitor.core.judging import citation
from monitor.core.language.watch.compiler import compile_watch
from monitor.model.citations import ChangeKind, Snapshot
from monitor.model.questions import Citation
from tests import build

CITED = Citation(
    outlet="Reuters", title="Ruritania Decides against More Border Tolls at This Time: Source"
)
WIRE = "https://www.reuters.com/article/us-ruritania-tolls-idUSKCN1R32AF"


def snapshot(title: str, *, summary: str = "", revision: int = 1, **changes: object) -> Snapshot:
    made = Snapshot(
        brief="q/b",
        citation=CITED.key,
        entry_id="e1",
        revision=revision,
        title=title,
        summary=summary,
        link=WIRE,
        indicators=(("q/tolls", "away"),),
        found_by="wire id",
        seen_at=build.NOON,
        taken_at=build.NOON,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # the tests know the field names


def test_an_article_is_found_by_wire_id_then_link_then_title() -> None:
    linked = replace(CITED, link=WIRE.replace("us-ruritania-tolls", "another-slug"))
    wired = replace(build.entry("e1", "Something else", link=WIRE), key="idUSKCN1R32AF")
    plain = build.entry("e2", "Something else", link="https://x.example/a")
    titled = "Ruritania decides against more border tolls at this time - source"

    assert citation.found_by(linked, wired, [wired.title]) == "wire id"
    by_link = replace(CITED, link="https://x.example/a?utm_source=rss#top")
    assert citation.found_by(by_link, plain, [plain.title]) == "link"
    assert (
        citation.found_by(CITED, build.entry("e3", "Old title"), ["Old title", titled]) == "title"
    )
    assert citation.found_by(CITED, build.entry("e4", titled, outlet="BBC"), [titled]) == ""
    assert citation.found_by(CITED, plain, [plain.title]) == ""


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("Toll of 12 a cart is set", "Toll of 15 a cart is set", ChangeKind.FIGURE),
        ("Ruritania lifts tolls", "Ruritania imposes tolls", ChangeKind.REVERSED),
        ("Ruritania will sign pact", "Ruritania will not sign pact", ChangeKind.REVERSED),
        ("Ruritania sets tolls", "CORRECTED-Ruritania sets tolls", ChangeKind.CORRECTED),
        ("Ruritania sets tolls", "STORY WITHDRAWN: tolls", ChangeKind.WITHDRAWN),
        ("Ruritania sets tolls", "Tolls are coming to Ruritania", ChangeKind.RETITLED),
    ],
)
def test_what_changed(before: str, after: str, kind: ChangeKind) -> None:
    found = citation.change(snapshot(before), snapshot(after, revision=2), outlet="Reuters")

    assert found is not None
    assert found.kind is kind
    assert found.flags is (kind is not ChangeKind.RETITLED)
    assert found.text.startswith(
        f"Reuters changed the article you cite (wire id): was “{before}”, now “{after}”; "
    )


def test_a_correction_in_the_text_is_seen_and_told_once() -> None:
    before = snapshot("Tolls rise", summary="They rise.")
    after = snapshot("Tolls rise", summary="They rise. This story corrects the date.", revision=2)
    later = replace(after, summary=f"{after.summary} More to follow.", revision=3)
    found = citation.change(before, after, outlet="Reuters")

    assert found is not None
    assert (found.kind, found.text.rpartition("; ")[2]) == (
        ChangeKind.CORRECTED,
        "marked “This story corrects”",
    )
    assert citation.change(after, later, outlet="Reuters") is None


def test_other_indicators_question_the_brief_and_are_named() -> None:
    after = snapshot("Border post opens", revision=2, indicators=(("q/post", "toward"),))
    found = citation.change(snapshot("Tolls are due"), after, outlet="Reuters")

    assert found is not None
    assert found.kind is ChangeKind.INDICATORS
    assert found.text.endswith("; it no longer matches q/tolls and it now matches q/post")


@pytest.mark.parametrize("after", ["Ruritania Sets Tolls", "Ruritania sets tolls!"])
def test_capitals_and_punctuation_are_no_change(after: str) -> None:
    assert citation.change(snapshot("Ruritania sets tolls"), snapshot(after), outlet="x") is None


def test_a_refiled_story_is_no_correction() -> None:
    found = citation.change(
        snapshot("Ruritania sets tolls"),
        snapshot("REFILE-Ruritania sets tolls for carts", revision=2),
        outlet="Reuters",
    )

    assert found is not None
    assert found.kind is ChangeKind.RETITLED


def test_what_a_text_counts_for_leaves_out_what_is_vetoed() -> None:
    question = build.question(indicators=(build.indicator("tolls", "impos* .. tolls"),))
    watch = compile_watch((question,))

    assert citation.counts_for("They impose tolls", "", "x", watch, build.NOON) == {
        ("q/tolls", "away")
    }
    assert citation.counts_for("They sing", "", "x", watch, build.NOON) == frozenset()
