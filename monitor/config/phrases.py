"""Reads phrases, each checked to be in the watchlist language, and the entities they may name."""

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from monitor.config.document import Node
from monitor.config.reader import Reader
from monitor.config.suggest import shown
from monitor.core.language.query import parser as query
from monitor.core.language.watch.compiler import Entity
from monitor.errors import QueryError
from monitor.model.questions import Phrase

_PARTS: Final = re.compile(r"""(?:"[^"]*"|\([^)]*\)|[^,])+""")
"""Between commas, but not those inside a quotation or parentheses."""

LONGEST: Final = 5_000
"""Characters of one value: two hundred names joined by OR; more is a slip, and slow to read."""
ENTITY_KEYS: Final = ("names", "weak")


@dataclass(frozen=True, slots=True)
class Phrases:
    """Reads the phrases of one file; `entities` are the names that “entity:…” may refer to."""

    reader: Reader
    entities: Mapping[str, Entity] = field(default_factory=dict)

    def listed(self, node: Node | None) -> tuple[Phrase, ...]:
        """A list of phrases, or one."""
        if node is None:
            return ()
        single = node.kind == "text" or is_query(node)
        items = (node,) if single else self.reader.items(node, "phrases")
        return tuple(phrase for item in items for phrase in self._one(item))

    def divided(self, node: Node) -> tuple[Phrase, ...]:
        """The phrases of one line, with commas between them."""
        if is_query(node):
            return tuple(self._one(node))
        if not self._readable(node):
            return ()
        parts = [part for part in _PARTS.finditer(node.text) if part[0].strip()]
        if not parts:
            self.reader.note(node, node.describe(), "a phrase")
        return tuple(self._phrase(node, part[0], part.start()) for part in parts)

    def _one(self, node: Node) -> Iterator[Phrase]:
        if is_query(node):
            node = node.pairs[0][1]
        if self._readable(node):
            yield self._phrase(node, node.text, 0)

    def _readable(self, node: Node) -> bool:
        if not self.reader.is_text(node, "a phrase"):
            return False
        if len(node.text) > LONGEST:
            found = f"{len(node.text)} characters in one value"
            self.reader.note(node, found, f"at most {LONGEST}", "divide it into several phrases")
            return False
        self._warn_of_hashtag(node)
        return True

    def _phrase(self, node: Node, written: str, start: int) -> Phrase:
        text = written.strip()
        start += len(written) - len(written.lstrip())
        try:
            tree = query.parse(text)
        except QueryError as error:
            self.reader.note(
                node,
                f"in “{shown(text)}”: {shown(error.found)}",
                error.expected,
                error.advice,
                offset=start + error.offset,
            )
        else:
            self._check_entities(node, text, start, tree)
        line, column = node.place(start)
        return Phrase(text=text, line=line, column=column)

    def _check_entities(self, node: Node, text: str, start: int, tree: query.Node) -> None:
        for name in _aliases(tree):
            if name not in self.entities:
                advice = self.reader.suggest(name, self.entities)
                self.reader.note(
                    node,
                    f"in “{shown(text)}”: no entity is called “{name}”",
                    "a name under “entities”",
                    advice or "define it at the top of the file: “entities: {name: [phrases]}”",
                    offset=start + text.index(f"entity:{name}"),
                )

    def _warn_of_hashtag(self, node: Node) -> None:
        if node.hashtag:
            self.reader.warn(
                node,
                f"“{node.hashtag}” after “{node.text}” is a comment to YAML",
                "a phrase without “ #”",
                "if it belongs to the phrase, put the whole in quotes",
            )


def is_query(node: Node) -> bool:
    """“query: >-”: a phrase with signs that a plain value cannot hold."""
    return node.kind == "map" and len(node.pairs) == 1 and node.pairs[0][0].text == "query"


def _aliases(tree: query.Node) -> Iterator[str]:
    """The names of entities that a phrase refers to."""
    match tree:
        case query.Alias(name):
            yield name
        case query.Either(parts) | query.And(parts) | query.Or(parts) | query.Together(parts):
            for part in parts:
                yield from _aliases(part)
        case query.Near(left, right):
            yield from _aliases(left)
            yield from _aliases(right)
        case query.Field(_, part) | query.Not(part):
            yield from _aliases(part)
        case _:
            pass


def entities(reader: Reader, node: Node | None) -> dict[str, Entity]:
    """From “name: [phrases]”, or “name: {names: […], weak: […]}”."""
    found: dict[str, Entity] = {}
    for key, value in reader.pairs(node, "entity names to phrases"):
        name = reader.text(key, "the name of an entity")
        names, weak = value, None
        if value.kind == "map":
            fields = reader.fields(value, "an entity", ENTITY_KEYS, ("names",))
            names, weak = fields.get("names") or value, fields.get("weak")
        if re.search(r"[\s()|\"]", name):
            reader.note(key, f"“{name}”", "a name without spaces, quotes and brackets")
        found[name] = Entity(names=_names(reader, names), weak=_names(reader, weak))
    return found


def _names(reader: Reader, node: Node | None) -> tuple[str, ...]:
    if node is None or node.kind == "map":
        return ()
    if node.kind == "list" and not node.items:
        reader.note(node, "an empty list", "the names of the entity")
    items = node.items if node.kind == "list" else (node,)
    return tuple(name for item in items for name in _name(reader, item))


def _name(reader: Reader, node: Node) -> Iterator[str]:
    """What an entity is called: words in a row, or several with “|” between them."""
    for phrase in Phrases(reader).listed(node):
        with contextlib.suppress(QueryError):  # noted as a phrase already
            if not isinstance(query.parse(phrase.text), query.Words | query.Either):
                reader.note(node, f"“{phrase.text}” as the name of an entity", "words, or a|b")
        yield phrase.text
