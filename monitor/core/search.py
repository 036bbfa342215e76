"""Turns what somebody typed into the search box into terms, and terms into spans of a text.

Every text is understood somehow; nothing typed is ever a mistake.
"""

import re
from collections.abc import Sequence
from typing import Final

from monitor.model.matches import Span
from monitor.model.search import PlacedWord, Term, Terms, words

MOST_TERMS: Final = 20
SHORTEST_STEM: Final = 3
"""Letters before a `*`, as in the watchlist language; after fewer it is not heeded."""

_QUOTES: Final = str.maketrans("“”„‟«»", '""""""')
_PART: Final = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"]+))')


def parse(text: str) -> Terms:
    """`word`, `"words in a row"`, `begin*` and `-without`, in any order; all must be there.

    A word with a mark in it (cease-fire, U.S.) is its parts in a row.
    """
    wanted: list[Term] = []
    unwanted: list[Term] = []
    for minus, quoted, plain in _PART.findall(text.translate(_QUOTES)):
        term = _term(quoted or plain, ending=not quoted and plain.endswith("*"))
        if term is not None and len(wanted) + len(unwanted) < MOST_TERMS:
            (unwanted if minus else wanted).append(term)
    return Terms(tuple(dict.fromkeys(wanted)), tuple(dict.fromkeys(unwanted)))


def spans(text: str, terms: Terms, field: str = "title") -> tuple[Span, ...]:
    """Where the wanted terms stand in a text, in order; every place of each."""
    found = words(text)
    hits = [
        Span(field=field, start=run[0].start, end=run[-1].end, phrase=" ".join(term.words))
        for term in terms.wanted
        for place in range(len(found) - len(term.words) + 1)
        if _is(run := found[place : place + len(term.words)], term)
    ]
    return tuple(sorted(hits, key=lambda span: (span.start, span.end)))


def _term(text: str, *, ending: bool) -> Term | None:
    found = tuple(each.word for each in words(text))
    if not found:
        return None
    return Term(found, ending=ending and len(found[-1]) >= SHORTEST_STEM)


def _is(run: Sequence[PlacedWord], term: Term) -> bool:
    *firsts, last = term.words
    if [each.word for each in run[:-1]] != firsts:
        return False
    return run[-1].word.startswith(last) if term.ending else run[-1].word == last
