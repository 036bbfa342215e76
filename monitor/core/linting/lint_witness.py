"""Turns a phrase into headlines that it should hit: one for each way of saying it.

What a phrase can find is then no matter of theory: `lint` lets the matcher read these headlines.
They are as bare as can be, so whatever else hits every one of them hits all that the phrase hits.
Must never look at a watchlist's other phrases.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, combinations, islice, product
from typing import Final, NamedTuple, TypeVar

from monitor.core.language.query.parser import (
    Alias,
    And,
    Does,
    Either,
    Field,
    FieldName,
    Near,
    Node,
    Not,
    Or,
    Together,
    Words,
    parse,
)
from monitor.core.language.watch.compiler import Entity
from monitor.core.language.watch.terms import Accepted, spellings

MOST: Final = 5_000
"""Witnesses of one phrase at most. Where there are as many, there may be more."""

FILLER: Final = "zqzq"
"""A word of no language, so no phrase of a watchlist asks for it."""

ENDINGS: Final = ("", "s", "es", "ed", FILLER)
"""What a * stands for here: those that make a cue of a stem ("refuses"), and an odd one."""

_FAR: Final = " ".join([FILLER] * 100)
"""More words than any NEAR allows between two phrases."""
_SENTENCE: Final = f" {FILLER}. Zqzq "


class Witness(NamedTuple):
    """The fields of an entry that shows one way of saying a phrase."""

    title: str
    summary: str
    outlet: str


class _Piece(NamedTuple):
    """A text that must stand in a field; without one, in the title or the summary."""

    text: str
    field: FieldName | None


_Way = tuple[_Piece, ...]
_T = TypeVar("_T")


def witnesses(node: Node, entities: Mapping[str, Entity]) -> Iterator[Witness]:
    """Ways of saying `node`, by forms, options, orders, distances and fields.

    Fewer than MOST are all there are.
    """
    return islice(_witnesses(node, entities), MOST)


def _witnesses(node: Node, entities: Mapping[str, Entity]) -> Iterator[Witness]:
    for way in _ways(node, None, entities):
        choices = (_fields(piece.field) for piece in way)
        for fields in product(*choices):
            texts: dict[FieldName, list[str]] = {name: [] for name in FieldName}
            for piece, field in zip(way, fields, strict=True):
                texts[field].append(piece.text)
            yield Witness(
                _composed(texts[FieldName.TITLE]),
                _composed(texts[FieldName.SUMMARY]),
                _composed(texts[FieldName.OUTLET]),
            )


def _composed(texts: Sequence[str]) -> str:
    """Each text in a sentence of its own. A small word at the end: it must not be all capitals."""
    return f"{_SENTENCE.join(texts)} {FILLER}" if texts else ""


def _some(ways: Iterator[_T]) -> list[_T]:
    """Enough of them: each way of a part is at least one of the whole."""
    return list(islice(ways, MOST))


def _fields(field: FieldName | None) -> tuple[FieldName, ...]:
    if field is None:
        return (FieldName.TITLE, FieldName.SUMMARY)
    return (FieldName.SUMMARY,) if field is FieldName.BODY else (field,)


def _ways(node: Node, field: FieldName | None, entities: Mapping[str, Entity]) -> Iterator[_Way]:
    match node:
        case Or(parts):
            for part in parts:
                yield from _ways(part, field, entities)
        case And(parts):
            for ways in product(*(_some(_ways(part, field, entities)) for part in parts)):
                yield tuple(chain(*ways))
        case Field(name, part):
            yield from _ways(part, name, entities)
        case Not():
            yield ()
        case _:
            yield from ((_Piece(text, field),) for text in _texts(node, entities))


def _texts(node: Node, entities: Mapping[str, Entity]) -> Iterator[str]:
    """Each way of saying what stands in one sentence."""
    match node:
        case Words():
            yield from _said(node)
        case Alias(name):
            yield from _names(entities[name], entities)
        case Together(parts):
            yield from _joined(parts, (_FAR,), entities)
        case Does(actor, deed):
            pairs = product(_some(_texts(actor, entities)), _some(_texts(deed, entities)))
            yield from (f"{name} {done} {FILLER}" for name, done in pairs)
        case Near(left, right, distance):
            yield from _joined((left, right), (" ".join([FILLER] * distance), ""), entities)
        case Either(parts) | Or(parts):
            for part in parts:
                yield from _texts(part, entities)
        case _:
            raise TypeError(node)  # the parser lets nothing else stand beside .. or NEAR


def _said(phrase: Words) -> Iterator[str]:
    for spelling in spellings(phrase):
        for words in product(*map(_forms, spelling)):
            yield " ".join(words)


def _joined(
    parts: Sequence[Node], gaps: Sequence[str], entities: Mapping[str, Entity]
) -> Iterator[str]:
    """The parts in the order written and the other way round, with each of the gaps between."""
    for texts in product(*(_some(_texts(part, entities)) for part in parts)):
        for gap in dict.fromkeys(gaps):
            yield f" {gap} ".join(texts)
            yield f" {gap} ".join(texts[::-1])


def _names(entity: Entity, entities: Mapping[str, Entity]) -> Iterator[str]:
    """The names, and the weak ones in pairs: alone they do not count."""
    for name in entity.names:
        yield from _texts(parse(name), entities)
    for pair in combinations(entity.weak, 2):
        for texts in product(*(_some(_texts(parse(name), entities)) for name in pair)):
            yield _FAR.join(f" {text} " for text in texts).strip()


def _forms(accepted: Accepted) -> tuple[str, ...]:
    """The words that a position accepts; an open ending is shown with a few."""
    whole = chain(
        *map(
            sorted,
            (accepted.folded, accepted.shapes, accepted.acronyms, accepted.signed, accepted.inner),
        )
    )
    open_ended = (
        prefix + ending
        for prefix in sorted(accepted.prefixes)
        for ending in (ENDINGS if prefix.isascii() else ("", prefix[-1] * 2))
    )
    return (*whole, *open_ended)
