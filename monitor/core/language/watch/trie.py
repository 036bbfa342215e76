"""Turns the phrases of a watchlist into a trie over symbols; a symbol is what a position accepts.

A token may be several symbols at once ("talks" is `talk*`, `talks` and `"talks"`), so phrases that
begin alike share nodes but not meanings. Nothing changes after the last phrase was added.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import Final

from monitor.core.language.query.tree import Word, Words
from monitor.core.language.text.tokens import fold, shape, signed
from monitor.core.language.watch.terms import Accepted, ways

_TABLES: Final = ("folded", "prefixes", "shapes", "acronyms", "signed", "inner")
_LONGEST_RARE: Final = 16
_ROOT: Final = 0

Symbols = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TokenSymbols:
    """What a watch knows of a token: its symbols, and where they lead from the root of the trie.

    `phrases` end with this one token; `onward` are the steps of those that go on, and `after` are
    the symbols of all these steps.
    """

    symbols: tuple[int, ...]
    phrases: tuple[int, ...] = ()
    onward: tuple[Mapping[int, int], ...] = ()
    after: AbstractSet[int] = frozenset()


NOTHING: Final = TokenSymbols(())


@dataclass(frozen=True, slots=True)
class Paths:
    """The trie, as tables of numbers: a hundred thousand phrases are no more objects than one.

    `steps` gives, for each node that leads on, the node after each symbol; `ends` the phrases that
    end at a node.
    """

    steps: Mapping[int, Mapping[int, int]]
    ends: Mapping[int, tuple[int, ...]]

    def token(self, symbols: tuple[int, ...]) -> TokenSymbols:
        """The token that is all of `symbols`."""
        if not symbols:
            return NOTHING
        root = self.steps.get(_ROOT, {})
        nodes = [root[symbol] for symbol in symbols if symbol in root]
        onward = tuple(self.steps[node] for node in nodes if node in self.steps)
        return TokenSymbols(
            symbols,
            tuple(dict.fromkeys(phrase for node in nodes for phrase in self.ends.get(node, ()))),
            onward,
            onward[0].keys() if len(onward) == 1 else frozenset(chain.from_iterable(onward)),
        )


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Which symbols a token is."""

    paths: Paths
    folded: Mapping[str, tuple[int, ...]]
    prefixes: Mapping[str, tuple[int, ...]]
    shapes: Mapping[str, tuple[int, ...]]
    acronyms: Mapping[str, tuple[int, ...]]
    signed: Mapping[str, tuple[int, ...]]
    inner: Mapping[str, tuple[int, ...]]
    lengths: tuple[int, ...]  # of the prefixes, ascending

    def token(self, word: str) -> TokenSymbols:
        """What `word` is."""
        return self._token(word, self.acronyms.get(shape(word), ()))

    def shouted(self, word: str) -> TokenSymbols:
        """What `word` is in text that is all capitals: there an acronym must be dotted."""
        return self.token(word) if "." in word else self._token(word, ())

    def _token(self, word: str, acronyms: tuple[int, ...]) -> TokenSymbols:
        key, form = fold(word), shape(word)
        found = [*self.folded.get(key, ()), *self.shapes.get(form, ()), *acronyms]
        if signed(word):
            found += self.signed.get(word.casefold(), ())
        for inner, symbols in self.inner.items():
            if inner in key:
                found += symbols
        for length in self.lengths:
            if length > len(key):
                break
            found += self.prefixes.get(key[:length], ())
        return self.paths.token(tuple(dict.fromkeys(found)))


class Trie:
    """Builds the trie. `frequencies`: in how many stored entries each folded word stands."""

    def __init__(self, frequencies: Mapping[str, int]) -> None:
        self._nodes = 1
        self._steps: dict[int, dict[int, int]] = {}
        self._ends: dict[int, tuple[int, ...]] = {}
        self._phrases: dict[Words, int] = {}
        self._ways: dict[Word, tuple[Symbols, ...]] = {}
        self._symbols: dict[Accepted, int] = {}
        self._rarity: list[float] = []  # of each symbol
        self._costs: list[float] = []  # of each phrase
        self._frequencies = _Frequencies(frequencies)

    def add(self, phrase: Words) -> int:
        """The number of `phrase`; a phrase already known keeps its number."""
        known = self._phrases.get(phrase)
        if known is not None:
            return known
        number = self._phrases[phrase] = len(self._phrases)
        spellings = self._spellings(phrase)
        rarest = (min(map(self._rarity.__getitem__, spelling)) for spelling in spellings)
        self._costs.append(sum(rarest))
        for spelling in spellings:
            node = _ROOT
            for symbol in spelling:
                node = self._step(node, symbol)
            self._ends[node] = (*self._ends.get(node, ()), number)
        return number

    def _spellings(self, phrase: Words) -> Iterable[Symbols]:
        """`terms.spellings` in symbols; a word is read once however many rules have it."""
        found: list[Symbols] = [()]
        for word in phrase.words:
            if word not in self._ways:
                self._ways[word] = tuple(tuple(map(self._symbol, way)) for way in ways(word))
            found = [spelling + way for spelling in found for way in self._ways[word]]
        return dict.fromkeys(found)

    def _symbol(self, accepted: Accepted) -> int:
        if accepted not in self._symbols:
            self._symbols[accepted] = len(self._symbols)
            self._rarity.append(self._frequencies.of(accepted))
        return self._symbols[accepted]

    def _step(self, node: int, symbol: int) -> int:
        steps = self._steps.setdefault(node, {})
        if symbol not in steps:
            steps[symbol] = self._nodes
            self._nodes += 1
        return steps[symbol]

    def cost(self, number: int) -> float:
        """How often a phrase is expected to hit; only comparisons mean something."""
        return self._costs[number]

    def lexicon(self) -> Lexicon:
        """Which symbols a token is, for all phrases added so far."""
        frozen: dict[str, dict[str, tuple[int, ...]]] = {}
        for name in _TABLES:
            table: dict[str, list[int]] = {}
            for accepted, symbol in self._symbols.items():
                for word in getattr(accepted, name):
                    table.setdefault(word, []).append(symbol)
            frozen[name] = {word: tuple(symbols) for word, symbols in table.items()}
        lengths = tuple(sorted({len(prefix) for prefix in frozen["prefixes"]}))
        paths = Paths(steps=self._steps, ends=self._ends)
        return Lexicon(paths=paths, **frozen, lengths=lengths)


class _Frequencies:
    """How often the words of a position stand in the archive, or a guess from their length."""

    def __init__(self, frequencies: Mapping[str, int]) -> None:
        self._known = frequencies
        self._words = sorted(frequencies)
        self._sums = [0, *accumulate(frequencies[word] for word in self._words)]

    def of(self, accepted: Accepted) -> float:
        cased = {word.casefold() for word in accepted.shapes | accepted.acronyms}
        cased |= {word.rstrip("+#") for word in accepted.signed}
        if not self._known:
            return max(
                2.0 ** -min(len(word), _LONGEST_RARE)
                for word in accepted.folded | accepted.prefixes | accepted.inner | cased
            )
        words = sum(self._known.get(word, 0) for word in accepted.folded | accepted.inner | cased)
        return 1 + words + sum(map(self._beginning, accepted.prefixes))

    def _beginning(self, prefix: str) -> int:
        low = bisect_left(self._words, prefix)
        high = bisect_left(self._words, prefix + "\U0010ffff")
        return self._sums[high] - self._sums[low]
