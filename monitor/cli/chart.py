"""Draws points over time per judgment, with flags and turning points marked (PNG or SVG).

matplotlib is an extra, and is imported only when a chart is asked for.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.chart_frame import (
    ALERT,
    AWAY,
    FAINT,
    GRID,
    INK,
    TOWARD,
    colour,
    head,
    height_of_key,
    key,
    number_points,
)
from monitor.core.judging import likelihood
from monitor.core.judging.ledger import Ledger, curve
from monitor.core.judging.trigger import challenging
from monitor.core.judging.trigger.weight import BAND_MARGIN
from monitor.core.measuring import scoring
from monitor.errors import get_extra
from monitor.model.flags import Reason
from monitor.model.questions import Brief, Confidence, Direction, Judgment
from monitor.model.replays import TurningPoint
from monitor.replay.run import Replayed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMATS = (".png", ".svg")
STEP = timedelta(hours=6)

WIDE, TALL, HEAD = 12.0, 2.6, 1.5
"""Inches: the figure, one judgment, everything above."""


def check(paths: Sequence[Path]) -> None:
    """Complain before the work begins: about the file's ending, or the extra that is missing."""
    for path in paths:
        if path.suffix not in FORMATS:
            raise click.UsageError(f"{path}: a chart ends in {' or '.join(FORMATS)}")
    if not paths:
        return
    if find_spec("matplotlib") is None:
        raise click.UsageError(f"charts need matplotlib: {get_extra('charts')}")


def draw(path: Path, replayed: Replayed, points: Sequence[TurningPoint]) -> None:
    """Write the chart of a replay; nothing is written when nothing was replayed."""
    if replayed.start is None or replayed.end is None:
        return
    from matplotlib import rc_context  # noqa: PLC0415  # an extra

    within = [point for point in points if scoring.falls(point, replayed.start, replayed.end)]
    style = {
        "font.size": 9,
        "text.color": INK,
        "axes.edgecolor": GRID,
        "axes.labelcolor": FAINT,
        "xtick.color": FAINT,
        "ytick.color": FAINT,
        "svg.hashsalt": "signpost",  # the same chart gives the same file
        "svg.fonttype": "none",
    }
    with rc_context(style):
        figure = _figure(replayed, within, replayed.start, replayed.end)
        metadata = {"Date": None} if path.suffix == ".svg" else {"Software": None}
        figure.savefig(path, dpi=150, metadata=metadata, facecolor="white")


def _figure(
    replayed: Replayed, points: Sequence[TurningPoint], start: datetime, end: datetime
) -> "Figure":
    from matplotlib.figure import Figure  # noqa: PLC0415  # an extra

    pairs = replayed.rules.pairs()
    below = height_of_key(points)
    height = HEAD + TALL * len(pairs) + below
    figure = Figure(figsize=(WIDE, height))
    grid = figure.subplots(
        len(pairs),
        1,
        sharex=True,
        squeeze=False,
        gridspec_kw={
            "left": 0.06,
            "right": 0.985,
            "top": 1 - HEAD / height,
            "bottom": below / height,
            "hspace": 0.32,
        },
    )
    for axes, (_, brief, judgment) in zip(grid[:, 0], pairs, strict=True):
        _judgment(axes, replayed, brief, judgment, start, end)
        _mark_points(axes, points)
    number_points(grid[0, 0], replayed, points)
    _months(grid[-1, 0])
    head(figure, replayed, start, end, height)
    key(figure, replayed, points, height)
    return figure


def _months(axes: "Axes") -> None:
    """Ticks that say no more than they must."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter  # noqa: PLC0415  # an extra

    locator = AutoDateLocator(minticks=4, maxticks=14)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))


def _judgment(
    axes: "Axes",
    replayed: Replayed,
    brief: Brief,
    judgment: Judgment,
    start: datetime,
    end: datetime,
) -> None:
    rows = [row for row in replayed.evidence if row.judgment == judgment.key]
    line = list(curve(brief, judgment.key, rows, replayed.reviews, start=start, end=end, step=STEP))
    times: Any = [each.at for each in line]
    total = [each.total for each in line]
    axes.fill_between(times, [s.toward for s in line], color=TOWARD, alpha=0.22, lw=0)
    axes.fill_between(times, [s.away for s in line], color=AWAY, alpha=0.25, lw=0)
    axes.plot(times, total, color=INK, lw=1.3, solid_joinstyle="round")
    axes.axhline(0, color=FAINT, lw=0.6)
    _edges(axes, judgment, line)
    _flags(axes, replayed, judgment, line)
    axes.set_xlim(times[0], times[-1])
    axes.margins(y=0.12)
    axes.grid(axis="y", color=GRID, lw=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(length=0)
    axes.set_ylabel("points")
    confidence = f", {judgment.confidence.value} confidence" if judgment.confidence else ""
    axes.set_title(
        f"“{shorten(judgment.says, 110, placeholder=' …')}”",
        loc="left",
        fontsize=9.5,
        pad=6,
    )
    axes.set_title(
        f"event {judgment.likelihood.words}{confidence}", loc="right", fontsize=8, color=FAINT
    )


def _edges(axes: "Axes", judgment: Judgment, line: Sequence[Ledger]) -> None:
    """Where the evidence is enough to leave the stated band, if the points ever come near."""
    low, middle, high = likelihood.band(judgment.likelihood)
    margin = BAND_MARGIN[judgment.confidence or Confidence.MODERATE]
    highest = max(each.total for each in line)
    lowest = min(each.total for each in line)
    edges = {Direction.TOWARD: high + margin - middle, Direction.AWAY: low - margin - middle}
    for direction in challenging(judgment):
        edge = edges[direction]
        if lowest - 3 <= edge <= highest + 3:
            axes.axhline(edge, color=FAINT, lw=0.8, ls=(0, (4, 3)))
            axes.annotate(
                f"enough to leave “{judgment.likelihood.words}”",
                (1, edge),
                xycoords=("axes fraction", "data"),
                xytext=(-2, 3 if direction is Direction.TOWARD else -3),
                textcoords="offset points",
                ha="right",
                va="bottom" if direction is Direction.TOWARD else "top",
                fontsize=7.5,
                color=FAINT,
                bbox={"fc": "white", "ec": "none", "alpha": 0.75, "pad": 0.8},
            )


def _flags(axes: "Axes", replayed: Replayed, judgment: Judgment, line: Sequence[Ledger]) -> None:
    own = [r for flag in replayed.flags for r in flag.reasons if r.judgment == judgment.key]
    for reason in own:
        at: Any = reason.raised_at
        height = _height(line, reason.raised_at)
        if reason.interrupts:
            axes.plot(at, height, marker=_marker(reason), ms=9, color=ALERT, mec="white", mew=0.9,
                      zorder=5, clip_on=False)  # fmt: skip
        else:
            axes.plot(at, height, marker="o", ms=4.5, mfc="white", mec=ALERT, mew=0.9, zorder=4)


def _marker(reason: Reason) -> str:
    return {Direction.TOWARD: "^", Direction.AWAY: "v"}.get(reason.direction, "D")


def _height(line: Sequence[Ledger], at: datetime) -> float:
    """The ledger just after that moment."""
    return next((s.total for s in line if s.at >= at), line[-1].total)


def _mark_points(axes: "Axes", points: Iterable[TurningPoint]) -> None:
    for point in points:
        at: Any = scoring.begins(point) + timedelta(hours=12)
        axes.axvline(at, color=colour(point), lw=0.8, alpha=0.55 if point.must else 0.25, zorder=0)
