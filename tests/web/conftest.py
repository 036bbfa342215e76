"""A page over real news: a folder filled once by the daemon's own steps, copied for each test."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests import databases
from tests.support.scene import Scene
from tests.web.stage import CHROMIUM, fill


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with news, a flag that wants an answer, a digest and a dead letter."""
    folder = tmp_path_factory.mktemp("filled")
    asyncio.run(fill(folder))
    return folder


@pytest.fixture
def scene(filled: Path, tmp_path: Path) -> Scene:
    databases.copy(filled, tmp_path)
    return Scene(tmp_path)


@pytest.fixture(scope="session")
def chromium() -> str:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no {CHROMIUM}; on Debian: apt install chromium")
    return CHROMIUM


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """Debian's Chromium, one for all tests of a process."""
    async with async_playwright() as playwright:
        found = await playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        yield found
        await found.close()
