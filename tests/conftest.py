"""For all tests: no property fails for being slow, which a busy machine alone can bring about."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests import databases

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
