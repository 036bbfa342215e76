"""Turns the text of a good watchlists.yaml into where its dates stand, for findings about them.

Everything else that a finding may be about is a phrase, which knows its own place.
"""

from collections.abc import Iterator

from monitor.config import document
from monitor.config.node import Node
from monitor.config.syntax import Place
from monitor.config.watchlists import Watchlists


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
