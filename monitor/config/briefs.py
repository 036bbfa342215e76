"""Reads what was published: briefs with their judgments, assumptions and citations.

A question may also state its one judgment itself, and then it has one brief that holds it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from monitor.config import indicators, judgments
from monitor.config.document import Node
from monitor.config.indicators import Watched
from monitor.config.reader import Fields, Reader
from monitor.config.slug import made
from monitor.model.questions import Assumption, Brief, Citation, Direction, Judgment

SHORT_KEYS: Final = ("judgment", "published", *judgments.SHARED_KEYS)
KEYS: Final = ("id", "title", "published", "url", "judgments", "assumptions", "cites")
ASSUMPTION_KEYS: Final = ("id", "says", "broken_by")
CITATION_KEYS: Final = ("outlet", "title", "date", "link")


def read(reader: Reader, fields: Fields, question: str, watched: Watched) -> tuple[Brief, ...]:
    """The briefs of a question, or the one it makes of the judgment that it states itself."""
    node = fields.get("briefs")
    if node is None:
        return _short(reader, fields, question, watched)
    for key in SHORT_KEYS:
        given = fields.get(key)
        if given is not None:
            reader.note(given, f"“{key}” beside “briefs”", f"“{key}” inside a brief of the list")
    listed = reader.items(node, "briefs")
    if node.kind == "list" and not listed:
        reader.note(node, "an empty list", "at least one brief")
    taken: dict[str, int] = {}
    return tuple(_brief(reader, item, question, watched, taken) for item in listed)


def _short(reader: Reader, fields: Fields, question: str, watched: Watched) -> tuple[Brief, ...]:
    if "judgment" not in fields:
        if fields.values:
            expected = "“judgment: …”, or “briefs” that hold judgments"
            reader.note(fields.node, "a question without a judgment", expected)
        return ()
    says = reader.text(fields.get("judgment"), "the judgment as published")
    key = f"{question}/brief"
    judgment = judgments.build(
        reader, fields, says=says, id_=made(says), brief=key, watched=watched, own=False
    )
    published = reader.day(fields.get("published"), "“published”")
    return (Brief(key=key, id="brief", title=says, published=published, judgments=(judgment,)),)


def _brief(
    reader: Reader,
    node: Node,
    question: str,
    watched: Watched,
    taken: dict[str, int],
) -> Brief:
    fields = reader.fields(node, "a brief", KEYS, ("judgments",))
    title = reader.text(fields.get("title"), "a title")
    id_ = reader.id(fields.get("id"), taken, title or "brief")
    key = f"{question}/{id_}"
    listed = fields.get("judgments")
    own: dict[str, int] = {}
    found = [
        judgments.read(reader, item, key, watched, own)
        for item in reader.items(listed, "judgments")
    ]
    if listed is not None and listed.kind == "list" and not found:
        reader.note(listed, "an empty list", "at least one judgment")
    assumptions = _assumptions(reader, fields.get("assumptions"), watched)
    return Brief(
        key=key,
        id=id_,
        title=title or id_,
        published=reader.day(fields.get("published"), "“published”"),
        judgments=_pressed(found, assumptions),
        assumptions=assumptions,
        citations=_citations(reader, fields.get("cites")),
        url=reader.text(fields.get("url"), "an address"),
    )


def _pressed(
    judgments: Sequence[Judgment], assumptions: Sequence[Assumption]
) -> tuple[Judgment, ...]:
    """The judgments; the first one also watches what breaks an assumption and counts for none."""
    counted = {name for judgment in judgments for name, _ in judgment.directions}
    breaking = dict.fromkeys(name for item in assumptions for name in item.broken_by)
    extra = tuple((name, Direction.NONE) for name in breaking if name not in counted)
    if not extra or not judgments:
        return tuple(judgments)
    first, *others = judgments
    return (replace(first, directions=(*first.directions, *extra)), *others)


def _assumptions(reader: Reader, node: Node | None, watched: Watched) -> tuple[Assumption, ...]:
    found: list[Assumption] = []
    taken: dict[str, int] = {}
    for item in reader.items(node, "assumptions"):
        fields = reader.fields(item, "an assumption", ASSUMPTION_KEYS, ("says", "broken_by"))
        says = reader.text(fields.get("says"), "the assumption as text")
        named = [
            indicators.named(reader, name, watched)
            for name in reader.items(fields.get("broken_by"), "indicator names")
        ]
        id_ = reader.id(fields.get("id"), taken, says)
        found.append(Assumption(id=id_, says=says, broken_by=tuple(filter(None, named))))
    return tuple(found)


def _citations(reader: Reader, node: Node | None) -> tuple[Citation, ...]:
    found = []
    for item in reader.items(node, "citations"):
        fields = reader.fields(item, "a citation", CITATION_KEYS, ("outlet", "title"))
        found.append(
            Citation(
                outlet=reader.text(fields.get("outlet"), "an outlet"),
                title=reader.text(fields.get("title"), "a title"),
                published=reader.day(fields.get("date"), "“date”"),
                link=reader.text(fields.get("link"), "an address"),
            )
        )
    return tuple(found)
