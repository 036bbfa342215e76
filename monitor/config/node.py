"""A value of a YAML file that knows where it stands, down to each character of its text."""

from dataclasses import dataclass, field

from monitor.config.suggest import shown
from monitor.errors import Problem


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
