"""Turns the place of a problem into the line of the file and a mark below it, for a terminal."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.cells import cell_len

from monitor.cli.output import printable
from monitor.config import document
from monitor.errors import ConfigError, Problem

WIDTH: Final = 96
"""Cells of a line that are shown; of a longer one those around the place."""
_BEFORE: Final = 64  # of these, at most so many before the place
_CUT: Final = "…"


class Excerpts:
    """The lines of a folder's files, each file read when first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, Sequence[str]] = {}

    def of(self, problem: Problem) -> tuple[str, str] | None:
        """The line with its number, and a caret under the column; None if there is no such line."""
        lines = self._lines(problem.file)
        if not 0 < problem.line <= len(lines):
            return None
        number = f"{problem.line:>6} | "
        line, at = _window(printable(lines[problem.line - 1].replace("\t", " ")), problem.column)
        return number + line, f"{'|':>8} {' ' * cell_len(line[:at])}^"

    def _lines(self, name: str) -> Sequence[str]:
        if name not in self._files:
            try:
                self._files[name] = document.read(self._folder / name).splitlines()
            except ConfigError:  # told as a problem of its own
                self._files[name] = ()
        return self._files[name]


def _window(line: str, column: int) -> tuple[str, int]:
    """At most WIDTH characters of the line, and where in them the column is."""
    at = min(column - 1, len(line))
    start = max(0, at - _BEFORE) if len(line) > WIDTH else 0
    shown = line[start : start + WIDTH]
    if start:
        shown = _CUT + shown[1:]
    if start + WIDTH < len(line):
        shown = shown[:-1] + _CUT
    return shown, at - start
