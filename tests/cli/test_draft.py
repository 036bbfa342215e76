"""`monitor draft` as a person uses it: from a brief to a file that `monitor check` accepts."""

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.cli.conftest import Monitor
from tests.core.drafting import briefs
from tests.support.scene import Scene


def test_a_drafted_file_passes_check(monitor: Monitor, scene: Scene, tmp_path: Path) -> None:
    brief = tmp_path / "brief.html"
    brief.write_text(briefs.PIPELINE, encoding="utf-8")
    said = monitor("draft", brief)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("# A draft")
    (scene.folder / "config" / "watchlists.yaml").write_text(said.out, encoding="utf-8")
    checked = monitor("check")
    assert checked.code == 0, checked.err
    assert "1 question, 2 judgments" in checked.out


def test_standard_input_is_read_and_json_is_for_programs(
    monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(briefs.STRIKE.encode())))
    said = monitor("draft", "--json")
    values = json.loads(said.out)
    assert values["draft"]["judgments"][0]["likelihood"] == "unlikely"
    assert values["watchlist"].startswith("# A draft")


def test_what_is_no_brief_is_said_in_one_line(monitor: Monitor, tmp_path: Path) -> None:
    path = tmp_path / "empty.txt"
    path.write_text("Hello.")
    said = monitor("draft", path)
    assert said.code == 1
    assert said.err.startswith("monitor: nothing in it reads as a brief")
    assert said.err.count("\n") == 1


def test_names_that_the_watchlist_knows_become_entities(
    monitor: Monitor, scene: Scene, tmp_path: Path
) -> None:
    watchlist = scene.folder / "config" / "watchlists.yaml"
    text = watchlist.read_text(encoding="utf-8")
    watchlist.write_text(f"{text}\nentities:\n  klow: {{names: [Klow*], weak: [Syldavia]}}\n")
    brief = tmp_path / "brief.txt"
    brief.write_text(briefs.STRIKE, encoding="utf-8")
    said = monitor("draft", brief)
    assert '"entity:klow"' in said.out
    assert 'klow: {names: ["Klow*"], weak: [Syldavia]}' in said.out
