"""Turns one entry into the places where each phrase of a watch hits; decides nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from monitor.core.text import Tokens, tokenise
from monitor.core.watch import Watch
from monitor.core.watch_plans import OUTLET, SUMMARY, TITLE, Hit, Occurrence
from monitor.core.watch_trie import Branch, Token, token
from monitor.model.entries import Entry
from monitor.model.matches import Span

FIELDS: Final = {TITLE: "title", SUMMARY: "summary"}
"""The fields that a span can point into."""


@dataclass(frozen=True, slots=True)
class Scan:
    """The tokens of an entry's fields, and where each phrase hits, by the phrase's number."""

    fields: Mapping[int, Tokens]
    hits: Mapping[int, Mapping[Hit, None]]  # an ordered set

    def spans(self, occurrence: Occurrence, phrase: str) -> Iterator[Span]:
        """The occurrence in characters. What hit in the outlet's name has no span."""
        for hit in occurrence:
            if hit.field in FIELDS:
                tokens = self.fields[hit.field]
                start, end = tokens.starts[hit.first], tokens.ends[hit.last]
                yield Span(field=FIELDS[hit.field], start=start, end=end, phrase=phrase)


def scan(entry: Entry, watch: Watch) -> Scan:
    """Where every phrase of `watch` hits in the title and summary of `entry`."""
    fields = {TITLE: tokenise(entry.title), SUMMARY: tokenise(entry.summary)}
    if watch.reads_outlet:
        fields[OUTLET] = tokenise(entry.outlet)
    hits: dict[int, dict[Hit, None]] = {}
    for field, tokens in fields.items():
        _scan_field(field, tokens, watch, hits)
    return Scan(fields, hits)


def _scan_field(field: int, tokens: Tokens, watch: Watch, hits: dict[int, dict[Hit, None]]) -> None:
    """Walk the trie from every token. A phrase never crosses the end of a sentence."""
    steps = _steps(tokens, watch)
    sentences = tokens.sentences
    for first, ahead in enumerate(steps):
        unit = sentences[first] if field == SUMMARY else 0
        ways = []
        for opening, last in ahead:
            for phrase in opening.phrases:
                hits.setdefault(phrase, {})[Hit(field, unit, first, last)] = None
            ways += [(branches, last + 1) for branches in opening.onward]
        for branches, place in ways:  # grows while it is walked
            if sentences[place : place + 1] != [sentences[first]]:
                continue
            for branch, last in _onward(branches, steps[place]):
                for phrase in branch.phrases:
                    hits.setdefault(phrase, {})[Hit(field, unit, first, last)] = None
                ways.append((branch.branches, last + 1))


def _onward(
    branches: Mapping[int, Branch], ahead: Sequence[tuple[Token, int]]
) -> Iterator[tuple[Branch, int]]:
    for following, last in ahead:
        for symbol in following.symbols:
            if symbol in branches:
                yield branches[symbol], last


def _steps(tokens: Tokens, watch: Watch) -> list[list[tuple[Token, int]]]:
    """For each place, the tokens that may be read there, each with the last place it covers."""
    look_up, shouting = watch.look_up, tokens.shouting
    steps = [[(look_up(word, shouting), place)] for place, word in enumerate(tokens.words)]
    for place, word in tokens.joins.items():
        # `gang*` in "gang-like" has hit the first half already.
        known = steps[place][0][0].symbols
        joined = [symbol for symbol in look_up(word, shouting).symbols if symbol not in known]
        steps[place].append((token(watch.trie, tuple(joined)), place + 1))
    return steps
