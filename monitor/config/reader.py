"""Reads typed values out of a document's tree, collecting every mistake instead of stopping at one.

Each method returns the value, or a harmless stand-in after noting a problem. Must never let a
stand-in take effect: `Checked.accept` refuses a file with problems as a whole.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Generic, TypeVar

from monitor.config.document import Node
from monitor.config.slug import made, slug, unused
from monitor.config.suggest import did_you_mean, either
from monitor.errors import ConfigError, Problem, Severity

T = TypeVar("T")

LONGEST: Final = timedelta(days=3650)
MOST_SUGGESTIONS: Final = 100
"""Mistakes of one file that are told with “did you mean”: each takes a search of all names."""
_DURATION: Final = re.compile(r"([0-9]{1,6})\s*(m|min|h|d|w)")
_SECONDS: Final = {"m": 60, "min": 60, "h": 3600, "d": 86_400, "w": 604_800}
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Checked(Generic[T]):
    """What one file says, if it is YAML at all, and everything that is wrong with it."""

    value: T | None
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(item for item in self.problems if item.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(item for item in self.problems if item.severity is Severity.WARNING)

    def accept(self) -> T:
        """The value. Raises ConfigError with every mistake if there is one."""
        if self.errors or self.value is None:
            raise ConfigError(self.errors)
        return self.value


@dataclass(frozen=True, slots=True)
class Fields:
    """A mapping that was checked for unknown keys. Missing keys read as None."""

    node: Node
    values: Mapping[str, Node]

    def get(self, key: str) -> Node | None:
        return self.values.get(key)

    def __contains__(self, key: str) -> bool:
        return key in self.values


@dataclass(slots=True)
class Reader:
    """Problems found so far in one file."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    suggestions: int = 0

    def suggest(self, word: str, known: Iterable[str]) -> str:
        """The words “did you mean …?”, or "" if none is near, or after very many mistakes."""
        self.suggestions += 1
        return did_you_mean(word, known) if self.suggestions <= MOST_SUGGESTIONS else ""

    def note(
        self,
        node: Node,
        found: str,
        expected: str,
        advice: str = "",
        *,
        severity: Severity = Severity.ERROR,
        offset: int | None = None,
    ) -> None:
        """A mistake at a node, or at the character `offset` of its text."""
        line, column = (node.line, node.column) if offset is None else node.place(offset)
        self.problems.append(
            Problem(
                file=self.file,
                line=line,
                column=column,
                found=found,
                expected=expected,
                advice=advice,
                severity=severity,
            )
        )

    def warn(
        self, node: Node, found: str, expected: str, advice: str = "", *, offset: int | None = None
    ) -> None:
        self.note(node, found, expected, advice, severity=Severity.WARNING, offset=offset)

    def ordered(self) -> tuple[Problem, ...]:
        """All problems, in order of place."""
        return tuple(sorted(self.problems, key=lambda problem: (problem.line, problem.column)))

    def fields(
        self, node: Node, what: str, known: Sequence[str], required: Sequence[str] = ()
    ) -> Fields:
        """The keys of a mapping. `what` names it in messages, e.g. "a judgment"."""
        if node.kind != "map":
            keys = " and ".join(f"“{name}: …”" for name in required) or either(known)
            self.note(node, node.describe(), f"{what} with {keys}")
            return Fields(node, {})
        values: dict[str, Node] = {}
        meant = ""
        for key, value in node.pairs:
            if key.text not in known:
                advice = self.suggest(key.text, known)
                meant += advice
                advice = advice or f"{what} knows {either(known)}"
                self.note(key, f"unknown key “{key.text}”", "a key that is known here", advice)
            values[key.text] = value
        for name in required:
            if name not in values and f"“{name}”" not in meant:
                self.note(node, f"{what} without “{name}”", f"“{name}: …”")
        return Fields(node, values)

    def items(self, node: Node | None, what: str) -> tuple[Node, ...]:
        """The values of a list; nothing for a missing one."""
        if node is None:
            return ()
        if node.kind == "list":
            return node.items
        self.note(node, node.describe(), f"a list of {what}", "begin each line with “- ”")
        return ()

    def pairs(self, node: Node | None, what: str) -> tuple[tuple[Node, Node], ...]:
        if node is None:
            return ()
        if node.kind == "map":
            return node.pairs
        self.note(node, node.describe(), f"a mapping of {what}")
        return ()

    def is_text(self, node: Node, what: str) -> bool:
        """Whether a value is text as YAML reads it; notes what it is if not, with advice."""
        if node.kind == "map" and len(node.pairs) == 1:
            self.note(node, "“: ” inside the text", what, "put the text in quotes")
        elif node.kind != "text":
            self.note(node, node.describe(), what)
        elif node.empty and not node.text:
            self.note(node, "nothing", what, "text that begins with “#” goes in quotes")
        elif node.read_as:
            found = f"“{node.text}”, which YAML reads as {node.read_as}"
            self.note(node, found, what, f'put it in quotes: "{node.text}"')
        elif not node.text.strip():
            self.note(node, "an empty text", what)
        elif control := _CONTROL.search(" ".join(node.text.split())):
            found = f"the invisible control character U+{ord(control[0]):04X}"
            self.note(node, found, what, "delete it")
        else:
            return True
        return False

    def text(self, node: Node | None, what: str) -> str:
        """A text on one line; "" for a missing one."""
        return " ".join(self.paragraphs(node, what).split())

    def paragraphs(self, node: Node | None, what: str) -> str:
        """A text that may have several lines."""
        return node.text.strip() if node is not None and self.is_text(node, what) else ""

    def texts(self, node: Node | None, what: str) -> tuple[str, ...]:
        """A list of texts; a single text counts as a list of one."""
        if node is not None and node.kind == "text":
            return (self.text(node, what),)
        return tuple(self.text(item, what) for item in self.items(node, what))

    def id(self, node: Node | None, taken: dict[str, int], fallback: str = "") -> str:
        """An id that nothing in `taken` (id → line) has; made from `fallback` if none is given."""
        if node is None:
            return unused(made(fallback), taken)
        word = self.text(node, "an id of a–z, 0–9 and -")
        if word and word != slug(word):
            self.note(node, f"“{word}”", "an id of a–z, 0–9 and -", f"for example “{made(word)}”")
        if word in taken:
            line = f" (line {taken[word]})" if taken[word] else ""
            self.note(node, f"“{word}” is taken{line}", "a name of its own")
        taken.setdefault(word, node.line)
        return word

    def choice(self, node: Node | None, what: str, options: Sequence[str]) -> str | None:
        """One of a few words, in any case."""
        if node is None:
            return None
        word = node.text.strip().lower() if node.kind == "text" else ""
        if word in options:
            return word
        advice = self.suggest(word, options)
        self.note(node, node.describe(), f"{what}: {either(options)}", advice)
        return None

    def day(self, node: Node | None, what: str) -> date | None:
        if node is None:
            return None
        found = node.describe()
        if node.kind == "text" and _DATE.fullmatch(node.text):
            try:
                return date.fromisoformat(node.text)
            except ValueError:
                found += ", which is no day of the calendar"
        self.note(node, found, f"{what} as a date like 2019-03-26")
        return None

    def duration(self, node: Node | None, what: str) -> timedelta | None:
        """From “15m”, “2h”, “60d” or “2w”; at most ten years."""
        if node is None:
            return None
        found = _DURATION.fullmatch(node.text.strip()) if node.kind == "text" else None
        if found:
            length = timedelta(seconds=int(found[1]) * _SECONDS[found[2]])
            if timedelta() < length <= LONGEST:
                return length
        self.note(node, node.describe(), f"{what} as a time like 15m, 2h or 60d")
        return None

    def truth(self, node: Node | None, what: str, *, default: bool) -> bool:
        if node is None:
            return default
        if node.kind == "text" and node.text.lower() in {"true", "false"}:
            return node.text.lower() == "true"
        self.note(node, node.describe(), f"{what} as true or false")
        return default

    def number(self, node: Node | None, what: str, *, least: int, most: int) -> int | None:
        if node is None:
            return None
        if node.kind == "text" and re.fullmatch("[0-9]{1,9}", node.text):
            value = int(node.text)
            if least <= value <= most:
                return value
        self.note(node, node.describe(), f"{what} as a whole number from {least} to {most}")
        return None
