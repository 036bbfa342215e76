"""Turns a person's list of turning points (CSV) into values; every mistake is told at once.

Columns, by their names in the first line: `date` and `event` (required), `direction` (toward, away
or empty; `+` and `-` will do), `should_flag` (yes, may or no; yes when absent), `first` (when its
first headline came, ISO 8601, UTC unless it says otherwise), `question` and `judgment` (ids). Lines
marked "may" count as good when they are flagged and are no miss when they are not; "no" is left
out. Other columns are ignored.
"""

import csv
import io
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from monitor.errors import ConfigError, NotFoundError, Problem
from monitor.feeds.text import plain
from monitor.model.questions import Direction
from monitor.model.replays import TurningPoint

_DIRECTIONS = {
    "": Direction.NONE,
    "+": Direction.TOWARD,
    "toward": Direction.TOWARD,
    "-": Direction.AWAY,
    "−": Direction.AWAY,
    "away": Direction.AWAY,
}
_DIRECTION_COLUMNS = ("direction", "direction_for_deal")
_MARKS = ("yes", "may", "no")


def read(path: Path) -> tuple[TurningPoint, ...]:
    """The turning points of a CSV file in UTF-8, in its order.

    Raises NotFoundError when it cannot be opened, ConfigError with every line that cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as exc:
        raise NotFoundError(f"{path}: the list cannot be opened: {exc.strerror}") from exc
    rows = csv.DictReader(io.StringIO(text), restval="")
    absent = [name for name in ("date", "event") if name not in (rows.fieldnames or ())]
    if absent:
        found = f"no column “{absent[0]}”"
        raise ConfigError(
            [_problem(path, 1, found, "columns named in the first line: date, event")]
        )
    points: list[TurningPoint] = []
    problems: list[Problem] = []
    for row in rows:
        point = _point(path, rows.line_num, row)
        if isinstance(point, Problem):
            problems.append(point)
        elif point is not None:
            points.append(point)
    if problems:
        raise ConfigError(problems)
    return tuple(points)


def _point(path: Path, line: int, row: Mapping[str, str]) -> TurningPoint | Problem | None:
    """One line; None when it is not to be counted."""
    try:
        on = date.fromisoformat(row["date"].strip())
    except ValueError:
        return _problem(path, line, f"date “{plain(row['date'])}”", "a date like 2019-03-26")
    given = next((row[name] for name in _DIRECTION_COLUMNS if name in row), "").strip().lower()
    direction = _DIRECTIONS.get(given)
    if direction is None:
        return _problem(path, line, f"direction “{plain(given)}”", "toward, away, +, - or nothing")
    mark = row.get("should_flag", "").strip().lower() or "yes"
    if mark not in _MARKS:
        return _problem(path, line, f"should_flag “{plain(mark)}”", "yes, may or no")
    if mark == "no":
        return None
    first = row.get("first", "").strip()
    try:
        at = datetime.fromisoformat(first) if first else None
    except ValueError:
        return _problem(path, line, f"first “{plain(first)}”", "a time like 2019-03-26T14:05Z")
    return TurningPoint(
        on=on,
        says=plain(row["event"]),
        direction=direction,
        must=mark == "yes",
        first=at.replace(tzinfo=at.tzinfo or UTC) if at else None,
        question=plain(row.get("question", "")).strip(),
        judgment=plain(row.get("judgment", "")).strip(),
    )


def _problem(path: Path, line: int, found: str, expected: str) -> Problem:
    return Problem(file=path.name, line=line, column=1, found=found, expected=expected)
