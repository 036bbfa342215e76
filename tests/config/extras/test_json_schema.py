"""The JSON Schema for editors: made from the readers' tables, and of one mind with them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from monitor.config import document, watchlists
from monitor.config.document import Node
from monitor.config.extras.json_schema import schema
from tests.config.watchlist_texts import FULL, MINIMAL, SHORT

TOP = Path(__file__).parents[3]
BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def plain(node: Node) -> Any:
    """The values as an editor sees them; what YAML would read as something else stays text."""
    if node.kind == "list":
        return [plain(item) for item in node.items]
    if node.kind == "map":
        return {key.text: plain(value) for key, value in node.pairs}
    return node.text


def mistakes(text: str) -> list[str]:
    """The paths at which the schema refuses a file."""
    found = Draft202012Validator(schema()).iter_errors(plain(document.parse(text, "w.yaml")))
    return sorted("/".join(map(str, error.absolute_path)) for error in found)


def documented() -> list[str]:
    text = (TOP / "docs" / "watchlists.md").read_text(encoding="utf-8")
    return [block for block in BLOCK.findall(text) if block.startswith("questions:")]


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema())


def test_the_shipped_file_is_what_the_generator_makes() -> None:
    """If this fails: monitor check --schema > config/watchlists.schema.json"""
    shipped = (TOP / "config" / "watchlists.schema.json").read_text(encoding="utf-8")

    assert json.loads(shipped) == schema()
    assert shipped == json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def test_the_shipped_watchlist_names_it_for_editors_and_fits_it() -> None:
    text = (TOP / "config" / "watchlists.yaml").read_text(encoding="utf-8")

    assert text.splitlines()[0] == "# yaml-language-server: $schema=watchlists.schema.json"
    assert mistakes(text) == []


@pytest.mark.parametrize("text", [FULL, MINIMAL, SHORT.replace("Strong", "strong"), *documented()])
def test_every_form_fits_it(text: str) -> None:
    assert mistakes(text) == []


def test_there_are_documented_forms() -> None:
    assert len(documented()) >= 4


BASE = """\
questions:
- ask: Will Ruritania sign?
  judgment: It will not.
  event: it signs
  likelihood: very unlikely
  about: [Ruritania*]
  toward:
  - treaty text: strong
"""


@pytest.mark.parametrize(
    ("before", "after", "path"),
    [
        ("- ask:", "- aks:", "questions/0"),
        ("  about:", "  abuot:", "questions/0"),
        ("treaty text: strong", "treaty text: stong", "questions/0/toward/0/treaty text"),
        ("very unlikely", "very unlikley", "questions/0/likelihood"),
        ("very unlikely", "high", "questions/0/likelihood"),
        ("  event: it signs\n", "  confidence: likely\n", "questions/0/confidence"),
        ("  event: it signs\n", "  scale: icd\n", "questions/0/scale"),
        ("  event: it signs\n", "  closes: 31 December 2019\n", "questions/0/closes"),
        ("  event: it signs\n", "  review_every: monthly\n", "questions/0/review_every"),
        ("  event: it signs\n", "  id: No Deal\n", "questions/0/id"),
        ("  event: it signs\n", "  quiet: [{indicator: x}]\n", "questions/0/quiet/0"),
        ("  judgment: It will not.\n", "", "questions/0"),
        ("  judgment:", "  briefs: [{judgments: [{says: x}]}]\n  judgment:", "questions/0"),
        ("  toward:\n  - treaty text: strong\n", "", "questions/0"),
        ("\n  - treaty text: strong", " {storng: {x: [y]}}", "questions/0/toward"),
        ("\n  - treaty text: strong", " []", "questions/0/toward"),
        ("[Ruritania*]", "{names: [Ruritania*]}", "questions/0/about"),
        ("[Ruritania*]", '[""]', "questions/0/about/0"),
        ("questions:", "entities: {x: {weak: [y]}}\nquestions:", "entities/x"),
        ("questions:", "question:", ""),
    ],
)
def test_typical_mistakes_are_marked_in_the_editor_and_refused(
    before: str, after: str, path: str
) -> None:
    assert BASE.count(before) == 1
    text = BASE.replace(before, after)

    assert path in mistakes(text)
    assert watchlists.check(text, "w.yaml").errors


@pytest.mark.parametrize(
    "fragment",
    [
        "  likelihood: 5-15%",
        "  likelihood: roughly even odds",
        "  scale: kent\n  likelihood: probably not",
        "  likelihood: very unlikely\n  notify: desk@example.org",
        "  likelihood: very unlikely\n  ignore: podcast",
        "  likelihood: very unlikely\n  ignore: []\n  quiet: []",
        "  likelihood: very unlikely\n  watch:\n  - query: >-\n      a OR b\n  - c, d: slight",
    ],
)
def test_what_the_reader_takes_is_not_marked(fragment: str) -> None:
    text = BASE.replace("  likelihood: very unlikely", fragment)

    assert not watchlists.check(text, "w.yaml").errors
    assert mistakes(text) == []


def properties(part: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(part, dict):
        yield from part.get("properties", {}).items()
        for value in part.values():
            yield from properties(value)
    elif isinstance(part, list):
        for value in part:
            yield from properties(value)


def test_every_key_is_explained() -> None:
    keys = dict(properties(schema()))
    silent = {
        name
        for name, shape in properties(schema())
        if isinstance(shape, dict) and "description" not in shape
    }

    assert silent == set()
    assert set(watchlists.KEYS) <= set(keys)
