"""Turns the tree of a query into a plan and the phrases it is filed under."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from monitor.core import watch_plans as plans
from monitor.core.query import (
    Alias,
    And,
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
from monitor.core.watch_plans import Plan
from monitor.core.watch_trie import Trie
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


@dataclass(frozen=True, slots=True)
class Planned:
    """One query ready to run. It can hit only if one of `anchors` does and one of each need.

    `anchors` is what is expected to hit most rarely; `needs` are the other sets.
    """

    node: Node
    plan: Plan
    needs: tuple[frozenset[int], ...]
    anchors: frozenset[int]


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
        node = parse(text)
        plan, needs = self.plan(node), self.needs(node)
        anchors = self._cheapest(needs)
        others = tuple(need for need in dict.fromkeys(needs) if need != anchors)
        return Planned(node, plan, others, anchors)

    def plan(self, node: Node) -> Plan:
        """The function that finds `node`."""
        match node:
            case Words():
                return plans.phrase(self.trie.add(node))
            case Alias(name):
                names, weak = self._names(name)
                return plans.alias(self._plans(names), self._plans(weak))
            case Near(left, right, distance):
                return plans.near(self.plan(left), self.plan(right), distance)
            case Field(name, part):
                self.reads_outlet |= name is FieldName.OUTLET
                return plans.inside(_FIELDS[name], self.plan(part))
            case Not(part):
                return plans.absent(self.plan(part))
            case _:
                return self._many(node)

    def _many(self, node: Either | Or | Together | And) -> Plan:
        parts = node.options if isinstance(node, Either) else node.parts
        combine = {And: plans.both, Together: plans.together}.get(type(node), plans.either)
        return combine(self._plans(parts))

    def _plans(self, nodes: Sequence[Node]) -> list[Plan]:
        return [self.plan(node) for node in nodes]

    def needs(self, node: Node) -> tuple[frozenset[int], ...]:
        """Sets of phrases of each of which one must hit, or `node` cannot."""
        found: tuple[frozenset[int], ...] = ()  # NOT: nothing must hit
        match node:
            case Words():
                found = (frozenset({self.trie.add(node)}),)
            case Alias(name):
                names, weak = self._names(name)
                found = (self._any(names + weak),)
            case Either(parts) | Or(parts):
                found = (self._any(parts),)
            case Near(left, right):
                found = self.needs(left) + self.needs(right)
            case And(parts) | Together(parts):
                found = tuple(need for part in parts for need in self.needs(part))
            case Field(_, part):
                found = self.needs(part)
        return found

    def _any(self, parts: Sequence[Node]) -> frozenset[int]:
        """The cheapest need of each part: one of the parts must hit."""
        return frozenset().union(*(self._cheapest(self.needs(part)) for part in parts))

    def _cheapest(self, needs: Sequence[frozenset[int]]) -> frozenset[int]:
        return min(needs, key=lambda need: sum(map(self.trie.cost, sorted(need))))

    def _names(self, name: str) -> tuple[list[Words], list[Words]]:
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

    def _phrases(self, texts: Sequence[str]) -> list[Words]:
        return [phrase for text in texts for phrase in _words(text)]


def _words(text: str) -> list[Words]:
    """The phrases of one name; `a|b` is two. Anything else has no place in a name."""
    node = parse(text)
    options = node.options if isinstance(node, Either) else (node,)
    phrases = [option for option in options if isinstance(option, Words)]
    if len(phrases) < len(options):
        raise QueryError(text, 0, f"“{text}” as the name of an entity", "words or a|b")
    return phrases
