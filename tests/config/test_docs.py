"""Every YAML example in the documents is a file that works."""

import re
from pathlib import Path

import pytest

from monitor.config import briefs, delivery, judgments, watchlists
from monitor.core.judging.likelihood import ICD203
from monitor.core.language.watch.compiler import compile_watch
from monitor.deliver.channels.table import TYPES
from monitor.errors import ConfigError
from monitor.model.questions import Strength

TOP = Path(__file__).parents[2]
BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples(key: str) -> list[str]:
    texts = [
        (TOP / name).read_text(encoding="utf-8")
        for name in ("README.md", "docs/watchlists.md", "docs/digests.md")
    ]
    found = [block for text in texts for block in BLOCK.findall(text)]
    return [block for block in found if re.search(rf"^{key}:", block, re.MULTILINE)]


@pytest.mark.parametrize("text", examples("questions"))
def test_a_watchlist_in_the_documents_works(text: str) -> None:
    found = watchlists.parse(text, "w.yaml")

    assert compile_watch(found.questions, entities=found.entities).rules


@pytest.mark.parametrize("text", examples("channels"))
def test_a_delivery_in_the_documents_works(text: str) -> None:
    assert delivery.parse(text, "d.yaml", TYPES).config.digests


def test_there_are_examples_of_every_form() -> None:
    assert len(examples("questions")) >= 6
    assert examples("channels")


def test_the_mistakes_that_are_shown_are_the_ones_that_are_found() -> None:
    text = (TOP / "docs/watchlists.md").read_text(encoding="utf-8")
    shown, file = re.findall(r"^```text\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)

    with pytest.raises(ConfigError) as caught:
        watchlists.parse(file, "watchlists.yaml")

    assert str(caught.value) == shown.rstrip("\n")


def test_the_tables_of_strengths_and_words_are_those_of_the_program() -> None:
    text = (TOP / "docs/watchlists.md").read_text(encoding="utf-8")

    for strength in Strength:
        assert re.search(
            rf"^\| {strength.name.lower()} \|.*\| {strength.value} \|$", text, re.MULTILINE
        )
    rows = re.findall(r"^\| ([a-z, ]+) \| (\d+)–(\d+) % \|$", text, re.MULTILINE)
    assert len(rows) == 7
    for words, low, high in rows:
        for word in words.split(", "):
            assert ICD203[word] == (int(low) / 100, int(high) / 100)


def test_every_key_of_a_question_is_explained() -> None:
    text = (TOP / "docs/watchlists.md").read_text(encoding="utf-8")
    keys = {*watchlists.KEYS, *briefs.KEYS, *judgments.KEYS}

    assert {key for key in keys if f"`{key}`" not in text and f"{key}:" not in text} == set()
