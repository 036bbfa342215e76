"""Lists of turning points: read whole or refused with every mistake at its line."""

from datetime import date
from pathlib import Path

import pytest

from monitor.errors import ConfigError, NotFoundError
from monitor.feeds import timeline
from monitor.model.questions import Direction
from monitor.model.replays import TurningPoint


def written(folder: Path, text: str) -> Path:
    path = folder / "events.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_list_is_read_in_its_order(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "\ufeffdate,event,direction,should_flag,source\n"
        '2018-03-08,"Invitation accepted, to meet",toward,yes,x\n'
        "2018-01-09,Talks,+,may,y\n"
        "2018-02-23,Sanctions,-,,\n"
        "2018-02-24,Nothing,,no,\n",
    )
    assert timeline.read(path) == (
        TurningPoint(
            on=date(2018, 3, 8), says="Invitation accepted, to meet", direction=Direction.TOWARD
        ),
        TurningPoint(on=date(2018, 1, 9), says="Talks", direction=Direction.TOWARD, must=False),
        TurningPoint(on=date(2018, 2, 23), says="Sanctions", direction=Direction.AWAY),
    )


def test_two_columns_are_enough(tmp_path: Path) -> None:
    (point,) = timeline.read(written(tmp_path, "date,event\n2018-03-08,Talks\n"))
    assert (point.must, point.direction) == (True, Direction.NONE)


def test_every_mistake_is_told_with_its_line(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "date,event,direction,should_flag\n"
        "8 March,Talks,+,yes\n2018-03-08,Talks,up,yes\n2018-03-08,Talks,+,perhaps\n",
    )
    with pytest.raises(ConfigError) as caught:
        timeline.read(path)
    assert str(caught.value).splitlines() == [
        "events.csv:2:1: date “8 March”; expected a date like 2019-03-26",
        "events.csv:3:1: direction “up”; expected toward, away, +, - or nothing",
        "events.csv:4:1: should_flag “perhaps”; expected yes, may or no",
    ]


@pytest.mark.parametrize("text", ["", "when,event\n2018-03-08,Talks\n"])
def test_a_file_without_the_columns_is_no_list(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="no column “date”; expected columns named in the first"):
        timeline.read(written(tmp_path, text))


def test_no_file_is_told_plainly(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"events\.csv: the list cannot be opened"):
        timeline.read(tmp_path / "events.csv")


def test_the_list_of_2018_is_read(shared_data: Path) -> None:
    points = timeline.read(shared_data / "replay" / "dprk_timeline_2018.csv")
    assert (len(points), sum(point.must for point in points)) == (25, 20)
