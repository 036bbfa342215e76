"""What stands around the panels of a chart: title, legend, and the turning points by number."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from monitor.core.measuring import scoring
from monitor.model.questions import Direction
from monitor.model.replays import TurningPoint
from monitor.replay.run import Replayed
from monitor.replay.score import interruptions, too_little

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, FAINT, GRID = "#1f2933", "#7b8794", "#e4e7eb"
TOWARD, AWAY, ALERT = "#2a9d8f", "#e07a5f", "#c1121f"
"""Colours that readers who see no red or green can still tell apart by their lightness."""

KEY_LINE = 0.19
"""Inches that a line of the key takes."""


def height_of_key(points: Sequence[TurningPoint]) -> float:
    """Inches below the panels."""
    return 0.5 + (0.45 + KEY_LINE * ((len(points) + 1) // 2) if points else 0.0)


def number_points(axes: "Axes", replayed: Replayed, points: Sequence[TurningPoint]) -> None:
    """Numbers above the first judgment; two that are near stand one above the other."""
    caught = _caught(replayed, points)
    lately: list[datetime] = []
    for number, point in enumerate(points, start=1):
        begins = scoring.begins(point)
        lately = [other for other in lately if begins - other < timedelta(days=6)]
        at: Any = begins + timedelta(hours=12)
        axes.annotate(
            str(number),
            (at, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 24 + 13 * len(lately)),
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=7,
            color="white" if point in caught else colour(point),
            bbox={
                "boxstyle": "circle,pad=0.22",
                "fc": colour(point) if point in caught else "white",
                "ec": colour(point),
                "lw": 0.9,
            },
        )
        lately.append(begins)


def _caught(replayed: Replayed, points: Sequence[TurningPoint]) -> set[TurningPoint]:
    spoken = interruptions(replayed.flags)
    return {p for p in points if any(scoring.holds(p, one.at) for one in spoken)}


def colour(point: TurningPoint) -> str:
    return {Direction.TOWARD: TOWARD, Direction.AWAY: AWAY}.get(point.direction, FAINT)


def head(
    figure: "Figure", replayed: Replayed, start: datetime, end: datetime, height: float
) -> None:
    spoken = len(interruptions(replayed.flags))
    months, telling = replayed.judgment_months, not too_little(replayed.length)
    figure.text(
        0.012,
        1 - 0.28 / height,
        "What the watchlist would have flagged",
        fontsize=13,
        weight="bold",
    )
    figure.text(
        0.012,
        1 - 0.52 / height,
        f"{start:%-d %B %Y} to {end:%-d %B %Y}, {len(replayed.arrivals):,} entries in scope, "
        f"{len(replayed.stories):,} stories; {spoken} interruptions"
        + (f", {spoken / months:.2f} per judgment-month" if telling else ""),
        color=FAINT,
    )
    _legend(figure, height)


def _legend(figure: "Figure", height: float) -> None:
    from matplotlib.lines import Line2D  # noqa: PLC0415  # an extra
    from matplotlib.patches import Patch  # noqa: PLC0415  # an extra

    bare: Any = {"color": "none", "mec": "white"}
    figure.legend(
        handles=[
            Line2D([], [], color=INK, lw=1.3, label="points since the last review"),
            Patch(color=TOWARD, alpha=0.3, label="toward"),
            Patch(color=AWAY, alpha=0.3, label="away"),
            Line2D([], [], marker="^", ms=8, mfc=ALERT, label="told at once", **bare),
            Line2D([], [], marker="o", ms=4.5, mfc="white", mec=ALERT, color="none",
                   label="in the digest"),
        ],
        loc="upper right",
        bbox_to_anchor=(0.99, 1 - 0.1 / height),
        ncols=5,
        frameon=False,
        fontsize=8,
        handletextpad=0.5,
        columnspacing=1.4,
    )  # fmt: skip


def key(
    figure: "Figure", replayed: Replayed, points: Sequence[TurningPoint], height: float
) -> None:
    """The list of turning points, in two columns."""
    if not points:
        return
    caught = _caught(replayed, points)
    rows = (len(points) + 1) // 2
    top = 0.12 + KEY_LINE * (rows + 0.6)
    figure.text(0.012, top / height, "Turning points", fontsize=8.5, weight="bold", va="center")
    figure.text(
        0.105, top / height, "filled: flagged within 48 hours · (may): no miss if not",
        fontsize=7.5, color=FAINT, va="center",
    )  # fmt: skip
    for place, point in enumerate(points):
        column, row = divmod(place, rows)
        y = (top - KEY_LINE * (row + 1.1)) / height
        mark = "●" if point in caught else "○"
        may = "" if point.must else " (may)"
        figure.text(0.012 + 0.49 * column, y, mark, color=colour(point), fontsize=8, va="center")
        figure.text(
            0.024 + 0.49 * column,
            y,
            f"{place + 1:>2}  {point.on:%-d %b}  {shorten(point.says, 78, placeholder=' …')}{may}",
            fontsize=7.5,
            va="center",
        )
