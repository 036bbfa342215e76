"""Turns a mistyped word into “did you mean …?”; never into the word itself."""

from collections.abc import Iterable, Sequence
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.utils import default_process

CLOSE_ENOUGH: Final = 65
"""Similarity (0–100) from which a known word is offered for a mistyped one."""
LONGEST_SHOWN: Final = 60
"""Characters of a value in a message; its place says where the rest is."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The words “did you mean …?” for the nearest known word, or "" if none is near."""
    plain = default_process(word)
    if not plain:
        return ""
    scored = []
    for option in known:
        near = default_process(option)
        whole = fuzz.ratio(plain, near)
        scored.append((max(fuzz.token_set_ratio(plain, near), whole), whole, option))
    score, _, option = max(scored, default=(0.0, 0.0, ""), key=lambda item: item[:2])
    return f"did you mean “{option}”?" if score >= CLOSE_ENOUGH else ""


def either(options: Sequence[str]) -> str:
    """The words “a, b or c”, for messages."""
    *first, last = options
    return f"{', '.join(first)} or {last}" if first else last


def shown(text: str) -> str:
    """A text as a message shows it: on one line, and not all of a long one."""
    line = " ".join(text.split())
    return f"{line[:LONGEST_SHOWN]}…" if len(line) > LONGEST_SHOWN else line
