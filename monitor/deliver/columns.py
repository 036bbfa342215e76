"""Turns words into lines of a given width in columns, as terminals and plain-text mail show them.

Must never break a word that fits on a line, or an address.
"""

from collections.abc import Iterator
from typing import Final

from rich.cells import cell_len, chop_cells

WIDTH: Final = 78  # RFC 5322 section 2.1.1: lines SHOULD be no more than 78 characters


def wrap(text: str, width: int = WIDTH, *, first: str = "", indent: str = "") -> list[str]:
    """Lines of at most `width` columns; the first starts with `first`, the others with `indent`."""
    lines: list[str] = []
    line, empty = first, True
    for word in _pieces(text, width - max(cell_len(first), cell_len(indent))):
        glued = line + word if empty else f"{line} {word}"
        if empty or cell_len(glued) <= width:
            line, empty = glued, False
        else:
            lines.append(line)
            line = indent + word
    return [*lines, line.rstrip()] if line.strip() else lines


def left(text: str, width: int) -> str:
    """The text, filled with blanks on the right to `width` columns."""
    return text + " " * (width - cell_len(text))


def right(text: str, width: int) -> str:
    """The text, filled with blanks on the left to `width` columns."""
    return " " * (width - cell_len(text)) + text


def _pieces(text: str, width: int) -> Iterator[str]:
    for word in text.split():
        if cell_len(word) <= width or word.startswith(("http://", "https://")):
            yield word
        else:
            yield from chop_cells(word, width)
