"""Remembers what a pure function makes of each word, in no more room than it was given."""

from collections.abc import Callable
from typing import TypeVar

Made = TypeVar("Made")


class Memo(dict[str, Made]):
    """A mapping of every word: what is not in it yet is made, and all is forgotten when it is full.

    `functools.lru_cache` moves a link at each use, which costs more than the look-up itself, and
    every word of every entry is looked up several times. Safe to share between threads: at worst
    something is made twice.
    """

    def __init__(self, make: Callable[[str], Made], size: int) -> None:
        super().__init__()
        self._make = make
        self._size = size

    def __missing__(self, word: str) -> Made:
        made = self._make(word)
        if len(self) >= self._size:
            self.clear()
        self[word] = made
        return made
