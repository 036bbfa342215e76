"""Reads indicators: the full form by strength and name, and the short form, one on each line.

Must never let a name stand for two indicators of a question or for none, nor let a phrase point
both ways.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from monitor.config.document import Node
from monitor.config.phrases import Phrases, is_query
from monitor.config.reader import Fields, Reader
from monitor.config.slug import slug
from monitor.config.suggest import shown
from monitor.model.questions import Direction, Indicator, Phrase, Strength

MOST_LISTED: Final = 8
"""Indicators of a question that are all named where none is near to what was written."""
STRENGTHS: Final = tuple(strength.name.lower() for strength in Strength)
KEYS: Final = {
    "toward": Direction.TOWARD,
    "away": Direction.AWAY,
    "watch": Direction.NONE,
}

Directions = tuple[tuple[str, Direction], ...]


@dataclass(frozen=True, slots=True)
class PlacedIndicator:
    """An indicator and where it is written."""

    indicator: Indicator
    node: Node


@dataclass(frozen=True, slots=True)
class Watched:
    """What one question looks for, by name, and the direction each has for the question."""

    indicators: Mapping[str, Indicator]
    directions: Directions

    @property
    def undirected(self) -> Directions:
        """Those that are only watched: they count for a surge and a wake-up, and weigh nothing."""
        return tuple(item for item in self.directions if item[1] is Direction.NONE)


def read(reader: Reader, phrases: Phrases, fields: Fields) -> Watched:
    """All indicators of a question, those under “toward” first."""
    placed = [
        item
        for key, direction in KEYS.items()
        for item in _read(reader, phrases, fields.get(key), direction)
    ]
    _refuse_repeated(reader, placed)
    _refuse_shared(reader, placed)
    if fields.values and not any(key in fields for key in KEYS):
        found = "a question without anything to look for"
        reader.note(fields.node, found, "phrases under “toward”, “away” or “watch”")
    watched = [item.indicator for item in placed]
    return Watched(
        indicators={item.name: item for item in watched},
        directions=tuple((item.name, item.direction) for item in watched),
    )


def _read(
    reader: Reader, phrases: Phrases, node: Node | None, direction: Direction
) -> tuple[PlacedIndicator, ...]:
    if node is None:
        return ()
    if node.kind == "map" and direction is not Direction.NONE:
        if not node.pairs:
            reader.note(node, "an empty mapping", "indicators, by strength")
        return tuple(_by_strength(reader, phrases, node, direction))
    listed = reader.items(node, "phrases")
    if node.kind == "list" and not listed:
        reader.note(node, "an empty list", "at least one phrase")
    found = [_line(reader, phrases, item, direction) for item in listed]
    return tuple(item for item in found if item is not None)


def _by_strength(
    reader: Reader, phrases: Phrases, node: Node, direction: Direction
) -> Iterator[PlacedIndicator]:
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
            yield PlacedIndicator(found, name)


def _line(
    reader: Reader, phrases: Phrases, node: Node, direction: Direction
) -> PlacedIndicator | None:
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
    return PlacedIndicator(indicator, written)


def _line_strength(reader: Reader, node: Node) -> Strength:
    """What stands after the “: ” of a line; a phrase with a colon in it is the usual slip."""
    word = node.text.strip().lower() if node.kind == "text" else ""
    if word in STRENGTHS:
        return Strength[word.upper()]
    options = ", ".join(STRENGTHS)
    advice = reader.suggest(word, STRENGTHS) or "a phrase with “: ” in it goes in quotes"
    reader.note(node, f"{node.describe()} after “: ”", f"a strength: {options}", advice)
    return Strength.MODERATE


def strength(reader: Reader, node: Node | None) -> Strength:
    """Moderate when none is given."""
    word = reader.choice(node, "a strength", STRENGTHS)
    return Strength[word.upper()] if word else Strength.MODERATE


def _refuse_repeated(reader: Reader, watched: Sequence[PlacedIndicator]) -> None:
    """A name stands for one indicator, which points one way."""
    first: dict[str, PlacedIndicator] = {}
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


def _refuse_shared(reader: Reader, placed: Sequence[PlacedIndicator]) -> None:
    """A phrase points one way; in two indicators of one way it is counted twice, which is told."""
    first: dict[str, tuple[Indicator, Phrase]] = {}
    pointing = (item.indicator for item in placed if item.indicator.direction is not Direction.NONE)
    for indicator in pointing:
        for phrase in indicator.phrases:
            other, earlier = first.setdefault(" ".join(phrase.text.split()), (indicator, phrase))
            if other.name == indicator.name:
                continue
            place = Node(kind="text", line=phrase.line, column=phrase.column)
            found = f"“{shown(phrase.text)}” stands under “{other.name}” too (line {earlier.line})"
            if other.direction is indicator.direction:
                reader.warn(place, found, "each phrase once", "its stories count twice")
            else:
                ways = f"that is under {other.direction}, this under {indicator.direction}"
                reader.note(place, found, "each phrase once", ways)


def named(reader: Reader, node: Node | None, watched: Watched) -> str:
    """The name of an existing indicator, or "" after noting that there is none."""
    name = reader.text(node, "the name of an indicator")
    if node is None or not name or name in watched.indicators:
        return name
    expected = "the name of an indicator of this question"
    known = [*filter(None, watched.indicators)]
    advice = reader.suggest(name, known)
    if not advice and 0 < len(known) <= MOST_LISTED:
        advice = f"it has {', '.join(f'“{each}”' for each in known)}"
    reader.note(node, f"no indicator is called “{shown(name)}”", expected, advice)
    return ""
