"""How the commands speak: tables and lines for people, JSON for programs, complaints on stderr."""

import io
import json
import os
import sys
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, TextIO

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

PIPED_WIDTH = 240
"""Columns when no terminal is there to say: rows are not folded for another program."""

FOUND_WRONG = 1
WRONG_USAGE = 2
CANNOT_START = 78
INTERRUPTED = 130

EXIT_CODES: Final = {
    0: "done",
    FOUND_WRONG: "the command ran and found something wrong",
    WRONG_USAGE: "wrong usage: the command line could not be understood",
    CANNOT_START: "cannot start: configuration, settings or database",
    INTERRUPTED: "interrupted by Ctrl-C",
}
"""What a command's end tells a program; docs/commands.md says it of each command."""


def accept_any_terminal() -> None:
    """A character that the terminal lacks becomes “?”; it must not end the program."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def console() -> Console:
    """A console on the present stdout. Text from feeds is never read as markup."""
    width = None if sys.stdout.isatty() else PIPED_WIDTH
    return Console(markup=False, highlight=False, emoji=False, file=sys.stdout, width=width)


def complain(text: str) -> None:
    """What went wrong, as one line on stderr that names the program."""
    click.echo(f"monitor: {printable(text)}", err=True)


def say(text: str = "", *, to: TextIO | None = None) -> None:
    """A line on stdout, or on another stream where stdout is for JSON."""
    click.echo(printable(text), file=to)


def printable(text: str) -> str:
    """Without control characters: a headline must not drive a terminal."""
    return "".join(char for char in text if char in "\n\t" or char.isprintable())


def typed(text: str) -> str:
    """What a person typed, also where the locale could not decode it; no text becomes “�”."""
    return os.fsencode(text).decode("utf-8", "replace")


def as_json(value: Any) -> None:
    """Plain values on stdout as indented JSON, any script's letters as they are."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Rows under headings, as wide as the terminal; cells that are too long are folded."""
    found = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        found.add_column(heading, overflow="fold")
    for row in rows:
        found.add_row(*(Text(printable(cell)) for cell in row))
    console().print(found)


def when(at: datetime | None) -> str:
    """A time for people, in UTC, or a dash."""
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "–"
