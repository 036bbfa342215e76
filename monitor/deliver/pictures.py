"""Draws the pictures of a digest and puts them where a page, unlike a mail, can show them."""

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from monitor.deliver import sentences
from monitor.deliver.chart import draw
from monitor.deliver.wording import Calendar
from monitor.model.digests import Digest, JudgmentSection, Message, Picture

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
    return tuple(chosen)[:MOST]


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
