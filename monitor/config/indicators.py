"""Reads indicators: the full form by strength and name, and the short form, one on each line.

Must never let a name stand for two indicators of a question, or for none.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from monitor.config.document import Node
from monitor.config.phrases import Phrases, is_query
from monitor.config.reader import Reader
from monitor.config.slug import slug
from monitor.config.suggest import did_you_mean
from monitor.model.questions import Direction, Indicator, Strength

STRENGTHS = tuple(strength.name.lower() for strength in Strength)


@dataclass(frozen=True, slots=True)
class Placed:
    """An indicator and where it is written."""

    indicator: Indicator
    node: Node


def read(
    reader: Reader, phrases: Phrases, node: Node | None, direction: Direction
) -> tuple[Placed, ...]:
    """All indicators of one direction, in the order of the file."""
    if node is None:
        return ()
    if node.kind == "map" and direction is not Direction.NONE:
        return tuple(_by_strength(reader, phrases, node, direction))
    listed = reader.items(node, "phrases")
    if node.kind == "list" and not listed:
        reader.note(node, "an empty list", "at least one phrase")
    found = [_line(reader, phrases, item, direction) for item in listed]
    return tuple(item for item in found if item is not None)


def _by_strength(
    reader: Reader, phrases: Phrases, node: Node, direction: Direction
) -> Iterator[Placed]:
    for key, named in node.pairs:
        word = reader.choice(key, "a strength", STRENGTHS)
        power = Strength[word.upper()] if word else Strength.MODERATE
        for name, listed in reader.pairs(named, "indicator names to phrases"):
            found = Indicator(
                name=reader.text(name, "the name of an indicator"),
                direction=direction,
                strength=power,
                phrases=phrases.listed(listed),
            )
            if listed.kind == "list" and not listed.items:
                reader.note(listed, "an empty list", f"phrases for “{found.name}”")
            yield Placed(found, name)


def _line(reader: Reader, phrases: Phrases, node: Node, direction: Direction) -> Placed | None:
    """From “phrase, another phrase: strong”; the first phrase names the indicator."""
    power = Strength.MODERATE
    written = node
    if node.kind == "map" and len(node.pairs) == 1 and not is_query(node):
        written, given = node.pairs[0]
        power = _line_strength(reader, given)
    found = phrases.divided(written)
    if not found:
        return None
    name = slug(found[0].text) or found[0].text
    indicator = Indicator(name=name, direction=direction, strength=power, phrases=found)
    return Placed(indicator, written)


def _line_strength(reader: Reader, node: Node) -> Strength:
    """What stands after the “: ” of a line; a phrase with a colon in it is the usual slip."""
    word = node.text.strip().lower() if node.kind == "text" else ""
    if word in STRENGTHS:
        return Strength[word.upper()]
    options = ", ".join(STRENGTHS)
    advice = did_you_mean(word, STRENGTHS) or "a phrase with “: ” in it goes in quotes"
    reader.note(node, f"{node.describe()} after “: ”", f"a strength: {options}", advice)
    return Strength.MODERATE


def strength(reader: Reader, node: Node | None) -> Strength:
    """Moderate when none is given."""
    word = reader.choice(node, "a strength", STRENGTHS)
    return Strength[word.upper()] if word else Strength.MODERATE


def refuse_repeated(reader: Reader, watched: Sequence[Placed]) -> None:
    """A name stands for one indicator, which points one way."""
    first: dict[str, Placed] = {}
    for item in watched:
        name = item.indicator.name
        other = first.setdefault(name, item)
        if other is item or not name:
            continue
        if other.indicator.direction is item.indicator.direction:
            found = f"a second indicator “{name}”"
        else:
            ways = other.indicator.direction, item.indicator.direction
            found = f"“{name}” is under {ways[0]} and under {ways[1]}"
        expected = f"each indicator once; the first is on line {other.node.line}"
        reader.note(item.node, found, expected)


def named(reader: Reader, node: Node | None, watched: Iterable[Indicator]) -> str:
    """The name of an existing indicator, or "" after noting that there is none."""
    name = reader.text(node, "the name of an indicator")
    known = [indicator.name for indicator in watched]
    if node is None or not name or name in known:
        return name
    expected = "the name of an indicator of this question"
    reader.note(
        node, f"no indicator is called “{name}”", expected, did_you_mean(name, filter(None, known))
    )
    return ""
