"""Turns one written word of a query into the tokens it accepts; decides case and inflection once.

Lower-case English words stand for all their forms. Capitalised words stand for themselves, in any
case, because most are names. Words in capitals do too ("NATO" is often written "Nato"), unless
their lower-case form is an ordinary word: then only the capitals count, and in a headline that is
all capitals only the dotted form ("U.S."). Hangul nouns take particles, so they match as prefixes;
Arabic words take their proclitics. Everything else is left to the analyst's `*`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from monitor.core.language.inflect import forms
from monitor.core.language.query.tree import (
    Alias,
    Does,
    Either,
    Field,
    Near,
    Node,
    Not,
    Word,
    WordKind,
    Words,
)
from monitor.core.language.text.tokens import (
    Tokens,
    fold,
    hangul,
    shape,
    signed,
    solo,
    tokenise,
)

_ORDINARY_TEXT: Final = """
    act ad ads age ago ai aid aids aim air al all am an and any apt are arm arms art as ash at bar
    base bat be best bet bit boss but by camp can cap car care case cast cat chip chips cod cop cops
    core dam day de den dim do dot ear eat ed elf end era eu ex face fan far fast fat fed fig fin
    fit fix for gag gap gas gem get go got grid gun had harm has hat he help her hid him hip his hit
    hope hot how ice idea if impact in ion ira is it its jet job la lab lag law lead leap led let
    lid light link lit log lot low mad man map mask mat may me men met mine mob mom most my nice
    nit no nor not now nut oil ok on one or our out own pac pact pan par pat pay pen pet pie pin pit
    plan pm pop post pot prep press prime pro pub put radar ram ran rap rare rat raw ray reach red
    rest rib rid rim rip rise rose run sad safe sale salt sam sat save saw say sea seal sec see
    set she shell shield si sin sit six sky smart so son star start stem stop sum sun swift tab tan
    tap tar task tax team tell ten tie tin tip to top trade trips try two un up us use van vet via
    war was way we web wed wet who why will win wise won yes yet you
"""
ORDINARY: Final = frozenset(_ORDINARY_TEXT.split())
"""Words that are also written in capitals as the name of something else (US, WHO, IT, AID)."""

# Conjunctions, prepositions and the article, in the spellings that stand before a noun.
_CLITICS: Final = (
    *("", "\u0648", "\u0641", "\u0628", "\u0643", "\u0644", "\u0648\u0628", "\u0648\u0644"),
    *("\u0627\u0644", "\u0648\u0627\u0644", "\u0641\u0627\u0644", "\u0628\u0627\u0644"),
    *("\u0643\u0627\u0644", "\u0644\u0644", "\u0648\u0628\u0627\u0644", "\u0648\u0644\u0644"),
)
_ARTICLE: Final = "\u0627\u0644"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The tokens that one position of a phrase accepts; any of the sets may let one in."""

    folded: frozenset[str] = frozenset()
    prefixes: frozenset[str] = frozenset()
    shapes: frozenset[str] = frozenset()  # this case only
    acronyms: frozenset[str] = frozenset()  # this case only, and not where all is capitals
    signed: frozenset[str] = frozenset()  # with their sign, in any case
    inner: frozenset[str] = frozenset()  # anywhere inside

    def shown(self) -> tuple[str, ...]:
        """For a person: the words, with * after a prefix and = before a fixed case."""
        exact = sorted(f"={word}" for word in self.shapes | self.acronyms)
        beginnings = sorted(f"{word}*" for word in self.prefixes)
        inside = sorted(f"*{word}*" for word in self.inner)
        return (*sorted(self.folded | self.signed), *beginnings, *inside, *exact)


Spelling = tuple[Accepted, ...]


def spellings(phrase: Words) -> tuple[Spelling, ...]:
    """Every sequence of positions that writes `phrase`: hyphenated words also as one word."""
    found: list[Spelling] = [()]
    for word in phrase.words:
        options = ways(word)
        found = [spelling + way for spelling in found for way in options]
    return tuple(dict.fromkeys(found))


