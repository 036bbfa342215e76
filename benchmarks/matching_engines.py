"""Turns a list of phrases into something that finds them, once for each way of doing it.

Each engine stands as its users run it: texts and phrases in one case, a boundary test where the
library has none, and nothing of the project's normalising. All but the first are optional.
"""

import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from typing import Any, Final, Protocol

from benchmarks.matching_rules import entry, watchlist
from monitor.core.language.match.matcher import match
from monitor.core.language.match.scan import scan
from monitor.core.language.watch.compiler import compile_watch
from monitor.model.entries import Entry


class NotInstalledError(Exception):
    """The library of an engine is not here."""


class Engine(Protocol):
    """Finds phrases. `find` takes a batch and gives, for each text, the phrases that it holds."""

    def find(self, texts: Sequence[str]) -> list[set[int]]: ...


class Hits:
    """Our scan alone: where phrases hit, before any rule is asked."""

    def __init__(self, phrases: Sequence[str]) -> None:
        self._watch = compile_watch(watchlist(phrases))

    def find(self, texts: Sequence[str]) -> list[set[int]]:
        return [set(scan(entry(text), self._watch).hits) for text in texts]


class Matches:
    """Ours whole: rules, spans, directions and hedges."""

    def __init__(self, phrases: Sequence[str]) -> None:
        questions = watchlist(
            phrases, phrases_per_indicator=1, indicators_per_question=len(phrases)
        )
        self._watch = compile_watch(questions)

    def find(self, texts: Sequence[str]) -> list[set[int]]:
        return [
            {int(found.indicator) for found in match(entry(text), self._watch).matches}
            for text in texts
        ]


class AhoCorasick:
    """A compiled automaton over characters, and a test of both neighbours of each hit."""

    def __init__(self, phrases: Sequence[str]) -> None:
        library = _library("ahocorasick_rs")
        self._automaton = library.AhoCorasick([phrase.casefold() for phrase in phrases])

    def find(self, texts: Sequence[str]) -> list[set[int]]:
        return [set(self._in(text.casefold())) for text in texts]

    def _in(self, text: str) -> Iterable[int]:
        for number, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            if not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()):
                yield number


class Alternation:
    """One regular expression of all phrases. Where phrases overlap it finds the first only."""

    def __init__(self, phrases: Sequence[str]) -> None:
        self._numbers = {phrase.casefold(): number for number, phrase in enumerate(phrases)}
        longest_first = sorted(map(re.escape, self._numbers), key=len, reverse=True)
        self._pattern = re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)")

    def find(self, texts: Sequence[str]) -> list[set[int]]:
        return [
            {self._numbers[found] for found in self._pattern.findall(text.casefold())}
            for text in texts
        ]


class Spacy:
    """spaCy's PhraseMatcher on its blank English tokeniser."""

    def __init__(self, phrases: Sequence[str]) -> None:
        self._language = _library("spacy").blank("en")
        matcher = _library("spacy.matcher").PhraseMatcher
        self._matcher = matcher(self._language.vocab, attr="LOWER")
        for number, document in enumerate(self._language.pipe(phrases)):
            self._matcher.add(str(number), [document])

    def find(self, texts: Sequence[str]) -> list[set[int]]:
        strings = self._language.vocab.strings
        return [
            {int(strings[key]) for key, _, _ in self._matcher(document)}
            for document in self._language.pipe(texts)
        ]


class FullText:
    """SQLite's FTS5 the wrong way round: the batch is stored, then each phrase is a query."""

    def __init__(self, phrases: Sequence[str]) -> None:
        self._queries = ['"' + phrase.replace('"', "") + '"' for phrase in phrases]

    def find(self, texts: Sequence[str]) -> list[set[int]]:
        found: list[set[int]] = [set() for _ in texts]
        connection = sqlite3.connect(":memory:")
        try:
            connection.execute(
                "CREATE VIRTUAL TABLE t USING fts5(x, tokenize='unicode61 remove_diacritics 2')"
            )
            rows = ((number, text) for number, text in enumerate(texts))
            connection.executemany("INSERT INTO t (rowid, x) VALUES (?, ?)", rows)
            for number, query in enumerate(self._queries):
                for (row,) in connection.execute("SELECT rowid FROM t WHERE t MATCH ?", (query,)):
                    found[row].add(number)
        finally:
            connection.close()
        return found


ENGINES: Final[dict[str, Callable[[Sequence[str]], Engine]]] = {
    "ours, hits only": Hits,
    "ours, whole": Matches,
    "ahocorasick_rs + boundaries": AhoCorasick,
    "`re` alternation": Alternation,
    "spaCy PhraseMatcher": Spacy,
    "SQLite FTS5, per batch": FullText,
}


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise NotInstalledError(name) from error


def texts_of(entries: Iterable[Entry]) -> list[str]:
    """What an engine that knows no fields is given."""
    return [f"{entry.title}\n{entry.summary}" for entry in entries]
