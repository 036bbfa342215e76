"""`monitor check`: warnings, hints, what every line caught, silence, and exit codes."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from monitor.config.extras.json_schema import schema
from tests.cli.conftest import Monitor
from tests.support.scene import PARADE, SIGNED_TOO, WATCHLISTS, Scene

LOOSE = WATCHLISTS.replace('["sign .. treaty"]', '["sign .. treaty", deal reached|agreed]')
ROW = 'decisive: {signing: ["sign .. treaty", deal reached|agreed]}'
SILENT = LOOSE.replace(ROW, f"{ROW}  # lint: ignore=loose-or")


def test_warnings_are_told_and_do_not_fail(scene: Scene, monitor: Monitor) -> None:
    scene.write(watchlists=LOOSE)
    said = monitor("check")

    assert said.code == 0
    assert said.err == ""
    warning, line, mark, summary = said.out.splitlines()
    assert warning == (
        "warning: watchlists.yaml:17:44: in “deal reached|agreed”: “agreed” alone is enough: | "
        "parts whole phrases; repeat the other words of “deal reached” with it, or write "
        "“a .. b|c” [loose-or]"
    )
    assert line.startswith("    17 |     decisive: {signing:")
    assert line[mark.index("^") :].startswith("deal reached|agreed]")
    assert summary.endswith("No mistakes, 1 warning.")


def test_a_mistake_is_shown_with_its_line_and_a_mark(scene: Scene, monitor: Monitor) -> None:
    scene.write(watchlists=WATCHLISTS.replace("very unlikely", "unlickely"))
    said = monitor("check")

    assert said.code == 1
    message, line, mark, last = said.err.splitlines()
    assert "“unlickely”" in message
    assert line[mark.index("^") :].startswith("unlickely")
    assert last.startswith("monitor: 1 mistake in ")


def test_no_more_is_printed_than_a_person_reads(scene: Scene, monitor: Monitor) -> None:
    scene.write(watchlists=WATCHLISTS + "".join(f"  x{number}: 1\n" for number in range(300)))

    assert monitor("check").err.splitlines()[-2] == "… and 100 more; --json lists them all"
    assert len(json.loads(monitor("check", "--json").out)["problems"]) == 300


def test_yaml_that_cannot_be_read_says_that_more_may_come(scene: Scene, monitor: Monitor) -> None:
    scene.write(watchlists=WATCHLISTS + "  - @x\n")
    said = monitor("check")

    assert said.code == 1
    assert said.err.splitlines()[-1] == (
        "monitor: watchlists.yaml is no valid YAML; "
        "what else is wrong with it shows once that is mended"
    )


def test_strict_lets_no_warning_pass(scene: Scene, monitor: Monitor) -> None:
    scene.write(watchlists=LOOSE)
    assert monitor("check", "--strict").code == 1
    assert monitor("check", "--strict", "--json").code == 1

    scene.write(watchlists=SILENT)
    assert monitor("check", "--strict").code == 0


def test_a_hint_passes_even_when_strict(scene: Scene, monitor: Monitor) -> None:
    scene.write(watchlists=WATCHLISTS.replace("  about:", "  closes: 2019-12-31\n  about:"))
    said = monitor("check", "--strict")

    assert said.code == 0
    assert said.out.startswith("hint: watchlists.yaml:5:11: “treaty” closed on 2019-12-31")


def test_a_comment_silences_a_warning_of_the_configuration_too(
    scene: Scene, monitor: Monitor
) -> None:
    without = WATCHLISTS.replace("  about: [Ruritania*]\n", "")
    scene.write(watchlists=without)
    assert "a question without “about”" in monitor("check").out

    scene.write(watchlists=without.replace("- id: treaty", "- id: treaty  # lint: ignore"))
    assert "without “about”" not in monitor("check").out


def test_everything_as_json(scene: Scene, monitor: Monitor) -> None:
    scene.write(watchlists=LOOSE)
    found = json.loads(monitor("check", "--json").out)

    (problem,) = found["problems"]
    assert (problem["line"], problem["severity"], problem["code"]) == (17, "warning", "loose-or")
    assert found["refused"] is False
    assert (found["questions"], found["phrases"], found["feeds"]) == (1, 4, 2)
    assert "corpus" not in found


def test_mistakes_as_json(scene: Scene, monitor: Monitor) -> None:
    scene.write(watchlists=WATCHLISTS.replace("very unlikely", "unlickely"))
    said = monitor("check", "--json")

    assert said.code == 1
    found = json.loads(said.out)
    assert found["refused"] is True
    assert [(item["severity"], item["code"]) for item in found["problems"]] == [("error", None)]


def test_the_schema_is_printed(monitor: Monitor) -> None:
    said = monitor("check", "--schema")

    assert (said.code, json.loads(said.out)) == (0, schema())


@pytest.mark.usefixtures("flagged")
def test_what_each_line_caught_is_shown(monitor: Monitor) -> None:
    said = monitor("check", "--corpus-days", "30")

    assert said.code == 0
    assert said.out.startswith("3 entries of 2 outlets on ")
    assert "Less than 14 days of news" in said.out
    rows = [line.split(maxsplit=5) for line in said.out.splitlines() if ": " in line]
    assert ["2", "1", "2", "1", "17", "signing (toward): sign .. treaty"] in rows
    assert ["3", "2", "2"] in [row[:3] for row in rows if row[-1].startswith("about: ")]
    assert f"{'':>40}{SIGNED_TOO}" in said.out.splitlines()
    assert PARADE in said.out


@pytest.mark.slow
@pytest.mark.usefixtures("flagged")
def test_what_each_line_caught_as_json(monitor: Monitor) -> None:
    found = json.loads(monitor("check", "--corpus-days", "30", "--json").out)["corpus"]

    lines = {line["phrase"]: line for line in found["lines"]}
    assert (found["entries"], found["outlets"]) == (3, 2)
    assert lines["sign .. treaty"]["examples"] == [SIGNED_TOO]
    assert lines["walk .. out"]["entries"] == 0
    assert datetime.fromisoformat(found["until"]) - datetime.fromisoformat(
        found["since"]
    ) == timedelta(days=30)
    assert datetime.fromisoformat(found["until"]).tzinfo is not None


def test_an_empty_archive_is_no_finding(scene: Scene, monitor: Monitor) -> None:
    said = monitor("check", scene.folder / "config", "--corpus-days", "30")

    assert said.code == 0
    assert said.out.startswith("0 entries of 0 outlets on 0 days")
    assert "Less than 14 days of news" in said.out
    assert len(said.out.splitlines()) == 3
    assert json.loads(monitor("check", "--corpus-days", "30", "--json").out)["problems"] == []


@pytest.mark.parametrize("days", ["0", "-3", "many"])
def test_wrong_numbers_of_days(monitor: Monitor, days: str) -> None:
    assert monitor("check", "--corpus-days", days).code == 2


def test_the_shipped_configuration_is_quiet(monitor: Monitor) -> None:
    said = monitor("check", Path(__file__).parents[2] / "config", "--strict")

    assert said.code == 0
    assert said.out.endswith("No mistakes.\n")
    assert len(said.out.splitlines()) == 1


def test_a_template_that_cannot_be_used_is_warned_of_with_its_line(
    scene: Scene, monitor: Monitor
) -> None:
    scene.write()
    folder = scene.folder / "config" / "templates"
    folder.mkdir()
    (folder / "digest.html.j2").write_text("<p>\n{{ digset.name }}\n{% if %}")
    (folder / "digest.txt.j2").write_text("{{ digest.nme }}")
    said = monitor("check")

    assert said.code == 0
    assert "warning: templates/digest.html.j2:3:1: Expected an expression" in said.out
    assert "warning: templates/digest.txt.j2: " in said.out
    assert "our own template is used" in said.out
    assert "No mistakes, 2 warnings." in said.out
