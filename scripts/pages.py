"""Turns the demo's database into pictures of every page: light, dark, and on a phone.

Called by scripts/screenshots.py. Needs Debian's chromium and the demo's folder, of which it uses a
copy; the clock stands where the demo ended. Must never need a network.
"""

# ruff: noqa: INP001  # scripts are run, not imported

import shutil
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

from monitor.config import settings as config_settings
from monitor.daemon.opening import open_app
from monitor.demo.run import END
from monitor.runtime import logs
from monitor.web.app import serve

CHROMIUM: Final = "/usr/bin/chromium"
COLOURS: Final = 96
"""Enough for text, lines and the few colours; a page is then a third of its size."""

VIEWS: Final = (
    ("light", "light", 1280, 1100),
    ("dark", "dark", 1280, 1100),
    ("phone", "light", 390, 1300),
)
"""Name, colour scheme, width, and how much of a long page is shown."""

WHAT: Final = "North Korea rebuilding Sohae launch site"
Step = Callable[[Page], Awaitable[None]]


async def _nothing(_page: Page) -> None:
    return


async def _unfolded(page: Page) -> None:
    await page.locator("details[data-story] summary").first.click()


async def _trial(page: Page) -> None:
    file = page.locator("#file")
    edit = (await file.input_value()).replace("phrases: [sohae", "phrases: [ICBM")
    await file.fill(edit.replace("withdraw*", "depart*"))
    await page.get_by_role("button", name="Back-test the edit").click()


async def _story(page: Page) -> None:
    await page.locator("details[data-story] summary").first.click()
    await page.locator("details[open] a[href^='/stories/']").first.click()


async def _entry(page: Page) -> None:
    await page.locator("details[data-story] summary").first.click()
    await page.locator("details[open] a[href^='/entries/']").first.click()


PAGES: Final[tuple[tuple[str, str, Step], ...]] = (
    ("desk", "/", _nothing),
    ("flag", "/flags/1", _unfolded),
    ("review", "/flags/1?review=1", _nothing),
    ("flags", "/flags", _nothing),
    ("question", "/questions/us-dprk-deal", _nothing),
    ("story", "/flags/1", _story),
    ("entry", "/flags/1", _entry),
    ("search", "/search?text=sanctions", _nothing),
    ("watchlist", f"/watchlist?text={WHAT.replace(' ', '+')}", _nothing),
    ("backtest", "/watchlist", _trial),
    ("feeds", "/feeds", _nothing),
    ("feed", "/feeds/reuters", _nothing),
    ("deliveries", "/deliveries", _nothing),
    ("delivery", "/deliveries/14", _nothing),
    ("audit", "/audit", _nothing),
)


async def shoot(demo: Path, folder: Path) -> None:
    """Write page-NAME-VIEW.png for every page and view."""
    logs.configure(level="error")
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch, "demo")
        shutil.copytree(demo, copy)
        settings = config_settings.load(
            {"MONITOR_CONFIG_DIR": str(copy / "config"), "MONITOR_DATA_DIR": str(copy / "data")}
        )
        async with (
            open_app(settings, now=END, jitter=float) as app,
            serve(app, host="127.0.0.1", port=0, now=lambda: END) as port,
            async_playwright() as playwright,
        ):
            app.last_round = END
            browser = await playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
            )
            await _corrected(browser, f"http://127.0.0.1:{port}")
            for view, scheme, width, tall in VIEWS:
                await _view(browser, f"http://127.0.0.1:{port}", folder, view, scheme, width, tall)
            await browser.close()


async def _corrected(browser: Browser, base: str) -> None:
    """A decision and its undo, so that there is something to see of who did what."""
    page = await browser.new_page()
    await page.goto(base + "/flags/1")
    await _unfolded(page)
    row = page.locator("details[open]").first
    await row.get_by_label("Why").fill("the office, not the talks")
    await row.get_by_role("button", name="Not evidence").click()
    await page.get_by_role("button", name="Undo").click()
    await page.locator(".done").wait_for()
    await page.close()


async def _view(
    browser: Browser, base: str, folder: Path, view: str, scheme: str, width: int, tall: int
) -> None:
    context = await browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = await context.new_page()
    for name, path, step in PAGES:
        await page.goto(base + path)
        await step(page)
        await page.wait_for_load_state()
        picture = folder / f"page-{name}-{view}.png"
        await page.screenshot(path=picture, full_page=True)
        _slim(picture, tall)
    await context.close()


def _slim(picture: Path, tall: int) -> None:
    with Image.open(picture) as shot:
        cut = shot.convert("RGB").crop((0, 0, shot.width, min(shot.height, tall)))
    few_colours(cut).save(picture, optimize=True)


def few_colours(shot: Image.Image) -> Image.Image:
    """The picture in `COLOURS` colours; large plain areas keep theirs."""
    return shot.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
