"""Leaves out of a feed document what was read before, so that it is not parsed again.

Expat gives the bytes of each item; a regular expression would be wrong where CDATA or a comment
holds "</item>". What is known by its hash is cut out, and the format's own reader gets the header
and the rest. Must never guess: whatever is in doubt is read whole. Nothing is remembered here; the
poll stores what came of the items, and only then are they known.
"""

import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from typing import Final
from xml.parsers import expat

READER: Final = 1
"""Goes up when what is read of an item changes: then every item is read once more."""

MOST: Final = 1_000
"""Items of one document that are told apart: as many as are ever read of one."""

COUNTED: Final = 1
"""The lowest bit of a mark: the item is an entry, and not one that was left out."""

_HEAD: Final = 2  # numbers before the marks: the hash of the context, and that of the header
_ATOM: Final = "http://www.w3.org/2005/Atom"
_DC: Final = "http://purl.org/dc/elements/1.1/"
_ROOTS: Final = frozenset({"rss", "feed", "RDF", "channel"})
_ITEMS: Final = frozenset(
    {"item", "entry", f"{_ATOM} entry", "http://purl.org/atom/ns# entry"}
    | {f"{rss} item" for rss in ("http://purl.org/rss/1.0/", "http://purl.org/rss/0.9/")}
    | {"http://my.netscape.com/rdf/simple/0.9/ item", "http://backend.userland.com/rss2 item"}
)
_TAGS: Final = (b"<item", b"<entry")
_SPACES: Final = ("", f"{_ATOM} ", "http://purl.org/atom/ns# ", "http://purl.org/rss/1.0/ ")
_NAMES: Final = frozenset(space + name for space in _SPACES for name in ("guid", "id", "link"))
_CONTEXT: Final = frozenset({"link", "language"})
_DATES: Final = frozenset(
    {"pubDate", "lastBuildDate", f"{_ATOM} updated", f"{_ATOM} published"}
    | {"http://purl.org/dc/elements/1.1/ date", "http://purl.org/dc/terms/ modified"}
)
"""An entry whose date alone moved is not news, and nothing of it is stored."""

_MRSS: Final = "http://search.yahoo.com/mrss/"
_COUNTERS: Final = frozenset(
    {"http://purl.org/rss/1.0/modules/slash/ comments"}
    | {"http://purl.org/syndication/thread/1.0 total"}
    | {f"{_MRSS} {name}" for name in ("community", "statistics", "starRating")}
)
_TOLD: Final = _ITEMS | _NAMES | _DATES | _COUNTERS
"""All that is looked at inside of items."""

_TRACKED: Final = (b"utm_", b"at_", b"ns_")
_TRACKING: Final = re.compile(rb"[?&](?:amp;)?(?:utm|at|ns)_\w{1,40}=[^&<>\"'\s]*")
_WIRE: Final = re.compile(r"id[A-Z]{2}[A-Z0-9]{6,20}(?=$|[/?#])")
_ABOUT: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns# about"


class _Unsure(Exception):  # noqa: N818 not an error: the document is read whole
    """The items of a document cannot be told apart for certain."""


@dataclass(slots=True)
class ItemSpan:
    """The bytes of an item, from `start` to before `end`, and what names it to a reader."""

    start: int
    end: int = 0
    mark: int = 0  # even, 0 where it must not be remembered
    names: list[str] = field(default_factory=list)
    cuts: list[tuple[int, int]] = field(default_factory=list)  # what changes without being news


@dataclass(frozen=True, slots=True)
class ItemScan:
    """A document's items in order, and the hashes of what they are read by and of all the rest."""

    data: bytes
    items: Sequence[ItemSpan]
    context: int
    header: int

    def without(self, left_out: Iterable[ItemSpan]) -> str:
        """The document without some of its items, which are in its order."""
        pieces, place = [], 0
        for item in left_out:
            pieces.append(self.data[place : item.start])
            place = item.end
        return b"".join((*pieces, self.data[place:])).decode()


@dataclass(frozen=True, slots=True)
class ItemMemory:
    """What a feed's last document was made of. Made of bytes, and only read."""

    context: int = 0
    header: int = 0
    marks: tuple[int, ...] = ()

    @classmethod
    def unpack(cls, packed: bytes) -> "ItemMemory":
        """Of anything but what `pack` gave, nothing is known."""
        numbers = array("Q", packed) if len(packed) % 8 == 0 else array("Q")
        if len(numbers) < _HEAD:
            return cls()
        return cls(numbers[0], numbers[1], tuple(numbers[_HEAD:]))

    def pack(self) -> bytes:
        """At most 8,016 bytes, for a document of 1,000 items."""
        return array("Q", (self.context, self.header, *self.marks[:MOST])).tobytes()


def scan(text: str, salt: str = "") -> ItemScan | None:
    """The items of an RSS, Atom or RDF document that begins with its root; None when in doubt.

    In doubt is what expat refuses, items in items or in unexpected places, and names with a prefix.
    `salt` is what else decides on how an item is read.
    """
    data = text.encode()
    reader = _Reader(data)
    try:
        reader.parser.Parse(data, True)  # expat takes no keywords
    except (expat.ExpatError, _Unsure):
        return None
    if len(reader.items) > MOST:
        return None
    context = _number(repr((READER, salt, reader.context)).encode())
    key = context.to_bytes(8)
    tracked = any(name in data for name in _TRACKED)
    for item in reader.items:
        if item.names:
            told = _pieces(data, item.cuts, item)
            item.mark = _number(_TRACKING.sub(b"", told) if tracked else told, key) & ~COUNTED
    outside = [*reader.dates, *((item.start, item.end) for item in reader.items)]
    header = _number(_pieces(data, sorted(outside), ItemSpan(0, len(data))), key)
    return ItemScan(data, reader.items, context, header)


