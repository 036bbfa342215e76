"""Remembers what a pure function makes of a word or an object, in no more room than it is given."""

from collections.abc import Callable
from typing import Generic, TypeVar

Made = TypeVar("Made")
Known = TypeVar("Known")


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

    def __reduce__(self) -> tuple[type["Memo[Made]"], tuple[Callable[[str], Made], int]]:
        """Sent to another process it is empty: what is remembered there is made there."""
        return Memo, (self._make, self._size)

    def __missing__(self, word: str) -> Made:
        made = self._make(word)
        if len(self) >= self._size:
            self.clear()
        self[word] = made
        return made


class MemoByIdentity(Generic[Known, Made]):
    """The same for objects that are themselves at hand again: their equals are made anew.

    For large values, of which working out a hash costs more than the rest.
    """

    def __init__(self, make: Callable[[Known], Made], size: int) -> None:
        self._make = make
        self._size = size
        self._made: dict[int, tuple[Known, Made]] = {}  # holds each object, so that its id is its

    def __call__(self, known: Known) -> Made:
        held = self._made.get(id(known))
        if held is not None:
            return held[1]
        made = self._make(known)
        if len(self._made) >= self._size:
            self._made.clear()
        self._made[id(known)] = (known, made)
        return made
