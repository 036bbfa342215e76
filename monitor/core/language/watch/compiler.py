"""Turns the questions of the analysts into one immutable watch; never looks at an entry.

Every phrase of every rule becomes a path in one trie over symbols (what a position accepts). Each
rule is filed under the cheapest set of phrases of which one must hit, so that an entry is tested
only against rules it could satisfy: with a thousand times more rules, an entry costs little more.
This is what Lucene's Monitor and Elasticsearch's percolator do with their queries.
"""

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from monitor.core.language.watch.plans import Entity, Need, Plan, Planner
from monitor.core.language.watch.trie import Paths, TokenSymbols, Trie
from monitor.core.memo import Memo
from monitor.model.questions import Phrase, Question

__all__ = ["Entity", "Rule", "RuleRole", "Watch", "compile_watch"]

CACHE_SIZE: Final = 65_536


class RuleRole(StrEnum):
    """What a rule says about its question."""

    ABOUT = "about"
    IGNORE = "ignore"
    INDICATOR = "indicator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One phrase of a watchlist, ready to run. `indicator` is a place in the question's list.

    `needs`: of each of these one phrase must hit, cheap to look at before `plan` is run.
    """

    question: int
    role: RuleRole
    indicator: int  # -1 unless role is INDICATOR
    phrase: Phrase
    needs: tuple[Need, ...]
    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Compiled watchlists. Immutable, and safe to share between threads.

    `rules` are in order of question, role and indicator; `filed` gives the numbers of the rules
    that a hit of a phrase makes worth testing; `tokens` says what a word is, `shouted` what it is
    in text that is all capitals.
    """

    questions: tuple[Question, ...]
    rules: tuple[Rule, ...]
    filed: Mapping[int, tuple[int, ...]]
    paths: Paths
    tokens: Mapping[str, TokenSymbols]
    shouted: Mapping[str, TokenSymbols]
    entities: Mapping[str, Entity]
    reads_outlet: bool

    @property
    def names(self) -> Mapping[str, tuple[str, ...]]:
        """All names of each entity, to show."""
        return {name: entity.names + entity.weak for name, entity in self.entities.items()}


def compile_watch(
    questions: Sequence[Question],
    *,
    frequencies: Mapping[str, int] | None = None,
    entities: Mapping[str, Entity] | None = None,
) -> Watch:
    """The watch for `questions`. Raises QueryError for the first phrase that cannot be read.

    `frequencies`: in how many stored entries each folded word stands (`text.frequencies`); without
    them long words are taken to be rare.
    """
    with _collecting_put_off():
        return _compiled(questions, Trie(frequencies or {}), entities or {})


@contextmanager
def _collecting_put_off() -> Iterator[None]:
    """All that compiling makes is kept: to look through it for garbage again and again is in vain.

    That would be a sixth of the time. Another thread that compiles meanwhile does no harm: whoever
    found collecting switched on switches it on again.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _compiled(questions: Sequence[Question], trie: Trie, entities: Mapping[str, Entity]) -> Watch:
    planner = Planner(trie, entities)
    rules: list[Rule] = []
    filed: dict[int, list[int]] = {}
    for number, question in enumerate(questions):
        for role, indicator, phrase in _phrases(question):
            planned = planner.read(phrase.text)
            for anchor in planned.anchors:
                filed.setdefault(anchor, []).append(len(rules))
            rules.append(
                Rule(
                    question=number,
                    role=role,
                    indicator=indicator,
                    phrase=phrase,
                    needs=planned.needs,
                    plan=planned.plan,
                )
            )
    lexicon = trie.lexicon()
    return Watch(
        questions=tuple(questions),
        rules=tuple(rules),
        filed={anchor: tuple(numbers) for anchor, numbers in filed.items()},
        paths=lexicon.paths,
        tokens=Memo(lexicon.token, CACHE_SIZE),
        shouted=Memo(lexicon.shouted, CACHE_SIZE),
        entities=planner.entities,
        reads_outlet=planner.reads_outlet,
    )


def _phrases(question: Question) -> Iterable[tuple[RuleRole, int, Phrase]]:
    """The scope first: where it does not hit, nothing after it needs testing."""
    for phrase in question.about:
        yield RuleRole.ABOUT, -1, phrase
    for phrase in question.ignore:
        yield RuleRole.IGNORE, -1, phrase
    for place, indicator in enumerate(question.indicators):
        for phrase in indicator.phrases:
            yield RuleRole.INDICATOR, place, phrase
