"""Turns the text of a query into lexemes; never decides how they belong together.

What is wrong with a single word is refused here, at its own place in the text.
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from enum import StrEnum
from itertools import pairwise
from typing import Final, NamedTuple

from monitor.core.language.query.tree import FieldName, Word, WordKind
from monitor.core.language.text.tokens import fold, hangul, solo, tokenise
from monitor.errors import QueryError

FEWEST_LETTERS: Final = 3
"""Letters before a `*`; Hangul needs two syllables, one-character scripts one."""


class Mark(StrEnum):
    """What a lexeme is to the parser; the value is what a person would call it."""

    WORD = "word"
    ENTITY = "entity:"
    FIELD = "field:"
    OPEN = "("
    CLOSE = ")"
    BAR = "|"
    DOTS = ".."
    NEAR = "NEAR"
    DOES = ">"
    AND = "AND"
    OR = "OR"
    NOT = "NOT"
    END = "end"


class Lexeme(NamedTuple):
    """One mark, with what it carries: words, a field's or entity's name, or NEAR's distance.

    A tuple, since a large watchlist is half a million of them.
    """

    mark: Mark
    offset: int
    text: str
    words: tuple[Word, ...] = ()
    name: str = ""
    distance: int = 0


_CHUNK = re.compile(r"""(?P<mark>[()|])|(?P<quote>["“”])|[^\s()|"“”]+""")
_CLOSING = re.compile(r'["“”]')
_NEAR = re.compile(r"near(?:/(\d*))?", re.IGNORECASE)
_NAMED = re.compile(r"([A-Za-z]+):(.*)", re.DOTALL)
_MISPLACED_STAR = re.compile(r"\*.")
_INNER_QUESTION = re.compile(r"\w\?\w")
_FIELDS: Final = tuple(field.value for field in FieldName)
_MARKS: Final = {mark.value: mark for mark in (Mark.OPEN, Mark.CLOSE, Mark.BAR)}
_WRITTEN_OUT: Final = frozenset({Mark.AND, Mark.OR, Mark.NOT, Mark.NEAR})
_OPERATORS: Final = frozenset(
    {Mark.OPEN, Mark.CLOSE, Mark.DOTS, Mark.NEAR, Mark.DOES, Mark.AND, Mark.OR}
)


def lex(text: str) -> list[Lexeme]:
    """The lexemes of `text`, the last one END. Raises QueryError for a word that cannot be read."""
    lexemes = [*_lexemes(text), Lexeme(Mark.END, len(text), "")]
    _refuse_small_operators(text, lexemes)
    return lexemes


def _lexemes(text: str) -> Iterator[Lexeme]:
    offset = 0
    while found := _CHUNK.search(text, offset):
        offset, chunk, kind = found.end(), found[0], found.lastgroup
        if kind is None and _is_plain(chunk):
            yield Lexeme(Mark.WORD, found.start(), chunk, (Word(chunk),))
        elif kind is None:
            yield from _chunk(text, found.start(), chunk)
        elif kind == "mark":
            yield Lexeme(_MARKS[chunk], found.start(), chunk)
        else:
            closing = _CLOSING.search(text, offset)
            if closing is None:
                raise QueryError(
                    text, found.start(), "a quotation that is never closed", 'a closing "'
                )
            yield _quotation(text, found.start(), closing.start())
            offset = closing.end()


def _quotation(text: str, start: int, end: int) -> Lexeme:
    inside = text[start + 1 : end]
    if "*" in inside:
        raise QueryError(
            text,
            start + 1 + inside.index("*"),
            "a * inside quotation marks",
            "words exactly as they stand",
            "leave the quotation marks out to use *",
        )
    words = tuple(Word(word, WordKind.QUOTED) for word in inside.split() if _has_word(word))
    if not words:
        raise QueryError(
            text, start, "a quotation without words", "words between the quotation marks"
        )
    return Lexeme(Mark.WORD, start, text[start : end + 1], words=words)


def _has_word(text: str) -> bool:
    return (text.isascii() and text.isalnum()) or bool(tokenise(text).words)


def _chunk(text: str, offset: int, chunk: str) -> Iterator[Lexeme]:
    """What one run of characters without spaces means; `title:talks` is two lexemes."""
    if _is_plain(chunk):
        yield Lexeme(Mark.WORD, offset, chunk, words=(Word(chunk),))
    elif chunk in {Mark.AND, Mark.OR, Mark.NOT, Mark.DOTS, Mark.DOES}:
        yield Lexeme(Mark(chunk), offset, chunk)
    elif near := _NEAR.fullmatch(chunk):
        yield _near(text, offset, near)
    elif named := _NAMED.fullmatch(chunk):
        yield from _named(text, offset, named[1], named[2])
    else:
        _refuse_odd_marks(text, offset, chunk)
        yield Lexeme(Mark.WORD, offset, chunk, words=(_word(text, offset, chunk),))


def _is_plain(chunk: str) -> bool:
    """A mere word, which nearly all are: nothing of what follows need be asked of it."""
    return chunk.isascii() and chunk.isalpha() and chunk.upper() not in _WRITTEN_OUT


def _near(text: str, offset: int, near: re.Match[str]) -> Lexeme:
    chunk = near[0]
    if near[1] is None and chunk != Mark.NEAR:
        return Lexeme(Mark.WORD, offset, chunk, words=(Word(chunk),))
    if not chunk.startswith("NEAR"):
        raise QueryError(text, offset, f"“{chunk}” in small letters", f"“{chunk.upper()}”")
    if not near[1] or len(near[1]) > 2:
        raise QueryError(
            text, offset, f"“{chunk}” without a distance", "NEAR/0 to NEAR/99", "write NEAR/5"
        )
    return Lexeme(Mark.NEAR, offset, chunk, distance=int(near[1]))


def _named(text: str, offset: int, name: str, rest: str) -> Iterator[Lexeme]:
    start = offset + len(name) + 1
    if name == "entity":
        if not rest:
            raise QueryError(text, offset, "“entity:” without a name", "entity:name")
        yield Lexeme(Mark.ENTITY, offset, f"entity:{rest}", name=rest)
        return
    if name not in _FIELDS:
        raise _unknown_field(text, offset, name)
    yield Lexeme(Mark.FIELD, offset, f"{name}:", name=name)
    if rest:
        yield from _chunk(text, start, rest)


def _unknown_field(text: str, offset: int, name: str) -> QueryError:
    close = get_close_matches(name.lower(), (*_FIELDS, "entity"), n=1)
    advice = "put the words in quotation marks if the colon belongs to them"
    return QueryError(
        text,
        offset,
        f"“{name}:” is no field",
        "title:, summary:, body:, outlet: or entity:",
        f"did you mean “{close[0]}:”?" if close else advice,
    )


def _refuse_odd_marks(text: str, offset: int, chunk: str) -> None:
    """Signs of other query languages, which would otherwise be read as something else."""
    if ".." in chunk or "…" in chunk:
        place = offset + min(at for at in (chunk.find(".."), chunk.find("…")) if at >= 0)
        raise QueryError(
            text, place, f"“{chunk}”", "two dots with a space on each side", "write “a .. b”"
        )
    if ">" in chunk:
        raise QueryError(
            text,
            offset + chunk.index(">"),
            f"“{chunk}”",
            "a name and its deed, with a space on each side of “>”",
            "write “Iran > attack”",
        )
    if chunk.startswith("-") and chunk.strip("-"):
        rest = chunk.lstrip("-")
        raise QueryError(
            text, offset, f"“{chunk}” begins with a minus", "a word", f"write “AND NOT {rest}”"
        )
    if question := _INNER_QUESTION.search(chunk):
        raise QueryError(
            text,
            offset + question.start() + 1,
            f"“{chunk}” has a ? inside",
            "letters",
            "list the spellings instead: “woman|women”",
        )


def _word(text: str, offset: int, chunk: str) -> Word:
    if chunk.startswith("*") and hangul(chunk[1:]):
        inner = chunk[1:].removesuffix("*")
        _refuse_short_prefix(text, offset, chunk, fold(inner))
        return Word(inner, WordKind.INNER)
    if star := _MISPLACED_STAR.search(chunk):
        raise QueryError(
            text,
            offset + star.start(),
            f"“{chunk}” has a * that is not at its end",
            "the * after the letters",
        )
    exact, prefix = chunk.startswith("="), chunk.endswith("*")
    if exact and prefix:
        raise QueryError(text, offset, f"“{chunk}” has both = and *", "one of them")
    word = chunk.removeprefix("=").removesuffix("*")
    tokens = tokenise(word).words
    if not tokens:
        raise QueryError(
            text, offset, f"“{chunk}” holds no letter or digit", "a word", "leave it out"
        )
    if prefix:
        _refuse_short_prefix(text, offset, chunk, fold(tokens[-1]))
    return Word(word, WordKind.EXACT if exact else WordKind.PREFIX if prefix else WordKind.WORD)


def _refuse_short_prefix(text: str, offset: int, chunk: str, last: str) -> None:
    fewest = 1 if solo(last) else FEWEST_LETTERS - 1 if hangul(last) else FEWEST_LETTERS
    if len(last) < fewest:
        raise QueryError(
            text,
            offset,
            f"“{chunk}” has too few letters before the *",
            f"at least {fewest} letters",
            "write the forms out: “aid|aids|aided”",
        )


def _refuse_small_operators(text: str, lexemes: list[Lexeme]) -> None:
    if not any(map(_small_operator, lexemes)):
        return
    for before, after in pairwise(lexemes):
        for word, neighbour in ((after, before), (before, after)):
            if _small_operator(word) and _joins_parts(neighbour):
                raise QueryError(
                    text,
                    word.offset,
                    f"“{word.text}” in small letters beside {_called(neighbour)}",
                    f"“{word.text.upper()}”",
                    f'or write "{word.text}" in quotation marks if the word itself is meant',
                )


def _small_operator(lexeme: Lexeme) -> bool:
    return lexeme.mark is Mark.WORD and lexeme.text.lower() in {"and", "or", "not"}


def _joins_parts(lexeme: Lexeme) -> bool:
    quoted = lexeme.mark is Mark.WORD and lexeme.words[0].kind is WordKind.QUOTED
    return quoted or lexeme.mark in _OPERATORS | {Mark.NOT, Mark.ENTITY}


def _called(lexeme: Lexeme) -> str:
    return "a quotation" if lexeme.mark is Mark.WORD else f"“{lexeme.text}”"
