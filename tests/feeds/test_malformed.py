"""The sweep: 2,660 test documents of three other parsers, most of them broken in some way.

Each parses or fails with a typed error, and gives as many entries as the manifest expects: what
the parser's own test says, or else what feedparser reads. Exceptions have a reason, by file.
"""

import csv
import lzma
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.errors import ParseError
from monitor.feeds.parse import parse

EXCEPTIONS = Path(__file__).parents[1] / "data" / "malformed_exceptions.csv"
DOCUMENTS = 2_660


def documents(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.glob("*.tar.xz")):
        with lzma.open(path) as packed, tarfile.open(fileobj=packed) as archive:
            for member in archive:
                if content := archive.extractfile(member):
                    yield member.name, content.read()


def manifest(folder: Path) -> dict[str, str]:
    """How many entries each file is expected to give, "" where nobody knows."""
    with lzma.open(folder / "manifest.csv.xz", "rt", encoding="utf-8", newline="") as lines:
        return {
            f"{row['corpus']}/{row['path']}": row["expected_items"] or row["fp_entries"]
            for row in csv.DictReader(lines)
        }


def read(content: bytes) -> str:
    """The number of entries, or the code of the error. Any other exception fails the test."""
    try:
        return str(len(parse(content, url="https://example.org/feed").entries))
    except ParseError as error:
        return error.code


def agrees(found: str, expected: str) -> bool:
    """A typed error is as good as no entries where none are expected."""
    return found == expected or (expected == "0" and not found.isdecimal()) or not expected


@pytest.mark.slow
def test_all_malformed_documents_are_read_or_refused_as_expected(shared_data: Path) -> None:
    folder = shared_data / "malformed"
    expected = manifest(folder)
    found = {name: read(content) for name, content in documents(folder)}
    swept = {name: found[name] for name in expected}
    differ = {
        (name, expected[name], got)
        for name, got in swept.items()
        if not agrees(got, expected[name])
    }
    with EXCEPTIONS.open(encoding="utf-8", newline="") as lines:
        listed = {(row["file"], row["expected"], row["found"]) for row in csv.DictReader(lines)}
    errors = Counter(got for got in swept.values() if not got.isdecimal())
    print(  # noqa: T201 — the sweep's summary, shown by -s and when the test fails
        f"malformed: {len(swept):,} files, {len(swept) - errors.total():,} read, "
        f"{errors.total()} refused ({', '.join(f'{n} {code}' for code, n in errors.most_common())}"
        f"), {sum(map(bool, expected.values())):,} with an expected count, {len(differ)} differ"
    )
    assert len(swept) == DOCUMENTS
    assert differ == listed
