"""Turns the tree of a query into a plan: a function from phrase hits to the places it hits.

A plan is given where each phrase of the watchlist stands in an entry, and combines these places in
a fixed order; only `>` looks at the words between them. Combinations are cut off at MOST, so that
hostile text costs little. Everything that does not depend on the entry is settled when the plan is
made: plans run for every entry that a rule is called up for. The planner at the end also says under
which phrases a rule is filed.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from itertools import chain, islice, product
from typing import Final, NamedTuple

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
from monitor.core.language.text.tokens import Tokens
from monitor.core.language.watch.trie import Trie
from monitor.errors import QueryError

MOST: Final = 32
"""Occurrences of one rule that are looked at in one entry; the first ones are kept."""

TITLE: Final = 0
SUMMARY: Final = 1
OUTLET: Final = 2
TEXT: Final = frozenset({TITLE, SUMMARY})

Hit = tuple[int, int, int, int]
"""A phrase at tokens `first` to `last` (inclusive) of a field: (field, unit, first, last).

`unit` is what `..` and NEAR stay inside: the whole title, or one sentence of the summary. A plain
tuple because one is made for every word of every entry that stands in some rule.
"""

Hits = Mapping[int, Collection[Hit]]


class PhraseHits(defaultdict[int, list[Hit]]):
    """Hits with the texts that they stand in, by field."""

    def __init__(self, fields: Mapping[int, Tokens]) -> None:
        super().__init__(list)
        self.fields = fields


Whose = Callable[[Hits, Hit, Hit], bool]
"""Whether the deed at the second place is done by the name at the first one."""

Occurrence = tuple[Hit, ...]
"""Hits that satisfy a rule together; empty when it is satisfied by something being absent."""

Fields = frozenset[int]
Plan = Callable[[Hits], Sequence[Occurrence]]


def phrases(numbers: Sequence[int], fields: Fields) -> Plan:
    """Where any of the phrases with these numbers hits, in these fields."""
    if len(numbers) == 1:
        return partial(_phrase, numbers[0], fields)
    return partial(_phrases, tuple(numbers), fields)


def _phrase(number: int, fields: Fields, hits: Hits) -> Sequence[Occurrence]:
    return [(hit,) for hit in hits[number] if hit[0] in fields] if number in hits else ()


def _phrases(numbers: tuple[int, ...], fields: Fields, hits: Hits) -> Sequence[Occurrence]:
    return [
        (hit,) for number in numbers if number in hits for hit in hits[number] if hit[0] in fields
    ]


def either(plans: Sequence[Plan]) -> Plan:
    """Where any of the plans hits."""
    return partial(_either, tuple(plans))


def _either(plans: tuple[Plan, ...], hits: Hits) -> list[Occurrence]:
    return [occurrence for plan in plans for occurrence in plan(hits)]


def alias(names: Sequence[int], weak: Sequence[int], fields: Fields) -> Plan:
    """Where any name hits; weak names alone count only if two different ones do."""
    return partial(_alias, tuple(names), tuple(weak), fields)


def _alias(
    names: tuple[int, ...], weak: tuple[int, ...], fields: Fields, hits: Hits
) -> Sequence[Occurrence]:
    known = _phrases(names, fields, hits)
    if known or sum(bool(_phrase(number, fields, hits)) for number in weak) > 1:
        return [*known, *_phrases(weak, fields, hits)]
    return ()


def absent(plan: Plan) -> Plan:
    """One empty occurrence if the plan does not hit."""
    return partial(_absent, plan)


def _absent(plan: Plan, hits: Hits) -> Sequence[Occurrence]:
    return () if plan(hits) else ((),)


def both(plans: Sequence[Plan]) -> Plan:
    """Each way in which all of the plans hit."""
    return partial(_both, tuple(plans))


def _both(plans: tuple[Plan, ...], hits: Hits) -> Sequence[Occurrence]:
    found: list[Sequence[Occurrence]] = []
    for plan in plans:
        occurrences = plan(hits)
        if not occurrences:
            return ()
        found.append(occurrences)
    ways = islice(product(*found), MOST)
    return [tuple(dict.fromkeys(chain.from_iterable(way))) for way in ways]


def together(plans: Sequence[Plan]) -> Plan:
    """Each way in which all of the plans hit different words of one unit."""
    return partial(_together, tuple(plans))


def _together(plans: tuple[Plan, ...], hits: Hits) -> Sequence[Occurrence]:
    found: list[dict[tuple[int, int], list[Hit]]] = []
    for plan in plans:
        occurrences = plan(hits)
        if not occurrences:
            return ()
        if len(occurrences[0]) > 1:
            return _spread(plans, hits)
        found.append(_by_unit(occurrences))
    ways = (
        way
        for unit in found[0]
        if all(unit in units for units in found)
        for way in _apart(sorted((units[unit] for units in found), key=len))
    )
    return [tuple(sorted(way)) for way in islice(ways, MOST)]


def _spread(plans: Sequence[Plan], hits: Hits) -> Sequence[Occurrence]:
    """The same where a part has several hits, as a name and its deed have."""
    ways: list[Occurrence] = [()]
    for plan in plans:
        ways = [
            (*way, *more)
            for way in ways
            for more in plan(hits)
            if all(_beside(one, other) for one in way for other in more)
        ][:MOST]
    return [tuple(sorted(way)) for way in ways]


def _beside(one: Hit, other: Hit) -> bool:
    return one[:2] == other[:2] and (one[3] < other[2] or other[3] < one[2])


def does(actor: Plan, deed: Plan, whose: Whose) -> Plan:
    """Each pair of a name and a deed in one unit that is, by `whose`, its own."""
    return partial(_does, actor, deed, whose)


def _does(actor: Plan, deed: Plan, whose: Whose, hits: Hits) -> Sequence[Occurrence]:
    names = actor(hits)
    deeds = deed(hits) if names else ()
    pairs = (
        tuple(sorted((name, done)))
        for (name,) in names
        for (done,) in deeds
        if _beside(name, done) and whose(hits, name, done)
    )
    return list(islice(pairs, MOST))


def near(left: Plan, right: Plan, distance: int) -> Plan:
    """Each pair of hits in one unit with at most `distance` words between, in any order."""
    return partial(_near, left, right, distance)


def _near(left: Plan, right: Plan, distance: int, hits: Hits) -> Sequence[Occurrence]:
    ones = left(hits)
    others = right(hits) if ones else ()
    if not others:
        return ()
    rights = _by_unit(others)
    pairs = (
        (one, other) if one < other else (other, one)
        for unit, here in _by_unit(ones).items()
        if unit in rights
        for one, other in _close(here, sorted(rights[unit]), distance)
    )
    return list(islice(pairs, MOST))


def _by_unit(occurrences: Sequence[Occurrence]) -> dict[tuple[int, int], list[Hit]]:
    units: dict[tuple[int, int], list[Hit]] = {}
    for (hit,) in occurrences:
        units.setdefault(hit[:2], []).append(hit)
    return units


def _apart(choices: Sequence[list[Hit]], chosen: Occurrence = ()) -> Iterator[Occurrence]:
    """One hit of each list, none sharing a word. Short lists first: dead ends show early."""
    if not choices:
        yield chosen
        return
    for hit in choices[0]:
        _, _, first, last = hit
        if all(last < start or end < first for _, _, start, end in chosen):
            yield from _apart(choices[1:], (*chosen, hit))


def _close(ones: list[Hit], others: list[Hit], distance: int) -> Iterator[tuple[Hit, Hit]]:
    longest = max(last - first for _, _, first, last in others)
    firsts = [first for _, _, first, _ in others]
    for one in ones:
        _, _, first, last = one
        low = bisect_left(firsts, first - distance - longest - 1)
        for other in others[low : bisect_left(firsts, last + distance + 2)]:
            _, _, start, end = other
            if 0 <= max(first - end, start - last) - 1 <= distance:
                yield one, other


_FIELDS = {
    FieldName.TITLE: frozenset({TITLE}),
    FieldName.SUMMARY: frozenset({SUMMARY}),
    FieldName.BODY: frozenset({SUMMARY}),
    FieldName.OUTLET: frozenset({OUTLET}),
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
        plan, needs = self._part(parse(text), TEXT)
        anchors = self._cheapest(needs)
        others = tuple(need for need in dict.fromkeys(needs) if need != anchors)
        return Planned(plan, others, anchors)

    def _part(self, node: Node, fields: Fields) -> _Part:
        match node:
            case Words():
                number = self.trie.add(node)
                found = _Part(phrases((number,), fields), ((number,),))
            case Alias(name):
                names, weak = self._names(name)
                found = _Part(alias(names, weak, fields), (_distinct((*names, *weak)),))
            case Near(left, right) | Does(left, right):
                one, other = self._part(left, fields), self._part(right, fields)
                plan = (
                    near(one.plan, other.plan, node.distance)
                    if isinstance(node, Near)
                    else does(one.plan, other.plan, _whose)
                )
                found = _Part(plan, one.needs + other.needs)
            case Field(name, part):
                self.reads_outlet |= name is FieldName.OUTLET
                found = self._part(part, _FIELDS[name])
            case Not(part):
                found = _Part(absent(self._part(part, fields).plan), ())
            case And(parts) | Together(parts):
                combine = both if isinstance(node, And) else together
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
            return _Part(phrases(numbers, fields), (_distinct(numbers),))
        parts = [self._part(node, fields) for node in nodes]
        needs = chain(*(self._cheapest(part.needs) for part in parts))
        return _Part(either([part.plan for part in parts]), (_distinct(needs),))

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


def _whose(hits: Hits, name: Hit, deed: Hit) -> bool:
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
