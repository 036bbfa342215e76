"""What a contributor's commands choose: the marks by which `make test-fast` leaves tests out."""

import re

import pytest

from tests.commands import BIN, ROOT, run

FAST = "not slow and not browser and not postgres"
PLACES = (
    "tests/store/test_engine.py",
    "tests/web/test_browser.py",
    "tests/workers",
    "tests/faults/test_table.py",
)

pytestmark = pytest.mark.slow


def chosen(marks: str) -> set[str]:
    """The tests of PLACES that these marks choose."""
    said = run(BIN / "pytest", "-n", "0", "--collect-only", "-q", "-m", marks, *PLACES)
    assert said.returncode in {0, pytest.ExitCode.NO_TESTS_COLLECTED}, said.stdout
    return {line for line in said.stdout.splitlines() if "::" in line}


def test_the_fast_tests_start_neither_chromium_nor_postgresql_nor_a_suite_of_faults() -> None:
    left = chosen(FAST)
    assert left
    assert "tests/faults/test_table.py" not in {name.partition("::")[0] for name in left}
    assert not left & (chosen("browser") | chosen("postgres"))
    assert not [name for name in left if "[postgresql" in name]
    assert not [name for name in left if "four_processes" in name]


def test_each_mark_finds_its_tests() -> None:
    assert {name.partition("::")[0] for name in chosen("browser")} == {"tests/web/test_browser.py"}
    assert "tests/workers/test_cluster.py" in {
        name.partition("::")[0] for name in chosen("postgres")
    }
    assert {name.partition("::")[0] for name in chosen("slow")} == {
        "tests/store/test_engine.py",
        "tests/faults/test_table.py",
    }


def test_make_leaves_out_what_the_marks_name() -> None:
    recipe = re.search(r"^test-fast:.*\n\t(.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert recipe is not None
    assert f"-m '{FAST}'" in recipe[1]
