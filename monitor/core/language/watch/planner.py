"""Turns the tree of a query into a plan and the phrases it is filed under."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain
from typing import NamedTuple

from monitor.core.language.direction.actors import whose
from monitor.core.language.query.parser import (
    Alias,
    And,
    Does,
    Either,
    Field,
    FieldName,
    Near,
    Node,
    Not,
    Or,
    Together,
    Words,
    parse,
)
from monitor.core.language.watch import plans
from monitor.core.language.watch.plans import Fields, Hit, PhraseHits, Plan
from monitor.core.language.watch.trie import Trie
from monitor.errors import QueryError

_FIELDS = {
    FieldName.TITLE: frozenset({plans.TITLE}),
    FieldName.SUMMARY: frozenset({plans.SUMMARY}),
    FieldName.BODY: frozenset({plans.SUMMARY}),
    FieldName.OUTLET: frozenset({plans.OUTLET}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A person, country or body under all its names. `weak` names also mean something else."""

    names: tuple[str, ...]
    weak: tuple[str, ...] = ()


Need = tuple[int, ...]
"""Phrases of which one must hit."""


class Planned(NamedTuple):
    """One query ready to run. It can hit only if one of `anchors` does and one of each need.

    `anchors` is what is expected to hit most rarely; `needs` are the others.
    """

    plan: Plan
    needs: tuple[Need, ...]
    anchors: Need


class _Part(NamedTuple):
    """A part of a query: how it is found, and what must hit or it cannot."""

    plan: Plan
    needs: tuple[Need, ...]


class Planner:
    """Plans the rules of one watch; interns their phrases in the trie."""

    def __init__(self, trie: Trie, entities: Mapping[str, Entity]) -> None:
        self.trie = trie
        self.entities = entities
        self.reads_outlet = False
        self._text = ""  # being planned, for messages

    def read(self, text: str) -> Planned:
        """The plan of one phrase or query. Raises QueryError, also for an unknown entity."""
        self._text = text
        plan, needs = self._part(parse(text), plans.TEXT)
        anchors = self._cheapest(needs)
        others = tuple(need for need in dict.fromkeys(needs) if need != anchors)
        return Planned(plan, others, anchors)

    def _part(self, node: Node, fields: Fields) -> _Part:
        match node:
            case Words():
                number = self.trie.add(node)
                found = _Part(plans.phrases((number,), fields), ((number,),))
            case Alias(name):
                names, weak = self._names(name)
                found = _Part(plans.alias(names, weak, fields), (_distinct((*names, *weak)),))
            case Near(left, right) | Does(left, right):
                one, other = self._part(left, fields), self._part(right, fields)
                plan = (
                    plans.near(one.plan, other.plan, node.distance)
                    if isinstance(node, Near)
                    else plans.does(one.plan, other.plan, _whose)
                )
                found = _Part(plan, one.needs + other.needs)
            case Field(name, part):
                self.reads_outlet |= name is FieldName.OUTLET
                found = self._part(part, _FIELDS[name])
            case Not(part):
                found = _Part(plans.absent(self._part(part, fields).plan), ())
            case And(parts) | Together(parts):
                combine = plans.both if isinstance(node, And) else plans.together
                found = self._all(parts, fields, combine)
            case Either(parts) | Or(parts):
                found = self._any(parts, fields)
        return found

    def _all(
        self, nodes: Sequence[Node], fields: Fields, combine: Callable[[Sequence[Plan]], Plan]
    ) -> _Part:
        parts = [self._part(node, fields) for node in nodes]
        needs = chain(*(part.needs for part in parts))
        return _Part(combine([part.plan for part in parts]), tuple(needs))

    def _any(self, nodes: Sequence[Node], fields: Fields) -> _Part:
        if all(isinstance(node, Words) for node in nodes):
            numbers = [self.trie.add(node) for node in nodes if isinstance(node, Words)]
            return _Part(plans.phrases(numbers, fields), (_distinct(numbers),))
        parts = [self._part(node, fields) for node in nodes]
        needs = chain(*(self._cheapest(part.needs) for part in parts))
        return _Part(plans.either([part.plan for part in parts]), (_distinct(needs),))

    def _cheapest(self, needs: Sequence[Need]) -> Need:
        return min(needs, key=lambda need: sum(map(self.trie.cost, need)))

    def _names(self, name: str) -> tuple[list[int], list[int]]:
        entity = self.entities.get(name)
        if entity is None:
            close = get_close_matches(name, self.entities, n=1)
            raise QueryError(
                self._text,
                self._text.index(f"entity:{name}"),
                f"“{name}” is no known entity",
                "the name of an entity",
                f"did you mean “{close[0]}”?" if close else "define it under entities:",
            )
        return self._phrases(entity.names), self._phrases(entity.weak)

    def _phrases(self, texts: Sequence[str]) -> list[int]:
        return [self.trie.add(phrase) for text in texts for phrase in _words(text)]


def _whose(hits: plans.Hits, name: Hit, deed: Hit) -> bool:
    tokens = hits.fields[name[0]] if isinstance(hits, PhraseHits) else None
    return tokens is not None and not whose(tokens, name[2:], deed[2:])


def _distinct(numbers: Iterable[int]) -> Need:
    return tuple(dict.fromkeys(numbers))


def _words(text: str) -> list[Words]:
    """The phrases of one name; `a|b` is two. Anything else has no place in a name."""
    node = parse(text)
    options = node.options if isinstance(node, Either) else (node,)
    phrases = [option for option in options if isinstance(option, Words)]
    if len(phrases) < len(options):
        raise QueryError(text, 0, f"“{text}” as the name of an entity", "words or a|b")
    return phrases
