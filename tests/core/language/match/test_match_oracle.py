"""The compiled matcher against a naive one that knows no trie, no symbols and no anchors."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, product
from random import Random

import pytest

from monitor.core.language.inflect import forms
from monitor.core.language.match.matcher import match
from monitor.core.language.query.parser import (
    And,
    Either,
    Field,
    FieldName,
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
from monitor.core.language.query.tree import anchored
from monitor.core.language.text.tokens import Tokens, fold, shape, tokenise
from monitor.core.language.watch.compiler import compile_watch
from monitor.model.entries import Entry
from tests import build

RULES, ENTRIES = 250, 60
MOST = 32

TEXT_WORDS = (
    *("talks", "Talks", "talk", "talking", "US", "us", "U.S.", "denuclear", "de-nuclear", "Kim's"),
    *("cease-fire", "ceasefire", "cease", "fire", "NATO", "Nato", "ICBMs", "icbm", "Jong-un"),
    *(
        "북한은",
        "북한",
        "制裁",
        "制",
        "Erdoğan",
        "Erdogan",
        "gang-like",
        "gang",
        "x,",
        "x.",
        "long.",
    ),
)
QUERY_WORDS = (
    *(Word(text) for text in ("talks", "talk", "US", "us", "U.S.", "cease-fire", "ceasefire")),
    *(Word(text) for text in ("Kim", "NATO", "ICBM", "북한", "制裁", "制", "Erdogan", "un", "x")),
    *(
        Word(text, WordKind.PREFIX)
        for text in ("talk", "denuclear", "de-nucl", "gang", "Jong-", "cea")
    ),
    *(Word(text, WordKind.EXACT) for text in ("Talks", "US", "Nato", "cease-fire")),
    *(Word(text, WordKind.QUOTED) for text in ("talks", "US", "북한", "de-nuclear")),
)

Stretch = tuple[str, int, int, int]  # field, unit, first and last token
Hit = tuple[Stretch, ...]


@dataclass(frozen=True)
class Page:
    """One field of an entry."""

    name: str
    tokens: Tokens

    def unit(self, place: int) -> int:
        return self.tokens.sentences[place] if self.name == "summary" else 0


def accepts(part: str, kind: WordKind, token: str, *, shouting: bool) -> bool:
    """Whether one token satisfies one unhyphenated part of a query word."""
    if part in {"US", "U.S."}:
        return shape(token) == "US" and (not shouting or "." in token)
    if kind is WordKind.EXACT:
        return shape(token) == part
    if kind is WordKind.PREFIX or (part == "북한" and kind is WordKind.WORD):
        return fold(token).startswith(fold(part))
    if kind is WordKind.QUOTED:
        return fold(token) == fold(part)
    if part.isupper():
        return fold(token) == fold(part) or shape(token) == f"{part}s"
    return fold(token) in (forms(part) if part.islower() and part.isascii() else {fold(part)})


Accepts = Callable[[str, bool], bool]


def ways(word: Word) -> list[list[Accepts]]:
    """The tests that tokens in a row must pass: the word as written, and without its hyphens."""

    def part(text: str, kind: WordKind) -> Accepts:
        return lambda token, shouting: accepts(text, kind, token, shouting=shouting)

    parts = tokenise(word.text).words
    inner = WordKind.EXACT if word.kind is WordKind.EXACT else WordKind.QUOTED
    last = WordKind.QUOTED if word.text.endswith("-") else word.kind
    apart = [part(text, inner) for text in parts[:-1]] + [part(parts[-1], last)]
    if "-" not in word.text.strip("-"):
        return [apart]
    return [apart, [part("".join(parts), word.kind)]]


def ends(page: Page, tests: list[Accepts], place: int) -> Iterator[int]:
    """Each place just after a row of tokens from `place` that pass all tests."""
    if not tests:
        yield place
        return
    tokens = page.tokens
    if place >= len(tokens.words):
        return
    first = tests[0](tokens.words[place], tokens.shouting)
    if first:
        yield from ends(page, tests[1:], place + 1)
    elif place in tokens.joins and tests[0](tokens.joins[place], tokens.shouting):
        yield from ends(page, tests[1:], place + 2)


def phrase_hits(node: Words, page: Page) -> Iterator[Hit]:
    rows = [list(chain.from_iterable(way)) for way in product(*map(ways, node.words))]
    sentences = page.tokens.sentences
    found = {
        (page.name, page.unit(first), first, after - 1)
        for first in range(len(page.tokens.words))
        for row in rows
        for after in ends(page, row, first)
        if sentences[after - 1] == sentences[first]
    }
    for stretch in sorted(found):
        yield (stretch,)


def hits(node: Node, pages: list[Page]) -> list[Hit]:
    """Every way in which the node hits, by trying everything."""
    found: list[Hit] = []
    match node:
        case Words():
            found = [hit for page in pages for hit in phrase_hits(node, page)]
        case Field(name, part):
            field = "summary" if name is FieldName.BODY else name.value
            found = hits(part, [page for page in pages if page.name == field])
        case Not(part):
            found = [] if hits(part, pages) else [()]
        case Either(parts) | Or(parts):
            found = [hit for part in parts for hit in hits(part, pages)]
        case And(parts):
            found = all_of(parts, pages)
        case Together(parts):
            found = [hit for hit in all_of(parts, pages) if apart(hit)]
        case Near(left, right, distance):
            both = all_of((left, right), pages)
            found = [hit for hit in both if apart(hit) and gap(*hit) <= distance]
    return found


def all_of(parts: Sequence[Node], pages: list[Page]) -> list[Hit]:
    ways_to_hit = product(*(hits(part, pages) for part in parts))
    return [tuple(chain.from_iterable(way)) for way in ways_to_hit]


def apart(stretches: Hit) -> bool:
    """Whether all share a unit and none shares a token with another."""
    covered = [token for _, _, first, last in stretches for token in range(first, last + 1)]
    return len({stretch[:2] for stretch in stretches}) == 1 and len(covered) == len(set(covered))


def gap(one: Stretch, other: Stretch) -> int:
    return max(one[2] - other[3], other[2] - one[3]) - 1


class Dice:
    """Random rules and entries, the same in every run."""

    def __init__(self) -> None:
        self.random = Random(20190322)  # noqa: S311 - a fixed sequence is what is wanted

    def text(self, longest: int) -> str:
        words = self.random.choices(TEXT_WORDS, k=self.random.randrange(1, longest))
        text = " ".join(words)
        return text.upper() if self.random.random() < 0.1 else text

    def words(self) -> Words:
        return Words(tuple(self.random.choices(QUERY_WORDS, k=self.random.choice((1, 1, 1, 2)))))

    def side(self) -> Words | Either:
        if self.random.random() < 0.6:
            return self.words()
        return Either((self.words(), self.words()))

    def tree(self, depth: int = 3) -> Node:
        if not depth or self.random.random() < 0.3:
            return self.side()
        parts = tuple(self.tree(depth - 1) for _ in range(self.random.choice((2, 2, 3))))
        return self.random.choice(
            (
                And(parts),
                Or(parts),
                And((parts[0], Not(parts[1]))),
                Together((self.side(), self.side())),
                Together((self.side(), self.side(), self.side())),
                Near(self.side(), self.side(), self.random.randrange(4)),
                Field(FieldName.SUMMARY, self.side()),
                Field(FieldName.TITLE, Together((self.side(), self.side()))),
            )
        )

    def rule(self) -> Node:
        while not anchored(tree := self.tree()):
            pass
        return tree


def spans_of(found: list[Hit], entry: Entry) -> set[tuple[str, int, int]]:
    pages = {"title": tokenise(entry.title), "summary": tokenise(entry.summary)}
    return {
        (name, pages[name].starts[first], pages[name].ends[last])
        for hit in found
        for name, _, first, last in hit
    }


@pytest.mark.slow
def test_compiled_and_naive_matching_agree_on_every_pair() -> None:
    """15,000 pairs of rule and entry: the same ones hit, and in the same places."""
    dice = Dice()
    rules = [dice.rule() for _ in range(RULES)]
    entries = [
        build.entry(str(number), dice.text(9), summary=dice.text(12)) for number in range(ENTRIES)
    ]
    indicators = tuple(
        build.indicator(str(number), show(rule)) for number, rule in enumerate(rules)
    )
    watch = compile_watch([build.question(indicators=indicators)])

    differences, hitting = [], 0
    for entry in entries:
        found = {int(m.indicator): m for m in match(entry, watch).matches}
        pages = [Page("title", tokenise(entry.title)), Page("summary", tokenise(entry.summary))]
        for number, rule in enumerate(rules):
            expected = hits(rule, pages)
            hitting += bool(expected)
            if bool(expected) != (number in found):
                differences.append((show(rule), entry.title, entry.summary))
            elif expected and len(expected) <= MOST:
                spans = {(span.field, span.start, span.end) for span in found[number].spans}
                if spans != spans_of(expected, entry):
                    differences.append((show(rule), entry.title, entry.summary))

    assert differences == []
    assert RULES * ENTRIES >= 10_000
    assert hitting >= 1_500
