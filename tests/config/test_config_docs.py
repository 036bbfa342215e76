"""Every YAML example in the documents is a file that works."""

import re
from pathlib import Path

import pytest

from monitor.config import delivery, watchlists
from monitor.core.watch import compile_watch

TOP = Path(__file__).parents[2]
BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples(key: str) -> list[str]:
    texts = [
        (TOP / name).read_text(encoding="utf-8") for name in ("README.md", "docs/watchlists.md")
    ]
    found = [block for text in texts for block in BLOCK.findall(text)]
    return [block for block in found if re.search(rf"^{key}:", block, re.MULTILINE)]


@pytest.mark.parametrize("text", examples("questions"))
def test_a_watchlist_in_the_documents_works(text: str) -> None:
    found = watchlists.parse(text, "w.yaml")

    assert compile_watch(found.questions, entities=found.entities).rules


@pytest.mark.parametrize("text", examples("channels"))
def test_a_delivery_in_the_documents_works(text: str) -> None:
    assert delivery.parse(text, "d.yaml").config.digests


def test_there_are_examples_of_every_form() -> None:
    assert len(examples("questions")) >= 6
    assert examples("channels")
