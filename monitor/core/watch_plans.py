"""Turns the tree of a query into a plan: a function from phrase hits to the places it hits.

A plan never looks at text. It is given where each phrase of the watchlist stands in an entry and
combines these places in a fixed order; combinations are cut off at MOST, so that hostile text costs
little.
"""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice, product
from typing import Final, NamedTuple

MOST: Final = 32
"""Occurrences of one rule that are looked at in one entry; the first ones are kept."""

TITLE: Final = 0
SUMMARY: Final = 1
OUTLET: Final = 2
TEXT: Final = frozenset({TITLE, SUMMARY})


class Hit(NamedTuple):
    """A phrase at tokens `first` to `last` (inclusive) of a field.

    `unit` is what `..` and NEAR stay inside: the whole title, or one sentence of the summary.
    """

    field: int
    unit: int
    first: int
    last: int


Hits = Mapping[int, Collection[Hit]]
Occurrence = tuple[Hit, ...]
"""Hits that satisfy a rule together; empty when it is satisfied by something being absent."""

Fields = frozenset[int]
Plan = Callable[[Hits, Fields], Sequence[Occurrence]]


def phrases(numbers: Sequence[int]) -> Plan:
    """Where any of the phrases with these numbers hits."""
    return partial(_phrases, tuple(numbers))


def _phrases(numbers: tuple[int, ...], hits: Hits, fields: Fields) -> list[Occurrence]:
    return [(hit,) for number in numbers for hit in hits.get(number, ()) if hit.field in fields]


def either(plans: Sequence[Plan]) -> Plan:
    """Where any of the plans hits."""
    return partial(_either, tuple(plans))


def _either(plans: tuple[Plan, ...], hits: Hits, fields: Fields) -> list[Occurrence]:
    return [occurrence for plan in plans for occurrence in plan(hits, fields)]


def alias(names: Sequence[int], weak: Sequence[int]) -> Plan:
    """Where any name hits; weak names alone count only if two different ones do."""
    return partial(_alias, tuple(names), tuple(weak))


def _alias(
    names: tuple[int, ...], weak: tuple[int, ...], hits: Hits, fields: Fields
) -> Sequence[Occurrence]:
    if _phrases(names, hits, fields) or sum(bool(_phrases((w,), hits, fields)) for w in weak) > 1:
        return _phrases(names + weak, hits, fields)
    return ()


def inside(fields: Fields, plan: Plan) -> Plan:
    """Where the plan hits in these fields only."""
    return partial(_inside, fields, plan)


def _inside(inner: Fields, plan: Plan, hits: Hits, _: Fields) -> Sequence[Occurrence]:
    return plan(hits, inner)


def absent(plan: Plan) -> Plan:
    """One empty occurrence if the plan does not hit."""
    return partial(_absent, plan)


def _absent(plan: Plan, hits: Hits, fields: Fields) -> Sequence[Occurrence]:
    return () if plan(hits, fields) else ((),)


def both(plans: Sequence[Plan]) -> Plan:
    """Each way in which all of the plans hit."""
    return partial(_both, tuple(plans))


def _both(plans: tuple[Plan, ...], hits: Hits, fields: Fields) -> list[Occurrence]:
    found = [plan(hits, fields) for plan in plans]
    ways = islice(product(*found), MOST)
    return [tuple(dict.fromkeys(hit for part in way for hit in part)) for way in ways]


def together(plans: Sequence[Plan]) -> Plan:
    """Each way in which all of the plans hit different words of one unit."""
    return partial(_together, tuple(plans))


def _together(plans: tuple[Plan, ...], hits: Hits, fields: Fields) -> list[Occurrence]:
    found = [_by_unit(plan(hits, fields)) for plan in plans]
    ways = (
        way
        for unit in found[0]
        if all(unit in units for units in found)
        for way in _apart(sorted((units[unit] for units in found), key=len))
    )
    return [tuple(sorted(way)) for way in islice(ways, MOST)]


def near(left: Plan, right: Plan, distance: int) -> Plan:
    """Each pair of hits in one unit with at most `distance` words between, in any order."""
    return partial(_near, left, right, distance)


def _near(left: Plan, right: Plan, distance: int, hits: Hits, fields: Fields) -> list[Occurrence]:
    rights = _by_unit(right(hits, fields))
    pairs = (
        tuple(sorted((one, other)))
        for unit, ones in _by_unit(left(hits, fields)).items()
        for one, other in _close(ones, sorted(rights.get(unit, ())), distance)
    )
    return list(islice(pairs, MOST))


def _by_unit(occurrences: Sequence[Occurrence]) -> dict[tuple[int, int], list[Hit]]:
    units: dict[tuple[int, int], list[Hit]] = {}
    for (hit,) in occurrences:
        units.setdefault((hit.field, hit.unit), []).append(hit)
    return units


def _disjoint(one: Hit, other: Hit) -> bool:
    return one.last < other.first or other.last < one.first


def _apart(choices: Sequence[list[Hit]], chosen: Occurrence = ()) -> Iterator[Occurrence]:
    """One hit of each list, none sharing a word. Short lists first: dead ends show early."""
    if not choices:
        yield chosen
        return
    for hit in choices[0]:
        if all(_disjoint(hit, other) for other in chosen):
            yield from _apart(choices[1:], (*chosen, hit))


def _close(ones: list[Hit], others: list[Hit], distance: int) -> Iterator[tuple[Hit, Hit]]:
    longest = max((other.last - other.first for other in others), default=0)
    firsts = [other.first for other in others]
    for one in ones:
        low = bisect_left(firsts, one.first - distance - longest - 1)
        for other in others[low : bisect_left(firsts, one.last + distance + 2)]:
            between = max(one.first - other.last, other.first - one.last) - 1
            if 0 <= between <= distance:
                yield one, other
