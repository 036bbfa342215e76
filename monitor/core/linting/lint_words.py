"""Turns the tree of a phrase into what its wording gives away: slips that a reader would see.

Knows nothing but the one phrase: whether it can hit, or hits too often, is judged elsewhere.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import combinations
from typing import Final, NamedTuple

from monitor.core.language.inflect import forms, plain
from monitor.core.language.query.parser import (
    Alias,
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
    show,
)
from monitor.core.language.text.tokens import hangul
from monitor.core.linting.common_words import COMMON

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

# Names that are ordinary words in small letters, and names of two things.
_SMALL_NAMESAKES: Final = frozenset(
    {"Turkey", "Polish", "China", "Xi", "Chad", "March", "May", "Nice", "Reading", "Bath", "Mobile"}
    | {"Cork", "Rice", "Bush", "Brown", "Moon", "Park", "Apple", "Amazon", "Target", "Shell", "Gap"}
    | {"Orange", "Oracle", "Ford", "Chase", "Swift", "Mercury", "Guinea", "Java", "Cologne", "Kiwi"}
    | {"Jersey", "Champagne", "Split", "Lent", "Slough", "Panama", "Cayenne", "Bologna", "Meta"}
)
_NAMESAKES: Final = {
    "Georgia": "a state of the USA",
    "Jordan": "a name of people",
    "Lebanon": "a name of towns in the USA",
    "Paris": "a name of people",
    "Victoria": "a name of people and of an Australian state",
    "Sydney": "a name of people",
    "Lincoln": "a name of towns and cars",
    "Santiago": "a name of people",
    "Cambridge": "a town in the USA too",
    "Birmingham": "a town in the USA too",
    "Macedonia": "a region of Greece",
    "Congo": "two countries and a river",
    "Washington": "a state of the USA and a name of people",
    "Ireland": "a name of people",
    "Holland": "a name of people",
    "Tripoli": "a town in Lebanon too",
}
_TELLING_STEM: Final = 5  # letters from which a prefix that no verb has is no accident
_NOUNS: Final = frozenset({"ion", "or", "er", "ation", "ment", "lation"})
_OTHERS_SHOWN: Final = 3

LONGEST_SHOWN: Final = 60
"""Characters of a phrase in a sentence; its place says where the rest is."""


class Slip(NamedTuple):
    """One slip: its code, what is there, and what to write instead."""

    code: str
    sentence: str
    advice: str


def slips(node: Node, frequencies: Mapping[str, int]) -> Iterator[Slip]:
    """Everything in the wording of a phrase that is surely not meant.

    `frequencies`: in how many stored entries each folded word stands; may be empty.
    """
    yield from _pronouns(node)
    yield from _wide_prefixes(node, frequencies)
    yield from _namesakes(node)
    yield from _compounds(node, frequencies)
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


def _wide_prefixes(node: Node, frequencies: Mapping[str, int]) -> Iterator[Slip]:
    """`sign*` also finds "significant": the plain verb inflects by itself."""
    for word in _words(node, WordKind.PREFIX):
        others = _other_words(word.text, frequencies)
        if not others:
            continue
        verb = plain(word.text)
        found = "”, “".join(others)
        told = ", ".join(form for form in forms(verb) if form != verb) if verb else ""
        yield Slip(
            "wide-prefix",
            f"“{word.text}*” also finds “{found}”",
            f"write “{verb}”, which by itself also finds {told}"
            if verb
            else "write the words out that are meant, with | between them",
        )


def _other_words(prefix: str, frequencies: Mapping[str, int]) -> list[str]:
    """The most frequent words of another lemma that begin with `prefix`."""
    if not (prefix.isascii() and prefix.isalpha() and prefix.islower()):
        return []
    verb = plain(prefix)
    if not verb and len(prefix) >= _TELLING_STEM:
        return []
    known = [word for word in COMMON if word.startswith(prefix)]
    known += [word for word in frequencies if word.startswith(prefix) and len(forms(word)) > 1]
    known.sort(key=lambda word: -frequencies.get(word, 0))
    told = {*forms(verb)} if verb else set()
    others: list[str] = []
    for word in dict.fromkeys(known):
        adverb = word.removesuffix("ly") in others
        if word not in told and not adverb and not (verb and _derived(word, prefix)):
            others.append(word)
            told |= {word, *forms(word)}
    return others[:_OTHERS_SHOWN] if verb or len(others) > 1 else []


def _derived(word: str, prefix: str) -> bool:
    """Whether a word is the noun of the verb that a long prefix is of: "negotiation"."""
    return len(prefix) >= _TELLING_STEM and word.removeprefix(prefix).removesuffix("s") in _NOUNS


def _namesakes(node: Node) -> Iterator[Slip]:
    """`Turkey` finds "turkey"; `Georgia` finds the American state."""
    for phrase in _phrases(node):
        word = phrase.words[0]
        if len(phrase.words) > 1 or word.kind is not WordKind.WORD:
            continue
        if word.text in _SMALL_NAMESAKES:
            yield namesake(word.text)
        elif word.text in _NAMESAKES:
            yield Slip(
                "namesake",
                f"“{word.text}” is also {_NAMESAKES[word.text]}",
                "make it a weak name of an entity, which counts only beside another of its names",
            )


def namesake(name: str, caught: str = "") -> Slip:
    """The slip of a name that is another word in small letters. `caught`: what was found."""
    return Slip(
        "namesake",
        caught or f"“{name}” also finds “{name.lower()}” in small letters",
        f"write “={name}”, or put it among the names of an entity",
    )


def _compounds(node: Node, frequencies: Mapping[str, int]) -> Iterator[Slip]:
    """A Korean term is found at the beginning of a word, and most terms stand inside others."""
    for word in _words(node, WordKind.WORD):
        if not hangul(word.text):
            continue
        inside = sorted(
            (found for found in frequencies if word.text in found[1:]),
            key=lambda found: -frequencies[found],
        )
        such = f", not in “{'”, “'.join(inside[:_OTHERS_SHOWN])}”" if inside else ""
        yield Slip(
            "compound",
            f"“{word.text}” is found at the beginning of a word only{such}",
            f"write “*{word.text}” to find it inside compounds too",
        )


def _words(node: Node, kind: WordKind) -> Iterator[Word]:
    return (word for phrase in _phrases(node) for word in phrase.words if word.kind is kind)


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
    if isinstance(node, Together | Near | Does):
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
        case Near(left, right) | Does(left, right):
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
