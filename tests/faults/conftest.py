"""The world of the fault suite, how much of it is run, and the sums at its end.

FAULTS=all tries every Nth call, FAULTS=some a part drawn by FAULTS_SEED, `make test` a fifth of
that. Each test says what it added up in its properties, which also reach the controlling process
of pytest-xdist.
"""

import os
import random
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final

import pytest

from tests.faults import strace
from tests.faults.world import Tally, World
from tests.faults.world import world as a_world

ALL: Final = os.environ.get("FAULTS") == "all"
TIMES: Final = 5 if os.environ.get("FAULTS") == "some" else 1
SEED: Final = int(os.environ.get("FAULTS_SEED", "1"))


@pytest.fixture(scope="session")
def session_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with a_world(tmp_path_factory.mktemp("faults") / "start") as found:
        yield found


@pytest.fixture
def world(session_world: World, record_property: Any) -> Iterator[World]:
    """Real servers and a warm process; what is added to its tally is told at the end."""
    session_world.tally = Tally()
    yield session_world
    record_property("faults", asdict(session_world.tally))


@pytest.fixture
def traced() -> None:
    strace.require()


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """Chance that another run with the same seed repeats."""
    return random.Random(f"{SEED} {request.node.name}")  # noqa: S311


def pytest_terminal_summary(terminalreporter: Any) -> None:
    total = Tally()
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, value in getattr(report, "user_properties", ()):
                if name == "faults" and getattr(report, "when", "") == "teardown":
                    total.add(Tally(**value))
    if total.faults:
        terminalreporter.write_line(f"Seed {SEED}: {total}.")