def expansion(
    node: Node, names: Mapping[str, tuple[str, ...]]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each written word below `node` with everything it stands for, in order, for `explain`.

    `names` gives those of each entity, which are shown as the analyst wrote them.
    """
    match node:
        case Words(words):
            return tuple((word.text, _shown(word)) for word in words)
        case Alias(name):
            return ((f"entity:{name}", names[name]),)
        case Near(left, right) | Does(left, right):
            return expansion(left, names) + expansion(right, names)
        case Not(part) | Field(_, part):
            return expansion(part, names)
        case _:
            parts = node.options if isinstance(node, Either) else node.parts
            return tuple(pair for part in parts for pair in expansion(part, names))


def _shown(word: Word) -> tuple[str, ...]:
    positions = (accepted.shown() for way in ways(word) for accepted in way)
    return tuple(form for position in positions for form in position)


def ways(word: Word) -> tuple[Spelling, ...]:
    """Every sequence of positions that writes one word: a hyphenated one also without hyphens."""
    tokens = tokenise(word.text)
    last = len(tokens.words) - 1
    apart = tuple(
        _accepted(token, word.kind if place == last else _inner(word.kind), ended=_ended(tokens))
        for place, token in enumerate(tokens.words)
    )
    if not last or len(tokens.joins) != last:
        return (apart,)
    return (apart, (_accepted("".join(tokens.words), word.kind, ended=_ended(tokens)),))


def _inner(kind: WordKind) -> WordKind:
    """Of a hyphenated word only the last part is inflected or open-ended."""
    return kind if kind is WordKind.EXACT else WordKind.QUOTED


def _ended(tokens: Tokens) -> bool:
    """Whether a hyphen closes the word, so that `dim-*` is "dim" and then anything."""
    return tokens.gap(len(tokens.words) - 1).startswith("-")


def _accepted(token: str, kind: WordKind, *, ended: bool) -> Accepted:
    if signed(token) or kind is WordKind.INNER:
        return _apart(token)
    form = shape(token)
    capitals = _capitals(token, form)
    if capitals and fold(token) in ORDINARY and kind is not WordKind.PREFIX:
        return Accepted(acronyms=frozenset({capitals}))
    if kind is WordKind.EXACT:
        return Accepted(shapes=frozenset({form}))
    if kind is WordKind.PREFIX and not ended and not solo(token):
        return Accepted(prefixes=_with_clitics(fold(token)))
    if kind is WordKind.QUOTED:
        return Accepted(folded=frozenset({fold(token)}))
    return _word(token, capitals)


def _apart(token: str) -> Accepted:
    """A word with its sign, or what stands inside a word."""
    if signed(token):
        return Accepted(signed=frozenset({token.casefold()}))
    return Accepted(inner=frozenset({fold(token)}))


def _capitals(token: str, form: str) -> str:
    """The capitals of an acronym ("US", "U.S.", "u.s."); empty for any other word."""
    if len(form) > 1 and (form.isupper() or ("." in token and form.isalpha())):
        return form.upper()
    return ""


def _word(token: str, capitals: str) -> Accepted:
    """A word without marks: the only kind that is inflected."""
    folded = fold(token)
    if capitals:
        return Accepted(folded=frozenset({folded}), shapes=frozenset({f"{capitals}s"}))
    if token.isascii() and token.isalpha() and token.islower():
        return Accepted(folded=frozenset(forms(token)))
    if hangul(token) and len(folded) > 1:
        return Accepted(prefixes=frozenset({folded}))
    return Accepted(folded=_with_clitics(folded))


def _with_clitics(folded: str) -> frozenset[str]:
    """An Arabic word with everything that may be written before it; any other word as it is.

    A word given with its article keeps it; "lil" swallows the article's first letter.
    """
    if not "\u0620" <= folded[:1] <= "\u064a":
        return frozenset({folded})
    if not folded.startswith(_ARTICLE):
        return frozenset(clitic + folded for clitic in _CLITICS)
    bare = folded.removeprefix(_ARTICLE)
    return frozenset(
        clitic + bare for clitic in _CLITICS if clitic.endswith((_ARTICLE, "\u0644\u0644"))
    )
