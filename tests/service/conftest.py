"""Fixtures of the service tests: a publisher's server, a folder to run in, the real data."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from monitor.service import logs
from tests import loopback
from tests.databases import (
    new_database,
    new_postgresql,
    postgresql_template,
    postgresql_url,
    sqlite_template,
)
from tests.loopback import Loopback
from tests.service.scene import Publisher, Scene, publishing

__all__ = [
    "new_database",
    "new_postgresql",
    "postgresql_template",
    "postgresql_url",
    "sqlite_template",
]


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
        os.environ.get("SIGNPOST_SHARED_DATA", Path(__file__).parents[2] / "../shared/data")
    )
    if not folder.is_dir():
        pytest.skip(f"the real data are not here: {folder}")
    return folder
