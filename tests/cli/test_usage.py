"""Help, wrong usage, and the database command."""

import re

import pytest

from tests.cli.conftest import Monitor
from tests.databases import sqlite_only
from tests.support.scene import Scene


@sqlite_only
def test_the_database_is_upgraded_once(scene: Scene, monitor: Monitor) -> None:
    (scene.folder / "data" / "monitor.db").unlink()
    first, second = monitor("db", "upgrade"), monitor("db", "upgrade")
    assert re.fullmatch(r"schema at \w+, upgraded\n", first.out)
    assert re.fullmatch(r"schema at \w+\n", second.out)


@pytest.mark.parametrize(
    "arguments",
    [
        ["frobnicate"],
        ["flags", "show"],
        ["flags", "show", "one"],
        ["flags", "resolve", "1", "maybe"],
        ["status", "--jason"],
        ["explain"],
        ["check", "a", "b"],
    ],
)
def test_wrong_usage_is_2_with_a_line_that_says_why(monitor: Monitor, arguments: list[str]) -> None:
    said = monitor(*arguments)
    assert said.code == 2
    assert "Error: " in said.err
    assert said.out == ""


def test_help_lists_the_commands_and_the_exit_codes(monitor: Monitor) -> None:
    said = monitor("--help")
    assert said.code == 0
    for word in ("run", "poll", "check", "status", "flags", "digest", "explain", "replay", "demo"):
        assert re.search(rf"^  {word}\b", said.out, re.MULTILINE)
    assert "78 cannot start" in said.out
