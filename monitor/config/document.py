"""Turns the text of a YAML file into a tree of values that know their line and column.

Strict where YAML is generous: duplicate keys, aliases, tags, several documents and other encodings
are refused. Values are not converted: what YAML would have read a scalar as is kept beside its
text, so that `NO` or `12:30` can be refused with advice instead of silently becoming something
else. Must never recurse: a file of a hundred thousand brackets is refused like any other mistake.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import yaml

from monitor.config.suggest import shown
from monitor.config.syntax import Explained, Place, explain, without
from monitor.errors import ConfigError, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A value of the document. Exactly one of `text`, `items`, `pairs` is meant, by `kind`."""

    kind: str  # "text", "list" or "map"
    line: int
    column: int
    text: str = ""
    read_as: str = ""  # what YAML makes of an unquoted scalar, if not text
    hashtag: str = ""  # a comment right after an unquoted scalar that looks like a hashtag
    source: str = field(default="", repr=False)  # the scalar as written, quotes and all
    items: tuple["Node", ...] = ()
    pairs: tuple[tuple["Node", "Node"], ...] = ()
    repeats: tuple[Problem, ...] = ()  # of the root: keys given twice, wherever they stand

    @property
    def empty(self) -> bool:
        return self.read_as == "nothing"

    @property
    def quoted(self) -> bool:
        return self.source[:1] in {'"', "'", "|", ">"}

    def describe(self) -> str:
        """What a person sees in the file, for a message."""
        if self.kind == "list":
            return f"a list of {len(self.items)}"
        if self.kind == "map":
            return "a mapping with " + ", ".join(f"“{key.text}”" for key, _ in self.pairs[:3])
        return f"“{shown(self.text)}”" if self.text.strip() else "nothing"

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of `text[offset]`, wherever quotes and folding have put it.

        Folding changes white space only, so characters that are not white space are counted.
        """
        if "\n" not in self.source and self.text in {self.source, self.source[1:-1]}:
            return self.line, self.column + self.quoted + offset  # as it stands, on one line
        if not self.text[offset : offset + 1].strip():
            last = len(self.text[:offset].rstrip()) - 1
            line, column = self.place(last) if last >= 0 else (self.line, self.column - 1)
            return line, column + 1
        before = sum(not char.isspace() for char in self.text[:offset])
        line, column = self.line, self.column
        for number, char in self._written():
            if number > before:
                break
            line, column = (line + 1, 1) if char == "\n" else (line, column + 1)
        return line, column

    def _written(self) -> list[tuple[int, str]]:
        """The characters of the source, each with the number of text characters up to it."""
        quote = self.source[:1]
        skip = self.source.find("\n") if quote in {"|", ">"} else int(self.quoted)
        escape = {'"': "\\", "'": "'"}.get(quote, "")
        found: list[tuple[int, str]] = []
        count, escaped = 0, False
        for index, char in enumerate(self.source):
            escaped = char == escape and not escaped
            if index >= skip and not char.isspace() and not escaped:
                count += 1
            found.append((count, char))
        return found


MAX_BYTES: Final = 10_000_000
MAX_DEPTH: Final = 40
MOST_SLIPS: Final = 20  # told of one file: for each the text is parsed once more
VALID_YAML: Final = "valid YAML"
"""What is expected where the parser gave up: nothing after that place has been read."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RESOLVER: Any = yaml.resolver.Resolver()
_STANDARD: Final = "tag:yaml.org,2002:"
_READ_AS: Final = {
    "bool": "true or false",
    "int": "a number",
    "float": "a number",
    "timestamp": "a date",
    "null": "nothing",
}
_UNPRINTABLE: Final = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
_DEEPER_ITEM: Final = re.compile(r"\n[ \t]*(- [^\n]*)")
"""A line of a text without quotes that looks like an item of a list."""
_ONE_COLUMN: Final = "each “-” of a list begins in one column"
_LIST_OF: Final = {"ask": "questions", "url": "feeds", "at": "digests", "to": "digests"}
"""A key of an item, and the list whose items have it."""
_HASHTAG: Final = re.compile(r"[ \t]+(#[^\s#,\]}]+)")


