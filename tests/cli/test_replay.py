"""`monitor replay` measured, compared and drawn, and `monitor calibrate`, as a person uses them."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Monitor
from tests.support.scene import SIGNED, SIGNED_TOO, WATCHLISTS, Scene

SIGNING = "2019-03-20,Treaty signed,toward,yes\n2019-05-01,Walk-out,away,yes\n"


@pytest.fixture
def archive(scene: Scene) -> Path:
    """A signing at two outlets, and one of which the list of events knows nothing."""
    rows = [
        ("2019-03-20T10:00:00Z", "courier", SIGNED),
        ("2019-03-20T10:05:00Z", "herald", SIGNED_TOO),
        ("2019-04-20T10:05:00Z", "herald", SIGNED.replace("border", "fishing")),
        (
            "2019-04-20T10:07:00Z",
            "courier",
            SIGNED_TOO.replace("border", "fishing"),
        ),
    ]
    path = scene.folder / "archive.jsonl"
    lines = [
        json.dumps({"t": at, "outlet": outlet, "title": title, "url": f"http://{outlet}.x/{at}"})
        for at, outlet, title in rows
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def events(scene: Scene) -> Path:
    path = scene.folder / "events.csv"
    path.write_text(f"date,event,direction,should_flag\n{SIGNING}", encoding="utf-8")
    return path


def test_flags_are_measured_beside_simpler_tools(
    monitor: Monitor, archive: Path, events: Path
) -> None:
    said = monitor("replay", archive, "--events", events, "--words", "treaty, canal")
    assert said.code == 0
    head = next(line for line in said.out.splitlines() if "lenient recall" in line)
    assert head.split()[:2] == ["sent", "per"]
    (ours,) = [line.split() for line in said.out.splitlines() if line.startswith("this watchlist")]
    assert ours[2] == "2"
    assert "1.00 [0.21–1.00]" in " ".join(ours), "the one turning point within the archive"
    assert "0.50 [0.09–0.91]" in " ".join(ours), "one of two interruptions"
    for name in (
        "every matching entry",
        "daily digest",
        "volume spike",
        "words: treaty",
        "seed 2018",
    ):
        assert name in said.out
    assert "2019-03-20  +  Treaty signed: flag 1, 2019-03-20 10:15 UTC" in said.out
    assert "match no turning point listed: 1" in said.out
    assert "At most: 1 events, 1 in scope" in said.out
    assert "Ruritania signs fishing treaty in surprise ceremony (" in said.out

    found = json.loads(monitor("replay", archive, "--events", events, "--json").out)
    table = found["measured"]["table"]
    assert [row["name"] for row in table][:2] == ["this watchlist", "every matching entry"]
    assert table[0]["recall"]["value"] == 1.0
    assert len(found["measured"]["unmatched"]) == 1


def test_a_stretch_can_be_measured_after_a_longer_one_was_replayed(
    monitor: Monitor, archive: Path, events: Path
) -> None:
    """The ledger is warm by then; what was flagged before is not counted."""
    since = ("--score-since", "2019-04-01", "--score-until", "2019-05-01")
    found = json.loads(monitor("replay", archive, "--events", events, *since, "--json").out)
    assert found["measured"]["table"][0]["interruptions"] == 1
    assert len(found["flags"]) == 2


def test_a_changed_watchlist_says_what_is_gained_and_lost(
    monitor: Monitor, scene: Scene, archive: Path
) -> None:
    """Against the old file with both reasons, and against a kept result."""
    old = scene.folder / "old.yaml"
    old.write_text(WATCHLISTS.replace("sign .. treaty", "treaty .. border"), encoding="utf-8")
    kept = scene.folder / "kept.json"
    kept.write_text(monitor("replay", archive, "--watchlists", old, "--json").out, encoding="utf-8")
    for before in (old, kept):
        said = monitor("replay", archive, "--diff", before)
        assert said.code == 0
        assert "Reasons gained: 1\n  ! 2019-04-20 10:15 UTC  unsigned  tripwire: " in said.out
        assert "Reasons lost: 0" in said.out
        assert "Stories gained: 1" in said.out
        assert "counts for signing by “sign .. treaty”" in said.out
    assert "before, it hits nothing" in monitor("replay", archive, "--diff", old).out
    same = monitor("replay", archive, "--watchlists", old, "--diff", old)
    assert "No flag and no story was gained or lost." in same.out
    found = json.loads(monitor("replay", archive, "--diff", old, "--json").out)
    assert [len(rows) for rows in found["difference"].values()] == [1, 0, 1, 0]


@pytest.mark.slow
def test_the_points_are_drawn(monitor: Monitor, scene: Scene, archive: Path, events: Path) -> None:
    """As PNG and as SVG, the same file for the same replay; nothing else is written."""
    pytest.importorskip("matplotlib")
    png, svg = scene.folder / "points.png", scene.folder / "points.svg"
    said = monitor("replay", archive, "--events", events, "--chart", png, "--chart", svg)
    assert said.code == 0
    assert png.read_bytes().startswith(b"\x89PNG")
    drawn = svg.read_text(encoding="utf-8")
    assert "Ruritania will not sign the border treaty this year." in drawn
    assert "Treaty signed" in drawn
    monitor("replay", archive, "--events", events, "--chart", svg)
    assert svg.read_text(encoding="utf-8") == drawn


@pytest.mark.slow
def test_processes_and_speed_change_nothing(monitor: Monitor, archive: Path) -> None:
    plain = monitor("replay", archive, "--json").out
    assert monitor("replay", archive, "--json", "--jobs", "2").out == plain
    assert monitor("replay", archive, "--json", "--speed", "1e9").out == plain


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "events.csv:1:1: no column “date”"),
        ("date,event\nsoon,Talks\n", "events.csv:2:1: date “soon”; expected a date like"),
    ],
)
def test_a_list_of_events_with_mistakes_is_refused(
    monitor: Monitor, archive: Path, events: Path, text: str, told: str
) -> None:
    events.write_text(text, encoding="utf-8")
    said = monitor("replay", archive, "--events", events)
    assert said.code == 78
    assert told in said.err


def test_what_is_no_kept_result_is_refused(monitor: Monitor, scene: Scene, archive: Path) -> None:
    other = scene.folder / "other.json"
    for text, found in (("{}", "JSON of something else"), ("no", "no JSON")):
        other.write_text(text, encoding="utf-8")
        said = monitor("replay", archive, "--diff", other)
        assert (said.code, said.err.startswith(f"monitor: other.json: {found}")) == (78, True)


def test_a_chart_must_be_png_or_svg(monitor: Monitor, archive: Path) -> None:
    said = monitor("replay", archive, "--chart", "points.pdf")
    assert said.code == 2
    assert "a chart ends in .png or .svg" in said.err


def test_a_sensitivity_is_proposed_with_what_each_would_have_sent(
    monitor: Monitor, archive: Path
) -> None:
    said = monitor("calibrate", archive, "--budget", "2/4w")
    assert said.code == 0
    assert "budget 2 per judgment in 28 days" in said.out
    rows = [line.split()[0] for line in said.out.splitlines() if " tripwire" in line]
    assert rows == ["low", "normal", "high"]
    assert "- id: treaty\n  sensitivity: high\nIts interval reaches above the budget" in said.out

    found = json.loads(monitor("calibrate", archive, "--budget", "0/14d", "--json").out)
    (question,) = found["questions"]
    assert (question["proposed"], question["in_force"]) == (None, "normal")
    assert "Even low sends more than" in monitor("calibrate", archive, "--budget", "0/14d").out


@pytest.mark.usefixtures("flagged")
def test_without_an_archive_the_store_is_calibrated_on_if_it_holds_enough(
    monitor: Monitor,
) -> None:
    """Hours of news say nothing of days: no rate, no interval, no setting."""
    said = monitor("calibrate", "--budget", "9/1d")
    assert said.code == 0
    assert "the archive covers 0.1 days; 1, one span of the budget, would be enough" in said.out
    assert ("sensitivity: " in said.out, "[" in said.out.partition("treaty")[2]) == (False, False)
    assert [line.split()[2] for line in said.out.splitlines() if line[:4] == "high"] == ["–"]

    (question,) = json.loads(monitor("calibrate", "--json").out)["questions"]
    assert question["proposed"] is None
    assert question["too_little"].startswith("the archive covers 0.1 days; 14, ")
    assert {(one["rate"], one["interval"]) for one in question["settings"]} == {(None, None)}


def test_an_archive_of_other_news_proposes_nothing(monitor: Monitor, archive: Path) -> None:
    """Nothing was sent because nothing was about it, however long it is."""
    other = archive.read_text(encoding="utf-8").replace("Ruritania", "Freedonia")
    archive.write_text(other, encoding="utf-8")
    said = monitor("calibrate", archive, "--budget", "2/4w")
    assert "Too little to propose anything: no entry of the archive is in scope" in said.out
    assert "sensitivity: " not in said.out


def test_a_rate_per_month_is_not_told_of_a_short_stretch(
    monitor: Monitor, archive: Path, events: Path
) -> None:
    """Neither of the whole nor of the measured part, in words or for a program."""
    first, *_ = archive.read_text(encoding="utf-8").splitlines()
    enough = monitor("replay", archive, "--events", events)
    assert "a month;" in enough.out
    assert "too little" not in enough.out

    lines = archive.read_text(encoding="utf-8").splitlines()
    short = [line for line in lines if '"t": "2019-03-2' in line]
    assert first in short
    archive.write_text("\n".join(short), encoding="utf-8")
    said = monitor("replay", archive, "--events", events)
    assert " a month;" not in said.out
    assert "too little to say how many that is a month" in said.out
    assert "and 28 would be enough" in said.out
    (ours,) = [line for line in said.out.splitlines() if line.startswith("this watchlist")]
    assert ours.split()[2:4] == ["1", "–"]
    measured = json.loads(monitor("replay", archive, "--events", events, "--json").out)["measured"]
    assert measured["too_little"]
    assert {row["per_judgment_month"]["value"] for row in measured["table"]} == {None}


@pytest.mark.parametrize("budget", ["1", "1/14", "1/0d", "often"])
def test_a_budget_that_cannot_be_read_is_refused(
    monitor: Monitor, archive: Path, budget: str
) -> None:
    said = monitor("calibrate", archive, "--budget", budget)
    assert said.code == 2
    assert "expected one like 1/14d or 2/4w" in said.err
