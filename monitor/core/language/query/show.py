"""Turns the tree of a query back into the text that gives it."""

from collections.abc import Iterable
from typing import Final

from monitor.core.language.query.tree import (
    Alias,
    And,
    Does,
    Either,
    Field,
    Near,
    Node,
    Not,
    Or,
    Together,
    Word,
    WordKind,
    Words,
)

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
