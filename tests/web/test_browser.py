"""Pages in Debian's Chromium: by keyboard, by mouse, on a phone, and with scripts switched off."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from monitor.store import access as store_access
from tests.support.scene import SIGNED, Scene
from tests.web.stage import Stage, staged
from tests.web.test_pages import PAGES

pytestmark = pytest.mark.asyncio(loop_scope="session")

SERIOUS = {"serious", "critical"}
SEARCHES = ["/search?text=treaty", "/search?text=treaty&in=stories"]


@contextlib.asynccontextmanager
async def opened(
    browser: Browser, stage: Stage, path: str = "/", **options: Any
) -> AsyncIterator[Page]:
    """A page in a window of its own, with what the browser complained about at the end."""
    context = await browser.new_context(**options)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None,
    )
    await page.goto(stage.base + path)
    yield page
    await context.close()
    assert complaints == []


async def linked(page: Page, stage: Stage) -> list[str]:
    """Pages whose address a test cannot know: a story and an entry, from a flag."""
    await page.goto(stage.base + "/flags/1")
    found = [page.locator(f"a[href^='/{kind}/']").first for kind in ("stories", "entries")]
    return [await link.get_attribute("href") or "" for link in found]


async def test_no_page_has_a_serious_accessibility_issue(browser: Browser, scene: Scene) -> None:
    async with staged(scene) as stage:
        for scheme, width in (("light", 1200), ("dark", 390)):
            viewport = {"width": width, "height": 800}
            async with opened(browser, stage, viewport=viewport, color_scheme=scheme) as page:
                for path in [*PAGES, *SEARCHES, *await linked(page, stage)]:
                    await page.goto(stage.base + path)
                    found = await Axe().run(page)
                    issues = [
                        (path, scheme, rule["id"], node["html"][:200])
                        for rule in found.response["violations"]
                        if rule["impact"] in SERIOUS or rule["id"].startswith("landmark-")
                        for node in rule["nodes"]
                    ]
                    assert issues == []


async def test_no_page_is_wider_than_a_phone(browser: Browser, scene: Scene) -> None:
    async with (
        staged(scene) as stage,
        opened(browser, stage, viewport={"width": 360, "height": 740}) as page,
    ):
        for path in [*PAGES, *await linked(page, stage)]:
            await page.goto(stage.base + path)
            width = await page.evaluate("document.documentElement.scrollWidth")
            assert (path, width) == (path, 360)


async def test_a_flag_is_answered_and_taken_back_by_keys_alone(
    browser: Browser, scene: Scene
) -> None:
    async with staged(scene) as stage, opened(browser, stage) as page:
        keyboard = page.keyboard
        await keyboard.press("j")
        await keyboard.press("Enter")
        await page.wait_for_url("**/flags/1")
        await keyboard.press("e")
        assert await page.locator("details[data-story]:not([open])").count() == 0
        await keyboard.press("m")
        await keyboard.type("3 jks")  # no key acts while somebody writes
        await keyboard.press("Escape")
        await keyboard.press("4")  # asks; other keys wait
        await page.wait_for_selector("#ask-noise:popover-open")
        await keyboard.press("1")
        await keyboard.press("Enter")
        await page.wait_for_url("**/flags/1?done=*")
        assert "Flag 1: noise." in await page.locator(".done").inner_text()
        assert "3 jks" in await page.locator(".history").inner_text()
        await keyboard.press("u")
        await page.wait_for_function("document.querySelector('.state.open')")


async def test_a_key_means_one_answer_for_ever(browser: Browser, scene: Scene) -> None:
    keys = {"1": "Stands", "2": "Revise", "4": "Noise…", "5": "Snooze", "6": "Withdraw…"}
    async with staged(scene) as stage, opened(browser, stage, "/flags/1") as page:
        shown = {key: page.locator(f"[data-key='{key}']") for key in [*keys, "3"]}
        before = {key: await shown[key].inner_text() for key in keys}
        assert {key: f"{word}\n{key}" for key, word in keys.items()} == before
        await page.keyboard.press("3")
        await page.wait_for_selector(".state.acknowledged")
        assert {key: await shown[key].inner_text() for key in keys} == before
        assert await shown["3"].count() == 0
        await page.goto(f"{stage.base}/flags/1")
        await page.keyboard.press("3")  # nothing any more, and no other answer
        for key in ("4", "6"):
            await page.keyboard.press(key)
            await page.wait_for_selector(":popover-open")
            await page.keyboard.press("Escape")
            await page.wait_for_selector(":popover-open", state="detached")
        await page.locator("[name=likelihood]").fill("likely")
        await page.locator("[name=likelihood]").press("Enter")  # it is Revise that says so
        assert page.url == f"{stage.base}/flags/1"
        deeds = await stage.app.database.read(store_access.deeds_page)
        assert [deed.action for deed in deeds] == ["flag.acknowledge"]


@pytest.mark.parametrize("scripts", [True, False])
async def test_an_answer_is_taken_back_from_the_history_later(
    browser: Browser, scene: Scene, scripts: bool
) -> None:
    async with (
        staged(scene) as stage,
        opened(browser, stage, "/flags/1", java_script_enabled=scripts) as page,
    ):
        await page.get_by_role("button", name="Withdraw").click()
        await page.locator("#ask-withdraw").get_by_role("button", name="Leave it").click()
        assert await page.locator(".state.open").count() == 1
        await page.get_by_role("button", name="Withdraw").click()
        await page.locator("#ask-withdraw").get_by_role("button", name="Withdraw").click()
        assert "withdraw" in await page.locator(".done").inner_text()

        await page.goto(f"{stage.base}/flags/1")
        assert await page.locator(".done").count() == 0
        history = page.locator(".history")
        assert "“withdraw” of" in await history.inner_text()
        await history.get_by_role("button", name="Undo").click()
        assert await page.locator(".state.open").count() == 1
        await page.goto(f"{stage.base}/flags/1")  # taking back is not taken back
        assert await history.get_by_role("button", name="Undo").count() == 0


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_row_is_taken_out_and_a_story_split_with_and_without_scripts(
    browser: Browser, scene: Scene, scripts: bool
) -> None:
    async with (
        staged(scene) as stage,
        opened(browser, stage, "/flags/1", java_script_enabled=scripts) as page,
    ):
        row = page.locator("details[data-story]", has=page.get_by_text(SIGNED)).first
        await row.locator("summary").click()
        await row.get_by_label("Why").fill("a rehearsal")
        await row.get_by_role("button", name="Not evidence").click()
        assert "not evidence, 1 judgment" in await page.locator(".done").inner_text()
        await page.locator(".excluded summary").click()
        assert "a rehearsal" in await page.locator(".excluded").inner_text()
        await page.get_by_role("button", name="Count it again").click()
        assert "counts again" in await page.locator(".done").inner_text()

        row = page.locator("details[data-story]", has=page.get_by_text(SIGNED)).first
        await row.locator("summary").click()
        await row.get_by_role("checkbox").last.check()
        await row.get_by_role("button", name="Split off the ticked").click()
        await page.get_by_role("button", name="Undo").click()
        assert "taken back" in await page.locator(".done").inner_text()


async def test_a_row_is_taken_out_and_put_back_by_keys_alone(
    browser: Browser, scene: Scene
) -> None:
    async with staged(scene) as stage, opened(browser, stage, "/flags/1") as page:
        await page.keyboard.press("j")
        await page.keyboard.press("x")
        await page.keyboard.type("xxl")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/flags/1?done=*")
        assert "not evidence" in await page.locator(".done").inner_text()
        await page.locator(".excluded summary").click()
        assert "xxl" in await page.locator(".excluded").inner_text()
        await page.keyboard.press("u")
        await page.wait_for_function("!document.querySelector('.excluded')")


async def test_a_review_by_keys_goes_through_and_comes_home(browser: Browser, scene: Scene) -> None:
    async with staged(scene) as stage, opened(browser, stage) as page:
        await page.keyboard.press("r")
        await page.wait_for_url("**/flags/1?review=1")
        await page.keyboard.press("1")
        await page.wait_for_url("**/?done=*")
        assert "No flag wants an answer" in await page.locator("h1").inner_text()


async def test_single_keys_can_be_switched_off(browser: Browser, scene: Scene) -> None:
    async with staged(scene) as stage, opened(browser, stage, "/flags") as page:
        await page.keyboard.press("?")
        await page.locator("#keys-on").uncheck()
        await page.locator("h1").click()
        await page.keyboard.press("d")
        await page.keyboard.press("l")
        assert page.url.endswith("/flags")
        await page.locator("#keys-on").check()
        await page.locator("h1").click()
        await page.keyboard.press("d")
        await page.wait_for_url(stage.base + "/")


async def test_a_headline_is_explained_while_one_types(browser: Browser, scene: Scene) -> None:
    async with staged(scene) as stage, opened(browser, stage, "/watchlist") as page:
        await page.locator("#text").press_sequentially(SIGNED)
        await page.wait_for_selector("#tried mark")
        assert "signing (toward)" in await page.locator("#tried").inner_text()


async def test_everything_works_without_scripts(browser: Browser, scene: Scene) -> None:
    async with (
        staged(scene) as stage,
        opened(browser, stage, java_script_enabled=False) as page,
    ):
        await page.get_by_role("link", name="Review one by one").click()
        await page.locator("details[data-story] summary").first.click()
        assert await page.locator("details[data-story][open] a.title").first.is_visible()
        await page.get_by_label("Note").fill("by hand")
        await page.get_by_role("button", name="Stands").click()
        await page.get_by_role("button", name="Undo").click()
        assert await page.locator(".state.open").count() == 1

        await page.get_by_role("link", name="Watchlist").click()
        await page.get_by_role("textbox", name="A headline").fill(SIGNED)
        await page.get_by_role("button", name="Explain").click()
        assert "signing (toward)" in await page.locator("#tried").inner_text()
        edit = (await page.locator("#file").input_value()).replace("sign .. treaty", "parade")
        await page.locator("#file").fill(edit)
        await page.get_by_role("button", name="Back-test the edit").click()
        assert await page.get_by_role("heading", name="Lost: 1 story").count() == 1

        await page.get_by_role("link", name="Deliveries").click()
        await page.get_by_role("link", name="1 given up").click()
        await page.locator("tbody a").first.click()
        await page.get_by_role("button", name="Send it again").click()
        assert "queued again" in await page.locator(".done").inner_text()
