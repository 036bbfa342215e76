"""The line of a problem with a mark under its place, whatever stands in the line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from monitor.cli.excerpt import WIDTH, Excerpts
from monitor.errors import Problem

HEAD = len("     1 | ")


def problem(line: int, column: int) -> Problem:
    return Problem(file="w.yaml", line=line, column=column, found="x", expected="")


def excerpt(folder: Path, text: str, line: int, column: int) -> tuple[str, str]:
    (folder / "w.yaml").write_text(text, encoding="utf-8")
    found = Excerpts(folder).of(problem(line, column))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "line", "column", "marked"),
    [
        ("ask: x\nevent: y\n", 2, 8, "y"),
        ("a:\n\t- b", 2, 4, "b"),
        ("北朝鮮: [制裁, x]", 1, 12, "]"),
        (f"- {'a' * 300} ¡{'b' * 300}", 1, 304, "¡"),
        ("- a", 1, 1, "- a"),
    ],
)
def test_the_mark_stands_under_the_place(
    tmp_path: Path, text: str, line: int, column: int, marked: str
) -> None:
    shown, mark = excerpt(tmp_path, text, line, column)
    before = cell_len(mark) - 1

    (rest,) = {shown[at:] for at in range(len(shown)) if cell_len(shown[:at]) == before} or {""}
    assert rest.startswith(marked)


def test_a_place_after_the_last_line_has_no_excerpt(tmp_path: Path) -> None:
    (tmp_path / "w.yaml").write_text("a: [b\n", encoding="utf-8")
    excerpts = Excerpts(tmp_path)

    assert excerpts.of(problem(2, 1)) is None
    assert excerpts.of(problem(0, 0)) is None
    assert Excerpts(tmp_path / "nowhere").of(problem(1, 1)) is None


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=400), st.integers(1, 500))
def test_any_line_is_shown_in_bounds(
    tmp_path_factory: pytest.TempPathFactory, text: str, column: int
) -> None:
    shown, mark = excerpt(tmp_path_factory.mktemp("x"), f"{text}.", 1, column)

    assert len(shown.splitlines()) == len(mark.splitlines()) == 1
    assert len(shown) <= HEAD + WIDTH
    assert cell_len(mark) <= cell_len(shown) + 1
