"""Turns one entry into the places where each phrase of a watch hits; decides nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from monitor.core.language.text.boilerplate import without_boilerplate
from monitor.core.language.text.tokens import Tokens, tokenise
from monitor.core.language.watch.compiler import Watch
from monitor.core.language.watch.plans import OUTLET, SUMMARY, TITLE, Hit, PhraseHits
from monitor.core.language.watch.trie import NOTHING, Paths, TokenSymbols
from monitor.model.entries import Entry
from monitor.model.matches import Span

FIELDS: Final = {TITLE: "title", SUMMARY: "summary"}
"""The fields that a span can point into."""


@dataclass(frozen=True, slots=True)
class Scan:
    """The tokens of an entry's fields, and where each phrase hits, by the phrase's number."""

    fields: Mapping[int, Tokens]
    hits: Mapping[int, Sequence[Hit]]

    def span(self, hit: Hit, phrase: str) -> Span:
        """A hit in one of FIELDS, in characters."""
        field, _, first, last = hit
        limits = self.fields[field].limits
        return Span(
            field=FIELDS[field], start=limits[2 * first], end=limits[2 * last + 1], phrase=phrase
        )


def scan(entry: Entry, watch: Watch) -> Scan:
    """Where every phrase of `watch` hits in the title and summary of `entry`."""
    return _scan(entry, watch, {TITLE: tokenise(entry.title), SUMMARY: tokenise(entry.summary)})


def scan_news(entry: Entry, watch: Watch, whole: Scan) -> Scan:
    """The same without boilerplate; `whole` itself where there is none."""
    words = (whole.fields[TITLE].words, whole.fields[SUMMARY].words)
    title, summary = without_boilerplate(entry.title, entry.summary, entry.outlet, words=words)
    if title == entry.title and summary == entry.summary:
        return whole
    return _scan(entry, watch, {TITLE: tokenise(title), SUMMARY: tokenise(summary)})


def _scan(entry: Entry, watch: Watch, fields: dict[int, Tokens]) -> Scan:
    if watch.reads_outlet:
        fields[OUTLET] = tokenise(entry.outlet)
    hits = PhraseHits(fields)
    for field, tokens in fields.items():
        _scan_field(field, tokens, watch, hits)
    return Scan(fields, hits)


def _scan_field(field: int, tokens: Tokens, watch: Watch, hits: Mapping[int, list[Hit]]) -> None:
    """Every phrase from every token on. A phrase never crosses the end of a sentence."""
    table = watch.shouted if tokens.shouting else watch.tokens
    known = [*map(table.__getitem__, tokens.words), NOTHING]
    joined = _joined(tokens.joins, table, known, watch.paths) if tokens.joins else {}
    sentences = tokens.sentences
    units = sentences if field == SUMMARY else [0] * len(sentences)
    for first, token in enumerate(known):
        if token.phrases:
            hit = (field, units[first], first, first)
            for phrase in token.phrases:
                hits[phrase].append(hit)
        after = token.after
        if (after and not after.isdisjoint(known[first + 1].symbols)) or (
            joined and (first in joined or (after and first + 1 in joined))
        ):
            for phrase, last in _longer(first, known, joined, watch.paths):
                if sentences[last] == sentences[first]:
                    hits[phrase].append((field, units[first], first, last))


def _longer(
    first: int, known: Sequence[TokenSymbols], joined: Mapping[int, TokenSymbols], paths: Paths
) -> Iterable[tuple[int, int]]:
    """The phrases of several tokens from `first` on, each with the last one it covers."""
    found: list[tuple[int, int]] = []
    ways = [(steps, first + 1) for steps in known[first].onward]
    if first in joined:
        found += [(phrase, first + 1) for phrase in joined[first].phrases]
        ways += [(steps, first + 2) for steps in joined[first].onward]
    for steps, place in ways:  # grows while it is walked
        options = [(known[place], place)]
        if place in joined:
            options.append((joined[place], place + 1))
        for token, last in options:
            for node in filter(None, map(steps.get, token.symbols)):  # the root is no step
                found += [(phrase, last) for phrase in paths.ends.get(node, ())]
                if node in paths.steps:
                    ways.append((paths.steps[node], last + 1))
    return dict.fromkeys(found)  # "de-nuclear" is denuclear* in two ways


def _joined(
    joins: Mapping[int, str],
    table: Mapping[str, TokenSymbols],
    known: Sequence[TokenSymbols],
    paths: Paths,
) -> dict[int, TokenSymbols]:
    """What hyphened words are when written as one; `gang*` in "gang-like" has hit already."""
    return {
        place: paths.token(
            tuple(symbol for symbol in table[word].symbols if symbol not in known[place].symbols)
        )
        for place, word in joins.items()
        if table[word].symbols
    }
