"""The documents' own form: whole tables, places that exist, decisions by their days."""

import ast
import re
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from tests.commands import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
NAMES = [str(path.relative_to(ROOT)) for path in PAGES]
RULE = re.compile(r"\|(?: ?:?-+:? ?\|)+")
PLACE = re.compile(r"`((?:monitor|tests|scripts|benchmarks|config|docs|alembic)/[\w./-]+)`")
GUIDES = ("CONTRIBUTING.md", "docs/architecture.md", "README.md")
DAYS = re.compile(r"^## (\d{4}-\d\d-\d\d) — (.+)$", re.MULTILINE)


def prose(page: Path) -> list[str]:
    """The lines of a page that are not inside a fence."""
    text = page.read_text(encoding="utf-8")
    return re.sub(r"(?ms)^```.*?^```$", "", text).splitlines()


@pytest.mark.parametrize("name", NAMES)
def test_every_table_is_whole(name: str) -> None:
    """A row after a blank line is no row of the table any more, and is shown as text."""
    lines = ["", *prose(ROOT / name), ""]
    begins = [
        number
        for number, (before, line) in enumerate(pairwise(lines), 1)
        if line.startswith("|") and not before.startswith("|")
    ]
    assert [lines[number] for number in begins if not RULE.fullmatch(lines[number + 1])] == []


@pytest.mark.parametrize("name", GUIDES)
def test_a_place_that_a_guide_names_is_there(name: str) -> None:
    places = PLACE.findall((ROOT / name).read_text(encoding="utf-8"))
    placeholders = ("NAME", "monitor/_")  # what is to be made, and what stands only in a wheel
    written = [place for place in places if not any(part in place for part in placeholders)]
    assert [place for place in written if not (ROOT / place).exists()] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_page_that_is_linked_to_is_there(name: str) -> None:
    page = ROOT / name
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", "\n".join(prose(page)))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_decisions_stand_newest_last_and_a_reversal_names_one() -> None:
    text = (ROOT / "docs/decisions.md").read_text(encoding="utf-8")
    days = DAYS.findall(text)
    assert len(days) == text.count("\n## ")
    assert [day for day, _ in days] == sorted(day for day, _ in days)
    later = re.findall(r"^\*(?:Reversed|Narrowed) on (\S+): “(.+)”\.\*$", text, re.MULTILINE)
    assert later
    assert set(later) <= set(days)


def test_the_hooks_check_what_ci_checks_before_its_tests() -> None:
    """Each tool of `make lint` and `make types` is run by a hook, from the locked environment."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipes = re.findall(r"^(?:lint|types):.*\n((?:\t.+\n)+)", makefile, re.MULTILINE)
    wanted = {line.split()[0] for line in "".join(recipes).replace("$(BIN)/", "").splitlines()}
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    entries = [hook["entry"] for repo in hooks["repos"] for hook in repo["hooks"]]
    assert all(entry.startswith(".venv/bin/") for entry in entries)
    assert {entry.removeprefix(".venv/bin/").split()[0] for entry in entries} == wanted


def test_the_workflow_runs_what_everybody_can_run() -> None:
    flow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    (job,) = flow["jobs"].values()
    assert [step["run"] for step in job["steps"] if "run" in step][-1] == ".ci/run"
    assert flow["permissions"] == {"contents": "read"}


def test_every_field_of_the_log_is_documented() -> None:
    told = (ROOT / "docs/running.md").read_text(encoding="utf-8")
    told = told[told.index("### The log\n") : told.index("Names of events are kept")]
    known = set(re.findall(r"`([a-z_]+)`", told))
    for path in sorted((ROOT / "monitor").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func).startswith("log."):
                named = {keyword.arg for keyword in call.keywords if keyword.arg}
                assert named - {"exc_info"} <= known, f"{path}:{call.lineno}"
