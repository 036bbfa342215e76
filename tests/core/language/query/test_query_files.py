"""The example watchlists are written in the phrase language."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from monitor.core.language.query.parser import parse, show

BESIDE = Path(__file__).parents[4] / "../shared/data"
DESIGN = Path(os.environ.get("SIGNPOST_SHARED_DATA", BESIDE)) / "../design"


def phrases(node: object, *, collecting: bool = False) -> Iterator[str]:
    """Every phrase below the keys that hold phrases."""
    if isinstance(node, str) and collecting:
        yield node
    elif isinstance(node, list):
        for part in node:
            yield from phrases(part, collecting=collecting)
    elif isinstance(node, dict):
        for key, part in node.items():
            if key != "briefs":
                begins = key in {"toward", "away", "about", "ignore"}
                yield from phrases(part, collecting=collecting or begins)


@pytest.mark.parametrize(("name", "fewest"), [("watchlists.full", 70), ("iran", 40)])
def test_every_phrase_of_an_example_parses_and_shows_itself(name: str, fewest: int) -> None:
    path = DESIGN / f"{name}.yaml"
    if not path.exists():
        pytest.skip(f"{name}.yaml is not here")
    texts = list(phrases(yaml.safe_load(path.read_text(encoding="utf-8"))))

    trees = [parse(text) for text in texts]

    assert len(texts) >= fewest
    assert [parse(show(tree)) for tree in trees] == trees
