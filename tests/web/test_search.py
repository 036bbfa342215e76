"""The search page, its exports and the API over real news."""

import csv
import io
import json

import pytest

from monitor.model.access import Scope
from monitor.store.search import FoundEntry, ResultPage
from monitor.triage import search as triage_search
from monitor.triage.search import ENTRIES
from tests import build
from tests.support.scene import Scene
from tests.web.stage import staged
from tests.web.test_api import ask, called


@pytest.mark.parametrize(
    ("query", "status", "wanted"),
    [
        ("", 200, 'class="evidence pad"'),
        ("?text=treaty", 200, "<mark>treaty</mark>"),
        ("?text=treaty&in=stories", 200, "<mark>treaty</mark>"),
        ("?text=treaty&question=treaty&outlet=Courier&feed=courier", 200, "<mark>treaty</mark>"),
        ("?text=treaty&since=2030-01-01", 200, "Nothing found"),
        ("?text=%22%3Cscript%3E%20AND%20NEAR(", 200, "Nothing found"),
        ("?since=yesterday", 400, "since is “yesterday”; expected a day like"),
        ("?until=2019-03-22T12:00", 400, "until is “2019-03-22T12:00”"),
        ("?before=x", 400, "the place is “x”"),
        ("?before=1", 200, "Nothing found further back"),
        ("?until=9999-12-31", 400, "until is “9999-12-31”"),
        ("?text=%00&feed=%00&since=%00", 400, "this is no address"),
    ],
)
async def test_the_page_answers_marks_and_escapes(
    scene: Scene, query: str, status: int, wanted: str
) -> None:
    async with staged(scene) as stage:
        found, html = await stage.get(f"/search{query}")

        assert (found, wanted in html) == (status, True), html
        assert "<script>" not in html


async def test_an_export_is_the_search_as_a_table_and_as_json(scene: Scene) -> None:
    async with staged(scene) as stage:
        _, table = await stage.get("/search.csv?text=treaty")
        _, text = await stage.get("/search.json?text=treaty")
        _, stories = await stage.get("/search.csv?text=treaty&in=stories")

    rows = list(csv.DictReader(io.StringIO(table)))
    found = json.loads(text)
    assert [row["entry"] for row in rows] == [item["id"] for item in found["items"]]
    assert all("treaty" in row["title"].lower() for row in rows)
    assert found["next"] is None
    assert {row["story"] for row in csv.DictReader(io.StringIO(stories))} == {
        row["story"] for row in rows if row["story"]
    }


def test_a_headline_is_no_formula_in_a_spreadsheet() -> None:
    entry = build.entry("a", '=HYPERLINK("http://evil.example","x")', summary="+1", outlet="-x")
    page: ResultPage[FoundEntry] = ResultPage(
        found=(FoundEntry(number=1, entry=entry, story_id=""),)
    )

    (row,) = csv.DictReader(io.StringIO(triage_search.as_csv(page, ENTRIES)))

    assert (row["title"][:2], row["summary"], row["outlet"]) == ("'=", "'+1", "'-x")


async def test_programs_search_page_by_page(scene: Scene) -> None:
    async with called(scene, Scope.READ) as (stage, token):
        _, whole = await ask(stage, "/entries?text=ruritania", token)
        seen, cursor = [], ""
        while cursor is not None:
            at = f"&cursor={cursor}" if cursor else ""
            _, page = await ask(stage, f"/entries?text=ruritania&limit=1{at}", token)
            seen += page["items"]
            cursor = page["next"]
        _, stories = await ask(stage, "/stories?text=ruritania", token)
        wrong, body = await ask(stage, "/entries?since=x", token)

    assert len(seen) > 1
    assert seen == whole["items"]
    assert stories["items"][0]["found"]["title"]
    assert (wrong, "expected a day" in body["error"]) == (400, True)


async def test_a_stranger_finds_nothing(scene: Scene) -> None:
    async with staged(scene, MONITOR_WEB_ACCESS="users") as stage:
        for path in ("/search", "/search.csv", "/search.json"):
            async with stage.client.get(stage.base + path, allow_redirects=False) as answer:
                assert answer.status == 303
                assert answer.headers["Location"].startswith("/login")
