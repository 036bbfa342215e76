"""Turns archives (JSON lines, Parquet, folders of feed snapshots) into values for a replay.

An archive may lie on this machine or, with the extra `archive`, at any address that fsspec knows.

Must never stop at a bad line, nor skip one without reporting it.
"""

import contextlib
import gzip
import importlib
import json
import re
import warnings
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from monitor.errors import NotFoundError, SettingsError, get_extra
from monitor.feeds import dates, rows
from monitor.feeds.text import plain
from monitor.model.feeds import RawEntry

LONGEST_LINE = 4 * 2**20
"""Bytes of one entry; a longer line is told and left out."""

_FIELDS = ("t", "outlet", "title", "link", "url", "description")
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
class FeedSnapshot:
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
    with opened(str(path)) as stream:
        yield from _told(path, _lines(stream), report)


def read(address: str, *, report: Callable[[BadLine], None] = warn) -> Iterator[ArchivedEntry]:
    """The entries of a file by its name: Parquet with these columns, or else JSON lines.

    `….gz` is unpacked. Raises NotFoundError when it cannot be opened, and SettingsError when a
    package that it needs is missing.
    """
    path = Path(address)
    with opened(address) as stream:
        columns = path.suffix == ".parquet"
        yield from _told(path, _columns(stream, address) if columns else _lines(stream), report)


@contextlib.contextmanager
def opened(address: str) -> Iterator[IO[bytes]]:
    """The bytes of a file on this machine or at an address, unpacked. Raises NotFoundError."""
    try:
        if "://" in address:
            stream = _fsspec().open(address, "rb", compression="infer").open()
        elif address.endswith(".gz"):
            stream = gzip.open(address)  # noqa: SIM115  # closed below
        else:
            stream = Path(address).open("rb")  # noqa: SIM115  # closed below
        with stream:
            yield stream
    except (OSError, EOFError, zlib.error) as exc:
        why = getattr(exc, "strerror", None) or exc
        raise NotFoundError(f"{address}: the archive cannot be opened: {why}") from exc


def partitions(archive: str) -> tuple[str, ...]:
    """The files of an archive in parts, by name: of a folder, or of a pattern such as s3://b/*.gz.

    One file is an archive of one part. None: it holds no such files.
    """
    if "://" in archive:
        filesystem, path = _fsspec().core.url_to_fs(archive)
        found = filesystem.glob(path) if "*" in path else [path]
        if "*" not in path and filesystem.isdir(path):
            found = filesystem.ls(path, detail=False)
        return tuple(sorted(filesystem.unstrip_protocol(one) for one in found if _part(one)))
    path = Path(archive)
    files = path.iterdir() if path.is_dir() else [path]
    return tuple(sorted(str(one) for one in files if path == one or _part(one.name)))


def _part(name: str) -> bool:
    return name.endswith((".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz", ".parquet"))


def _fsspec() -> Any:
    return _extra("fsspec")


def _extra(package: str) -> Any:
    try:
        return importlib.import_module(package)
    except ImportError as exc:
        raise SettingsError(
            f"this archive needs the package {package}; {get_extra('archive')}"
        ) from exc


def _told(
    path: Path, found: Iterator[ArchivedEntry | str | None], report: Callable[[BadLine], None]
) -> Iterator[ArchivedEntry]:
    for number, entry in enumerate(found, start=1):
        if isinstance(entry, str):
            report(BadLine(path=path, line=number, problem=entry))
        elif entry is not None:
            yield entry


def _lines(stream: IO[bytes]) -> Iterator[ArchivedEntry | str | None]:
    """Line by line, never holding more than one of bounded length: a packed file may be a bomb."""
    while line := stream.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            while not line.endswith(b"\n") and (more := stream.readline(LONGEST_LINE)):
                line = more
            yield f"the line is longer than {LONGEST_LINE // 2**20} MiB"
        else:
            yield _entry(line) if line.strip() else None


def _columns(stream: IO[bytes], address: str) -> Iterator[ArchivedEntry | str | None]:
    parquet = _extra("pyarrow.parquet")
    try:
        file = parquet.ParquetFile(stream)
    except (OSError, ValueError) as exc:
        raise NotFoundError(f"{address}: this is no Parquet file: {exc}") from exc
    columns = [name for name in _FIELDS if name in file.schema_arrow.names]
    for batch in file.iter_batches(columns=columns):
        for fields in batch.to_pylist():
            if isinstance(at := fields.get("t"), datetime):
                fields["t"] = at.isoformat()
            yield _row(fields)


def snapshots(folder: Path) -> tuple[FeedSnapshot, ...]:
    """The documents FEED/YYYYMMDDTHHMMSSZ.xml at any depth under `folder`, oldest first.

    Files with other names are no snapshots. Raises NotFoundError when there is none at all.
    """
    found = [
        FeedSnapshot(feed=path.resolve().parent.name, at=at, path=path)
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
    return _row(fields)


def _row(fields: Mapping[str, object]) -> ArchivedEntry | str:
    texts = {name: value for name, value in fields.items() if isinstance(value, str)}
    at = dates.read(texts.get("t", ""))
    if at is None:
        return "“t” is not a time such as 2019-02-28T09:30:00Z"
    row = rows.row(
        url=texts.get("link") or texts.get("url", ""),
        title=rows.Text(texts.get("title", "")),
        summary=rows.Text(texts.get("description", "")),
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
