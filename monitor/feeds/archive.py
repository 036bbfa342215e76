"""Turns archives on disk (JSON lines, folders of feed snapshots) into values for a replay.

Must never stop at a bad line, nor skip one without reporting it.
"""

import json
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from monitor.errors import NotFoundError
from monitor.feeds import dates, rows
from monitor.feeds.text import plain
from monitor.model.feeds import RawEntry

_SNAPSHOT = re.compile(r"(\d{8}T\d{6})Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedEntry:
    """One line of an archive: what was published, where and when. `at` is UTC."""

    at: datetime
    outlet: str
    title: str
    link: str = ""
    summary: str = ""

    @property
    def raw(self) -> RawEntry:
        """The same as a row of a feed document, published at `at`."""
        return RawEntry(link=self.link, title=self.title, summary=self.summary, published=self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class BadLine:
    """A line of an archive that holds no entry. Lines count from 1."""

    path: Path
    line: int
    problem: str

    def __str__(self) -> str:
        return f"{self.path.name}:{self.line}: {self.problem}; the line was left out"


class ArchiveWarning(UserWarning):
    """A bad line that nobody asked to be told of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A feed document as fetched at one time. `feed` is the name of its folder."""

    feed: str
    at: datetime
    path: Path


def warn(bad: BadLine) -> None:
    warnings.warn(str(bad), ArchiveWarning, stacklevel=3)


def read_jsonl(path: Path, *, report: Callable[[BadLine], None] = warn) -> Iterator[ArchivedEntry]:
    """The entries of a file with one JSON object a line, in its order.

    Fields: `t` (ISO 8601; without a zone it is UTC), `title`, and where present `outlet`, `link`
    or `url`, `description`. Blank lines are skipped, bad ones go to `report`. Raises
    NotFoundError when the file cannot be opened.
    """
    try:
        stream = path.open("rb")
    except OSError as exc:
        raise NotFoundError(f"{path}: the archive cannot be opened: {exc.strerror}") from exc
    with stream:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            found = _entry(line)
            if isinstance(found, str):
                report(BadLine(path=path, line=number, problem=found))
            else:
                yield found


def snapshots(folder: Path) -> tuple[Snapshot, ...]:
    """The documents FEED/YYYYMMDDTHHMMSSZ.xml at any depth under `folder`, oldest first.

    Files with other names are no snapshots. Raises NotFoundError when there is none at all.
    """
    found = [
        Snapshot(feed=path.resolve().parent.name, at=at, path=path)
        for path in folder.rglob("*.xml")
        if (at := _snapshot_time(path.stem))
    ]
    if not found:
        raise NotFoundError(
            f"{folder}: no feed snapshots here; expected FEED/YYYYMMDDTHHMMSSZ.xml files"
        )
    return tuple(sorted(found, key=lambda snapshot: (snapshot.at, snapshot.feed)))


def _snapshot_time(stem: str) -> datetime | None:
    found = _SNAPSHOT.fullmatch(stem)
    try:
        return datetime.strptime(found[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def _entry(line: bytes) -> ArchivedEntry | str:
    """The entry on a line, or what is wrong with it."""
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as exc:
        return f"no JSON: {exc}"
    if not isinstance(fields, dict):
        return "not a JSON object"
    texts = {name: value for name, value in fields.items() if isinstance(value, str)}
    at = dates.read(texts.get("t", ""))
    if at is None:
        return "“t” is not a time such as 2019-02-28T09:30:00Z"
    row = rows.row(
        url=texts.get("link") or texts.get("url", ""),
        title=texts.get("title", ""),
        summary=texts.get("description", ""),
    )
    if not row.title:
        return "no “title”"
    return ArchivedEntry(
        at=at,
        outlet=plain(texts.get("outlet", "")),
        title=row.title,
        link=row.link,
        summary=row.summary,
    )
