"""Archives on disk, for replays."""

import gzip
import json
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.errors import NotFoundError
from monitor.feeds.archive import (
    ArchivedEntry,
    ArchiveWarning,
    BadLine,
    FeedSnapshot,
    read,
    read_jsonl,
    snapshots,
)


def write(folder: Path, *lines: str) -> Path:
    path = folder / "archive.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_lines_become_entries(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        '{"t": "2023-05-28T00:02:13", "outlet": "npr", "title": "Talks &amp; tea", '
        '"link": "https://npr.example/a", "description": "<em>Both</em> sides agree."}',
        "",
        '{"t": "2018-01-01T09:00:00+09:00", "title": "회담", "url": "https://b.example", "n": 1}',
    )
    assert list(read_jsonl(path)) == [
        ArchivedEntry(
            at=datetime(2023, 5, 28, 0, 2, 13, tzinfo=UTC),
            outlet="npr",
            title="Talks & tea",
            link="https://npr.example/a",
            summary="Both sides agree.",
        ),
        ArchivedEntry(
            at=datetime(2018, 1, 1, tzinfo=UTC),
            outlet="",
            title="회담",
            link="https://b.example",
        ),
    ]


def test_an_archived_entry_is_a_row_published_then(tmp_path: Path) -> None:
    (entry,) = read_jsonl(write(tmp_path, '{"t": "2023-05-28T00:02:13Z", "title": "Talks"}'))
    assert (entry.raw.title, entry.raw.published) == ("Talks", entry.at)


BAD = [
    ("{", "no JSON"),
    ("[" * 100_000, "no JSON"),
    ("[1]", "not a JSON object"),
    ('{"title": "T"}', "“t” is not a time"),
    ('{"t": 1, "title": "T"}', "“t” is not a time"),
    ('{"t": "2023-05-28", "title": " "}', "no “title”"),
]


@pytest.mark.parametrize(("line", "problem"), BAD)
def test_a_bad_line_is_reported_and_the_rest_is_read(
    tmp_path: Path, line: str, problem: str
) -> None:
    good = json.dumps({"t": "2023-05-28T00:02:13", "title": "Talks"})
    path = write(tmp_path, good, line, good)
    reported: list[BadLine] = []
    assert len(list(read_jsonl(path, report=reported.append))) == 2
    assert [bad.line for bad in reported] == [2]
    assert str(reported[0]).startswith(f"archive.jsonl:2: {problem}")


def test_bytes_that_are_no_text_are_a_bad_line(tmp_path: Path) -> None:
    path = tmp_path / "archive.jsonl"
    path.write_bytes(b'{"t": "2023-05-28", "title": "\xff"}\n')
    reported: list[BadLine] = []
    assert list(read_jsonl(path, report=reported.append)) == []
    assert len(reported) == 1


def test_a_bad_line_that_nobody_asks_for_is_a_warning(tmp_path: Path) -> None:
    with pytest.warns(ArchiveWarning, match="archive.jsonl:1: not a JSON object"):
        assert list(read_jsonl(write(tmp_path, "1"))) == []


def test_an_archive_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"none\.jsonl"):
        list(read_jsonl(tmp_path / "none.jsonl"))


def test_snapshots_come_in_order_of_time(tmp_path: Path) -> None:
    names = ["bbc/20200502T064243Z.xml", "wsj/20200501T015505Z.xml", "bbc/20200501T015505Z.xml"]
    for name in [*names, "bbc/latest.xml", "bbc/20200501T015505.xml", "bbc/20201301T000000Z.xml"]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    assert [str(found.path.relative_to(tmp_path)) for found in snapshots(tmp_path)] == [
        names[2], names[1], names[0]
    ]  # fmt: skip
    assert snapshots(tmp_path / "wsj") == (
        FeedSnapshot(
            feed="wsj",
            at=datetime(2020, 5, 1, 1, 55, 5, tzinfo=UTC),
            path=tmp_path / names[1],
        ),
    )


def test_a_folder_without_snapshots_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no feed snapshots here"):
        snapshots(tmp_path)


@pytest.mark.slow
def test_a_packed_archive_that_is_one_endless_line_is_told_within_bounded_memory(
    tmp_path: Path,
) -> None:
    """128 MB in 128 kB: the line is left out, what follows is read."""
    path = tmp_path / "bomb.jsonl.gz"
    with gzip.open(path, "wb") as packed:
        for _ in range(128):
            packed.write(bytes(2**20))
        packed.write(b'\n{"t": "2019-03-20T09:00:00Z", "title": "Talks open"}\n')
    assert path.stat().st_size < 2**18
    told: list[BadLine] = []
    tracemalloc.start()
    found = list(read(str(path), report=told.append))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [entry.title for entry in found] == ["Talks open"]
    assert [(bad.line, "longer than 4 MiB" in bad.problem) for bad in told] == [(1, True)]
    assert peak < 32 * 2**20