def known(scan: ItemScan, memory: ItemMemory) -> tuple[list[ItemSpan], tuple[int, ...]]:
    """Which items were read before, in order, and their marks, each once."""
    if memory.context != scan.context:
        return [], ()
    marks = {mark & ~COUNTED: mark for mark in memory.marks}
    found = [item for item in scan.items if item.mark in marks]
    return found, tuple(dict.fromkeys(marks[item.mark] for item in found))


def share(left_out: Sequence[ItemSpan], kept: Sequence[ItemSpan]) -> bool:
    """Whether an item that is to be read may be an entry that one of those left out is.

    A live page lists many posts under one address, and a publisher may give a guid twice. Who is
    who can only be told from all of them together.
    """
    taken = {key for item in left_out for key in _keys(item.names)}
    close = [item for item in kept if not taken.isdisjoint(_keys(item.names))]
    if not close:
        return False
    exact = {key for item in left_out for key in _identities(item.names)}
    return any(not exact.isdisjoint(_identities(item.names)) for item in close)


def _keys(names: Iterable[str]) -> Iterable[str]:
    """Cheap to make, and alike for any two names that may mean the same."""
    for name in names:
        if wire := _WIRE.search(name):
            yield wire[0]
        scheme, found, rest = name.partition("://")
        page = (rest if found and scheme.lower() in {"http", "https"} else name).partition("#")[0]
        yield page.partition("?")[0].rstrip("/").lower()


def _identities(names: Sequence[str]) -> Iterable[str]:
    from monitor.core.feeds import identity  # noqa: PLC0415 a parser seldom needs it
    from monitor.model.feeds import RawEntry  # noqa: PLC0415

    for name in names:
        yield identity.entry_key(RawEntry(guid=name))
        yield identity.entry_key(RawEntry(link=name))
        yield from identity.pages(name)


def _number(data: bytes, key: bytes = b"") -> int:
    return int.from_bytes(blake2b(data, digest_size=8, key=key).digest())


def _pieces(data: bytes, cuts: Sequence[tuple[int, int]], whole: ItemSpan) -> bytes:
    if not cuts:
        return data[whole.start : whole.end]
    pieces, place = [], whole.start
    for start, end in cuts:
        pieces.append(data[place:start])
        place = end
    return b"".join((*pieces, data[place : whole.end]))


@cache
def _local(name: str) -> str:
    return name.rpartition(" ")[2]


class _Reader:
    """Follows expat through a document, and stops it with _Unsure."""

    def __init__(self, data: bytes) -> None:
        self.items: list[ItemSpan] = []
        self.context: list[object] = []
        self.dates: list[tuple[int, int]] = []  # outside of items
        self._data = data
        self._depth = 0
        self._item: ItemSpan | None = None
        self._item_depth = 0
        self._cut_depth = 0  # of the element that is being cut out
        self._cut_start = 0
        self._told: list[str] | None = None  # the text of a name or of the context
        self.parser = expat.ParserCreate("utf-8", " ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartNamespaceDeclHandler = self._declared

    def _declared(self, prefix: str | None, uri: str) -> None:
        if self._item is None:
            self.context.append((prefix, uri))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._item is not None and name not in _TOLD:
            return
        if name in _ITEMS:
            self._begin(attributes)
        elif self._item is None:
            self._outside(name, attributes)
        elif name not in _NAMES:
            self._cut()
        elif self._depth == self._item_depth + 1:
            if address := attributes.get("href"):
                self._item.names.append(address)
            self._listen()

    def _begin(self, attributes: dict[str, str]) -> None:
        start = self.parser.CurrentByteIndex
        expected = self._depth in {2, 3} and self._data.startswith(_TAGS, start)
        if self._item is not None or not expected or self._told is not None:
            raise _Unsure
        self._item, self._item_depth = ItemSpan(start), self._depth
        if about := attributes.get(_ABOUT):
            self._item.names.append(about)

    def _outside(self, name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        if local in {"item", "entry"}:
            raise _Unsure
        if self._depth <= 2 and (local in _ROOTS or self._depth == 1):
            self.context.append((name, sorted(attributes.items())))
        elif name in _DATES:
            self._cut()
        elif local in _CONTEXT:
            self.context.append((name, sorted(attributes.items())))
            self._listen()

    def _cut(self) -> None:
        if not self._cut_depth:
            self._cut_depth, self._cut_start = self._depth, self.parser.CurrentByteIndex

    def _listen(self) -> None:
        self._told = []
        self.parser.CharacterDataHandler = self._told.append

    def _end(self, name: str) -> None:
        if self._told is not None:
            self._heard("".join(self._told).strip())
        if self._cut_depth == self._depth:
            cuts = self.dates if self._item is None else self._item.cuts
            cuts.append((self._cut_start, self.parser.CurrentByteIndex))
            self._cut_depth = 0
        if self._item is not None and self._depth == self._item_depth:
            self._item.end = self._after(name)
            self.items.append(self._item)
            self._item = None
        self._depth -= 1

    def _heard(self, text: str) -> None:
        self._told, self.parser.CharacterDataHandler = None, None
        if self._item is None:
            self.context.append(text)
        elif text:
            self._item.names.append(text)

    def _after(self, name: str) -> int:
        """The place after an end tag. An item without one says nothing worth leaving out."""
        place = self.parser.CurrentByteIndex
        if not self._data.startswith(b"</" + _local(name).encode(), place):
            raise _Unsure
        return self._data.index(b">", place) + 1
