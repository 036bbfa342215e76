"""The walls between the rooms hold: each break planted in a copy of the package is refused.

Runs the real linters with the project's own configuration; never changes the tree itself.
"""

import shutil
from graphlib import TopologicalSorter
from pathlib import Path
from subprocess import CompletedProcess

import grimp
import pytest

from tests.commands import BIN, ROOT, run

pytestmark = pytest.mark.slow

BREAKS = {
    "Layers: from the entry points down to the model": (
        "model",
        "import monitor.core",
    ),
    "Rooms of the core: what decides stands on what reads": (
        "core/stories",
        "import monitor.core.judging.weigh",
    ),
    "The core does no I/O": ("core", "import sqlalchemy"),
    "Only feeds.formats.rss knows feedparser": ("polling", "import feedparser"),
    "Parsing and rendering do no I/O": ("feeds/parse", "import aiohttp"),
    "The store only stores": ("store", "import monitor.core"),
}
"""A line for each import contract, by its name, and the module in which it breaks the contract."""

CLOCK = "from datetime import UTC, datetime\n\nprint(datetime.now(UTC))\n"
ENVIRONMENT = 'import os\n\nprint(os.environ["HOME"])\n'
RANDOM = "import random\n\nprint(random.random())\n"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package with the project's configuration beside it."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(
        ROOT / "monitor", tmp_path / "monitor", ignore=shutil.ignore_patterns("__pycache__")
    )
    return tmp_path / "monitor"


def import_contracts(package: Path) -> CompletedProcess[str]:
    return run(BIN / "lint-imports", "--no-cache", cwd=package.parent)


def banned_names(path: str, source: str = "") -> CompletedProcess[str]:
    """What ruff says of the banned names in `path`, or in `source` as if it stood there."""
    where = ("--stdin-filename", path, "-") if source else (path,)
    return run(BIN / "ruff", "check", "--no-cache", "--select=TID251", *where, stdin=source)


def plant(package: Path, module: str, line: str) -> None:
    path = package / f"{module}.py"
    if not path.exists():
        path = package / module / "__init__.py"
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")


def test_the_tree_as_it_is_keeps_every_import_contract(package: Path) -> None:
    found = import_contracts(package)

    assert found.returncode == 0, found.stdout + found.stderr
    assert f"Contracts: {len(BREAKS)} kept, 0 broken." in found.stdout


@pytest.mark.parametrize(("contract", "module", "line"), [(k, *v) for k, v in BREAKS.items()])
def test_an_import_across_a_wall_is_refused(
    package: Path, contract: str, module: str, line: str
) -> None:
    plant(package, module, line)

    found = import_contracts(package)

    assert found.returncode == 1, found.stdout + found.stderr
    assert f"{contract} BROKEN" in found.stdout


def test_a_room_outside_the_drawn_layers_is_refused(package: Path) -> None:
    (package / "helpers.py").touch()

    found = import_contracts(package)

    assert found.returncode == 1, found.stdout + found.stderr
    assert "helpers" in found.stdout


def test_the_tree_as_it_is_reads_clock_environment_and_chance_only_where_allowed() -> None:
    found = banned_names("monitor")

    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize("path", ["monitor/core/judging/weigh.py", "monitor/polling/ingest.py"])
@pytest.mark.parametrize("source", [CLOCK, ENVIRONMENT, RANDOM], ids=["clock", "env", "chance"])
def test_clock_environment_and_chance_are_banned_in_the_rooms(path: str, source: str) -> None:
    found = banned_names(path, source)

    assert found.returncode == 1, found.stdout + found.stderr
    assert "TID251" in found.stdout


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("monitor/daemon/jobs.py", CLOCK),
        ("monitor/daemon/jobs.py", RANDOM),
        ("monitor/config/settings.py", ENVIRONMENT),
    ],
)
def test_the_one_clock_and_the_one_reader_of_the_environment_are_allowed(
    path: str, source: str
) -> None:
    assert banned_names(path, source).returncode == 0


def test_no_module_needs_one_that_needs_it() -> None:
    """Import circles between modules: none, whatever the rooms say."""
    graph = grimp.build_graph("monitor", exclude_type_checking_imports=True)
    order: TopologicalSorter[str] = TopologicalSorter(
        {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    )
    order.prepare()  # raises CycleError, which names the circle
