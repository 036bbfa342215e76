"""Turns watchlists.yaml into questions, refusing every mistake at once, each at its place.

Three forms say the same: the full one with briefs, the everyday one with a single judgment, and the
minimal one that only names words to watch. Must never guess a name: a reference names something
that is there, or the file is refused.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Final

from monitor.config import briefs, document, indicators
from monitor.config import phrases as phrases_
from monitor.config.document import Node
from monitor.config.indicators import Watched
from monitor.config.phrases import Phrases
from monitor.config.reader import Checked, Fields, Reader
from monitor.config.syntax import Place
from monitor.core.language.watch.compiler import Entity
from monitor.errors import ConfigError, Problem
from monitor.model.questions import Direction, Phrase, Question, Quiet, Sensitivity

KEYS: Final = (
    "id",
    "ask",
    "opened",
    "closes",
    "resolves_yes_if",
    "owner",
    "deputy",
    "notify",
    "tags",
    "sensitivity",
    "resolves",
    "about",
    "ignore",
    "briefs",
    "toward",
    "away",
    "watch",
    "quiet",
    *briefs.SHORT_KEYS,
)
SENSITIVITIES: Final = tuple(sensitivity.value for sensitivity in Sensitivity)
FILE_KEYS: Final = ("questions", "entities")
QUIET_KEYS: Final = ("indicator", "by", "strength", "because")


@dataclass(frozen=True, slots=True, kw_only=True)
class Watchlists:
    """The questions of one file. `version` is the first 12 digits of the SHA-256 of its text."""

    questions: tuple[Question, ...]
    version: str
    text: str
    warnings: tuple[Problem, ...] = ()
    entities: Mapping[str, Entity] = field(default_factory=dict)


def load(path: Path) -> Watchlists:
    """Raises ConfigError with every mistake of the file."""
    return parse(document.read(path), path.name)


def parse(text: str, file: str) -> Watchlists:
    """Raises ConfigError with every mistake of the text; `file` is its name in messages."""
    return check(text, file).accept()


def known_entities(path: Path) -> Mapping[str, Entity]:
    """The entities of a file; none where it is missing or has mistakes."""
    try:
        return load(path).entities
    except ConfigError:
        return {}


def check(text: str, file: str) -> Checked[Watchlists]:
    """What the text says, and everything that is wrong with it."""
    try:
        root = document.parse(text, file)
    except ConfigError as error:
        return Checked(None, error.problems)
    reader = Reader(file, [*root.repeats])
    top = reader.fields(root, "the file", FILE_KEYS, ("questions",))
    entities = phrases_.entities(reader, top.get("entities"))
    phrases = Phrases(reader, entities)
    taken: dict[str, int] = {}
    listed = top.get("questions")
    found = [_question(reader, phrases, node, taken) for node in reader.items(listed, "questions")]
    if listed is not None and listed.kind == "list" and not found:
        reader.note(listed, "an empty list", "at least one question")
    watchlists = Watchlists(
        questions=tuple(found),
        version=hashlib.sha256(text.encode()).hexdigest()[:12],
        text=text,
        entities=entities,
    )
    checked = Checked(watchlists, reader.ordered())
    return replace(checked, value=replace(watchlists, warnings=checked.warnings))


def _question(reader: Reader, phrases: Phrases, node: Node, taken: dict[str, int]) -> Question:
    fields = reader.fields(node, "a question", KEYS, ("ask",))
    ask = reader.text(fields.get("ask"), "the question as text")
    id_ = reader.id(fields.get("id"), taken, ask)
    watched = indicators.read(reader, phrases, fields)
    opened = reader.day(fields.get("opened"), "“opened”")
    closes = reader.day(fields.get("closes"), "“closes”")
    closing = fields.get("closes")
    if opened and closes and closing and closes <= opened:
        reader.note(closing, f"it closes on {closes}", f"a day after {opened}, when it was opened")
    return Question(
        id=id_,
        ask=ask,
        indicators=tuple(watched.indicators.values()),
        briefs=briefs.read(reader, fields, id_, watched),
        about=_scope(reader, phrases, fields),
        ignore=phrases.listed(fields.get("ignore")),
        quiet=_quiet(reader, fields.get("quiet"), watched, closes),
        opened=opened,
        closes=closes,
        resolves_yes_if=reader.paragraphs(fields.get("resolves_yes_if"), "the criteria as text"),
        owner=reader.text(fields.get("owner"), "a name or a desk"),
        deputy=reader.text(fields.get("deputy"), "a name or an address"),
        notify=reader.texts(fields.get("notify"), "a team of delivery.yaml"),
        tags=reader.texts(fields.get("tags"), "a tag"),
        sensitivity=_sensitivity(reader, fields.get("sensitivity")),
        resolves=tuple(
            filter(
                None,
                (
                    indicators.named(reader, name, watched)
                    for name in reader.items(fields.get("resolves"), "indicator names")
                ),
            )
        ),
    )


def _sensitivity(reader: Reader, node: Node | None) -> Sensitivity:
    word = reader.choice(node, "a sensitivity", SENSITIVITIES)
    return Sensitivity(word) if word else Sensitivity.NORMAL


def _scope(reader: Reader, phrases: Phrases, fields: Fields) -> tuple[Phrase, ...]:
    node = fields.get("about")
    if fields.values and node is None:
        reader.warn(
            fields.node,
            "a question without “about”",
            "the names that an entry must mention",
            "until then its phrases count wherever they stand",
        )
    elif node is not None and node.kind == "list" and not node.items:
        reader.note(node, "an empty list", "the names that an entry must mention")
    return phrases.listed(node)


def _quiet(
    reader: Reader, node: Node | None, watched: Watched, closes: date | None
) -> tuple[Quiet, ...]:
    found = []
    for item in reader.items(node, "expectations"):
        fields = reader.fields(item, "an expectation", QUIET_KEYS, ("indicator", "by"))
        name = _expected(reader, fields.get("indicator"), watched)
        by = reader.day(fields.get("by"), "“by”")
        strength = indicators.strength(reader, fields.get("strength"))
        because = reader.text(fields.get("because"), "a reason")
        if by and closes and by > closes:
            reader.note(
                fields.values["by"], f"expected by {by}", f"a day up to {closes}, the close"
            )
        if name and by:
            found.append(Quiet(indicator=name, by=by, strength=strength, because=because))
    return tuple(found)


def _expected(reader: Reader, node: Node | None, watched: Watched) -> str:
    """The name of an indicator that must point toward the event, or ""."""
    name = indicators.named(reader, node, watched)
    if node is not None and name and watched.indicators[name].direction is not Direction.TOWARD:
        reader.note(
            node,
            f"“{name}” does not point toward the event",
            "an indicator under “toward”: only its silence is evidence against the event",
        )
    return name


def places(watchlists: Watchlists) -> dict[tuple[str, str], Place]:
    """By (id of the question, "closes") and (id of the question, name of a quiet indicator)."""
    root = document.parse(watchlists.text, "")
    listed = _get(root, "questions")
    nodes = listed.items if listed else ()
    return {
        (question.id, name): (node.line, node.column)
        for question, asked in zip(watchlists.questions, nodes, strict=True)
        for name, node in _dates(asked)
    }


def _dates(question: Node) -> Iterator[tuple[str, Node]]:
    if closes := _get(question, "closes"):
        yield "closes", closes
    quiet = _get(question, "quiet")
    for item in quiet.items if quiet else ():
        name, by = _get(item, "indicator"), _get(item, "by")
        if name and by:
            yield name.text, by


def _get(node: Node, key: str) -> Node | None:
    return next((value for found, value in node.pairs if found.text == key), None)
