"""Draws the pictures of a digest and puts them where a page, unlike a mail, can show them."""

import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from itertools import pairwise
from typing import Final

from PIL import Image, ImageDraw

from monitor.deliver import sentences
from monitor.deliver.wording import Calendar
from monitor.model.digests import Digest, JudgmentSection, Message, Picture

WIDTH: Final = 540  # as shown; the picture has twice as many pixels each way
HEIGHT: Final = 72
_PIXELS: Final = 2
_FINER: Final = 2  # drawn larger and shrunk: Pillow's lines have no smooth edges

_TOWARD: Final = (47, 128, 205)
_AWAY: Final = (205, 107, 40)
_ZERO: Final = (138, 145, 152)
_FILL: Final = 70  # of 255

_LEAST_SPAN: Final = 20.0  # points from top to bottom: a small number must look small
_MARGIN: Final = 6.0  # as shown

Course = tuple[tuple[datetime, float], ...]
Point = tuple[float, float]


def draw(course: Course) -> bytes:
    """The picture of a course of at least two moments, as PNG."""
    scale = _PIXELS * _FINER
    canvas = Image.new("RGBA", (WIDTH * scale, HEIGHT * scale))
    pen = ImageDraw.Draw(canvas)
    zero, points = _placed(course, scale)
    for left, right in pairwise(points):
        for start, end in _split(left, right, zero):
            colour = _TOWARD if min(start[1], end[1]) < zero else _AWAY
            pen.polygon([(start[0], zero), start, end, (end[0], zero)], fill=(*colour, _FILL))
            pen.line([start, end], fill=(*colour, 255), width=2 * scale)
    pen.line([(0, zero), (canvas.width, zero)], fill=(*_ZERO, 255), width=scale)
    _dot(pen, points[-1], 4 * scale, _TOWARD if course[-1][1] > 0 else _AWAY)
    small = canvas.resize((WIDTH * _PIXELS, HEIGHT * _PIXELS), Image.Resampling.BOX)
    out = BytesIO()
    small.quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()


def _placed(course: Course, scale: int) -> tuple[float, list[Point]]:
    """Where zero is, and the points, in pixels from the top left."""
    values = [points for _, points in course]
    high, low = max(0.0, *values), min(0.0, *values)
    spare = max(0.0, _LEAST_SPAN - (high - low)) / 2
    high, low = high + spare, low - spare
    first, last = course[0][0], course[-1][0]
    whole = max((last - first).total_seconds(), 1.0)
    width, height = (WIDTH - 2 * _MARGIN) * scale, (HEIGHT - 2 * _MARGIN) * scale

    def down(points: float) -> float:
        return _MARGIN * scale + height * (high - points) / (high - low)

    def along(at: datetime) -> float:
        return _MARGIN * scale + width * (at - first).total_seconds() / whole

    return down(0.0), [(along(at), down(points)) for at, points in course]


def _split(left: Point, right: Point, zero: float) -> tuple[tuple[Point, Point], ...]:
    """A stretch that crosses zero is two, so that each side has its colour."""
    above, below = left[1] - zero, right[1] - zero
    if above * below >= 0:
        return ((left, right),)
    share = above / (above - below)
    crossing = (left[0] + share * (right[0] - left[0]), zero)
    return (left, crossing), (crossing, right)


def _dot(pen: ImageDraw.ImageDraw, at: Point, size: float, colour: tuple[int, int, int]) -> None:
    box = (at[0] - size, at[1] - size, at[0] + size, at[1] + size)
    pen.ellipse(box, fill=(*colour, 255))


MOST: Final = 6  # pictures of one digest
_IMAGE: Final = re.compile(r'(<img\b[^<>]*\ssrc=")cid:([^"<>]*)"')
"""A picture's own place. In the text of a page no “<” stands as such, so a headline is none."""

LEAST_MOMENTS: Final = 4  # of a course: fewer make no line worth looking at


def name(digest: Digest, judgment: JudgmentSection) -> str:
    """A Content-ID that no other mail has, and every copy of this one."""
    told = f"{digest.name} {digest.slot} {judgment.key}"
    return f"{sha256(told.encode()).hexdigest()[:24]}@signpost"


def charted(digest: Digest) -> tuple[JudgmentSection, ...]:
    """The judgments that get a chart: the flagged ones, then those that moved; the first of them.

    A question has no points of its own: its judgments are about different events.
    """
    flagged = (each for brief in digest.flagged for each in brief.judgments if each.flagged)
    moved = (each for brief in digest.moved for each in brief.judgments if each.moved)
    chosen = (each for each in (*flagged, *moved) if len(each.course) >= LEAST_MOMENTS)
    by_course: dict[Course, JudgmentSection] = {}  # ledgers that are alike need one picture
    for each in chosen:
        by_course.setdefault(each.course, each)
    return tuple(by_course.values())[:MOST]


def pictures(digest: Digest, calendar: Calendar) -> Iterator[Picture]:
    for judgment in charted(digest):
        yield Picture(
            name=name(digest, judgment),
            alt=sentences.course(judgment, calendar),
            png=draw(judgment.course),
        )


def page(message: Message) -> str:
    """The HTML of a message with its pictures inside, for a file or a browser."""
    shown = {each.name: b64encode(each.png).decode("ascii") for each in message.pictures}

    def inside(found: re.Match[str]) -> str:
        data = shown.get(found[2])
        return found[0] if data is None else f'{found[1]}data:image/png;base64,{data}"'

    return _IMAGE.sub(inside, message.html)
