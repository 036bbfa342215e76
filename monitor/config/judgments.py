"""Reads judgments: how likely an event is, how good the basis is, and which indicators count.

Must never mix likelihood and confidence. A judgment that states no likelihood is treated as very
unlikely, is marked so, and its author is asked for one.
"""

from collections.abc import Sequence
from typing import Final

from monitor.config import indicators
from monitor.config.document import Node
from monitor.config.indicators import Directions, Watched
from monitor.config.reader import Fields, Reader
from monitor.config.suggest import did_you_mean, either
from monitor.core.judging import likelihood
from monitor.model.questions import Confidence, Direction, Judgment, Likelihood

SHARED_KEYS: Final = ("event", "likelihood", "confidence", "scale", "review_every")
KEYS: Final = ("id", "says", *SHARED_KEYS, "toward", "away")
CONFIDENCES: Final = tuple(confidence.value for confidence in Confidence)
ASKED: Final = "the answer is yes"
"""The event of a judgment that names none: what the question asks about."""
APART: Final = "confidence says how good the basis is, likelihood how likely the event is"


def read(
    reader: Reader, node: Node, brief: str, watched: Watched, taken: dict[str, int]
) -> Judgment:
    """One judgment of a brief; `taken` holds the ids of the brief's other judgments."""
    fields = reader.fields(node, "a judgment", KEYS, ("says",))
    says = reader.text(fields.get("says"), "the judgment as published")
    id_ = reader.id(fields.get("id"), taken, says)
    own = "toward" in fields or "away" in fields
    if own and "event" not in fields:
        expected = "“event: …”, which its lists “toward” and “away” point to"
        reader.note(node, "a judgment without “event”", expected)
    return build(reader, fields, says=says, id_=id_, brief=brief, watched=watched, own=own)


def build(
    reader: Reader,
    fields: Fields,
    *,
    says: str,
    id_: str,
    brief: str,
    watched: Watched,
    own: bool,
) -> Judgment:
    """The judgment, from the keys that both forms share; `own`: it has its own indicators."""
    return Judgment(
        key=f"{brief}/{id_}",
        id=id_,
        says=says,
        event=reader.text(fields.get("event"), "the event as text") or ASKED,
        likelihood=_likelihood(reader, fields, says),
        confidence=_confidence(reader, fields.get("confidence")),
        review_every=reader.duration(fields.get("review_every"), "“review_every”"),
        directions=_own(reader, fields, watched) if own else watched.directions,
    )


def _likelihood(reader: Reader, fields: Fields, says: str) -> Likelihood:
    node = fields.get("likelihood")
    scale = reader.choice(fields.get("scale"), "a scale", tuple(likelihood.SCALES)) or "icd203"
    if node is None:
        if fields.values:
            reader.warn(
                fields.node,
                f"“{says}” (line {fields.node.line}) states no likelihood",
                "a likelihood of the event, such as “very unlikely”, “10%” or “5-15%”",
                f"until then it is treated as {likelihood.show(likelihood.INFERRED)}",
            )
        return likelihood.INFERRED
    word = " ".join(node.text.lower().split()) if node.kind == "text" else ""
    found = likelihood.parse(node.text, scale) if word else None
    if found is not None:
        return found
    if word in CONFIDENCES or "confiden" in word:
        stated = f"{node.describe()}, which states a confidence"
        reader.note(node, stated, "a likelihood of the event alone", APART)
        return likelihood.INFERRED
    words = likelihood.SCALES[scale]
    expected = f"a word of the scale {scale}, “10%” or “5-15%”" if words else "“10%” or “5-15%”"
    reader.note(node, node.describe(), expected, _advice(word, tuple(words)))
    return likelihood.INFERRED


def _advice(word: str, words: Sequence[str]) -> str:
    if word.endswith("%"):
        return "percentages lie between 0 and 100, and a range runs upward"
    if word.replace(".", "", 1).isdecimal():
        return f"write “{word}%”" if float(word) >= 1 else f"write “{100 * float(word):g}%”"
    return did_you_mean(word, words) or (f"known words: {either(words)}" if words else "")


def _confidence(reader: Reader, node: Node | None) -> Confidence | None:
    if node is not None and node.kind == "text" and likelihood.parse(node.text):
        expected = f"a confidence: {either(CONFIDENCES)}"
        reader.note(node, f"“{node.text}”, which is a likelihood", expected, APART)
        return None
    word = reader.choice(node, "a confidence", CONFIDENCES)
    return Confidence(word) if word else None


def _own(reader: Reader, fields: Fields, watched: Watched) -> Directions:
    """The judgment's own lists of names."""
    own: dict[str, Direction] = {}
    for way in (Direction.TOWARD, Direction.AWAY):
        for node in reader.items(fields.get(way.value), "indicator names"):
            name = indicators.named(reader, node, watched)
            if name in own:
                found = f"“{name}” is named twice"
                if own[name] is not way:
                    found = f"“{name}” is under {own[name]} and under {way}"
                reader.note(node, found, "it in one of the two lists, once")
            if name:
                own.setdefault(name, way)
    return (*own.items(), *(item for item in watched.undirected if item[0] not in own))
