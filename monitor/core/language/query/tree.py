"""The tree of a query: what the parser makes of a phrase, and what a watchlist is compiled from.

Nothing here knows text, positions or entries. Trees are values: equal trees mean the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class WordKind(StrEnum):
    """How one written word matches."""

    WORD = "word"  # any case; all forms if it is lower-case English
    QUOTED = "quoted"  # any case, no inflection
    PREFIX = "prefix"  # any ending
    EXACT = "exact"  # this form and case
    INNER = "inner"  # anywhere inside a word

    __hash__ = str.__hash__  # the one of Enum is slow, and every word of a watchlist is a key


class FieldName(StrEnum):
    """Where a part of a query may be confined to."""

    TITLE = "title"
    SUMMARY = "summary"
    BODY = "body"
    OUTLET = "outlet"


@dataclass(frozen=True, slots=True)
class Word:
    """One written word without its marks: `sanction*` is Word("sanction", Kind.PREFIX)."""

    text: str
    kind: WordKind = WordKind.WORD


@dataclass(frozen=True, slots=True)
class Words:
    """Words that follow one another. At least one."""

    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Alias:
    """Any name of a named entity."""

    name: str


@dataclass(frozen=True, slots=True)
class Either:
    """One of several phrases. At least two."""

    options: tuple[Words | Alias, ...]


@dataclass(frozen=True, slots=True)
class Together:
    """All in one headline or sentence, in any order. At least two parts, all of them phrases."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Near:
    """Both sides, which are phrases, with at most `distance` words between, in any order."""

    left: "Node"
    right: "Node"
    distance: int


@dataclass(frozen=True, slots=True)
class Does:
    """A name and its deed: the subject before its verb, or after "by". Both are phrases."""

    actor: "Node"
    deed: "Node"


@dataclass(frozen=True, slots=True)
class Field:
    """A part that is looked for in one field only."""

    field: FieldName
    part: "Node"


@dataclass(frozen=True, slots=True)
class Not:
    """True where the part does not hit."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class And:
    """All of the parts. At least two."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of the parts. At least two."""

    parts: tuple["Node", ...]


Node = Words | Alias | Either | Together | Near | Does | Field | Not | And | Or


def positional(node: Node) -> bool:
    """Whether the node is a phrase or a choice of phrases, which alone have a place in a text."""
    return isinstance(node, Words | Alias | Either) or (
        isinstance(node, Or) and all(map(positional, node.parts))
    )


def anchored(node: Node) -> bool:
    """Whether something must be present for the node to hit: false for a query that is all NOT."""
    match node:
        case Not():
            return False
        case And(parts):
            return any(map(anchored, parts))
        case Or(parts):
            return all(map(anchored, parts))
        case Field(_, part):
            return anchored(part)
        case _:
            return True


_SIGNS: Final = {WordKind.WORD: ("", ""), WordKind.PREFIX: ("", "*"), WordKind.EXACT: ("=", "")}
_TIGHTNESS: Final = {
    Or: 1,
    And: 2,
    Not: 3,
    Field: 4,
    Together: 5,
    Near: 5,
    Does: 6,
    Either: 7,
    Alias: 8,
    Words: 8,
}


def show(node: Node) -> str:
    """The text of a tree that `parse` returned; parsing it again gives an equal tree."""
    match node:
        case Or(parts) | And(parts) | Together(parts):
            operator = {Or: " OR ", And: " AND ", Together: " .. "}[type(node)]
            return operator.join(_show_inside(part, _TIGHTNESS[type(node)] + 1) for part in parts)
        case Near(left, right) | Does(left, right):
            sign = f"NEAR/{node.distance}" if isinstance(node, Near) else ">"
            return f"{_show_inside(left, 7)} {sign} {_show_inside(right, 7)}"
        case Field(name, part):
            return f"{name}:{_show_inside(part, 5)}"
        case Not(part):
            return f"NOT {_show_inside(part, 3)}"
        case Either(options):
            return "|".join(map(_show_phrase, options))
        case _:
            return _show_phrase(node)


def _show_phrase(node: Words | Alias) -> str:
    return f"entity:{node.name}" if isinstance(node, Alias) else _show_words(node.words)


def _show_inside(node: Node, tightness: int) -> str:
    text = show(node)
    return text if _TIGHTNESS[type(node)] >= tightness else f"({text})"


def _show_words(words: Iterable[Word]) -> str:
    shown: list[str] = []
    quoted: list[str] = []
    for word in words:
        if word.kind is WordKind.QUOTED:
            quoted.append(word.text)
            continue
        shown += _quotation(quoted)
        quoted = []
        shown.append(
            {
                WordKind.PREFIX: f"{word.text}*",
                WordKind.EXACT: f"={word.text}",
                WordKind.INNER: f"*{word.text}",
            }.get(word.kind, word.text)
        )
    return " ".join(shown + _quotation(quoted))


def _quotation(words: list[str]) -> list[str]:
    return [f'"{" ".join(words)}"'] if words else []
