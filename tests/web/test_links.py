"""Every link of every page is followed in Chromium, and shows what it says."""

import contextlib
import csv
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from jinja2 import Environment, PackageLoader, nodes
from playwright.async_api import Browser, Page

from tests.support.scene import START, Item, Scene, at, publishing
from tests.web.stage import Stage, staged
from tests.web.test_browser import linked, opened
from tests.web.test_pages import PAGES

pytestmark = pytest.mark.asyncio(loop_scope="session")

TREATIES, PARADES = 58, 12
FILTERS = {"before", "page", "flags", "done", "review"}
"""What of an address is a place in a list or a way there; all else says what is asked for."""


async def links(page: Page) -> list[tuple[str, str]]:
    """Words and address of each link of the page to this site."""
    found = await page.eval_on_selector_all(
        "a[href]", "all => all.map(a => [a.textContent.trim(), a.getAttribute('href')])"
    )
    return [(words, to) for words, to in found if to.startswith("/")]


async def test_every_link_of_every_page_leads_to_a_page(browser: Browser, scene: Scene) -> None:
    async with staged(scene) as stage, opened(browser, stage) as page:
        waiting = [*PAGES, *await linked(page, stage)]
        followed: set[str] = set()
        while waiting:
            to = waiting.pop().partition("#")[0]
            if to in followed:
                continue
            followed.add(to)
            if urlsplit(to).path.endswith((".csv", ".json", ".yaml")):
                assert (await stage.get(to))[0] == 200
                continue
            answer = await page.goto(stage.base + to)
            assert answer is not None
            assert (to, answer.status) == (to, 200)
            here = await links(page)
            assert lost(to, here) == []
            waiting += [address for _, address in here]
        assert len(followed) > 25


def lost(to: str, here: list[tuple[str, str]]) -> list[str]:
    """Links that say “more of the same” and ask for something else."""
    asked = {k: v for k, v in parse_qs(urlsplit(to).query).items() if k not in FILTERS}
    same = {"Older", "Newest", "CSV", "JSON", "Back", "Further feeds", "More pressing"}
    return [
        address
        for words, address in here
        if words in same
        and asked != {k: v for k, v in parse_qs(urlsplit(address).query).items() if k in asked}
    ]


async def test_a_tab_of_deliveries_shows_as_many_as_it_says(browser: Browser, scene: Scene) -> None:
    async with staged(scene) as stage, opened(browser, stage, "/deliveries") as page:
        tabs = [words for words, to in await links(page) if "state=" in to and words[:1].isdigit()]
        assert tabs
        for words in tabs:
            await page.get_by_role("link", name=words).click()
            assert await page.locator("tbody tr").count() == int(words.split()[0])


async def test_older_csv_and_json_of_a_search_are_of_that_search(
    browser: Browser, tmp_path: Path
) -> None:
    async with many(tmp_path) as stage, opened(browser, stage, "/search?text=treaty") as page:
        shown = await titles(page)
        table, listed = await downloaded(page, "CSV"), json.loads(await downloaded(page, "JSON"))
        await page.get_by_role("link", name="Older").click()
        await page.wait_for_url("**before=*")
        assert await page.locator("#text").input_value() == "treaty"
        shown += await titles(page)
        assert len(shown) == len(set(shown)) == TREATIES
        assert all("treaty" in title for title in shown)
        rows = list(csv.DictReader(io.StringIO(table.lstrip("\ufeff"))))
        assert sorted(row["title"] for row in rows) == sorted(shown)
        assert sorted(row["title"] for row in listed["items"]) == sorted(shown)
        await page.get_by_role("link", name="Newest").click()
        assert await titles(page) == shown[:50]


async def titles(page: Page) -> list[str]:
    return await page.locator("[data-row] .title").all_inner_texts()


async def downloaded(page: Page, words: str) -> str:
    async with page.expect_download() as waited:
        await page.get_by_role("link", name=words, exact=True).click()
    return (await (await waited.value).path()).read_text("utf-8")


@contextlib.asynccontextmanager
async def many(folder: Path) -> AsyncIterator[Stage]:
    """A page over more news than one page holds, of two sorts."""
    scene = Scene(folder)
    told = {f"Envoy {n} reads the treaty": f"t{n}" for n in range(TREATIES)}
    told |= {f"Band {n} plays": f"p{n}" for n in range(PARADES)}
    async with publishing() as publisher:
        scene.write(base=publisher.base)
        async with scene.open(START) as app:
            items = (Item(guid=guid, title=title, at=at(1)) for title, guid in told.items())
            publisher.publish("courier", *items)
            assert (await app.poll_now("courier", at(2))).error is None
    async with staged(scene) as stage:
        yield stage


async def test_the_frame_of_all_pages_sets_nothing_that_a_page_may_be_given() -> None:
    loader = PackageLoader("monitor.web")
    environment = Environment(loader=loader, autoescape=True)
    source, _, _ = loader.get_source(environment, "base.html.j2")
    assert not list(environment.parse(source).find_all(nodes.Assign))
