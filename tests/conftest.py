"""Fixtures of all rooms: quiet logs, a folder to run in, a server, databases, real data."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from monitor.runtime import logs
from tests import databases, loopback
from tests.databases import new_database, new_postgresql, postgresql_url
from tests.loopback import Loopback
from tests.support.scene import Publisher, Scene, publishing

__all__ = ["new_database", "new_postgresql", "postgresql_url"]

_FAULTS = ("tests/faults/", "tests/outbox/test_faults_")
_POSTGRES = {"postgresql_url", "new_postgresql"}


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what shows by itself; that a test is slow else, it says itself."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        kinds = getattr(getattr(item, "callspec", None), "params", {}).values()
        if "chromium" in fixtures:
            item.add_marker(pytest.mark.browser)
        if databases.POSTGRESQL or fixtures & _POSTGRES or "postgresql" in kinds:
            item.add_marker(pytest.mark.postgres)
        if item.nodeid.startswith(_FAULTS):
            item.add_marker(pytest.mark.slow)


# No property fails for being slow, which a busy machine alone can bring about.
settings.register_profile("signpost", deadline=None)
settings.load_profile("signpost")


@pytest.fixture(autouse=True)
def _no_database_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """On PostgreSQL, a database lives as long as the folder of its test."""
    if not databases.POSTGRESQL or "tmp_path" not in request.fixturenames:
        yield
        return
    folder: Path = request.getfixturevalue("tmp_path")
    yield
    databases.drop_below(folder)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logs.configure(level="critical")
    yield
    logs.configure(level="critical")


@pytest.fixture
async def publisher() -> AsyncIterator[Publisher]:
    async with publishing() as found:
        yield found


@pytest.fixture
async def server() -> AsyncIterator[Loopback]:
    async with loopback.serving() as found:
        yield found


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    found = Scene(tmp_path)
    found.write()
    return found


@pytest.fixture
def running(scene: Scene, publisher: Publisher) -> Scene:
    scene.write(base=publisher.base)
    return scene


@pytest.fixture(scope="session")
def shared_data() -> Path:
    folder = Path(
        os.environ.get("SIGNPOST_SHARED_DATA", Path(__file__).parents[1] / "../shared/data")
    )
    if not folder.is_dir():
        pytest.skip(f"the real data are not here: {folder}")
    return folder