def read(path: Path) -> str:
    """The text of a file. Raises ConfigError when it cannot be read, is too large or not UTF-8."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError as exc:
        raise _whole(path.name, f"there is no such file in {path.parent}", "the file") from exc
    except OSError as exc:
        raise _whole(path.name, f"cannot be read: {exc.strerror}", "a readable file") from exc
    if len(raw) > MAX_BYTES:
        found = f"the file has {len(raw) / 1e6:.1f} MB"
        raise _whole(path.name, found, f"at most {MAX_BYTES / 1e6:.0f} MB")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = raw.count(b"\n", 0, exc.start) + 1
        column = exc.start - raw.rfind(b"\n", 0, exc.start)
        found = f"byte 0x{raw[exc.start]:02x} is not UTF-8"
        problem = _problem(
            path.name,
            (line, column),
            found,
            "a file saved as UTF-8",
            "choose the encoding UTF-8 when you save it",
        )
        raise ConfigError([problem]) from exc


def parse(text: str, file: str) -> Node:
    """The document's root mapping. Raises ConfigError for what is not one plain YAML mapping.

    Keys that are given twice do not keep the rest from being read: they are in `repeats` of the
    root, and whoever reads it must refuse them.
    """
    text = text.removeprefix("\ufeff")
    if bad := _UNPRINTABLE.search(text):
        line = text.count("\n", 0, bad.start()) + 1
        column = bad.start() - text.rfind("\n", 0, bad.start())
        found = f"the invisible control character U+{ord(bad[0]):04X}"
        raise ConfigError([_problem(file, (line, column), found, "text", "delete it")])
    builder = _Builder(text, file)
    if slip := _take_all(builder, text):
        raise ConfigError([*builder.all_problems(), *_slips(slip, text, file)])
    return builder.finish()


def _take_all(builder: "_Builder", text: str) -> Explained | None:
    """Give the builder the events of the text; the slip that ended them, if one did."""
    events: Any = yaml.parse(text, Loader=_Loader)
    try:
        for event in events:
            builder.take(event)
    except yaml.MarkedYAMLError as exc:
        return explain(exc, text)
    return None


def _slips(first: Explained, text: str, file: str) -> Iterator[Problem]:
    """The slip and those after it: the parser is shown the text again without what it spoilt."""
    slip: Explained | None = first
    for _ in range(MOST_SLIPS):
        if slip is None:
            return
        yield _problem(file, slip.place, slip.found, VALID_YAML, slip.advice)
        last = slip.lines[1]
        text = without(text, slip.lines)
        slip = _take_all(_Builder(text, file), text)
        if slip is not None and slip.place[0] <= last:
            return


@dataclass(slots=True)
class _Open:
    """A list or mapping that has not ended yet."""

    kind: str
    place: Place
    values: list[Node] = field(default_factory=list)


class _Builder:
    """Builds the tree from the parser's events, collecting what has to be refused."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.problems: list[Problem] = []
        self._repeats: list[Problem] = []
        self._roots: list[Node] = []
        self._open: list[_Open] = []

    def take(self, event: Any) -> None:
        if isinstance(event, yaml.NodeEvent):
            self._node(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close()

    def finish(self) -> Node:
        """The root. Raises ConfigError if anything was refused."""
        if not self._roots or (len(self._roots) == 1 and self._roots[0].empty):
            raise _whole(self.file, "the file is empty", "a mapping of keys to values")
        if len(self._roots) > 1:
            node = self._roots[1]
            self.refuse((node.line, node.column), "a second document (after “---”)", "just one")
        root = self._roots[0]
        if root.kind != "map":
            found = f"the file holds {root.describe()}"
            place = root.line, root.column
            self.refuse(place, found, "a mapping of keys to values", _headless(root))
        if self.problems:
            raise ConfigError(self.all_problems())
        return replace(root, repeats=tuple(self._repeats))

    def all_problems(self) -> list[Problem]:
        both = [*self.problems, *self._repeats]
        return sorted(both, key=lambda problem: (problem.line, problem.column))

    def refuse(self, place: Place, found: str, expected: str, advice: str = "") -> None:
        self.problems.append(_problem(self.file, place, found, expected, advice))

    def _node(self, event: Any) -> None:
        place = event.start_mark.line + 1, event.start_mark.column + 1
        self._refuse_marks(event, place)
        if isinstance(event, yaml.CollectionStartEvent):
            if len(self._open) == MAX_DEPTH:
                self.refuse(place, f"a level {MAX_DEPTH + 1} deep", f"at most {MAX_DEPTH} levels")
                raise ConfigError(self.all_problems())
            kind = "list" if isinstance(event, yaml.SequenceStartEvent) else "map"
            self._open.append(_Open(kind, place))
        elif isinstance(event, yaml.ScalarEvent):
            self._add(self._scalar(event, place))
        else:
            self._add(Node(kind="text", line=place[0], column=place[1], text="*", source='"'))

    def _refuse_marks(self, event: Any, place: Place) -> None:
        """Aliases, anchors and tags: in a list of phrases they are nearly always a slip."""
        tag = getattr(event, "tag", None) or ""
        alias = isinstance(event, yaml.AliasEvent)
        if alias or event.anchor:
            sign, what = ("*", "an alias") if alias else ("&", "an anchor")
            found = f"“{sign}{event.anchor}”, which is {what} to YAML"
            self.refuse(place, found, "text", "put the text in quotes")
        elif tag and tag != f"{_STANDARD}str":
            found = f"“{tag.replace(_STANDARD, '!!')}”, which is a tag to YAML"
            self.refuse(place, found, "text", "put the text in quotes")

    def _scalar(self, event: Any, place: Place) -> Node:
        start, end = event.start_mark.index, event.end_mark.index
        plain = not event.style and event.implicit[0]
        tag = _RESOLVER.resolve(yaml.ScalarNode, event.value, (True, False)) if plain else ""
        hashtag = _HASHTAG.match(self.text, end) if plain and event.value else None
        if plain and (item := _DEEPER_ITEM.search(self.text, start, end)):
            line = self.text.count("\n", 0, item.start(1)) + 1
            column = item.start(1) - self.text.rfind("\n", 0, item.start(1))
            found = f"“{shown(item[1])}”, which goes on with the text above"
            self.refuse((line, column), found, "an item of the list", _ONE_COLUMN)
        return Node(
            kind="text",
            line=place[0],
            column=place[1],
            text=event.value,
            read_as=_READ_AS.get(tag.removeprefix(_STANDARD), ""),
            hashtag=hashtag[1] if hashtag else "",
            source=self.text[start:end],
        )

    def _close(self) -> None:
        done = self._open.pop()
        line, column = done.place
        if done.kind == "list":
            self._add(Node(kind="list", line=line, column=column, items=tuple(done.values)))
            return
        pairs = tuple(zip(done.values[::2], done.values[1::2], strict=True))
        self._refuse_keys(pairs)
        self._add(Node(kind="map", line=line, column=column, pairs=pairs))

    def _refuse_keys(self, pairs: tuple[tuple[Node, Node], ...]) -> None:
        first: dict[str, Node] = {}
        for key, _ in pairs:
            place = key.line, key.column
            if key.kind != "text" or key.empty:
                self.refuse(place, f"{key.describe()} as a key", "a key that is text")
            elif key.text in first:
                line = first[key.text].line
                found = f"“{key.text}” is given a second time"
                expected = f"it once; the first is on line {line}"
                self._repeats.append(_problem(self.file, place, found, expected))
            first.setdefault(key.text, key)

    def _add(self, node: Node) -> None:
        (self._open[-1].values if self._open else self._roots).append(node)


def _headless(root: Node) -> str:
    """What to write above a list that has no key."""
    first = root.items[0] if root.items else root
    keys = {key.text for key, _ in first.pairs}
    named = next((name for key, name in _LIST_OF.items() if key in keys), "")
    return f"write “{named}:” on a line above it" if named else ""


def _problem(file: str, place: Place, found: str, expected: str, advice: str = "") -> Problem:
    line, column = place
    return Problem(
        file=file, line=line, column=column, found=found, expected=expected, advice=advice
    )


def _whole(file: str, found: str, expected: str) -> ConfigError:
    return ConfigError([_problem(file, (0, 0), found, expected)])
