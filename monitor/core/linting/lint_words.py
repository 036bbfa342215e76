"""Turns the tree of a phrase into what its wording gives away: slips that a reader would see.

Knows nothing but the one phrase: whether it can hit, or hits too often, is judged elsewhere.
"""

from collections.abc import Iterator
from functools import cache
from itertools import combinations
from typing import Final, NamedTuple

from monitor.core.language.inflect import forms
from monitor.core.language.query.parser import (
    Alias,
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
    show,
)

# Lower-case words that are nearly always meant as the acronym when a phrase begins with them.
_PRONOUNS: Final = {"us": "US", "it": "IT", "who": "WHO", "un": "UN"}

# Words of any day's headlines. One of them alone says nothing; forms are added.
_COMMON_TEXT: Final = """
    accept accuse act action add agree aid aim air allow announce approve arrest arrive ask attack
    back ban begin block break bring build call cancel case change charge chief claim clash close
    come confirm continue country court crisis cut day deal death decide declare delay demand deny
    destroy discuss drop end enter envoy expect face fail fall fear fight find fire force free
    give go government group grow halt help hit hold home hope imply inform issue join keep kill
    launch lead leader leave lift lose make man meet meeting minister month move name need new
    official open order pass pay people plan police power president press pressure push quit raise
    reach reject release remove report resign resume return reveal rise rule run say seek send
    sign stand start state statement step stop strike summit support suspend take talk tell test
    threat threaten time top trade urge use visit vote wait walk want war warn week win withdraw
    woman work world year
"""

LONGEST_SHOWN: Final = 60
"""Characters of a phrase in a sentence; its place says where the rest is."""


class Slip(NamedTuple):
    """One slip: its code, what is there, and what to write instead."""

    code: str
    sentence: str
    advice: str


def slips(node: Node) -> Iterator[Slip]:
    """Everything in the wording of a phrase that is surely not meant."""
    yield from _pronouns(node)
    yield from _loose_ors(node)
    yield from _twins(node)


def _pronouns(node: Node) -> Iterator[Slip]:
    for phrase in _phrases(node):
        word = phrase.words[0]
        capitals = _PRONOUNS.get(word.text)
        if capitals and word.kind in {WordKind.WORD, WordKind.QUOTED}:
            yield Slip(
                "pronoun",
                f"“{word.text}” in small letters is found wherever that word stands",
                f"write “{capitals}”, which also finds “{'.'.join(capitals)}.”",
            )


def _loose_ors(node: Node) -> Iterator[Slip]:
    """`deal reached|signed` is "deal reached" or any "signed": it stands for itself alone."""
    match node:
        case Either(options):
            longest = max(options, key=_length)
            common = [shown(show(option)) for option in options if _common(option)]
            if common and _length(longest) > 1:
                yield Slip(
                    "loose-or",
                    f"“{common[0]}” alone is enough: | parts whole phrases",
                    f"repeat the other words of “{shown(show(longest))}” with it, "
                    "or write “a .. b|c”",
                )
        case Or(parts):
            for part in parts:
                yield from _loose_ors(part)
        case Field(_, part):
            yield from _loose_ors(part)
        case _:
            pass


def _twins(node: Node) -> Iterator[Slip]:
    """`talks NEAR/5 talks` asks for the same word twice in one sentence."""
    for parts in _rows(node):
        for one, other in combinations(parts, 2):
            if one == other:
                yield Slip(
                    "same-twice",
                    f"“{shown(show(one))}” stands on both sides, so a text must say it twice",
                    "name two different things",
                )


def _phrases(node: Node) -> Iterator[Words]:
    """The phrases that a text is looked through for."""
    if isinstance(node, Words):
        yield node
    elif not isinstance(node, Not):
        for part in parts(node):
            yield from _phrases(part)


def _rows(node: Node) -> Iterator[tuple[Node, ...]]:
    """The parts of every `..` and NEAR."""
    if isinstance(node, Together | Near):
        yield parts(node)
    else:
        for part in parts(node):
            yield from _rows(part)


def shown(text: str) -> str:
    """A phrase as a sentence shows it: on one line, and not all of a long one."""
    line = " ".join(text.split())
    return f"{line[:LONGEST_SHOWN]}…" if len(line) > LONGEST_SHOWN else line


def holds(node: Node, kinds: type[Node] | tuple[type[Node], ...]) -> bool:
    """Whether a tree has a node of one of these kinds."""
    return isinstance(node, kinds) or any(holds(part, kinds) for part in parts(node))


def parts(node: Node) -> tuple[Node, ...]:
    """The nodes right below a node."""
    match node:
        case Words() | Alias():
            return ()
        case Near(left, right):
            return (left, right)
        case Field(_, part) | Not(part):
            return (part,)
        case Either(options):
            return options
        case _:
            return node.parts


def _length(option: Words | Alias) -> int:
    return len(option.words) if isinstance(option, Words) else 1


def _common(option: Words | Alias) -> bool:
    return isinstance(option, Words) and len(option.words) == 1 and _is_common(option.words[0])


def _is_common(word: Word) -> bool:
    if word.kind is WordKind.PREFIX:
        return any(common.startswith(word.text) for common in _common_words())
    return word.text in _common_words()


@cache
def _common_words() -> frozenset[str]:
    return frozenset(form for word in _COMMON_TEXT.split() for form in forms(word))
